"""What a query of findings says: the columns of one, whose it is to mend, and what it is about."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Select,
    String,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    true,
)
from sqlalchemy.types import TypeEngine

from service.domain.findings import Whose
from service.domain.obligation import INFORMATION
from service.store.obligations import unit_of_it
from service.store.tables import certification, enterprise, obligation, unit


@dataclass(frozen=True)
class Asked:
    """Which findings: whose (a unit's id is that unit's), on which day; ``until`` leaves out later matters."""

    today: date
    whose: Whose | int = Whose.ANYONE
    until: date | None = None


@dataclass(frozen=True)
class Found:
    """A finding as stored facts: whose it is to mend (a unit's id, None for ops), and what it is about.

    ``concerned`` counts matters, factories or addresses; ``note`` is what else its sentence tells.
    """

    owner_id: int | None = None
    certification_id: int | None = None
    unit: str | None = None
    enterprise: str | None = None
    factory: str | None = None
    kind: str | None = None
    occurrence: str | None = None
    day: date | None = None
    note: str | None = None
    concerned: int = 1


@dataclass(frozen=True)
class Listed:
    """The most urgent findings of a code, how many there are in all, and how many things those concern."""

    shown: list[Found]
    total: int
    concerned: int


_COLUMNS: dict[str, TypeEngine[Any]] = {
    "owner_id": Integer(),
    "certification_id": Integer(),
    "unit": String(),
    "enterprise": String(),
    "factory": String(),
    "kind": String(),
    "occurrence": String(),
    "day": Date(),
    "note": String(),
    "concerned": Integer(),
}
OPS = cast(null(), Integer)
OPEN = obligation.c.closed == ""
WANTED = or_(obligation.c.kind.not_in(INFORMATION), obligation.c.check_on.is_not(None))
"""Not only a piece of information that everybody has had."""
OF_IT = obligation.c.certification_id == certification.c.id
OPEN_OF_IT = and_(func.length(obligation.c.closed) == 0, OF_IT)
"""An open matter of the certification at hand: written so that SQLite does not look for it among all that is open."""
MATTERS = (
    obligation.outerjoin(certification, OF_IT)
    .outerjoin(enterprise, enterprise.c.id == certification.c.enterprise_id)
    .outerjoin(unit, unit.c.id == unit_of_it)
)
HELD = certification.join(enterprise).outerjoin(unit)


def found(asked: Asked, owner: ColumnElement[Any], **known: ColumnElement[Any]) -> Select[Any]:
    """The columns of a finding, with a null for what it does not know."""
    given = {"owner_id": owner, **known}
    columns = [given.get(name, cast(null(), type)).label(name) for name, type in _COLUMNS.items()]
    return select(*columns).where(mended_by(owner, asked.whose))


def mended_by(owner: ColumnElement[Any], whose: Whose | int) -> ColumnElement[bool]:
    """Whether it is for these to mend; ``owner`` is a unit's id, null for ops."""
    if isinstance(whose, int):
        return owner == whose
    return {Whose.ANYONE: true(), Whose.UNIT: owner.is_not(None), Whose.OPS: owner.is_(None)}[whose]


def matter(asked: Asked, owner: ColumnElement[Any], **known: ColumnElement[Any]) -> Select[Any]:
    """A finding for each open matter."""
    whole = {
        "certification_id": obligation.c.certification_id,
        "unit": unit.c.name,
        "enterprise": enterprise.c.name,
        "factory": certification.c.factory,
        "kind": obligation.c.kind,
        "occurrence": obligation.c.occurrence,
        "day": obligation.c.safe_due_on,
        "concerned": literal(1),
    }
    return found(asked, owner, **{**whole, **known}).select_from(MATTERS).where(OPEN)


def only(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """The one value of a group; null where there are several."""
    return case((func.min(column) == func.max(column), func.min(column)))


def by_enterprise(asked: Asked, **known: ColumnElement[Any]) -> Select[Any]:
    """A finding for each enterprise and unit of it, to be mended by that unit."""
    about = {"unit": unit.c.name, "enterprise": enterprise.c.name, "certification_id": only(certification.c.id)}
    rows = found(asked, unit.c.id, **about, **known)
    return rows.group_by(enterprise.c.id, enterprise.c.name, unit.c.id, unit.c.name)

"""Deliveries as the console lists and shows them; every read names whose rows it may give."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, exists, func, or_, select, union

from service.domain.certification import normalise_name
from service.domain.delivery import FAILED, FOR_NOBODY_ELSE, Purpose, State
from service.domain.obligation import Holder, Kind
from service.domain.people import OwnerKind
from service.domain.visitors import Scope
from service.store.climbing import overseer
from service.store.obligations import SUBJECT
from service.store.scoped import deliveries_in, enterprises_in
from service.store.tables import attempt, certification, contact, delivery, enterprise, obligation, unit

UNDER_WAY = (State.HELD, State.PLANNED, State.CALLED, State.SENDING)
_ALIVE = (*UNDER_WAY, State.SENT)
_REMINDING = (Purpose.REMINDER, Purpose.CORRECTION)
_HUNDREDS = {"4xx": 400, "5xx": 500}
_ENTERPRISES = 500


@dataclass(frozen=True)
class Wanted:
    """Which deliveries; what is empty or None leaves out nothing.

    ``settled`` is from when until before when they ended (UTC); ``unreached`` those that failed and reached nobody
    else; ``enterprise`` words of a name or the initials of its pinyin; ``answer`` 4xx, 5xx or a verdict.
    """

    states: Sequence[State] = ()
    unreached: bool = False
    settled: tuple[datetime, datetime] | None = None
    unit_id: int | None = None
    certification_id: int | None = None
    enterprise: str = ""
    stage: str = ""
    purpose: str = ""
    answer: str = ""


@dataclass(frozen=True)
class Listed:
    """A delivery without the person's name or address.

    ``owner`` is the enterprise, unit or overseer whose person it went to, empty for ourselves; ``kind`` and the names
    are None where it is not about such a matter.
    """

    id: int
    state: State
    reason: str
    purpose: Purpose
    stage: str
    planned_for: date
    not_before: datetime
    settled_at: datetime | None
    attempts: int
    role: str
    owner: str
    kind: Kind | None
    holder: Holder | None
    certification_id: int | None
    enterprise: str | None
    factory: str | None

    @property
    def at(self) -> datetime:
        """When it ended, or may go."""
        return self.settled_at or self.not_before


def listed(connection: Connection, scope: Scope, wanted: Wanted, limit: int, before: int | None = None) -> list[Listed]:
    """The newest deliveries of a scope, those below the number ``before`` where it is given."""
    page = select(delivery.c.id).where(deliveries_in(scope), *_conditions(wanted))
    if wanted.enterprise:
        named = _named(connection, scope, wanted.enterprise)
        if not named:
            return []
        page = page.where(_of_enterprises(named))
    if before is not None:
        page = page.where(delivery.c.id < before)
    page = page.order_by(delivery.c.id.desc()).limit(limit)
    statement = _told().where(delivery.c.id.in_(page)).order_by(delivery.c.id.desc())
    return [_listed(row) for row in connection.execute(statement)]


def one(connection: Connection, scope: Scope, id: int) -> Listed | None:
    """A delivery; None where the scope holds none of this number."""
    row = connection.execute(_told().where(delivery.c.id == id, deliveries_in(scope))).first()
    return None if row is None else _listed(row)


def count_unreached(connection: Connection, scope: Scope, settled: tuple[datetime, datetime], most: int) -> int:
    """How many letters failed and reached nobody else; counted no further than ``most``."""
    which = _conditions(Wanted(unreached=True, settled=settled))
    found = select(delivery.c.id).where(deliveries_in(scope), *which).limit(most).subquery()
    return connection.scalar(select(func.count()).select_from(found)) or 0


def _told() -> Select[Any]:
    owner_enterprise, owner_unit = enterprise.alias(), unit.alias()
    of = contact.c.owner_kind, contact.c.owner_id
    about = and_(delivery.c.subject_kind == SUBJECT, obligation.c.id == delivery.c.subject_id)
    return (
        select(
            delivery,
            contact.c.role,
            func.coalesce(owner_enterprise.c.name, owner_unit.c.name, overseer.c.name, "").label("owner"),
            obligation.c.kind,
            obligation.c.holder,
            certification.c.id.label("certification_id"),
            certification.c.factory,
            enterprise.c.name,
        )
        .join(contact, contact.c.id == delivery.c.contact_id)
        .outerjoin(owner_enterprise, and_(of[0] == OwnerKind.ENTERPRISE, owner_enterprise.c.id == of[1]))
        .outerjoin(owner_unit, and_(of[0] == OwnerKind.UNIT, owner_unit.c.id == of[1]))
        .outerjoin(overseer, and_(of[0] == OwnerKind.OVERSEER, overseer.c.id == of[1]))
        .outerjoin(obligation, about)
        .outerjoin(certification, certification.c.id == obligation.c.certification_id)
        .outerjoin(enterprise, enterprise.c.id == certification.c.enterprise_id)
    )


def _listed(row: Row[Any]) -> Listed:
    return Listed(
        id=row.id,
        state=State(row.state),
        reason=row.reason,
        purpose=Purpose(row.purpose),
        stage=row.stage,
        planned_for=row.planned_for,
        not_before=row.not_before,
        settled_at=row.settled_at,
        attempts=row.attempts,
        role=row.role,
        owner=row.owner,
        kind=Kind(row.kind) if row.kind else None,
        holder=Holder(row.holder) if row.holder else None,
        certification_id=row.certification_id,
        enterprise=row.name,
        factory=row.factory,
    )


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.unreached:
        found.append(_unreached())
    elif wanted.states:
        found.append(delivery.c.state.in_(wanted.states))
    if wanted.settled is not None:
        found += [delivery.c.settled_at >= wanted.settled[0], delivery.c.settled_at < wanted.settled[1]]
    if wanted.unit_id is not None:
        found.append(deliveries_in(Scope.of_unit(wanted.unit_id)))
    if wanted.certification_id is not None:
        found.append(_about(certification.c.id == wanted.certification_id))
    if wanted.stage:
        found.append(delivery.c.stage == wanted.stage)
    if wanted.purpose:
        found.append(delivery.c.purpose == wanted.purpose)
    if wanted.answer:
        found.append(_answered(wanted.answer))
    return found


def _unreached() -> ColumnElement[bool]:
    """It failed, its matter is open, and neither the same letter nor a newer one about the matter reached anybody or
    is under way."""
    other = delivery.alias()
    names = ("revision", "purpose", "stage")
    the_same = and_(*(other.c[name] == delivery.c[name] for name in names))
    to_its_holder = delivery.c.purpose != Purpose.ESCALATION
    newer = and_(other.c.id > delivery.c.id, other.c.purpose.in_(_REMINDING), to_its_holder)
    reached = exists().where(
        other.c.subject_kind == delivery.c.subject_kind,
        other.c.subject_id == delivery.c.subject_id,
        other.c.state.in_(_ALIVE),
        or_(the_same, newer),
    )
    still_open = exists().where(obligation.c.id == delivery.c.subject_id, obligation.c.closed == "")
    return and_(
        delivery.c.state.in_(FAILED),
        delivery.c.purpose.not_in(FOR_NOBODY_ELSE),
        ~reached,
        or_(delivery.c.subject_kind != SUBJECT, still_open),
    )


def _about(which: ColumnElement[bool]) -> ColumnElement[bool]:
    """About the matters of these certifications, whoever was told."""
    matters = (
        select(obligation.c.id).join(certification, certification.c.id == obligation.c.certification_id).where(which)
    )
    return and_(delivery.c.subject_kind == SUBJECT, delivery.c.subject_id.in_(matters))


def _named(connection: Connection, scope: Scope, words: str) -> list[int]:
    """The first 500 enterprises of this name, or whose name's pinyin begins with these letters."""
    key = normalise_name(words)
    named = enterprise.c.name_key.contains(key, autoescape=True)
    if key.isascii():
        named = or_(named, enterprise.c.initials.startswith(key.lower(), autoescape=True))
    statement = select(enterprise.c.id).where(named, enterprises_in(scope)).order_by(enterprise.c.id)
    return list(connection.scalars(statement.limit(_ENTERPRISES)))


def _of_enterprises(ids: Sequence[int]) -> ColumnElement[bool]:
    """Sent to the people of these enterprises, or about their matters: found before a scope is asked for, since
    PostgreSQL takes a unit's for most of the table, and would walk all of that to find these."""
    theirs = select(contact.c.id).where(contact.c.owner_kind == OwnerKind.ENTERPRISE, contact.c.owner_id.in_(ids))
    to_them = select(delivery.c.id).where(delivery.c.contact_id.in_(theirs))
    about_them = select(delivery.c.id).where(_about(certification.c.enterprise_id.in_(ids)))
    few = union(to_them, about_them).cte("few").prefix_with("MATERIALIZED", dialect="postgresql")
    return delivery.c.id.in_(select(few.c.id))


def _answered(answer: str) -> ColumnElement[bool]:
    """Some attempt met an answer of this class, or one that finds fault with this."""
    first = _HUNDREDS.get(answer)
    met = attempt.c.verdict == answer if first is None else attempt.c.code.between(first, first + 99)
    return exists().where(attempt.c.delivery_id == delivery.c.id, met)

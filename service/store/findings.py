"""Findings as far as a query can tell, each code's most urgent first."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Subquery,
    and_,
    exists,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
)

from service.domain.certification import Level
from service.domain.findings import Code
from service.domain.obligation import MILESTONES, Closed, Holder, Kind
from service.domain.people import OwnerKind
from service.store import empty_rungs
from service.store.duties import stands
from service.store.found import (
    HELD,
    MATTERS,
    OF_IT,
    OPEN,
    OPEN_OF_IT,
    OPS,
    WANTED,
    Asked,
    Found,
    Listed,
    by_enterprise,
    found,
    matter,
    only,
)
from service.store.rulebook import override, unit_rule
from service.store.tables import certification, contact, enterprise, obligation, unit


def listed(connection: Connection, code: Code, asked: Asked, limit: int) -> Listed:
    """At most ``limit`` findings of a code, and how many there are."""
    every = _of(code, asked)
    totals = func.count().over().label("total"), func.sum(every.c.concerned).over().label("things")
    order = (every.c.day, every.c.certification_id, every.c.enterprise, every.c.unit)
    statement = select(every, *totals).order_by(*(column.nulls_last() for column in order)).limit(limit)
    rows = connection.execute(statement).all()
    total, things = (rows[0].total, int(rows[0].things)) if rows else (0, 0)
    return Listed([Found(*row[:-2]) for row in rows], total, things)


def total(connection: Connection, code: Code, asked: Asked) -> int:
    """How many findings of a code there are."""
    number: int = connection.execute(select(func.count()).select_from(_of(code, asked))).scalar_one()
    return number


def _of(code: Code, asked: Asked) -> Subquery:
    return union_all(*(statement(asked) for statement in STATEMENTS[code])).subquery()


def _has_address(kind: OwnerKind, owner: ColumnElement[Any]) -> ColumnElement[bool]:
    return exists().where(contact.c.working, contact.c.owner_kind == kind, contact.c.owner_id == owner)


def _enterprises_without_address(asked: Asked) -> Select[Any]:
    rows = by_enterprise(asked, day=func.min(obligation.c.safe_due_on), concerned=func.count())
    told = _has_address(OwnerKind.ENTERPRISE, enterprise.c.id)
    return rows.select_from(MATTERS).where(OPEN, WANTED, _until(asked), obligation.c.holder == Holder.ENTERPRISE, ~told)


def _units_without_address(asked: Asked) -> Select[Any]:
    """Its own duties and the matters on its list alike: a unit without an address is told of neither."""
    first = func.min(obligation.c.safe_due_on)
    rows = found(asked, OPS, unit=unit.c.name, day=first, concerned=func.count()).select_from(MATTERS)
    unheard = and_(unit.c.id.is_not(None), ~_has_address(OwnerKind.UNIT, unit.c.id))
    return rows.where(OPEN, WANTED, _until(asked), unheard).group_by(unit.c.id, unit.c.name)


def _until(asked: Asked) -> ColumnElement[bool]:
    return true() if asked.until is None else obligation.c.safe_due_on <= asked.until


def _held_back() -> ColumnElement[bool]:
    """An address that is held back, and nobody else of that role has one that works."""
    other = contact.alias()
    same = (other.c.owner_kind == contact.c.owner_kind, other.c.owner_id == contact.c.owner_id)
    return and_(~contact.c.working, ~exists().where(*same, other.c.role == contact.c.role, other.c.working))


def _enterprises_held_back(asked: Asked) -> Select[Any]:
    theirs = and_(contact.c.owner_kind == OwnerKind.ENTERPRISE, contact.c.owner_id == enterprise.c.id)
    rows = by_enterprise(asked, concerned=func.count(contact.c.id.distinct()))
    return rows.select_from(HELD.join(contact, theirs)).where(_held_back(), exists().where(OPEN_OF_IT, WANTED))


def _units_held_back(asked: Asked) -> Select[Any]:
    theirs = and_(contact.c.owner_kind == OwnerKind.UNIT, contact.c.owner_id == unit.c.id)
    rows = found(asked, OPS, unit=unit.c.name, concerned=func.count()).select_from(unit.join(contact, theirs))
    return rows.where(_held_back()).group_by(unit.c.id, unit.c.name)


def _without_review(asked: Asked) -> Select[Any]:
    """Advanced factories whose validity ends and whose unit has not said when a review is applied for, by unit."""
    review = obligation.alias()
    set_out = exists().where(
        review.c.certification_id == obligation.c.certification_id,
        review.c.kind == Kind.REVIEW_APPLICATION,
        review.c.occurrence == obligation.c.occurrence,
        review.c.closed != Closed.NO_LONGER_APPLIES,
    )
    first, one = func.min(obligation.c.ends_on), only(certification.c.id)
    rows = found(asked, unit.c.id, unit=unit.c.name, certification_id=one, day=first, concerned=func.count())
    which = (OPEN, obligation.c.kind == Kind.VALIDITY_END, certification.c.level == Level.ADVANCED, ~set_out)
    return rows.select_from(MATTERS).where(*which).group_by(unit.c.id, unit.c.name)


def _without_report(asked: Asked) -> Select[Any]:
    theirs = exists().where(certification.c.unit_id == unit.c.id, ~certification.c.proposed)
    day_set = exists().where(unit_rule.c.unit_id == unit.c.id, unit_rule.c.annual_report.is_not(None), stands())
    return found(asked, unit.c.id, unit=unit.c.name, concerned=literal(1)).where(theirs, ~day_set)


def _goes_on() -> ColumnElement[bool]:
    """Whether a certification has open matters, or none yet because a date of it is not known."""
    return and_(~certification.c.proposed, or_(exists().where(OPEN_OF_IT, WANTED), ~exists().where(OF_IT)))


def _without_unit(asked: Asked) -> Select[Any]:
    about = {
        "certification_id": certification.c.id,
        "enterprise": enterprise.c.name,
        "factory": certification.c.factory,
    }
    rows = found(asked, OPS, **about, concerned=literal(1)).select_from(certification.join(enterprise))
    return rows.where(certification.c.unit_id.is_(None), _goes_on())


def _nameless(*, namesake: bool) -> Callable[[Asked], Select[Any]]:
    """Enterprises known by name alone, with or without one of the same name whose code is known."""

    def statement(asked: Asked) -> Select[Any]:
        other = enterprise.alias()
        same = exists().where(other.c.name_key == enterprise.c.name_key, other.c.uscc != "")
        about = {"enterprise": enterprise.c.name, "certification_id": only(certification.c.id)}
        rows = found(asked, OPS, **about, concerned=func.count()).select_from(certification.join(enterprise))
        which = (enterprise.c.uscc == "", same if namesake else ~same, _goes_on())
        return rows.where(*which).group_by(enterprise.c.id, enterprise.c.name)

    return statement


_FINISHED = obligation.c.idle == "plan_finished"
_LAPSED = and_(obligation.c.kind == Kind.REVIEW_APPLICATION, obligation.c.lapse_after.is_not(None))


def _lapsed(asked: Asked) -> Select[Any]:
    """The last reminder was that validity is presumed lapsed."""
    return matter(asked, unit.c.id, day=obligation.c.lapse_after).where(_FINISHED, _LAPSED)


def _awaited(asked: Asked) -> Select[Any]:
    rows = matter(asked, unit.c.id, day=obligation.c.ends_on)
    return rows.where(obligation.c.kind.in_(MILESTONES), obligation.c.pending, obligation.c.ends_on < asked.today)


def _finished(asked: Asked) -> Select[Any]:
    """Milestones ask for nothing, nobody has to apply in a round, and what has lapsed has a finding of its own."""
    voluntary = and_(obligation.c.kind == Kind.ANNUAL_ROUND, obligation.c.holder == Holder.ENTERPRISE)
    return matter(asked, unit.c.id).where(_FINISHED, obligation.c.kind.not_in(MILESTONES), ~voluntary, ~_LAPSED)


def _unwatched(asked: Asked) -> Select[Any]:
    return matter(asked, OPS).where(obligation.c.check_on.is_(None), ~_FINISHED)


def _set_by_hand(subject: str) -> Callable[[Asked], Select[Any]]:
    """Matters of certifications, or of units, whose days a person has set: the newest entry of each stands."""

    def statement(asked: Asked) -> Select[Any]:
        entry = override.c[subject], override.c.kind, override.c.occurrence
        newest = select(func.max(override.c.id)).where(override.c[subject].is_not(None)).group_by(*entry)
        rows = matter(asked, OPS, note=override.c.author + ": " + override.c.reason)
        of_it = [obligation.c[column.name] == column for column in entry]
        return rows.where(*of_it, override.c.id.in_(newest), override.c.due_on.is_not(None))

    return statement


def _provisional(asked: Asked) -> Select[Any]:
    rows = found(asked, OPS, day=func.min(obligation.c.safe_due_on), concerned=func.count()).select_from(obligation)
    return rows.where(OPEN, obligation.c.provisional).having(func.count() > 0)


STATEMENTS: Mapping[Code, tuple[Callable[[Asked], Select[Any]], ...]] = {
    Code.NO_ADDRESS: (_enterprises_without_address, _units_without_address),
    Code.ADDRESS_HELD_BACK: (_enterprises_held_back, _units_held_back),
    Code.REVIEW_NOT_SET: (_without_review,),
    Code.ANNUAL_REPORT_NOT_SET: (_without_report,),
    Code.LAPSED_UNDECIDED: (_lapsed,),
    Code.RESULT_AWAITED: (_awaited,),
    Code.PLAN_FINISHED: (_finished,),
    Code.RUNG_EMPTY: (empty_rungs.directors_of_enterprises, empty_rungs.of_units),
    Code.UNIT_MISSING: (_without_unit,),
    Code.UNIDENTIFIED: (_nameless(namesake=False),),
    Code.POSSIBLY_SAME: (_nameless(namesake=True),),
    Code.OVERRIDDEN: (_set_by_hand("certification_id"), _set_by_hand("unit_id")),
    Code.YEAR_NOT_ANNOUNCED: (_provisional,),
    Code.UNWATCHED: (_unwatched,),
}

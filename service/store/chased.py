"""What a unit has to chase: its open rows within a list's window, and how far reminders of them have come."""

from collections.abc import Collection
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, case, func, or_, select, union_all

from service.domain.answer import Answer, Decision
from service.domain.delivery import Purpose, State
from service.domain.escalation import Window, daily_from
from service.domain.listing import Reached
from service.domain.obligation import INFORMATION, Holder, Kind
from service.store.answering import answer
from service.store.database import among
from service.store.obligations import SUBJECT, Stored, stored_of, unit_of_it
from service.store.tables import certification, delivery, obligation, unit

_FAILED = (State.BOUNCED, State.REFUSED)
_REACHED_NOBODY = Reached(0, None, 0, reachable=True)


def on_list(connection: Connection, unit_id: int, window: Window) -> list[Stored]:
    """A unit's rows within the window, its own duties among them, in the order of their safe days."""
    rows = connection.execute(_on_list(window.threatens), {**vars(window), "unit": unit_id})
    return [stored_of(row) for row in rows]


@cache
def _on_list(threatens: bool) -> Select[Any]:
    """From the factories of the unit to their rows, an index each way; from all rows that are near it takes longer."""
    of_factories = select(obligation.c.id).join(certification, certification.c.id == obligation.c.certification_id)
    theirs = union_all(
        of_factories.where(certification.c.unit_id == bindparam("unit"), *_within(threatens)),
        select(obligation.c.id).where(obligation.c.unit_id == bindparam("unit"), *_within(threatens)),
    )
    statement = select(obligation).where(obligation.c.id.in_(theirs))
    return statement.order_by(obligation.c.safe_due_on, obligation.c.id)


def rows_by_unit(connection: Connection, window: Window) -> dict[int, int]:
    """How many rows each unit has within the window; the units that have any."""
    return {row.unit: row.rows for row in connection.execute(_rows_by_unit(window.threatens), vars(window))}


# Made once for each kind of window, as the next one: to build such a statement takes longer than to run it.
@cache
def _rows_by_unit(threatens: bool) -> Select[int, int]:
    return (
        select(unit_of_it.label("unit"), func.count().label("rows"))
        .select_from(obligation)
        .outerjoin(certification, certification.c.id == obligation.c.certification_id)
        .where(unit_of_it.is_not(None), *_within(threatens))
        .group_by(unit_of_it)
        .order_by(unit_of_it)
    )


def chasing(connection: Connection, unit_ids: Collection[int], window: Window) -> set[int]:
    """Those of the units that have any row within the window."""
    if not unit_ids:
        return set()
    return set(connection.scalars(_chasing(window.threatens), {"among": list(unit_ids), **vars(window)}))


@cache
def _chasing(threatens: bool) -> Select[int]:
    theirs = select(certification.c.id).where(certification.c.unit_id == unit.c.id)
    of_factories = select(obligation.c.id).where(obligation.c.certification_id.in_(theirs), *_within(threatens))
    its_own = select(obligation.c.id).where(obligation.c.unit_id == unit.c.id, *_within(threatens))
    return select(unit.c.id).where(among(unit.c.id), or_(of_factories.exists(), its_own.exists()))


def next_threat(connection: Connection, day: date) -> date | None:
    """The first day from ``day`` on that may have a row for a daily list; None where none is in sight."""
    first: date | None = connection.execute(_SOONEST, {"day": day}).scalar_one()
    return None if first is None else max(day, daily_from(first))


_SOONEST = select(func.min(obligation.c.lapse_after)).where(
    obligation.c.closed == "", ~obligation.c.pending, obligation.c.lapse_after >= bindparam("day")
)


def reached(connection: Connection, obligation_ids: Collection[int]) -> dict[int, Reached]:
    """How far the reminders of each of these have come; ``reachable`` here by what became of the last letter alone."""
    rows = connection.execute(_reached(obligation_ids))
    return {
        row.subject_id: Reached(
            row.letters,
            row.last_on,
            row.unanswered,
            reachable=row.last_failed is None or row.last_sent > row.last_failed,
            silent_since=row.silent_since,
        )
        for row in rows
    }


def reached_by(found: dict[int, Reached], obligation_id: int) -> Reached:
    """The same of one of them; nothing was sent where it is not among them."""
    return found.get(obligation_id, _REACHED_NOBODY)


def _reached(obligation_ids: Collection[int]) -> Select[tuple[int, int, date, int, date, int | None, int]]:
    """Letters and the last one's day; stages since the last answer, and the first of these letters' day; the newest
    letter that went, and that failed."""
    answered = (
        select(answer.c.obligation_id, func.max(answer.c.at).label("at"))
        .where(answer.c.obligation_id.in_(obligation_ids))
        .group_by(answer.c.obligation_id)
        .subquery()
    )
    sent = delivery.c.state == State.SENT
    since = and_(sent, or_(answered.c.at.is_(None), delivery.c.settled_at > answered.c.at))
    return (
        select(
            delivery.c.subject_id,
            func.count(case((sent, delivery.c.id))).label("letters"),
            func.max(case((sent, delivery.c.planned_for))).label("last_on"),
            func.count(case((since, delivery.c.stage)).distinct()).label("unanswered"),
            func.min(case((since, delivery.c.planned_for))).label("silent_since"),
            func.max(case((delivery.c.state.in_(_FAILED), delivery.c.id))).label("last_failed"),
            func.coalesce(func.max(case((sent, delivery.c.id))), 0).label("last_sent"),
        )
        .outerjoin(answered, answered.c.obligation_id == delivery.c.subject_id)
        .where(
            delivery.c.subject_kind == SUBJECT,
            delivery.c.subject_id.in_(obligation_ids),
            delivery.c.purpose == Purpose.REMINDER,
        )
        .group_by(delivery.c.subject_id)
    )


def claimed(connection: Connection, obligation_ids: Collection[int]) -> set[int]:
    """Those of which somebody says that they are done, and nobody has confirmed it yet."""
    waits = (answer.c.kind == Answer.FILED, answer.c.decision == Decision.WAITING)
    statement = select(answer.c.obligation_id).where(answer.c.obligation_id.in_(obligation_ids), *waits)
    return set(connection.scalars(statement))


def listed_on(connection: Connection, certification_ids: Collection[int]) -> dict[int, date]:
    """When the list was published that each certification stands in: the day its first period counts from."""
    ends = (Kind.VALIDITY_END, Kind.CULTIVATION_END)
    of, kind, first = obligation.c.certification_id, obligation.c.kind, func.min(obligation.c.anchor_on).label("first")
    statement = (
        select(of, kind, first)
        .where(of.in_(certification_ids), kind.in_(ends), obligation.c.anchor_on.is_not(None))
        .group_by(of, kind)
    )
    found = {(row.certification_id, row.kind): row.first for row in connection.execute(statement)}
    return {id: found.get((id, Kind.VALIDITY_END)) or day for (id, _), day in found.items()}


def _within(threatens: bool) -> tuple[ColumnElement[bool], ...]:
    """The rows of a window whose days a statement is executed with."""
    of_its_holder = obligation.c.kind.in_([kind for kind in Kind if kind not in INFORMATION])
    chased = or_(obligation.c.kind != Kind.ANNUAL_ROUND, obligation.c.holder == Holder.UNIT)  # nobody has to apply
    of_all = obligation.c.closed == "", obligation.c.safe_due_on <= bindparam("safe_until"), of_its_holder, chased
    if not threatens:
        return of_all
    near = obligation.c.lapse_after.between(bindparam("lapse_from"), bindparam("lapse_until"))
    return *of_all, ~obligation.c.pending, near

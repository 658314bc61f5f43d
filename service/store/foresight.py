"""What a forecast and a simulation ask of the database, and the one thing that a simulation sets in its copy."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, and_, bindparam, func, select, update

from service.domain.delivery import Purpose, State
from service.store import lists
from service.store.climbing import ladder
from service.store.obligations import SUBJECT
from service.store.tables import attempt, delivery, obligation, unit, unit_list


def to_be_looked_at(connection: Connection, until: date, chunk: int) -> Iterator[list[int]]:
    """The obligations that a scan of ``until`` or before will look at, by id, ``chunk`` at a time."""
    last = 0
    while True:
        statement = (
            select(obligation.c.id)
            .where(obligation.c.check_on <= until, obligation.c.id > last)
            .order_by(obligation.c.id)
            .limit(chunk)
        )
        ids = list(connection.scalars(statement))
        if not ids:
            return
        yield ids
        last = ids[-1]


def planned(connection: Connection, obligation_ids: Collection[int]) -> set[tuple[int, int, str, int]]:
    """The reminders that are in the outbox, in whatever state: obligation, revision, stage and contact of each."""
    statement = select(delivery.c.subject_id, delivery.c.revision, delivery.c.stage, delivery.c.contact_id).where(
        delivery.c.subject_kind == SUBJECT,
        delivery.c.subject_id.in_(obligation_ids),
        delivery.c.purpose == Purpose.REMINDER,
    )
    return {(id, revision, stage, contact_id) for id, revision, stage, contact_id in connection.execute(statement)}


def lists_planned(connection: Connection, period: str) -> set[tuple[int, int]]:
    """The lists of a period that are in the outbox, in whatever state: unit and contact of each."""
    about = and_(delivery.c.subject_kind == lists.SUBJECT, delivery.c.subject_id == unit_list.c.id)
    statement = select(unit_list.c.unit_id, delivery.c.contact_id).join(delivery, about)
    return {(id, contact_id) for id, contact_id in connection.execute(statement.where(unit_list.c.period == period))}


def next_look(connection: Connection) -> date | None:
    """The first day on which a scan has to look at anything: at a matter, or at its ladder."""
    days = [day for first in _NEXT_LOOKS if (day := connection.execute(first).scalar_one()) is not None]
    return min(days, default=None)


_NEXT_LOOKS = [select(func.min(column)) for column in (obligation.c.check_on, ladder.c.look_on)]


def make_ready(connection: Connection, now: datetime) -> None:
    """Make a copy ready for the days to pass on it.

    What waits can be called at once: nobody who holds a lease on the original works on the copy. Since nobody acts, in
    the end everything is late, and every list counts it all: they get an index that has what they ask for.
    """
    let_go(connection, now)
    columns = "closed, safe_due_on, kind, holder, certification_id, unit_id, lapse_after, pending"
    connection.exec_driver_sql(f"CREATE INDEX ix_obligation_listed ON obligation ({columns})")
    connection.exec_driver_sql("CREATE INDEX ix_unit_list_on_day ON unit_list (on_day)")
    connection.exec_driver_sql("CREATE INDEX ix_unit_list_period ON unit_list (period, unit_id, on_day)")
    connection.exec_driver_sql("CREATE INDEX ix_obligation_lapsing ON obligation (closed, pending, lapse_after)")


def let_go(connection: Connection, now: datetime) -> None:
    """Let what waits be called at once, whatever hour it waits for."""
    connection.execute(_LET_GO, {"now": now})


_LET_GO = (
    update(delivery)
    .where(delivery.c.state.in_((State.PLANNED, State.CALLED, State.SENDING)), delivery.c.not_before > bindparam("now"))
    .values(not_before=bindparam("now"))
)


def newest_attempt(connection: Connection) -> int:
    """The id of the newest attempt; 0 before the first."""
    newest: int | None = connection.execute(select(func.max(attempt.c.id))).scalar_one()
    return newest or 0


@dataclass(frozen=True)
class Carried:
    """How many letters of a purpose, kind and stage a day had; ``kind`` is empty for units' lists."""

    day: date
    purpose: Purpose
    kind: str
    stage: str
    letters: int


def carried_since(connection: Connection, newest: int) -> list[Carried]:
    """The letters that were sent after the attempt ``newest``, by the UTC day on which they were."""
    about = and_(delivery.c.subject_kind == SUBJECT, obligation.c.id == delivery.c.subject_id)
    what = (attempt.c.at, delivery.c.purpose, obligation.c.kind, delivery.c.stage)
    statement = (
        select(*what, func.count().label("letters"))
        .select_from(attempt)
        .join(delivery, delivery.c.id == attempt.c.delivery_id)
        .outerjoin(obligation, about)
        .where(attempt.c.id > newest, attempt.c.outcome == State.SENT)
        .group_by(*what)
        .order_by(*what)
    )
    return [
        Carried(row.at.date(), Purpose(row.purpose), row.kind or "", row.stage, row.letters)
        for row in connection.execute(statement)
    ]


@dataclass(frozen=True)
class UnitCarried:
    """How many lists a unit had, and in how many letters."""

    unit: str
    lists: int
    letters: int


def lists_carried_since(connection: Connection, newest: int) -> list[UnitCarried]:
    """The lists that were sent after the attempt ``newest``."""
    statement = (
        select(unit.c.name, func.count(unit_list.c.id.distinct()).label("lists"), func.count().label("letters"))
        .select_from(attempt)
        .join(delivery, delivery.c.id == attempt.c.delivery_id)
        .join(unit_list, and_(delivery.c.subject_kind == lists.SUBJECT, unit_list.c.id == delivery.c.subject_id))
        .join(unit, unit.c.id == unit_list.c.unit_id)
        .where(attempt.c.id > newest, attempt.c.outcome == State.SENT)
        .group_by(unit.c.id, unit.c.name)
        .order_by(unit.c.id)
    )
    return [UnitCarried(row.name, row.lists, row.letters) for row in connection.execute(statement)]

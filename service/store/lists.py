"""The units' lists: on which day and hour a unit wants them, which it had, and their rows as they were told."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, select, update

from service.domain.certification import UnitKind
from service.domain.escalation import PERIOD_LENGTH, Cadence, ListDay, cadence_of, window
from service.domain.listing import PastList, Told
from service.store import list_rows
from service.store.database import add_new, among
from service.store.tables import unit, unit_list

SUBJECT = "list"


@dataclass(frozen=True)
class UnitList:
    """A list as planned for a unit: the period it is for, and the day it shows."""

    id: int
    unit_id: int
    unit: str
    unit_kind: UnitKind
    period: str
    on: date


def days(connection: Connection) -> dict[int, ListDay]:
    """The weekday and hour of every unit on record; those of the plan where it has set none."""
    of_plan = ListDay()
    return {
        row.id: ListDay(
            of_plan.weekday if row.list_weekday is None else row.list_weekday,
            of_plan.hour if row.list_hour is None else row.list_hour,
        )
        for row in connection.execute(_DAYS)
    }


def set_day(connection: Connection, unit_id: int, *, weekday: int | None, hour: int | None) -> None:
    """Set what is not None of a unit's weekday (Monday is 0) and hour."""
    new = {name: value for name, value in (("list_weekday", weekday), ("list_hour", hour)) if value is not None}
    if new:
        connection.execute(update(unit).where(unit.c.id == unit_id).values(new))


def add(connection: Connection, period: str, on: date, rows: Mapping[int, int]) -> None:
    """Plan the list of a period for each unit, with how many rows it has; a unit that has one already keeps it."""
    new = [{"unit_id": id, "period": period, "on_day": on, "rows": count} for id, count in rows.items()]
    add_new(connection, unit_list, new)


def of_day(connection: Connection, on: date) -> dict[int, UnitList]:
    """The list of a day that each unit has, by unit."""
    return {row.unit_id: _value(row) for row in connection.execute(_OF_DAY, {"on": on})}


def had(connection: Connection, periods: Collection[str], today: date) -> set[tuple[int, str]]:
    """Which units had the list of one of these periods on another day: unit and period."""
    rows = connection.execute(_HAD, {"among": list(periods), "today": today})
    return {(row.unit_id, row.period) for row in rows}


def by_ids(connection: Connection, ids: Collection[int]) -> dict[int, UnitList]:
    """The lists with these ids."""
    return {row.id: _value(row) for row in connection.execute(_BY_IDS, {"among": list(ids)})}


def _value(row: Row[*tuple[Any, ...]]) -> UnitList:
    return UnitList(row.id, row.unit_id, row.name, UnitKind(row.kind), row.period, row.on_day)


# Made once: to build a statement takes longer than to run it.
_DAYS = select(unit.c.id, unit.c.list_weekday, unit.c.list_hour).order_by(unit.c.id)
_PLANNED = (
    select(unit_list.c.id, unit_list.c.unit_id, unit_list.c.period, unit_list.c.on_day, unit.c.name, unit.c.kind)
    .join(unit)
    .order_by(unit_list.c.id)
)
_OF_DAY = _PLANNED.where(unit_list.c.on_day == bindparam("on"))
_BY_IDS = _PLANNED.where(among(unit_list.c.id))
_HAD = select(unit_list.c.unit_id, unit_list.c.period).where(
    among(unit_list.c.period), unit_list.c.on_day != bindparam("today")
)


def keep(connection: Connection, id: int, rows: Sequence[Told]) -> None:
    """Keep the rows of a list as they are told."""
    content = [list_rows.document(row) for row in rows]
    connection.execute(update(unit_list).where(unit_list.c.id == id).values(content=content, rows=len(rows)))


def before(connection: Connection, unit_id: int, id: int | None = None) -> list[PastList]:
    """The newest list of each cadence that the unit was told, before that of number ``id``; the newest first."""
    return [past for _, past in sorted(_before(connection, unit_id, id), key=lambda found: -found[0])]


def _before(connection: Connection, unit_id: int, id: int | None) -> Iterator[tuple[int, PastList]]:
    which = [unit_list.c.unit_id == unit_id, unit_list.c.content.is_not(None)]
    if id is not None:
        which.append(unit_list.c.id < id)
    for cadence in Cadence:
        of_cadence = func.length(unit_list.c.period) == PERIOD_LENGTH[cadence]
        newest = select(unit_list).where(*which, of_cadence).order_by(unit_list.c.id.desc()).limit(1)
        row = connection.execute(newest).first()
        if row is not None:
            told = [list_rows.told(each) for each in row.content]
            yield row.id, PastList(window(cadence, row.on_day), {each.obligation_id: each for each in told})


@dataclass(frozen=True)
class ToldList:
    """A list as it was told: for which day, how often it comes, and its rows in their order."""

    on: date
    cadence: Cadence
    rows: tuple[Told, ...]


def told_by(connection: Connection, unit_id: int, on: date) -> ToldList | None:
    """The last list that the unit was told on or before a day; None where it was told none."""
    which = (unit_list.c.unit_id == unit_id, unit_list.c.on_day <= on, unit_list.c.content.is_not(None))
    newest = select(unit_list).where(*which).order_by(unit_list.c.on_day.desc(), unit_list.c.id.desc()).limit(1)
    row = connection.execute(newest).first()
    return None if row is None else told_of(row)


def told_of(row: Row[Any]) -> ToldList:
    """The list in a row of its table, which was told."""
    return ToldList(row.on_day, cadence_of(row.period), tuple(map(list_rows.told, row.content)))

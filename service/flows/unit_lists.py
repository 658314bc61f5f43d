"""Which lists a day has for which units: what planning, forecasting and simulating agree on."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from service.domain.escalation import Cadence, Due, ListDay, due, window
from service.domain.workdays import Workdays
from service.flows.desk import LEGAL_ZONE, Moment
from service.store import chased, lists, runs

JOB = "escalate"
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Wanted:
    """A list that a unit is to get: of which period, with how many rows, and from when on: its hour by the clock."""

    period: str
    rows: int
    at: datetime


def heard_on(connection: Connection, today: date) -> date | None:
    """The last day before ``today`` on which the lists were rung; None where they never were."""
    last = runs.newest_of(connection, JOB, [runs.DONE], last=today - _DAY)
    return None if last is None else last.as_of


def wanted(now: Moment, today: date, heard: date | None) -> dict[int, Wanted]:
    """The list of each unit that is due today and has any row: the widest one, and one a day."""
    days = lists.days(now.connection)
    reached = {day: due(day, heard, today, now.workdays) for day in set(days.values())}
    had = lists.had(now.connection, {each.period for theirs in reached.values() for each in theirs}, today)
    already = lists.of_day(now.connection, today)
    rows = _rows(now.connection, reached, today)
    found = {}
    for id, day in days.items():
        before = already.get(id)
        for each in reached[day]:
            is_another = before is not None and before.period != each.period
            if is_another or (id, each.period) in had or id not in rows[each.cadence]:
                continue
            at = now.now.astimezone(LEGAL_ZONE).replace(hour=day.hour, minute=0, second=0, microsecond=0)
            found[id] = Wanted(each.period, rows[each.cadence][id], max(at, now.now))
            break
    return found


def _rows(
    connection: Connection, reached: Mapping[ListDay, Collection[Due]], today: date
) -> dict[Cadence, dict[int, int]]:
    """How many rows each unit has, by the cadences that any of them has reached: one pass for each."""
    asked = {each.cadence for theirs in reached.values() for each in theirs}
    return {cadence: chased.rows_by_unit(connection, window(cadence, today)) for cadence in asked}


def next_bell(connection: Connection, workdays: Workdays, day: date, last: date) -> date | None:
    """The first day from ``day`` to ``last`` on which any unit may get a list; None where there is none."""
    days, threat = set(lists.days(connection).values()), chased.next_threat(connection, day)
    while day <= last:
        if threat is not None and day >= threat and workdays.read(day).working:
            return day
        reached = (due(of, day - _DAY, day, workdays) for of in days)
        if any(each.cadence is not Cadence.DAILY for theirs in reached for each in theirs):
            return day
        day += _DAY
    return None

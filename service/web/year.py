"""A year of the working-day table as twelve small months: what each day is, in signs as well as in colours."""

from calendar import Calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from service.domain.workdays import Reading, Workdays

_WEEKEND = "weekend"


@dataclass(frozen=True)
class Day:
    """A day: ``kind`` is work, weekend, holiday or makeup 调休上班日; ``name`` a holiday's code, or empty."""

    on: date
    kind: str
    name: str
    forecast: bool


@dataclass(frozen=True)
class Stretch:
    """Days of a month that follow each other and are named alike: one holiday, or one make-up working day."""

    first: date
    last: date
    kind: str
    name: str
    forecast: bool


@dataclass(frozen=True)
class Month:
    """A month: its weeks from Monday on, None where a day is another month's; and what it names, in order."""

    number: int
    weeks: Sequence[Sequence[Day | None]]
    named: Sequence[Stretch]


def months(table: Workdays, year: int) -> list[Month]:
    """The twelve months. Raises RequestRefused for a year that the table cannot speak of."""
    return [_month(table, year, number) for number in range(1, 13)]


def _month(table: Workdays, year: int, number: int) -> Month:
    weeks = [
        [_day(table.read(on)) if on.month == number else None for on in week]
        for week in Calendar().monthdatescalendar(year, number)
    ]
    days = [day for week in weeks for day in week if day is not None]
    return Month(number, weeks, _named(days))


def _named(days: Sequence[Day]) -> list[Stretch]:
    found = []
    for (kind, name), group in groupby(days, key=lambda day: (day.kind, day.name)):
        if name:
            those = list(group)
            found.append(Stretch(those[0].on, those[-1].on, kind, name, any(day.forecast for day in those)))
    return found


def _day(reading: Reading) -> Day:
    named = "" if reading.name == _WEEKEND else reading.name
    if reading.working:
        return Day(reading.day, "makeup" if named else "work", named, reading.forecast)
    return Day(reading.day, "holiday" if named else "weekend", named, reading.forecast)

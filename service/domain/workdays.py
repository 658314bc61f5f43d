"""Working days and rest days: the announced ones as announced, the others as a superset of what may be announced.

The table holds the days a year's notice (国务院办公厅节假日安排) names: rest days and adjusted working days 调休上班日.
Every day it does not name is a working day from Monday to Friday, and a rest day at the weekend (民法典 203).
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import accumulate, count
from typing import Final

from service.domain import lunar
from service.domain.errors import RequestRefused
from service.domain.forecast import forecast_rest_days

_DAY: Final = timedelta(days=1)
_NEXT_NOTICE_FROM: Final = (12, 25)
"""From this month and day on, the next year's notice may still move a year's rest days."""


class DayKind(StrEnum):
    REST = "rest"
    WORK = "work"


@dataclass(frozen=True)
class SpecialDay:
    """A day that a notice names; ``name`` is a holiday's code (new_year, spring_festival, …) or the notice's words."""

    day: date
    kind: DayKind
    name: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What the table says of one day; ``name`` is empty for an ordinary working day, ``weekend`` for a plain weekend.

    ``forecast`` is true where no notice has settled the day yet.
    """

    day: date
    working: bool
    name: str
    forecast: bool


@dataclass(frozen=True)
class Roll:
    """A move to a working day: the rest days passed on the way, in the order in which they were read.

    ``forecast`` is true if any day that was read, the landing included, is a forecast: the result is provisional.
    """

    start: date
    day: date
    passed: tuple[Reading, ...]
    forecast: bool


@dataclass(frozen=True, slots=True)
class _Year:
    """One year as read: its days from the ordinal ``first`` on, and how many of them work up to and including each."""

    first: int
    readings: tuple[Reading, ...]
    worked: tuple[int, ...]


class Workdays:
    """The working-day table of one moment; immutable.

    ``special`` are the days named by the notices of the ``announced`` years; of a day named twice the last stands.
    A year not announced is forecast as a superset of rest days, and so are 25 to 31 December of an announced year
    while the next one is not: there a named rest day still rests, and a named working day counts for nothing.
    Reading before the first announced year, or a forecast beyond the table of feasts, raises RequestRefused.
    """

    def __init__(self, special: Iterable[SpecialDay], announced: Collection[int]) -> None:
        self._special = {named.day: named for named in special}
        self._announced = frozenset(announced)
        self._first_year = min(self._announced, default=lunar.FIRST_YEAR)
        # Filled on first use and never changed after: two threads may at worst work out the same year twice.
        self._years: dict[int, _Year] = {}

    @property
    def announced_until(self) -> int:
        """The last year announced without a gap since the first; the year before the table begins if none is."""
        return next(year for year in count(self._first_year - 1) if year + 1 not in self._announced)

    def read(self, day: date) -> Reading:
        """What the table says of ``day``; raises RequestRefused outside the years it can speak of."""
        year = self._year(day.year)
        return year.readings[day.toordinal() - year.first]

    def roll_back(self, day: date) -> Roll:
        """To the last working day on or before ``day``."""
        return self._roll(day, -_DAY)

    def roll_forward(self, day: date) -> Roll:
        """To the first working day on or after ``day`` (民法典 203)."""
        return self._roll(day, _DAY)

    def nth_after(self, start: date, number: int) -> Roll:
        """To the ``number``-th working day after ``start``, which is not counted; past the rest days in between."""
        rest: list[Reading] = []
        forecast, day = False, start
        while number > 0:
            day += _DAY
            reading = self.read(day)
            forecast = forecast or reading.forecast
            number -= reading.working
            if not reading.working:
                rest.append(reading)
        return Roll(start, day, tuple(rest), forecast)

    def count(self, after: date, until: date) -> int:
        """Working days after ``after`` up to and including ``until``; negative where ``until`` is earlier."""
        if until < after:
            return -self.count(until, after)
        years_between = sum(self._year(year).worked[-1] for year in range(after.year, until.year))
        return years_between + self._worked(until) - self._worked(after)

    def _roll(self, start: date, step: timedelta) -> Roll:
        passed: list[Reading] = []
        reading = self.read(start)
        while not reading.working:
            passed.append(reading)
            reading = self.read(reading.day + step)
        return Roll(start, reading.day, tuple(passed), reading.forecast or any(rest.forecast for rest in passed))

    def _worked(self, day: date) -> int:
        """Working days from 1 January up to and including ``day``."""
        year = self._year(day.year)
        return year.worked[day.toordinal() - year.first]

    def _year(self, year: int) -> _Year:
        known = self._years.get(year)
        if known is None:
            known = self._years[year] = self._reckoned(year)
        return known

    def _reckoned(self, year: int) -> _Year:
        days = [date(year, 1, 1)]
        while days[-1] < date(year, 12, 31):
            days.append(days[-1] + _DAY)
        rest = {} if self._settled(days[-1]) else self._forecast(year)
        readings = tuple(
            self._announced_day(day) if self._settled(day) else self._forecast_day(day, rest) for day in days
        )
        return _Year(days[0].toordinal(), readings, tuple(accumulate(reading.working for reading in readings)))

    def _settled(self, day: date) -> bool:
        """Whether every notice that may name this day is in the table."""
        if (day.month, day.day) >= _NEXT_NOTICE_FROM and day.year + 1 not in self._announced:
            return False
        return day.year in self._announced

    def _forecast(self, year: int) -> dict[date, str]:
        if year < self._first_year or year not in lunar.FEASTS:
            raise RequestRefused(
                f"工作日表自 {self._first_year} 年起，农历节日推算至 {lunar.LAST_YEAR} 年止，"
                f"无法判断 {year} 年的工作日；请核对日期",
                f"the working-day table begins with {self._first_year} and its lunar holidays end with"
                f" {lunar.LAST_YEAR}, so it cannot tell the working days of {year}; check the date",
            )
        return forecast_rest_days(year)

    def _announced_day(self, day: date) -> Reading:
        named = self._special.get(day)
        if named:
            return Reading(day, named.kind is DayKind.WORK, named.name, forecast=False)
        weekend = day.weekday() >= 5
        return Reading(day, not weekend, "weekend" if weekend else "", forecast=False)

    def _forecast_day(self, day: date, rest: dict[date, str]) -> Reading:
        named = self._special.get(day)
        if named and named.kind is DayKind.REST:
            return Reading(day, False, named.name, forecast=True)
        return Reading(day, day not in rest, rest.get(day, ""), forecast=True)

"""The unit's list 督办清单: on which days a unit gets one, and which rows are on it [policy].

Invariant: a unit has at most one list a day, the widest that is due, and one of each period.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from service.domain.errors import RequestRefused
from service.domain.workdays import Workdays

_DAY = timedelta(days=1)
HOURS = range(8, 19)
"""The hours at which lists can go: those of the working day."""

_FIRST_HOUR, _LAST_HOUR = HOURS[0], HOURS[-1]


class Cadence(StrEnum):
    """How often, and with it how wide: 月清单, 周清单, 日清单; the widest first."""

    MONTHLY = "monthly"
    WEEKLY = "weekly"
    DAILY = "daily"


_AHEAD = {Cadence.MONTHLY: timedelta(days=90), Cadence.WEEKLY: timedelta(days=30)}
_LAPSE_NEAR = timedelta(days=30)


@dataclass(frozen=True)
class ListDay:
    """A unit's own weekday (Monday is 0) and hour, Asia/Shanghai, of its lists."""

    weekday: int = 0
    hour: int = _FIRST_HOUR


@dataclass(frozen=True)
class Window:
    """Which open rows a list takes: safe days up to ``safe_until``, and past ones with them.

    Where only threatening lapse counts, also: validity not over before ``lapse_from`` nor later than ``lapse_until``,
    and no application on record. A claim that was confirmed is one: it closes its matter, or is awaited.
    """

    safe_until: date
    lapse_from: date | None = None
    lapse_until: date | None = None

    @property
    def threatens(self) -> bool:
        """Whether only threatening lapse counts."""
        return self.lapse_from is not None

    def takes(self, safe_due_on: date, lapse_after: date | None, *, pending: bool) -> bool:
        """Whether an open row is on the list; both ends are included."""
        if safe_due_on > self.safe_until:
            return False
        if self.lapse_from is None or self.lapse_until is None:
            return True
        return not pending and lapse_after is not None and self.lapse_from <= lapse_after <= self.lapse_until


def window(cadence: Cadence, today: date) -> Window:
    """The rows of a list of ``today``: near by 90 days, by 30, or past their safe day with 30 days left or fewer."""
    if cadence is Cadence.DAILY:
        return Window(today - _DAY, today, today + _LAPSE_NEAR)
    return Window(today + _AHEAD[cadence])


def daily_from(lapse_after: date) -> date:
    """The first day on which a row that lapses after this day may be on a daily list."""
    return lapse_after - _LAPSE_NEAR


@dataclass(frozen=True)
class Due:
    """A list that a day has reached, and the period that it is for: ``2028-08``, ``2028-W33``, ``2028-08-14``."""

    cadence: Cadence
    period: str


def due(on: ListDay, heard_on: date | None, today: date, workdays: Workdays) -> tuple[Due, ...]:
    """The lists that ``today`` has reached and no bell before it has told of, the widest first.

    ``heard_on`` is the last day before today on which the lists were rung; None: never. A month's list is due on its
    first working day, a week's on the unit's weekday or the first working day after it, a day's on a working day.
    """
    found = []
    for cadence, began in (
        (Cadence.MONTHLY, _began(today.replace(day=1), _month_before, today, workdays)),
        (Cadence.WEEKLY, _began(today - _DAY * ((today.weekday() - on.weekday) % 7), _week_before, today, workdays)),
    ):
        if heard_on is None or workdays.nth_after(began - _DAY, 1).day > heard_on:
            found.append(Due(cadence, period(cadence, began)))
    if workdays.read(today).working:
        found.append(Due(Cadence.DAILY, period(Cadence.DAILY, today)))
    return tuple(found)


def _began(newest: date, before: Callable[[date], date], today: date, workdays: Workdays) -> date:
    """The newest day to begin with that ``today`` has reached: one with a working day since."""
    while not workdays.count(newest - _DAY, today):
        newest = before(newest)
    return newest


def _month_before(first: date) -> date:
    return (first - _DAY).replace(day=1)


def _week_before(day: date) -> date:
    return day - 7 * _DAY


def period(cadence: Cadence, began: date) -> str:
    """The month, ISO week or day that a list is for."""
    if cadence is Cadence.MONTHLY:
        return f"{began:%Y-%m}"
    if cadence is Cadence.DAILY:
        return began.isoformat()
    year, week, _ = began.isocalendar()
    return f"{year}-W{week:02d}"


PERIOD_LENGTH: Mapping[Cadence, int] = {Cadence.MONTHLY: 7, Cadence.WEEKLY: 8, Cadence.DAILY: 10}
"""How long the name of a period is: by it a list's cadence is known."""


def cadence_of(period: str) -> Cadence:
    """How often a list of this period is."""
    return next(cadence for cadence, length in PERIOD_LENGTH.items() if length == len(period))


def checked_day(weekday: int | None, hour: int | None) -> None:
    """Raises RequestRefused where a unit's weekday is not 0 to 6, or its hour not one of the working day."""
    if weekday is not None and not 0 <= weekday <= 6:
        raise RequestRefused("--weekday：请用 1（周一）至 7（周日）", "--weekday: give 1 (Monday) to 7 (Sunday)")
    if hour is not None and hour not in HOURS:
        raise RequestRefused(
            f"--hour：请用 {_FIRST_HOUR} 至 {_LAST_HOUR} 点", f"--hour: give an hour from {_FIRST_HOUR} to {_LAST_HOUR}"
        )

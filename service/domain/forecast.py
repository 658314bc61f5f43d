"""What a notice may make rest days while there is none yet: a superset, so that no forecast day comes too late.

Every weekend; around each of the seven holidays the widest stretch of rest days seen since 2008, when they became
seven; 30 and 31 December; and a single working day left between two rest days, which a notice likes to bridge. No
worked weekend.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from service.domain.lunar import FEASTS

_MARGINS: Final = {
    "new_year": (2, 2),
    "spring_festival": (2, 8),
    "qingming": (2, 2),
    "labour_day": (2, 4),
    "dragon_boat": (2, 2),
    "mid_autumn": (2, 2),
    "national_day": (2, 7),
}
"""Days before and after each holiday's own day (春节: the 1st of the 1st month; 国庆: 1 October)."""

_DAY: Final = timedelta(days=1)


def forecast_rest_days(year: int) -> dict[date, str]:
    """Each day of an unannounced year that may be a rest day, with its holiday's code, or ``weekend``.

    The year must lie within the table of feasts (KeyError).
    """
    days = list(_days(date(year, 1, 1), date(year, 12, 31)))
    rest = {day: "weekend" for day in days if day.weekday() >= 5}
    for name, feast in _holidays(year):
        before, after = _MARGINS[name]
        rest |= dict.fromkeys(_days(feast - before * _DAY, feast + after * _DAY), name)
    bridges = {
        day: next(name for name in (rest[day - _DAY], rest[day + _DAY]) if name != "weekend")
        for day in days
        if day not in rest and day - _DAY in rest and day + _DAY in rest
    }
    return {day: name for day, name in (rest | bridges).items() if day.year == year}


def _holidays(year: int) -> Iterator[tuple[str, date]]:
    """The holidays that touch a year; where two overlap, the later of this order gives the name."""
    yield from FEASTS[year]._asdict().items()
    yield "new_year", date(year, 1, 1)
    yield "labour_day", date(year, 5, 1)
    yield "national_day", date(year, 10, 1)
    yield "new_year", date(year + 1, 1, 1)


def _days(first: date, last: date) -> Iterator[date]:
    """Every day from ``first`` to ``last``, both included."""
    return (first + offset * _DAY for offset in range((last - first).days + 1))

"""The announced years as the package ``chinesecalendar`` carries them: the seed of the working-day table."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.metadata import version
from typing import Final

import chinese_calendar  # type: ignore[import-untyped]

from service.domain.workdays import DayKind, SpecialDay, Workdays

_CODES: Final = {
    "New Year's Day": "new_year",
    "Spring Festival": "spring_festival",
    "Tomb-sweeping Day": "qingming",
    "Labour Day": "labour_day",
    "Dragon Boat Festival": "dragon_boat",
    "Mid-autumn Festival": "mid_autumn",
    "National Day": "national_day",
    "Anti-Fascist 70th Day": "anti_fascist_70",
}


@dataclass(frozen=True)
class OfficialDay:
    """A day that a notice names, with the package and version it was taken from.

    ``notice`` is the year whose arrangement names the day, amendments within that year included; the
    package does not tell them apart.
    """

    special: SpecialDay
    source: str
    notice: int


def official_days() -> tuple[list[OfficialDay], list[int]]:
    """Every named day in order, and the years announced. A holiday without a code of ours keeps the package's name."""
    source = f"chinesecalendar {version('chinesecalendar')}"
    days = [OfficialDay(special, source, _notice(special)) for special in sorted(_named(), key=lambda named: named.day)]
    return days, sorted({each.notice for each in days})


@cache
def official_workdays() -> Workdays:
    """The working-day table of the announced years alone, before any notice imported here."""
    days, announced = official_days()
    return Workdays((each.special for each in days), announced)


def _named() -> Iterator[SpecialDay]:
    tables: dict[DayKind, dict[date, str]] = {
        DayKind.REST: chinese_calendar.holidays,
        DayKind.WORK: chinese_calendar.workdays,
    }
    for kind, table in tables.items():
        for day, name in table.items():
            yield SpecialDay(day, kind, _CODES.get(name, name))


def _notice(special: SpecialDay) -> int:
    """A New Year's arrangement may begin in December: it belongs to the year that begins."""
    return special.day.year + (special.name == "new_year" and special.day.month == 12)

"""A year's notice of rest days 节假日安排, and what it has to hold before the working-day table may rest on it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from service.domain import lunar
from service.domain.errors import RequestRefused
from service.domain.forecast import forecast_rest_days
from service.domain.workdays import DayKind, SpecialDay

FIRST_YEAR: Final = 2008
"""Since then there are seven holidays; the table's own first year is earlier, so that none is left without a past."""


@dataclass(frozen=True)
class Notice:
    """The days that one year's arrangement names, amendments included; ``number`` 文号 is that of the last of them."""

    year: int
    number: str
    days: tuple[SpecialDay, ...]


@dataclass(frozen=True)
class Holiday:
    """A holiday of all citizens: its names, and its statutory days counted from its own day, which is 0."""

    zh: str
    en: str
    statutory: tuple[int, ...] = (0,)


HOLIDAYS: Final[Mapping[str, Holiday]] = {
    "new_year": Holiday("元旦", "New Year's Day"),
    "spring_festival": Holiday("春节", "Spring Festival", (-1, 0, 1, 2)),
    "qingming": Holiday("清明节", "Tomb-sweeping Day"),
    "labour_day": Holiday("劳动节", "Labour Day", (0, 1)),
    "dragon_boat": Holiday("端午节", "Dragon Boat Festival"),
    "mid_autumn": Holiday("中秋节", "Mid-Autumn Festival"),
    "national_day": Holiday("国庆节", "National Day", (0, 1, 2)),
}
"""By code, with the days of 《全国年节及纪念日放假办法》 Art. 2 as in force since 2025."""

_BEFORE_2025: Final = {"spring_festival": (0, 1), "labour_day": (0,)}
"""What all the versions before 2025 had in common, where it is less."""

_DAY: Final = timedelta(days=1)


def check(notice: Notice) -> None:
    """Raise RequestRefused, naming the rule and the day, where this cannot be the arrangement of its year."""
    if not notice.number:
        raise RequestRefused("通知没有文号，请填写", "the notice has no number: give it")
    if not FIRST_YEAR <= notice.year <= lunar.LAST_YEAR:
        raise RequestRefused(
            f"通知年份 {notice.year} 不在 {FIRST_YEAR} 至 {lunar.LAST_YEAR} 年之间，请核对",
            f"the notice's year {notice.year} is not within {FIRST_YEAR} to {lunar.LAST_YEAR}: check it",
        )
    kinds: dict[date, DayKind] = {}
    for named in notice.days:
        _check_day(named, notice.year, kinds)
        kinds[named.day] = named.kind
    for code, holiday in HOLIDAYS.items():
        own = _statutory_days(code, notice.year)
        _check_statutory(holiday, own, kinds)
        named_so = [named.day for named in notice.days if named.kind is DayKind.REST and named.name == code]
        _check_unbroken(holiday, [*own, *named_so], kinds)


def unforeseen(notice: Notice) -> list[SpecialDay]:
    """The rest days that no forecast allowed for: what was counted before this notice may come earlier by them."""
    foreseen = forecast_rest_days(notice.year - 1).keys() | forecast_rest_days(notice.year).keys()
    return [named for named in notice.days if named.kind is DayKind.REST and named.day not in foreseen]


def _check_day(named: SpecialDay, year: int, before: Mapping[date, DayKind]) -> None:
    day = named.day
    if day in before:
        raise RequestRefused(
            f"{day} 列了两次（重复），每天只能有一种安排，请只保留一条",
            f"{day} is named twice (overlap): a day has one arrangement, keep one",
        )
    if not date(year - 1, 12, 25) <= day <= date(year, 12, 31):
        raise RequestRefused(
            f"{day} 不属于 {year} 年的安排（年份不符）：只可列 {year - 1}-12-25 至 {year}-12-31，请核对",
            f"{day} is no day of the arrangement of {year} (wrong year): it names days from {year - 1}-12-25"
            f" to {year}-12-31; check it",
        )
    if named.kind is DayKind.WORK and day.weekday() < 5:
        raise RequestRefused(
            f"{day} 列为调休上班日，但不是周六或周日，请核对",
            f"{day} is named an adjusted working day, but is no Saturday or Sunday: check it",
        )


def _check_statutory(holiday: Holiday, own: list[date], kinds: Mapping[date, DayKind]) -> None:
    for day in own:
        if kinds.get(day) is not DayKind.REST:
            raise RequestRefused(
                f"缺少{holiday.zh}：{day} 是法定假日，通知须将其列为休息日，请补全",
                f"{holiday.en} is missing: {day} is a statutory day of it, and the notice must name it as rest",
            )


def _check_unbroken(holiday: Holiday, stretch: list[date], kinds: Mapping[date, DayKind]) -> None:
    """A weekend that the notice passes over in silence rests, and breaks nothing."""
    day, first, last = min(stretch), min(stretch), max(stretch)
    while day <= last:
        if kinds.get(day, DayKind.WORK if day.weekday() < 5 else DayKind.REST) is DayKind.WORK:
            raise RequestRefused(
                f"{holiday.zh}的休息日不连续：{first} 至 {last} 之间的 {day} 不是休息日，请核对",
                f"the rest days of {holiday.en} have a gap: {day}, between {first} and {last}, is none; check it",
            )
        day += _DAY


def _statutory_days(code: str, year: int) -> list[date]:
    fixed = {"new_year": date(year, 1, 1), "labour_day": date(year, 5, 1), "national_day": date(year, 10, 1)}
    own = (fixed | lunar.FEASTS[year]._asdict())[code]
    counted = HOLIDAYS[code].statutory if year >= 2025 else _BEFORE_2025.get(code, HOLIDAYS[code].statutory)
    return [own + offset * _DAY for offset in counted]

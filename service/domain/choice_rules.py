"""What each choice of a policy may be, and which kinds of matters lean on it.

Invariant: whatever these rules let through, no safe day comes after its statutory one. So a safe day never rolls
forward, and the day of the deadline itself is never without its reminder.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from service.domain.choices import Rolling, Start
from service.domain.obligation import MILESTONES, Kind
from service.domain.rungs import PLACE, Rung

_HOUR: Final = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_FURTHEST: Final = 1000


@dataclass(frozen=True)
class Allowed:
    """What one choice may be: ``read`` gives its value, or raises ValueError; the words name what is allowed."""

    read: Callable[[Any], Any]
    zh: str
    en: str


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError
    return value


def _hour(value: Any) -> str:
    if not isinstance(value, str) or not _HOUR.fullmatch(value):
        raise ValueError
    return value


def _number(value: Any, least: int, most: int) -> int:
    if type(value) is not int or not least <= value <= most:  # true is an int, and none here
        raise ValueError
    return value


def _within(least: int, most: int) -> Allowed:
    return Allowed(
        lambda value: _number(value, least, most),
        f" {least} 至 {most} 的整数",
        f"a whole number from {least} to {most}",
    )


def _days(value: Any) -> tuple[int, ...]:
    if not isinstance(value, list):
        raise ValueError
    days = [_number(each, 0, _FURTHEST) for each in value]
    if days != sorted(set(days), reverse=True) or 0 not in days:
        raise ValueError
    return tuple(days)


_ABOVE: Final = tuple(Rung)[1:]


def _ladder(value: Any) -> tuple[Rung, ...]:
    if not isinstance(value, list):
        raise ValueError
    rungs = [Rung(each) for each in value]
    if rungs != sorted(set(rungs), key=lambda rung: PLACE[rung]) or Rung.HANDLER in rungs:
        raise ValueError
    return tuple(rungs)


ALLOWED: Final[Mapping[str, Allowed]] = {
    "start": Allowed(Start, " listed 或 in_force", "listed or in_force"),
    "inclusive_end": Allowed(_truth, " true 或 false", "true or false"),
    "strict_before": Allowed(_truth, " true 或 false", "true or false"),
    "roll": Allowed(
        Rolling,
        " back 或 none；顺延 forward 不可用：建议日期顺延后可能晚于法定日期",
        "back or none; forward never: a safe day rolled forward may pass the statutory one",
    ),
    "hour": Allowed(_hour, "加引号的时刻 HH:MM，如 17:00", "an hour HH:MM in quotes, as 17:00"),
    "working_days": _within(1, 250),
    "days_before": Allowed(
        _days,
        f" 0 至 {_FURTHEST} 的整数，从大到小，不重复，且包含 0（当日），如 [30, 7, 0]",
        f"whole numbers from 0 to {_FURTHEST}, each less than the one before, with 0, the day itself: [30, 7, 0]",
    ),
    "director_from_days": _within(0, _FURTHEST),
    "weeks_without_end": _within(0, 52),
    "ladder": Allowed(
        _ladder,
        f' {"、".join(_ABOVE)} 中的若干，由低到高，不重复，可为空，如 ["director", "unit"]',
        f'some of {", ".join(_ABOVE)}, the lowest first, each once, or none: ["director", "unit"]',
    ),
    "grace": _within(1, 60),
}

_IN_WORKING_DAYS: Final = frozenset({Kind.PRELIMINARY_ACCEPTANCE, Kind.LIST_REPORT})
_BEFORE_AN_END: Final = frozenset({Kind.REVIEW_APPLICATION, Kind.ACCEPTANCE_APPLICATION})
_REMINDED: Final = frozenset(Kind) - MILESTONES

COUNTS_FOR: Final[Mapping[str, Collection[Kind]]] = {
    "strict_before": _BEFORE_AN_END,
    "roll": _REMINDED - _IN_WORKING_DAYS,
    "working_days": _IN_WORKING_DAYS,
    "days_before": _REMINDED,
    "director_from_days": _REMINDED,
    "weeks_without_end": _REMINDED - _BEFORE_AN_END,
    "ladder": _REMINDED,
    "grace": _REMINDED,
}
"""The kinds that a choice makes a difference to; what is not here makes one to all."""


def shown(value: Any) -> str:
    """What somebody wrote, short and on one line."""
    try:
        said = repr(value)
    except (ValueError, RecursionError):  # a number of thousands of digits, a table a thousand tables deep
        said = type(value).__name__
    return said if len(said) <= 60 else f"{said[:60]}…"

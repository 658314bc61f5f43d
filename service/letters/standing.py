"""Where a matter stands on a day: which words about it are true."""

from datetime import date
from enum import StrEnum

from service.domain.obligation import MILESTONES
from service.domain.periods import Dates, Rule
from service.letters.letter import Matter


class Standing(StrEnum):
    """Nobody is called late before ``late_after`` has passed, nor ended before the last day has.

    ``ended``: the validity or cultivation period is over. A milestone is ahead, today or ended; what opens stays open.
    """

    AHEAD = "ahead"
    TODAY = "today"
    SUGGESTED_PASSED = "suggested_passed"
    STATUTORY_PASSED = "statutory_passed"
    ENDED = "ended"


def last_day(dates: Dates) -> date | None:
    """The last day of the period, rolled forward where lapsing is counted (民法典 203); None where there is no end."""
    return dates.lapse_after or dates.ends_on


def standing(matter: Matter, today: date) -> Standing:
    """How a matter stands on ``today``, an Asia/Shanghai day."""
    dates, last = matter.dates, last_day(matter.dates)
    if last is not None and today > last:
        return Standing.ENDED
    if matter.kind in MILESTONES:
        return Standing.AHEAD if today < dates.due_on else Standing.TODAY
    if today < dates.safe_due_on:
        return Standing.AHEAD
    if today == dates.safe_due_on:
        return Standing.TODAY
    return Standing.SUGGESTED_PASSED if today <= dates.late_after else Standing.STATUTORY_PASSED


def latest_on(dates: Dates, today: date) -> date:
    """The last day in law, as letters name it. A roll over days that no notice has settled yet is not counted on."""
    open_roll = any(step.rule is Rule.ROLL_FORWARD and step.forecast for step in dates.trace)
    return dates.due_on if open_roll and today <= dates.due_on else dates.late_after


def is_tentative(dates: Dates) -> bool:
    """Whether the day to work towards may still move, and not only the day until which an end runs on."""
    return any(step.forecast and step.rule is not Rule.LAPSE_AFTER for step in dates.trace)

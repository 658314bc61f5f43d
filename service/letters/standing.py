"""Where a matter stands on a day: which words about it are true."""

from datetime import date
from enum import StrEnum

from service.domain.obligation import MILESTONES, Holder, Kind
from service.domain.periods import Dates, Rule, Step
from service.letters.letter import Matter

_LATEST = frozenset(
    {
        Rule.MONTHS_BEFORE_END,
        Rule.MONTHS_AFTER_CHANGE,
        Rule.ROLL_FORWARD,
        Rule.NAMED_DAY,
        Rule.UNITS_DAY,
        Rule.WORKING_DAYS_AFTER,
    }
)
"""The steps that may yield the latest day."""


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


def unsettled(dates: Dates) -> tuple[Step, ...]:
    """The steps that a notice still to come may change; of a matter set by hand, only how far its end runs on."""
    by_hand = is_by_hand(dates)
    return tuple(step for step in dates.trace if step.forecast and (step.rule is Rule.LAPSE_AFTER or not by_hand))


def is_tentative(dates: Dates) -> bool:
    """Whether the day to work towards may still move, and not only the day until which an end runs on."""
    return any(step.rule is not Rule.LAPSE_AFTER for step in unsettled(dates))


def is_by_hand(dates: Dates) -> bool:
    """Whether a person has set the days."""
    return any(step.rule is Rule.OVERRIDDEN for step in dates.trace)


def is_latest_by_hand(dates: Dates) -> bool:
    """Whether the latest day is one that a person has set, and not the counted one."""
    counted = {step.output for step in dates.trace if step.rule in _LATEST}
    return is_by_hand(dates) and str(dates.due_on) not in counted


def is_units_own(matter: Matter) -> bool:
    """Whether the recommending unit itself has to act, and not only to know."""
    return matter.holder is Holder.UNIT and matter.kind not in MILESTONES


def is_voluntary(matter: Matter) -> bool:
    """Whether it is an opportunity: nobody has to apply (Art. 11(2)), and nothing follows from not applying."""
    return matter.kind is Kind.ANNUAL_ROUND and matter.holder is Holder.ENTERPRISE

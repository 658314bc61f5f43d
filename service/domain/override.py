"""A date that a person has set in the place of the counted one: it beats every rule, and no import undoes it."""

from dataclasses import dataclass, replace
from datetime import date

from service.domain.errors import RequestRefused
from service.domain.obligation import MILESTONES, Kind, Obligation
from service.domain.periods import BY_HAND, Dates, Rule, Step


@dataclass(frozen=True)
class Override:
    """The days that stand for one obligation, told apart by ``occurrence``, and the ``reason`` that was given."""

    kind: Kind
    occurrence: str
    due_on: date
    safe_due_on: date
    reason: str


def check(override: Override, counted: Dates) -> None:
    """Raise RequestRefused, naming the rule, where these cannot be the days of the obligation."""
    if override.kind in MILESTONES:
        raise RequestRefused(
            f"{override.kind} 是届满或开放之日，不能另行指定；请用 corrected 事件更正其截止日",
            f"{override.kind} is the day on which something ends or opens: correct its end by a corrected event",
        )
    if override.safe_due_on > override.due_on:
        raise RequestRefused(
            f"建议日期 {override.safe_due_on} 晚于法定日期 {override.due_on}：建议日期不得晚于法定日期",
            f"the safe day {override.safe_due_on} is after the statutory day {override.due_on}: it never may be",
        )
    if counted.ends_on is not None and override.due_on > counted.ends_on:
        raise RequestRefused(
            f"{override.due_on} 晚于截止日 {counted.ends_on}；如截止日已变，请用 corrected 事件更正",
            f"{override.due_on} is after the end, {counted.ends_on}; if that has changed, correct it first",
        )
    if not override.reason.strip():
        raise RequestRefused("须说明理由", "a reason is needed")


def overridden(obligation: Obligation, override: Override) -> Obligation:
    """The obligation with the days that were set, and the step that says why; lapsing stays as counted."""
    dates = obligation.dates
    step = Step(Rule.OVERRIDDEN, str(dates.safe_due_on), str(override.safe_due_on), BY_HAND, said=override.reason)
    forecast = any(each.rule is Rule.LAPSE_AFTER and each.forecast for each in dates.trace)
    stands = replace(
        dates,
        due_on=override.due_on,
        late_after=override.due_on,
        safe_due_on=override.safe_due_on,
        provisional=forecast,
        trace=(*dates.trace, step),
    )
    return replace(obligation, dates=stands)

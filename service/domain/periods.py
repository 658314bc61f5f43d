"""Counting of periods by 民法典 200-203 and 1259, each result with the trace that explains it.

Gregorian months; the starting day is not counted; a period ends on the corresponding day, or on the last day of
a month that has none. All days are Asia/Shanghai days.
"""

import calendar
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, timedelta
from enum import StrEnum

from service.domain.choices import DEFAULT, Choices, Rolling
from service.domain.errors import RequestRefused
from service.domain.workdays import Reading, Roll, Workdays


class Rule(StrEnum):
    """The steps by which a date comes about; letters word them in each language."""

    PRINTED_END = "printed_end"
    LISTED_PLUS_YEARS = "listed_plus_years"
    IN_FORCE_PLUS_YEARS = "in_force_plus_years"
    UNIT_VALIDITY = "unit_validity"
    LAST_DAY_BEFORE = "last_day_before"
    RENEWED_FROM_LISTED = "renewed_from_listed"
    RENEWED_FROM_PRINTED = "renewed_from_printed"
    CULTIVATION_PLUS_MONTHS = "cultivation_plus_months"
    MONTHS_BEFORE_END = "months_before_end"
    STRICT_END = "strict_end"
    MONTHS_BEFORE_STRICT_END = "months_before_strict_end"
    STRICTLY_BEFORE = "strictly_before"
    ROLL_BACK = "roll_back"
    MONTHS_AFTER_CHANGE = "months_after_change"
    ROLL_FORWARD = "roll_forward"
    LAPSE_AFTER = "lapse_after"
    NAMED_DAY = "named_day"
    UNITS_DAY = "units_day"
    WORKING_DAYS_AFTER = "working_days_after"
    WORKING_DAYS_AT_LEAST = "working_days_at_least"
    BAN = "ban"
    OPENS = "opens"
    TOLD_ON = "told_on"
    OVERRIDDEN = "overridden"


POLICY = "policy"
BY_HAND = "by_hand"
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Step:
    """One step of a count: ``input`` is an ISO day, with the months or days counted from it; ``output`` an ISO day.

    ``law`` cites the clause, or is ``POLICY`` where the text leaves the step to us, ``BY_HAND`` where a person set it,
    empty where a unit did;
    ``passed`` are the rest days rolled over; ``clamped`` tells that the month had no corresponding day, so that its
    last was taken (民法典 202); ``forecast`` that a day was read which no notice has settled yet. ``said`` is what a
    document or a person says of it: the unit's rule, the year's notice, the reason of an override.
    """

    rule: Rule
    input: str
    output: str
    law: str
    passed: tuple[Reading, ...] = ()
    clamped: bool = False
    forecast: bool = False
    said: str = ""


@dataclass(frozen=True)
class Dates:
    """The dates of one obligation, with the steps that led to them; None where a date has no meaning.

    ``safe_due_on`` is the day to work towards, ``due_on`` the statutory one; nobody is late before ``late_after``
    has passed, nor presumed lapsed before ``lapse_after`` has.
    """

    anchor_on: date | None
    ends_on: date | None
    due_on: date
    late_after: date
    lapse_after: date | None
    safe_due_on: date
    provisional: bool
    trace: tuple[Step, ...]


@dataclass(frozen=True)
class End:
    """The end of a validity or cultivation period; ``printed`` is a last valid day as printed, else it is computed.

    ``inclusive``: a computed end still includes the corresponding day, so that a strict reading leaves it out.
    """

    anchor_on: date | None
    ends_on: date
    printed: bool
    trace: tuple[Step, ...]
    inclusive: bool = True


def add_months(day: date, months: int) -> date:
    """The corresponding day ``months`` later (or earlier), clamped to the month's end (民法典 202).

    Raises RequestRefused where that day leaves the calendar.
    """
    years, month_index = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month_index + 1
    if not MINYEAR < year < MAXYEAR:  # the outermost years stay free, so that a day more or less never overflows
        raise RequestRefused(
            f"{day} 加 {months} 个月后超出可计算的年份；请核对日期和期限",
            f"{day} and {months} months reach a year that cannot be counted; check the date and the period",
        )
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def counted(rule: Rule, start: date, months: int, law: str, said: str = "") -> tuple[date, Step]:
    """``months`` from ``start``, with the step that says so."""
    result = add_months(start, months)
    sign = "+" if months >= 0 else "-"
    counting = f"{start} {sign} {abs(months)} months"
    return result, Step(rule, counting, str(result), law, clamped=result.day != start.day, said=said)


def printed_end(day: date, law: str, anchor_on: date | None = None) -> End:
    """An end as the certificate, list or notice prints it: its last valid day."""
    return End(anchor_on, day, True, (Step(Rule.PRINTED_END, str(day), str(day), law),))


def computed_end(
    rule: Rule,
    anchor_on: date,
    months: int,
    law: str,
    *,
    printed: bool = False,
    inclusive: bool = True,
    said: str = "",
) -> End:
    """An end counted in months from its anchor; ``printed`` where it continues a printed one.

    [policy] Not ``inclusive``, a period's last day is the one before the corresponding day.
    """
    ends_on, step = counted(rule, anchor_on, months, law, said)
    if printed or inclusive:
        return End(anchor_on, ends_on, printed, (step,))
    last = ends_on - _DAY
    before = Step(Rule.LAST_DAY_BEFORE, f"{ends_on} - 1 day", str(last), POLICY)
    return End(anchor_on, last, printed, (step, before), inclusive)


def backward(end: End, months: int, law: str, workdays: Workdays, *, lapses: bool, choices: Choices = DEFAULT) -> Dates:
    """Due ``months`` before an end: strictly before it and on a working day for safety (Art. 17(4), 18(5), 18(6)).

    ``late_after`` is deliberately not rolled. ``lapses`` tells whether the end has the effect of Art. 17(4), 18(6).
    """
    due_on, due = counted(Rule.MONTHS_BEFORE_END, end.ends_on, -months, law)
    steps = [*end.trace, due]
    target = due_on
    if not end.printed and end.inclusive:
        strict_end = end.ends_on - _DAY
        target, strict = counted(Rule.MONTHS_BEFORE_STRICT_END, strict_end, -months, law)
        steps += [Step(Rule.STRICT_END, f"{end.ends_on} - 1 day", str(strict_end), POLICY), strict]
    if choices.strict_before:
        steps.append(Step(Rule.STRICTLY_BEFORE, f"{target} - 1 day", str(target - _DAY), POLICY))
        target -= _DAY
    safe = towards(target, choices, workdays, steps)
    lapse = workdays.roll_forward(end.ends_on) if lapses else None
    if lapse:
        steps.append(rolled(Rule.LAPSE_AFTER, lapse))
    return Dates(
        anchor_on=end.anchor_on,
        ends_on=end.ends_on,
        due_on=due_on,
        late_after=due_on,
        lapse_after=lapse.day if lapse else None,
        safe_due_on=safe.day,
        provisional=safe.forecast or bool(lapse and lapse.forecast),
        trace=tuple(steps),
    )


def forward(start: date, months: int, law: str, workdays: Workdays, choices: Choices = DEFAULT) -> Dates:
    """Due within ``months`` after a day: the last day rolls forward when it is a rest day (民法典 203, Art. 19)."""
    due_on, due = counted(Rule.MONTHS_AFTER_CHANGE, start, months, law)
    late = workdays.roll_forward(due_on)
    steps = [due, rolled(Rule.ROLL_FORWARD, late)]
    safe = towards(due_on, choices, workdays, steps)
    return Dates(
        anchor_on=start,
        ends_on=None,
        due_on=due_on,
        late_after=late.day,
        lapse_after=None,
        safe_due_on=safe.day,
        provisional=safe.forecast or late.forecast,
        trace=tuple(steps),
    )


def milestone(end: End, workdays: Workdays, *, lapses: bool) -> Dates:
    """The end itself, told once on the last working day up to it."""
    safe = workdays.roll_back(end.ends_on)
    steps = [*end.trace, rolled(Rule.ROLL_BACK, safe)]
    lapse = workdays.roll_forward(end.ends_on) if lapses else None
    if lapse:
        steps.append(rolled(Rule.LAPSE_AFTER, lapse))
    return Dates(
        anchor_on=end.anchor_on,
        ends_on=end.ends_on,
        due_on=end.ends_on,
        late_after=end.ends_on,
        lapse_after=lapse.day if lapse else None,
        safe_due_on=safe.day,
        provisional=safe.forecast or bool(lapse and lapse.forecast),
        trace=tuple(steps),
    )


def towards(day: date, choices: Choices, workdays: Workdays, steps: list[Step]) -> Roll:
    """From a day to the one to work towards, noted in ``steps``: [policy] the last working day up to it, or itself."""
    if choices.roll is Rolling.NONE:
        return Roll(day, day, (), forecast=False)
    safe = workdays.roll_back(day)
    steps.append(rolled(Rule.ROLL_BACK, safe))
    return safe


def rolled(rule: Rule, roll: Roll) -> Step:
    """The step of a roll to a working day. The code moves only the last day of a period, and only forward."""
    law = "民法典 203" if rule is Rule.ROLL_FORWARD else POLICY
    return Step(rule, str(roll.start), str(roll.day), law, passed=roll.passed, forecast=roll.forecast)

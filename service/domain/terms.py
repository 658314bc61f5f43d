"""Dates that are no months before an end or after a change: a day that a letter names, working days, a ban's end."""

from datetime import date, timedelta

from service.domain.choices import DEFAULT, Choices
from service.domain.periods import POLICY, Dates, Rule, Step, counted, rolled, towards
from service.domain.workdays import Workdays

_DAY = timedelta(days=1)
_WORKED_AHEAD = 2
"""How many worked weekend days have at most stood within a stretch more than the rest days they make up for.

Measured on the notices since 2008; a test holds it against every year of the table.
"""


def fixed(
    named: date,
    asked_on: date | None,
    law: str,
    workdays: Workdays,
    choices: Choices = DEFAULT,
    *,
    rule: Rule = Rule.NAMED_DAY,
    said: str = "",
    own: date | None = None,
) -> Dates:
    """A day that a letter, notice or unit's document names, and the last working day up to it.

    ``own`` is an earlier day that the recommending unit has set in its place.
    """
    steps = [Step(rule, str(named), str(named), law, said=said)]
    if own is not None:
        steps.append(Step(Rule.UNITS_DAY, str(named), str(own), ""))
    day = own or named
    safe = towards(day, choices, workdays, steps)
    return Dates(
        anchor_on=asked_on,
        ends_on=None,
        due_on=day,
        late_after=day,
        lapse_after=None,
        safe_due_on=safe.day,
        provisional=safe.forecast,
        trace=tuple(steps),
    )


def within_working_days(start: date, number: int, workdays: Workdays) -> Dates:
    """[policy] The ``number``-th working day after ``start``.

    While a notice is missing, the superset of rest days tells only the latest day that this can be: people are not
    late before it, and are told to be ready by the earliest.
    """
    latest = workdays.nth_after(start, number)
    holidays = tuple(reading for reading in latest.passed if reading.name != "weekend")
    counting = f"{start} + {number} working days"
    steps = [Step(Rule.WORKING_DAYS_AFTER, counting, str(latest.day), POLICY, holidays, forecast=latest.forecast)]
    safe_due_on = latest.day
    if latest.forecast:
        earliest = min(_earliest(start, number), latest.day)
        safe = workdays.roll_back(earliest)
        safe_due_on = safe.day
        steps += [Step(Rule.WORKING_DAYS_AT_LEAST, counting, str(earliest), POLICY), rolled(Rule.ROLL_BACK, safe)]
    return Dates(
        anchor_on=start,
        ends_on=None,
        due_on=latest.day,
        late_after=latest.day,
        lapse_after=None,
        safe_due_on=safe_due_on,
        provisional=latest.forecast,
        trace=tuple(steps),
    )


def _earliest(start: date, number: int) -> date:
    """The earliest day that the ``number``-th working day can be: no holiday, and weekend days worked."""
    day, left = start, number - _WORKED_AHEAD
    while left > 0:
        day += _DAY
        left -= day.weekday() < 5
    return max(day, start + number * _DAY)


def opening(decided_on: date, months: int, law: str, workdays: Workdays) -> Dates:
    """The day after a ban of ``months``: never rolled; told on the first working day from then on, never before."""
    last, banned = counted(Rule.BAN, decided_on, months, law)
    opens = last + _DAY
    told = workdays.roll_forward(opens)
    return Dates(
        anchor_on=decided_on,
        ends_on=None,
        due_on=opens,
        late_after=opens,
        lapse_after=None,
        safe_due_on=told.day,
        provisional=told.forecast,
        trace=(banned, Step(Rule.OPENS, f"{last} + 1 day", str(opens), law), rolled(Rule.TOLD_ON, told)),
    )

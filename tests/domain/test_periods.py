"""Counting of periods: the worked table of the rules, the arithmetic's order, and the trace that explains it."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.errors import RequestRefused
from service.domain.lunar import LAST_YEAR
from service.domain.periods import (
    Dates,
    End,
    Rule,
    Step,
    add_months,
    backward,
    computed_end,
    forward,
    milestone,
    printed_end,
)
from service.domain.workdays import DayKind, SpecialDay, Workdays
from service.store.official_days import official_days, official_workdays

DAY = timedelta(days=1)
NAMED, ANNOUNCED = official_days()
OFFICIAL = official_workdays()

anchors = st.dates(date(2006, 1, 1), date(LAST_YEAR - 5, 12, 31))


def listed(on: date) -> End:
    return computed_end(Rule.LISTED_PLUS_YEARS, on, 36, "17(4)")


def cultivated(on: date, months: int) -> End:
    return computed_end(Rule.CULTIVATION_PLUS_MONTHS, on, months, "18(3)")


def printed(on: date) -> End:
    return printed_end(on, "17(4)")


def review(end: End, workdays: Workdays = OFFICIAL) -> Dates:
    return backward(end, 3, "17(4)", workdays, lapses=True)


def change(on: date, workdays: Workdays = OFFICIAL) -> Dates:
    return forward(on, 3, "19", workdays)


def weekday(day: date) -> str:
    return ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")[day.weekday()]


@pytest.mark.parametrize(
    ("end", "ends_on", "due_on", "safe_due_on", "on"),
    [
        (listed(date(2025, 12, 9)), date(2028, 12, 9), date(2028, 9, 9), date(2028, 9, 7), "Thu"),
        (cultivated(date(2025, 11, 24), 24), date(2027, 11, 24), date(2027, 8, 24), date(2027, 8, 20), "Fri"),
        (printed(date(2028, 5, 31)), date(2028, 5, 31), date(2028, 2, 29), date(2028, 2, 28), "Mon"),
        (printed(date(2028, 11, 30)), date(2028, 11, 30), date(2028, 8, 30), date(2028, 8, 29), "Tue"),
    ],
    ids=["excellence listed", "cultivation listed", "printed end in May", "printed end in November"],
)
def test_an_application_is_due_three_months_before_the_end(
    end: End, ends_on: date, due_on: date, safe_due_on: date, on: str
) -> None:
    dates = review(end)
    assert (dates.ends_on, dates.due_on, dates.safe_due_on) == (ends_on, due_on, safe_due_on)
    assert weekday(dates.safe_due_on) == on
    assert dates.late_after == due_on


@pytest.mark.parametrize(
    ("changed_on", "due_on", "safe_due_on", "late_after", "weekdays"),
    [
        (date(2025, 11, 30), date(2026, 2, 28), date(2026, 2, 28), date(2026, 2, 28), ("Sat", "Sat", "Sat")),
        (date(2025, 11, 15), date(2026, 2, 15), date(2026, 2, 14), date(2026, 2, 24), ("Sun", "Sat", "Tue")),
        (date(2026, 7, 1), date(2026, 10, 1), date(2026, 9, 30), date(2026, 10, 8), ("Thu", "Wed", "Thu")),
    ],
    ids=["a worked Saturday", "nine rest days", "National Day"],
)
def test_a_change_is_filed_within_three_months(
    changed_on: date, due_on: date, safe_due_on: date, late_after: date, weekdays: tuple[str, str, str]
) -> None:
    dates = change(changed_on)
    assert (dates.due_on, dates.safe_due_on, dates.late_after) == (due_on, safe_due_on, late_after)
    assert (weekday(due_on), weekday(safe_due_on), weekday(late_after)) == weekdays
    assert (dates.ends_on, dates.lapse_after, dates.provisional) == (None, None, False)


def test_the_cultivation_rolls_back_over_the_weekend_not_forward() -> None:
    [roll] = [step for step in review(cultivated(date(2025, 11, 24), 24)).trace if step.rule is Rule.ROLL_BACK]
    assert [weekday(reading.day) for reading in roll.passed] == ["Sun", "Sat"]


def test_the_nine_rest_days_of_2026_are_named_in_the_trace() -> None:
    dates = change(date(2025, 11, 15))
    late, safe = dates.trace[1:]
    assert (late.rule, safe.rule) == (Rule.ROLL_FORWARD, Rule.ROLL_BACK)
    assert [reading.day.day for reading in late.passed] == list(range(15, 24))
    assert {reading.name for reading in late.passed} == {"spring_festival"}
    assert (safe.output, [reading.day.day for reading in safe.passed]) == ("2026-02-14", [15])


@pytest.mark.parametrize(
    ("day", "months", "result"),
    [
        (date(2025, 11, 30), 3, date(2026, 2, 28)),
        (date(2027, 11, 30), 3, date(2028, 2, 29)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2028, 2, 29), 48, date(2032, 2, 29)),
        (date(2028, 5, 31), -3, date(2028, 2, 29)),
        (date(2027, 5, 31), -3, date(2027, 2, 28)),
        (date(2028, 11, 30), -3, date(2028, 8, 30)),
        (date(2028, 8, 31), 3, date(2028, 11, 30)),
        (date(2026, 1, 15), -1, date(2025, 12, 15)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 12, 9), 0, date(2026, 12, 9)),
    ],
)
def test_months_end_on_the_corresponding_day_or_the_last_of_the_month(day: date, months: int, result: date) -> None:
    assert add_months(day, months) == result


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.integers(-600, 600))
def test_months_added_land_in_the_right_month_on_no_later_a_day(day: date, months: int) -> None:
    result = add_months(day, months)
    assert (result.year * 12 + result.month) - (day.year * 12 + day.month) == months
    assert result.day == day.day or (result.day < day.day and (result + DAY).day == 1)


@pytest.mark.parametrize(("day", "months"), [(date.max, 36), (date(9999, 12, 1), -3), (date.min, -3), (date.min, 1)])
def test_a_count_that_leaves_the_calendar_is_refused(day: date, months: int) -> None:
    with pytest.raises(RequestRefused, match=str(day)):
        add_months(day, months)


def test_a_period_beyond_the_horizon_of_the_working_days_is_refused_not_guessed() -> None:
    with pytest.raises(RequestRefused, match=str(LAST_YEAR)):
        review(printed(date(LAST_YEAR + 4, 6, 1)))


def test_the_trace_of_a_computed_end_leads_from_the_anchor_to_the_safe_day() -> None:
    trace = review(listed(date(2025, 12, 9))).trace
    assert [(step.rule, step.input, step.output, step.law) for step in trace] == [
        (Rule.LISTED_PLUS_YEARS, "2025-12-09 + 36 months", "2028-12-09", "17(4)"),
        (Rule.MONTHS_BEFORE_END, "2028-12-09 - 3 months", "2028-09-09", "17(4)"),
        (Rule.STRICT_END, "2028-12-09 - 1 day", "2028-12-08", "policy"),
        (Rule.MONTHS_BEFORE_STRICT_END, "2028-12-08 - 3 months", "2028-09-08", "17(4)"),
        (Rule.STRICTLY_BEFORE, "2028-09-08 - 1 day", "2028-09-07", "policy"),
        (Rule.ROLL_BACK, "2028-09-07", "2028-09-07", "policy"),
        (Rule.LAPSE_AFTER, "2028-12-09", "2028-12-11", "policy"),
    ]


def test_the_trace_of_a_printed_end_has_no_strict_end_and_tells_of_the_clamp() -> None:
    trace = review(printed(date(2028, 5, 31))).trace
    assert trace[0] == Step(Rule.PRINTED_END, "2028-05-31", "2028-05-31", "17(4)")
    assert Rule.STRICT_END not in {step.rule for step in trace}
    assert [step.rule for step in trace if step.clamped] == [Rule.MONTHS_BEFORE_END]


def test_without_the_effect_of_lapsing_there_is_no_day_to_presume_it() -> None:
    end = cultivated(date(2025, 11, 24), 24)
    assert backward(end, 3, "18(5)", OFFICIAL, lapses=False).lapse_after is None
    assert milestone(end, OFFICIAL, lapses=False).lapse_after is None


def test_a_milestone_is_the_end_itself_told_on_the_working_day_up_to_it() -> None:
    dates = milestone(printed(date(2026, 10, 4)), OFFICIAL, lapses=True)
    assert (dates.due_on, dates.late_after, dates.ends_on) == (date(2026, 10, 4),) * 3
    assert dates.safe_due_on == date(2026, 9, 30)
    assert dates.lapse_after == date(2026, 10, 8)


UNTIL_2026 = Workdays((each.special for each in NAMED if each.special.day.year <= 2026), range(2004, 2027))


@pytest.mark.parametrize(
    ("dates", "provisional"),
    [
        (change(date(2026, 9, 24), UNTIL_2026), False),  # due on Thursday 24 December, and nothing later is read
        (change(date(2026, 9, 25), UNTIL_2026), True),
        (change(date(2026, 9, 27), UNTIL_2026), True),  # due on a Sunday, the Friday before is 25 December
        (review(printed(date(2026, 12, 24)), UNTIL_2026), False),
        (review(printed(date(2026, 12, 25)), UNTIL_2026), True),  # safe in September; the lapse reads a forecast day
        (milestone(printed(date(2026, 12, 24)), UNTIL_2026, lapses=False), False),
        (milestone(printed(date(2027, 1, 1)), UNTIL_2026, lapses=False), True),
    ],
)
def test_a_date_is_provisional_if_it_read_a_day_that_no_notice_has_settled(dates: Dates, provisional: bool) -> None:
    assert dates.provisional is provisional


def test_a_filing_is_provisional_for_its_safe_day_alone_too() -> None:
    new_year = SpecialDay(date(2027, 1, 1), DayKind.REST, "new_year")
    late_day_announced = Workdays([new_year], [2025, 2027])
    assert not late_day_announced.roll_forward(date(2027, 1, 1)).forecast
    assert change(date(2026, 10, 1), late_day_announced).provisional


@given(anchors, st.booleans())
def test_backward_the_safe_day_is_never_after_the_due_day_nor_that_after_the_end(anchor: date, print_it: bool) -> None:
    dates = review(printed(anchor) if print_it else listed(anchor))
    assert dates.ends_on is not None
    assert dates.lapse_after is not None
    assert dates.safe_due_on <= dates.due_on <= dates.ends_on <= dates.lapse_after
    assert OFFICIAL.read(dates.safe_due_on).working


@given(anchors)
def test_forward_the_safe_day_is_never_after_the_due_day_nor_that_after_the_late_day(anchor: date) -> None:
    dates = change(anchor)
    assert dates.safe_due_on <= dates.due_on <= dates.late_after
    assert OFFICIAL.read(dates.safe_due_on).working
    assert OFFICIAL.read(dates.late_after).working


@given(anchors, st.integers(0, 400), st.sampled_from(["listed", "printed", "changed", "milestone"]))
def test_a_later_anchor_never_gives_an_earlier_day(anchor: date, gap: int, kind: str) -> None:
    """Clamping keeps the order: days may fall together at a month's end, they never cross."""

    def counted(day: date) -> Dates:
        if kind == "changed":
            return change(day)
        end = printed(day) if kind == "printed" else listed(day)
        return milestone(end, OFFICIAL, lapses=True) if kind == "milestone" else review(end)

    earlier, later = counted(anchor), counted(anchor + gap * DAY)
    assert earlier.safe_due_on <= later.safe_due_on
    assert earlier.due_on <= later.due_on
    assert earlier.late_after <= later.late_after
    assert (earlier.lapse_after or date.min) <= (later.lapse_after or date.min)

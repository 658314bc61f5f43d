"""The unit's list: which rows are near enough, and that a week has one list."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from service.domain.escalation import listed_until, period

DAY = timedelta(days=1)
days = st.dates(date(2004, 1, 1), date(2060, 12, 31))


def test_a_row_is_listed_from_thirty_days_before_its_safe_day_both_ends_included() -> None:
    safe = date(2027, 8, 20)
    assert listed_until(date(2027, 7, 21)) == safe
    assert listed_until(date(2027, 7, 20)) < safe


@given(days)
def test_a_week_from_monday_to_sunday_has_one_list_and_the_next_week_another(day: date) -> None:
    monday = day - day.weekday() * DAY
    assert {period(monday + offset * DAY) for offset in range(7)} == {period(day)}
    assert period(monday + 7 * DAY) != period(day)


def test_a_week_that_spans_two_years_is_named_once() -> None:
    assert period(date(2026, 12, 28)) == period(date(2027, 1, 3)) == "2026-W53"
    assert period(date(2027, 1, 4)) == "2027-W01"


@given(days, st.integers(1, 4000))
def test_the_names_of_weeks_sort_in_the_order_of_the_weeks(day: date, gap: int) -> None:
    assert period(day) <= period(day + gap * DAY)

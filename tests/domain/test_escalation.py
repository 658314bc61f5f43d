"""The unit's list: on which days it is due, for which period, and which rows it takes."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.errors import RequestRefused
from service.domain.escalation import Cadence, Due, ListDay, cadence_of, checked_day, daily_from, due, period, window
from service.store.official_days import official_workdays

WORKDAYS = official_workdays()
DAY = timedelta(days=1)
days = st.dates(date(2010, 1, 1), date(2048, 12, 31))
own_days = st.builds(ListDay, st.integers(0, 6))
MONDAYS = ListDay()


def listed(on: ListDay, heard_on: date | None, today: date) -> dict[Cadence, str]:
    return {each.cadence: each.period for each in due(on, heard_on, today, WORKDAYS)}


def rung_daily(on: ListDay, first: date, last: date) -> dict[date, tuple[Due, ...]]:
    """What each day has reached where the bell is heard every day."""
    every = (first + offset * DAY for offset in range((last - first).days + 1))
    return {day: due(on, day - DAY, day, WORKDAYS) for day in every}


@pytest.mark.parametrize(
    ("cadence", "ahead"), [(Cadence.MONTHLY, timedelta(days=90)), (Cadence.WEEKLY, timedelta(days=30))]
)
def test_a_row_is_listed_from_so_many_days_before_its_safe_day_both_ends_included(
    cadence: Cadence, ahead: timedelta
) -> None:
    safe = date(2027, 8, 20)
    assert window(cadence, safe - ahead).takes(safe, None, pending=False)
    assert not window(cadence, safe - ahead - DAY).takes(safe, None, pending=False)
    assert window(cadence, safe + 900 * DAY).takes(safe, None, pending=False)


@given(days, st.integers(-400, 400), st.integers(-400, 400) | st.none(), st.booleans())
def test_a_daily_list_has_only_rows_whose_lapse_threatens(
    today: date, safe: int, lapse: int | None, pending: bool
) -> None:
    lapse_after = None if lapse is None else today + lapse * DAY
    taken = window(Cadence.DAILY, today).takes(today + safe * DAY, lapse_after, pending=pending)
    assert taken == (safe < 0 and lapse is not None and 0 <= lapse <= 30 and not pending)
    assert not taken or lapse_after is None or daily_from(lapse_after) <= today


@given(days, st.integers(-400, 400), st.integers(-400, 400) | st.none(), st.booleans())
def test_a_wider_list_has_every_row_of_a_narrower_one(today: date, safe: int, lapse: int | None, pending: bool) -> None:
    lapse_after = None if lapse is None else today + lapse * DAY
    taken = [window(cadence, today).takes(today + safe * DAY, lapse_after, pending=pending) for cadence in Cadence]
    assert taken == sorted(taken, reverse=True)


@given(own_days, days)
def test_each_month_and_week_is_due_once_and_each_working_day(on: ListDay, first: date) -> None:
    rung = rung_daily(on, first, first + 120 * DAY)
    periods = [each.period for theirs in rung.values() for each in theirs]
    assert len(periods) == len(set(periods))
    assert [day for day, theirs in rung.items() if not WORKDAYS.read(day).working and theirs] == []
    daily = [day for day, theirs in rung.items() if any(each.cadence is Cadence.DAILY for each in theirs)]
    assert daily == [day for day in rung if WORKDAYS.read(day).working]
    assert all(
        [each.cadence for each in theirs] == sorted((e.cadence for e in theirs), key=list(Cadence).index)
        for theirs in rung.values()
    )


@given(own_days, days)
def test_a_month_comes_on_its_first_working_day_and_a_week_on_its_weekday_or_the_first_after(
    on: ListDay, first: date
) -> None:
    for day, theirs in rung_daily(on, first, first + 60 * DAY).items():
        of = {each.cadence: each.period for each in theirs}
        opened = WORKDAYS.roll_forward(day.replace(day=1)).day
        assert (Cadence.MONTHLY in of) == (day == opened)
        nominal = [day - back * DAY for back in range(21) if (day - back * DAY).weekday() == on.weekday]
        reached = [week for week in nominal if WORKDAYS.roll_forward(week).day == day]
        assert (Cadence.WEEKLY in of) == bool(reached)
        if reached:
            assert of[Cadence.WEEKLY] == period(Cadence.WEEKLY, max(reached))


@given(own_days, days, st.integers(1, 200))
def test_what_was_not_heard_is_due_on_the_first_day_up_once_and_as_the_newest(
    on: ListDay, heard: date, down: int
) -> None:
    today = heard + down * DAY
    missed = [each for theirs in rung_daily(on, heard + DAY, today).values() for each in theirs]
    for cadence in (Cadence.MONTHLY, Cadence.WEEKLY):
        newest = [each.period for each in missed if each.cadence is cadence][-1:]
        assert [each.period for each in due(on, heard, today, WORKDAYS) if each.cadence is cadence] == newest


def test_a_monday_that_rests_gives_way_to_the_first_working_day_after() -> None:
    """National Day of 2026: the week of Monday 5 October begins to work on Thursday the 8th."""
    assert Cadence.WEEKLY not in listed(MONDAYS, date(2026, 10, 4), date(2026, 10, 5))
    assert Cadence.WEEKLY not in listed(MONDAYS, date(2026, 10, 6), date(2026, 10, 7))
    assert listed(MONDAYS, date(2026, 10, 7), date(2026, 10, 8)) == {
        **{Cadence.MONTHLY: "2026-10", Cadence.WEEKLY: "2026-W41", Cadence.DAILY: "2026-10-08"}
    }
    assert listed(MONDAYS, date(2026, 10, 8), date(2026, 10, 9)) == {Cadence.DAILY: "2026-10-09"}


def test_a_scheduler_that_was_down_on_monday_finds_the_weeks_list_on_the_first_day_up() -> None:
    assert listed(MONDAYS, date(2028, 8, 11), date(2028, 8, 17))[Cadence.WEEKLY] == "2028-W33"
    assert Cadence.WEEKLY not in listed(MONDAYS, date(2028, 8, 17), date(2028, 8, 18))


def test_what_never_rang_owes_the_newest_month_and_week() -> None:
    assert listed(MONDAYS, None, date(2028, 8, 9)) == {
        **{Cadence.MONTHLY: "2028-08", Cadence.WEEKLY: "2028-W32", Cadence.DAILY: "2028-08-09"}
    }


def test_a_friday_is_a_units_own_weekday() -> None:
    friday = ListDay(weekday=4)
    assert listed(friday, date(2028, 8, 10), date(2028, 8, 11))[Cadence.WEEKLY] == "2028-W32"
    assert Cadence.WEEKLY not in listed(friday, date(2028, 8, 13), date(2028, 8, 14))


@given(days)
def test_a_week_from_monday_to_sunday_has_one_name_and_the_next_week_another(day: date) -> None:
    monday = day - day.weekday() * DAY
    names = {period(Cadence.WEEKLY, monday + offset * DAY) for offset in range(7)}
    assert names == {period(Cadence.WEEKLY, day)}
    assert period(Cadence.WEEKLY, monday + 7 * DAY) not in names


def test_a_week_that_spans_two_years_is_named_once() -> None:
    spanning = (date(2026, 12, 28), date(2027, 1, 3))
    assert {period(Cadence.WEEKLY, day) for day in spanning} == {"2026-W53"}
    assert period(Cadence.WEEKLY, date(2027, 1, 4)) == "2027-W01"


@given(days, st.sampled_from(list(Cadence)))
def test_a_period_says_how_often_its_list_comes(day: date, cadence: Cadence) -> None:
    assert cadence_of(period(cadence, day)) is cadence


@given(days, st.integers(1, 4000), st.sampled_from(list(Cadence)))
def test_the_names_of_periods_sort_in_the_order_of_the_days(day: date, gap: int, cadence: Cadence) -> None:
    assert period(cadence, day) <= period(cadence, day + gap * DAY)


@pytest.mark.parametrize(("weekday", "hour"), [(-1, None), (7, None), (None, 7), (None, 19), (0, 24)])
def test_another_weekday_or_an_hour_outside_the_working_day_is_refused(weekday: int | None, hour: int | None) -> None:
    with pytest.raises(RequestRefused, match=r"--(weekday|hour)"):
        checked_day(weekday, hour)

"""The working-day table: what is announced, what is forecast, how days roll and are counted."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.errors import RequestRefused
from service.domain.lunar import LAST_YEAR
from service.domain.workdays import DayKind, Reading, SpecialDay, Workdays
from service.store.official_days import official_days, official_workdays

DAY = timedelta(days=1)
ANNOUNCED = official_days()[1]
OFFICIAL = official_workdays()

days_in_the_table = st.dates(date(2004, 1, 10), date(LAST_YEAR, 12, 20))


def days(first: date, last: date) -> Iterator[date]:
    return (first + offset * DAY for offset in range((last - first).days + 1))


def test_an_ordinary_day_works_and_has_no_name() -> None:
    assert OFFICIAL.read(date(2026, 3, 4)) == Reading(date(2026, 3, 4), working=True, name="", forecast=False)


def test_a_plain_weekend_rests() -> None:
    assert OFFICIAL.read(date(2026, 3, 7)) == Reading(date(2026, 3, 7), working=False, name="weekend", forecast=False)


def test_a_holiday_rests_under_its_name() -> None:
    assert OFFICIAL.read(date(2026, 2, 17)) == Reading(date(2026, 2, 17), False, "spring_festival", forecast=False)
    assert OFFICIAL.read(date(2015, 9, 3)) == Reading(date(2015, 9, 3), False, "anti_fascist_70", forecast=False)


def test_an_adjusted_working_saturday_works() -> None:
    assert OFFICIAL.read(date(2026, 2, 28)) == Reading(date(2026, 2, 28), True, "spring_festival", forecast=False)


def test_of_a_day_named_twice_the_last_stands() -> None:
    rest = SpecialDay(date(2026, 3, 4), DayKind.REST, "一次性放假")
    work = SpecialDay(date(2026, 3, 4), DayKind.WORK, "更正")
    assert Workdays([rest, work], [2026]).read(date(2026, 3, 4)).working
    assert not Workdays([work, rest], [2026]).read(date(2026, 3, 4)).working


def test_a_roll_back_lists_the_rest_days_in_the_order_they_were_read() -> None:
    roll = OFFICIAL.roll_back(date(2026, 2, 16))
    assert (roll.start, roll.day, roll.forecast) == (date(2026, 2, 16), date(2026, 2, 14), False)
    assert [(reading.day.day, reading.name) for reading in roll.passed] == [
        (16, "spring_festival"),
        (15, "spring_festival"),
    ]


def test_a_roll_forward_lists_the_rest_days_in_the_order_they_were_read() -> None:
    roll = OFFICIAL.roll_forward(date(2026, 4, 4))
    assert roll.day == date(2026, 4, 7)
    assert [(reading.day.day, reading.name) for reading in roll.passed] == [
        (4, "qingming"),
        (5, "qingming"),
        (6, "qingming"),
    ]


def test_a_working_day_rolls_to_itself_and_passes_nothing() -> None:
    for roll in (OFFICIAL.roll_back(date(2026, 2, 28)), OFFICIAL.roll_forward(date(2026, 2, 28))):
        assert (roll.day, roll.passed) == (date(2026, 2, 28), ())


def test_the_announced_years_have_no_gap_until_the_last() -> None:
    assert ANNOUNCED[0] == 2004
    assert list(range(2004, OFFICIAL.announced_until + 1)) == ANNOUNCED


@pytest.mark.parametrize(
    ("announced", "until"), [([2024, 2025, 2026], 2026), ([2024, 2026], 2024), ([2026], 2026), ([], 2003)]
)
def test_announced_until_stops_at_the_first_gap(announced: list[int], until: int) -> None:
    assert Workdays([], announced).announced_until == until


def test_a_year_without_its_notice_is_forecast() -> None:
    table = Workdays([], [2025])
    assert table.read(date(2026, 3, 4)).forecast
    assert not table.read(date(2025, 3, 4)).forecast


def test_the_last_week_of_an_announced_year_is_forecast_until_the_next_notice_is_in() -> None:
    waiting = Workdays([], [2025, 2026])
    assert [day.day for day in days(date(2026, 12, 20), date(2026, 12, 31)) if waiting.read(day).forecast] == [
        25, 26, 27, 28, 29, 30, 31,
    ]  # fmt: skip
    assert not any(waiting.read(day).forecast for day in days(date(2025, 12, 20), date(2025, 12, 31)))
    assert not waiting.read(date(2026, 12, 30)).working
    assert waiting.read(date(2025, 12, 30)).working


def test_in_the_last_week_a_named_rest_day_rests_and_a_named_working_weekend_counts_for_nothing() -> None:
    named = [SpecialDay(date(2026, 12, 25), DayKind.REST, "停工"), SpecialDay(date(2026, 12, 26), DayKind.WORK, "调休")]
    table = Workdays(named, [2026])
    assert table.read(date(2026, 12, 25)) == Reading(date(2026, 12, 25), False, "停工", forecast=True)
    assert table.read(date(2026, 12, 26)) == Reading(date(2026, 12, 26), False, "weekend", forecast=True)
    announced = Workdays(named, [2026, 2027])
    assert announced.read(date(2026, 12, 26)) == Reading(date(2026, 12, 26), True, "调休", forecast=False)


def test_a_roll_is_a_forecast_if_any_day_it_read_is_one() -> None:
    table = Workdays([], [2026])
    assert table.roll_forward(date(2026, 12, 24)).forecast is False
    assert table.roll_forward(date(2026, 12, 25)).forecast is True
    assert table.roll_back(date(2027, 1, 1)).forecast is True  # lands on 29 December
    assert table.roll_back(date(2026, 12, 27)).forecast is True  # lands on 25 December
    assert table.roll_back(date(2026, 12, 24)).forecast is False
    assert Workdays([], [2027]).roll_back(date(2027, 12, 25)).forecast is True  # passes a Saturday, lands on the 24th
    assert Workdays([], [2026, 2027]).roll_forward(date(2026, 12, 31)).forecast is False


@pytest.mark.parametrize("day", [date(2003, 12, 31), date(LAST_YEAR + 1, 1, 1), date.min, date.max])
def test_a_day_outside_the_table_is_refused_and_the_horizon_named(day: date) -> None:
    with pytest.raises(RequestRefused) as refusal:
        OFFICIAL.read(day)
    for sentence in (refusal.value.zh, refusal.value.en):
        assert all(str(year) in sentence for year in (2004, LAST_YEAR, day.year))


def test_a_roll_that_leaves_the_table_is_refused_not_guessed() -> None:
    with pytest.raises(RequestRefused):
        OFFICIAL.roll_forward(date(LAST_YEAR, 12, 31))
    with pytest.raises(RequestRefused):
        OFFICIAL.roll_back(date(2004, 1, 1))


def test_the_past_before_the_first_notice_is_refused_although_the_feasts_are_known() -> None:
    with pytest.raises(RequestRefused, match="2025"):
        Workdays([], [2025, 2026]).read(date(2024, 5, 6))


def test_counting_leaves_out_the_first_day_and_takes_in_the_last() -> None:
    assert OFFICIAL.count(date(2026, 2, 13), date(2026, 2, 13)) == 0
    assert OFFICIAL.count(date(2026, 2, 13), date(2026, 2, 14)) == 1  # an adjusted working Saturday
    assert OFFICIAL.count(date(2026, 2, 14), date(2026, 2, 23)) == 0
    assert OFFICIAL.count(date(2026, 2, 14), date(2026, 2, 24)) == 1
    assert OFFICIAL.count(date(2025, 12, 31), date(2026, 12, 31)) == 365 - 119


def test_counting_to_an_earlier_day_is_negative() -> None:
    assert OFFICIAL.count(date(2026, 2, 24), date(2026, 2, 14)) == -1


@given(days_in_the_table, st.integers(-800, 800))
def test_a_count_is_the_working_days_one_by_one(after: date, offset: int) -> None:
    until = min(max(after + offset * DAY, date(2004, 1, 1)), date(LAST_YEAR, 12, 31))
    first, last = sorted((after, until))
    one_by_one = sum(OFFICIAL.read(day).working for day in days(first + DAY, last))
    assert OFFICIAL.count(after, until) == (one_by_one if after <= until else -one_by_one)


@given(days_in_the_table)
def test_a_roll_lands_on_the_nearest_working_day_and_passes_every_day_between(day: date) -> None:
    back, forth = OFFICIAL.roll_back(day), OFFICIAL.roll_forward(day)
    assert OFFICIAL.read(back.day).working
    assert OFFICIAL.read(forth.day).working
    assert [reading.day for reading in back.passed] == list(days(back.day + DAY, day))[::-1]
    assert [reading.day for reading in forth.passed] == list(days(day, forth.day - DAY))
    assert not any(reading.working for reading in back.passed + forth.passed)
    read = [*back.passed, OFFICIAL.read(back.day)]
    assert back.forecast == any(reading.forecast for reading in read)

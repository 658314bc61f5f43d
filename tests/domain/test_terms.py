"""A day that a letter names, so many working days, the end of a ban: what each gives, announced and forecast."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from service.domain.periods import POLICY, Rule
from service.domain.terms import fixed, opening, within_working_days
from service.domain.workdays import Workdays
from service.store.official_days import official_days, official_workdays

DAY = timedelta(days=1)
NAMED, ANNOUNCED = official_days()
OFFICIAL = official_workdays()


def days(first: date, last: date) -> Iterator[date]:
    return (first + offset * DAY for offset in range((last - first).days + 1))


def before_the_notice_of(year: int) -> Workdays:
    """The official table without all that the notice of ``year`` named, the last week of the year before included."""
    unknown_from, unknown_to = date(year - 1, 12, 25), date(year, 12, 31)
    known = [each.special for each in NAMED if not unknown_from <= each.special.day <= unknown_to]
    return Workdays(known, set(ANNOUNCED) - {year})


@pytest.mark.parametrize(
    ("named", "safe"),
    [
        (date(2026, 9, 18), date(2026, 9, 18)),
        (date(2026, 10, 5), date(2026, 9, 30)),
        (date(2026, 9, 20), date(2026, 9, 20)),
        (date(2026, 9, 13), date(2026, 9, 11)),
    ],
    ids=["a Friday", "in National Day", "a Sunday that is worked", "a Sunday"],
)
def test_a_named_day_stands_as_it_is_and_is_safe_on_the_working_day_up_to_it(named: date, safe: date) -> None:
    dates = fixed(named, date(2026, 8, 31), "21", OFFICIAL)
    assert (dates.anchor_on, dates.due_on, dates.late_after, dates.safe_due_on) == (
        date(2026, 8, 31),
        named,
        named,
        safe,
    )
    assert (dates.ends_on, dates.lapse_after, dates.provisional) == (None, None, False)
    assert [(step.rule, step.law) for step in dates.trace] == [(Rule.NAMED_DAY, "21"), (Rule.ROLL_BACK, POLICY)]


@pytest.mark.parametrize(
    ("start", "number", "last"),
    [
        (date(2026, 9, 3), 20, date(2026, 10, 8)),
        (date(2026, 3, 2), 20, date(2026, 3, 30)),
        (date(2026, 2, 13), 1, date(2026, 2, 14)),
        (date(2026, 2, 14), 1, date(2026, 2, 24)),
        (date(2026, 9, 18), 1, date(2026, 9, 20)),
    ],
    ids=[
        "over Mid-Autumn and National Day",
        "four plain weeks",
        "a worked Saturday",
        "nine rest days",
        "a worked Sunday",
    ],
)
def test_working_days_are_counted_from_the_day_after(start: date, number: int, last: date) -> None:
    dates = within_working_days(start, number, OFFICIAL)
    assert (dates.due_on, dates.late_after, dates.safe_due_on) == (last, last, last)
    assert (dates.anchor_on, dates.ends_on, dates.lapse_after, dates.provisional) == (start, None, None, False)
    [step] = dates.trace
    assert (step.rule, step.input, step.output, step.law) == (
        Rule.WORKING_DAYS_AFTER, f"{start} + {number} working days", str(last), POLICY,
    )  # fmt: skip
    assert "weekend" not in {reading.name for reading in step.passed}


def test_a_count_of_working_days_is_what_the_table_counts() -> None:
    for start in days(date(2015, 1, 1), date(2026, 10, 1)):
        last = within_working_days(start, 20, OFFICIAL).due_on
        assert OFFICIAL.count(start, last) == 20
        assert OFFICIAL.read(last).working


@pytest.mark.parametrize("year", range(2015, 2027))
@pytest.mark.parametrize("number", [1, 2, 3, 20])
def test_before_a_notice_nobody_is_told_a_later_day_than_it_makes_true_nor_called_late_earlier(
    year: int, number: int
) -> None:
    """One-offs included: a rest day that nobody foresaw only moves the official day away from the safe one."""
    unannounced = before_the_notice_of(year)
    compared = 0
    last = min(date(year, 12, 31), OFFICIAL.roll_back(date(2026, 11, 15)).day)
    for start in days(date(year - 1, 11, 25), last):
        official = within_working_days(start, number, OFFICIAL)
        forecast = within_working_days(start, number, unannounced)
        assert forecast.safe_due_on <= official.safe_due_on
        assert forecast.safe_due_on <= forecast.late_after
        assert unannounced.read(forecast.safe_due_on).working
        if not any(reading.day.year == 2015 and reading.day.month == 9 for reading in official.trace[0].passed):
            assert forecast.late_after >= official.late_after
        compared += forecast.provisional
    assert compared > 250


def test_a_provisional_count_says_how_early_it_may_become() -> None:
    dates = within_working_days(date(2027, 8, 2), 20, OFFICIAL)
    assert [step.rule for step in dates.trace] == [
        Rule.WORKING_DAYS_AFTER, Rule.WORKING_DAYS_AT_LEAST, Rule.ROLL_BACK,
    ]  # fmt: skip
    assert (dates.late_after, dates.safe_due_on, dates.provisional) == (date(2027, 8, 30), date(2027, 8, 26), True)


@pytest.mark.parametrize(
    ("decided", "opens", "told"),
    [
        (date(2023, 7, 3), date(2026, 7, 4), date(2026, 7, 6)),
        (date(2023, 7, 5), date(2026, 7, 6), date(2026, 7, 6)),
        (date(2024, 2, 29), date(2027, 3, 1), date(2027, 3, 1)),
        (date(2023, 9, 30), date(2026, 10, 1), date(2026, 10, 8)),
    ],
    ids=["a Saturday", "a Monday", "a leap day", "National Day"],
)
def test_a_ban_ends_three_years_on_never_rolled_and_is_told_on_the_first_working_day_from_then(
    decided: date, opens: date, told: date
) -> None:
    dates = opening(decided, 36, "20", OFFICIAL)
    assert (dates.anchor_on, dates.due_on, dates.late_after, dates.safe_due_on) == (decided, opens, opens, told)
    assert (dates.ends_on, dates.lapse_after) == (None, None)
    assert [step.law for step in dates.trace] == ["20", "20", POLICY]


def test_nobody_is_told_before_a_ban_ends_whatever_is_announced() -> None:
    for decided in days(date(2023, 1, 1), date(2025, 12, 31)):
        dates = opening(decided, 36, "20", OFFICIAL)
        assert dates.safe_due_on >= dates.due_on > decided

"""The seed of the working-day table, as the package of official days gives it."""

from datetime import date

from service.domain.workdays import DayKind, SpecialDay
from service.store.official_days import official_days, official_workdays

NAMES = {
    "new_year", "spring_festival", "qingming", "labour_day", "dragon_boat", "mid_autumn", "national_day",
    "anti_fascist_70",
}  # fmt: skip


def test_every_day_is_named_once_in_order_and_by_a_code_of_ours() -> None:
    days = [each.special.day for each in official_days()[0]]
    assert days == sorted(set(days))
    assert {each.special.name for each in official_days()[0]} == NAMES


def test_a_working_day_is_a_weekend_and_names_the_holiday_it_pays_for() -> None:
    working = [each.special for each in official_days()[0] if each.special.kind is DayKind.WORK]
    assert SpecialDay(date(2026, 2, 28), DayKind.WORK, "spring_festival") in working
    assert all(special.day.weekday() >= 5 for special in working)


def test_a_december_day_of_the_new_year_belongs_to_the_notice_of_the_year_that_begins() -> None:
    notices = {each.special.day: each.notice for each in official_days()[0]}
    assert notices[date(2018, 12, 31)] == notices[date(2018, 12, 29)] == 2019
    assert notices[date(2018, 10, 1)] == 2018


def test_each_day_says_where_it_was_taken_from() -> None:
    assert {each.source.split()[0] for each in official_days()[0]} == {"chinesecalendar"}


def test_the_announced_years_reach_2026_without_a_gap() -> None:
    announced = official_days()[1]
    assert announced == list(range(2004, announced[-1] + 1))
    assert announced[-1] >= 2026
    assert official_workdays().announced_until == announced[-1]

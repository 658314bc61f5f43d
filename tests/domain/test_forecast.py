"""The superset of rest days that stands in for a notice not yet given: it may cost days, it never makes people late."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from service.domain.forecast import forecast_rest_days
from service.domain.lunar import FEASTS, LAST_YEAR
from service.domain.periods import Dates, Rule, add_months, backward, computed_end, forward, milestone, printed_end
from service.domain.workdays import DayKind, Workdays
from service.store.official_days import official_days, official_workdays

DAY = timedelta(days=1)
NAMED, ANNOUNCED = official_days()
OFFICIAL = official_workdays()
# The 70th anniversary of the end of the war: named in May 2015, foreseen by nobody.
ONE_OFFS = {date(2015, 9, 3), date(2015, 9, 4), date(2015, 9, 5)}


def days(first: date, last: date) -> Iterator[date]:
    return (first + offset * DAY for offset in range((last - first).days + 1))


def test_a_forecast_year_rests_on_every_weekend_and_at_the_turn_of_the_year() -> None:
    for year in range(2004, LAST_YEAR + 1):
        rest = forecast_rest_days(year)
        assert {day.year for day in rest} == {year}
        assert all(day in rest for day in days(date(year, 1, 1), date(year, 12, 31)) if day.weekday() >= 5)
        assert {date(year, 1, 1), date(year, 12, 30), date(year, 12, 31)} <= rest.keys()


def test_a_forecast_bridges_a_single_working_day_under_the_holidays_name() -> None:
    qingming = date(2028, 4, 4)  # a Tuesday: its margin ends on Thursday, Friday stands alone before the weekend
    rest = forecast_rest_days(2028)
    assert [rest.get(qingming + offset * DAY) for offset in (-4, 0, 2, 3, 4, 6)] == [
        None, "qingming", "qingming", "qingming", "weekend", None,
    ]  # fmt: skip
    monday = date(2031, 12, 29)  # between a Sunday and 30 December
    assert forecast_rest_days(2031)[monday] == "new_year"


def test_a_forecast_leaves_two_working_days_in_a_row_at_work() -> None:
    qingming = date(2033, 4, 4)  # a Monday: Thursday and Friday stay working days
    rest = forecast_rest_days(2033)
    assert [rest.get(qingming + offset * DAY) for offset in (-3, 2, 3, 4, 5)] == [
        None, "qingming", None, None, "weekend",
    ]  # fmt: skip


def test_forecast_days_carry_the_name_of_their_holiday() -> None:
    rest = forecast_rest_days(2027)
    assert rest[date(2027, 2, 6)] == rest[date(2027, 2, 12)] == "spring_festival"
    assert rest[date(2027, 9, 15)] == "mid_autumn"
    assert rest[date(2027, 10, 4)] == "national_day"
    assert rest[date(2027, 8, 21)] == "weekend"


def own_days(year: int) -> dict[str, date]:
    fixed = {"new_year": date(year, 1, 1), "labour_day": date(year, 5, 1), "national_day": date(year, 10, 1)}
    return fixed | FEASTS[year]._asdict()


def widest_stretch(name: str) -> range:
    """Days from the holiday's own day, over which it has rested in any year since there were seven."""
    offsets = {0}
    for year in range(2008, 2027):
        day = own_days(year)[name]
        if name == "mid_autumn" and OFFICIAL.count(day, date(year, 10, 1)) <= 0:
            continue  # one stretch with National Day, and counted there
        first, last = OFFICIAL.roll_back(day).day, OFFICIAL.roll_forward(day).day
        offsets |= {(first - day).days + 1, (last - day).days - 1} if first < last else set()
    return range(min(offsets), max(offsets) + 1)


@pytest.mark.parametrize("name", own_days(2026))
def test_a_forecast_rests_as_widely_around_each_holiday_as_any_year_since_2008_did(name: str) -> None:
    stretch = widest_stretch(name)
    assert len(stretch) >= 5
    for year in range(2008, LAST_YEAR + 1):
        rest = forecast_rest_days(year)
        around = (own_days(year)[name] + offset * DAY for offset in stretch)
        assert all(day in rest for day in around if day.year == year), year


@pytest.mark.parametrize("year", [year for year in ANNOUNCED if year >= 2008])
def test_every_official_rest_day_would_have_been_forecast(year: int) -> None:
    """From 2008: until then 1 May and 1 October each had a golden week, and three of the seven holidays were none."""
    resting = {day for day in days(date(year, 1, 1), date(year, 12, 31)) if not OFFICIAL.read(day).working}
    assert resting - forecast_rest_days(year).keys() <= ONE_OFFS


def test_a_forecast_year_rests_less_than_a_month_longer_than_the_official_one() -> None:
    for year in range(2008, OFFICIAL.announced_until + 1):
        official = sum(not OFFICIAL.read(day).working for day in days(date(year, 1, 1), date(year, 12, 31)))
        assert len(forecast_rest_days(year)) - official < 30


def before_the_notice_of(year: int) -> Workdays:
    """The official table without all that the notice of ``year`` named, the last week of the year before included."""
    unknown_from, unknown_to = date(year - 1, 12, 25), date(year, 12, 31)
    known = [each.special for each in NAMED if not unknown_from <= each.special.day <= unknown_to]
    return Workdays(known, set(ANNOUNCED) - {year})


def dates_reading(year: int, workdays: Workdays) -> Iterator[Dates]:
    """Every kind of date whose safe, late or lapse day may read a day that the notice of ``year`` settles."""
    for day in days(date(year - 1, 9, 1), date(year + 1, 5, 1)):
        end = printed_end(day, "17(4)")
        yield backward(end, 3, "17(4)", workdays, lapses=True)
        listed = computed_end(Rule.LISTED_PLUS_YEARS, add_months(day, -36), 36, "17(4)")
        yield backward(listed, 3, "17(4)", workdays, lapses=True)
        yield forward(day, 3, "19", workdays)
        yield milestone(end, workdays, lapses=True)


def read_a_one_off(dates: Dates) -> bool:
    return any(reading.day in ONE_OFFS for step in dates.trace for reading in step.passed)


@pytest.mark.parametrize("year", range(2015, 2027))
def test_a_forecast_never_makes_people_late_whichever_year_is_not_announced(year: int) -> None:
    compared = 0
    for official, forecast in zip(
        dates_reading(year, OFFICIAL), dates_reading(year, before_the_notice_of(year)), strict=True
    ):
        if read_a_one_off(official):
            continue
        assert forecast.safe_due_on <= official.safe_due_on
        assert forecast.due_on == official.due_on
        assert forecast.late_after >= official.late_after
        assert (forecast.lapse_after or date.max) >= (official.lapse_after or date.max)
        compared += forecast.provisional
    assert compared > 1000


def test_a_worked_saturday_is_no_working_day_in_a_forecast() -> None:
    saturday = date(2026, 2, 28)
    assert [each.special.kind for each in NAMED if each.special.day == saturday] == [DayKind.WORK]
    dates = forward(date(2025, 11, 30), 3, "19", before_the_notice_of(2026))
    assert (dates.safe_due_on, dates.due_on, dates.late_after) == (date(2026, 2, 27), saturday, date(2026, 3, 2))
    assert dates.provisional

"""What a year's notice has to hold; and that the forecast which it replaces made nobody late."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain.errors import RequestRefused
from service.domain.forecast import forecast_rest_days
from service.domain.lunar import FEASTS
from service.domain.notice import HOLIDAYS, Notice, check, unforeseen
from service.domain.periods import backward, forward, milestone, printed_end
from service.domain.workdays import DayKind, SpecialDay, Workdays
from service.store.official_days import official_days, official_workdays
from tests.notices import days, invented, with_day, without

DAY = timedelta(days=1)
NAMED, ANNOUNCED = official_days()
# Left out by the source as a Saturday that rests anyway; the notice of 2012 named 22 to 24 June.
UNNAMED = {2012: SpecialDay(date(2012, 6, 23), DayKind.REST, "dragon_boat")}


@pytest.mark.parametrize("year", [year for year in ANNOUNCED if year >= 2008])
def test_every_notice_that_was_ever_given_since_there_are_seven_holidays_passes(year: int) -> None:
    named = [each.special for each in NAMED if each.notice == year]
    check(Notice(year, "号", (*named, UNNAMED[year]) if year in UNNAMED else tuple(named)))


def test_an_invented_notice_of_2027_passes_and_surprises_nobody() -> None:
    check(invented())
    assert unforeseen(invented()) == []


def test_a_weekend_inside_a_stretch_need_not_be_named() -> None:
    golden_week = invented(worked={}, labour_day=("2027-05-01", "2027-05-09"))
    check(without(golden_week, "2027-05-08"))
    with pytest.raises(RequestRefused, match="gap: 2027-05-08"):
        check(with_day(without(golden_week, "2027-05-08"), "2027-05-08", DayKind.WORK))


@pytest.mark.parametrize(
    ("notice", "words"),
    [
        pytest.param(with_day(invented(), "2027-10-07", DayKind.REST), r"2027-10-07.*twice \(overlap\)", id="twice"),
        pytest.param(with_day(invented(), "2027-10-07", DayKind.WORK), r"2027-10-07.*twice", id="rest and work"),
        pytest.param(with_day(invented(), "2026-12-24", DayKind.REST), "2026-12-24.*wrong year", id="too early"),
        pytest.param(with_day(invented(), "2028-01-01", DayKind.REST), "2028-01-01.*wrong year", id="too late"),
        pytest.param(replace(invented(), year=2028), "2027-01-01.*wrong year", id="the year before"),
        pytest.param(replace(invented(), year=2026), "2027-01-01.*wrong year", id="the year after"),
        pytest.param(replace(invented(), year=2051), "2051 is not within 2008 to 2050", id="beyond the horizon"),
        pytest.param(replace(invented(), year=2007), "2007 is not within", id="before the seven holidays"),
        pytest.param(replace(invented(), number=""), "no number", id="no number"),
        pytest.param(replace(invented(), days=()), "New Year's Day is missing", id="no days"),
        pytest.param(with_day(invented(), "2027-08-06", DayKind.WORK), "2027-08-06.*no Saturday", id="a worked Friday"),
        pytest.param(
            without(invented(), "2027-02-05"), "Spring Festival is missing: 2027-02-05", id="no New Year's Eve"
        ),
        pytest.param(without(invented(), "2027-05-02"), "Labour Day is missing: 2027-05-02", id="a Sunday not named"),
        pytest.param(without(invented(), "2027-10-05"), "National Day have a gap: 2027-10-05", id="a day forgotten"),
        pytest.param(
            with_day(invented(), "2027-08-06", DayKind.REST, "qingming"),
            "Tomb-sweeping Day have a gap: 2027-04-06, between 2027-04-03 and 2027-08-06",
            id="far from its holiday",
        ),
        pytest.param(
            with_day(without(invented(), "2027-10-02"), "2027-10-02", DayKind.WORK),
            "National Day is missing: 2027-10-02",
            id="a statutory day worked",
        ),
    ],
)
def test_what_cannot_be_a_years_arrangement_is_refused_with_rule_and_day(notice: Notice, words: str) -> None:
    with pytest.raises(RequestRefused, match=words):
        check(notice)


@pytest.mark.parametrize("code", HOLIDAYS)
def test_a_holiday_that_is_missing_is_named(code: str) -> None:
    notice = invented()
    with pytest.raises(RequestRefused, match=f"缺少{HOLIDAYS[code].zh}.*{HOLIDAYS[code].en} is missing"):
        check(replace(notice, days=tuple(named for named in notice.days if named.name != code)))


def test_a_day_of_rest_that_no_holiday_explains_is_allowed_and_pointed_out() -> None:
    one_off = SpecialDay(date(2027, 8, 6), DayKind.REST, "虚构纪念日")
    notice = with_day(invented(), "2027-08-06", DayKind.REST, "虚构纪念日")
    check(notice)
    assert unforeseen(notice) == [one_off]


def test_a_december_day_before_the_new_year_is_foreseen() -> None:
    notice = invented(new_year=("2026-12-30", "2027-01-03"))
    check(notice)
    assert unforeseen(notice) == []


OWN = {"new_year": date(2027, 1, 1), "labour_day": date(2027, 5, 1), "national_day": date(2027, 10, 1)}
OWN |= FEASTS[2027]._asdict()
FORESEEN = forecast_rest_days(2026).keys() | forecast_rest_days(2027).keys()
BEFORE = official_workdays()


@st.composite
def notices(draw: st.DrawFn) -> Notice:
    """Any notice of 2027 that rests only where the forecast did, and works any of the weekends left."""
    rest: dict[date, str] = {}
    for code, own in OWN.items():
        first, last = own + HOLIDAYS[code].statutory[0] * DAY, own + HOLIDAYS[code].statutory[-1] * DAY
        for _ in range(draw(st.integers(0, 4))):
            first -= DAY * (first - DAY in FORESEEN)
        for _ in range(draw(st.integers(0, 8))):
            last += DAY * (last + DAY in FORESEEN)
        rest |= dict.fromkeys(days(first, last), code)
    weekends = [day for day in days(date(2026, 12, 25), date(2027, 12, 31)) if day.weekday() >= 5 and day not in rest]
    worked = draw(st.sets(st.sampled_from(weekends), max_size=12))
    named = [SpecialDay(day, DayKind.REST, code) for day, code in rest.items()]
    return Notice(2027, "虚构", (*named, *(SpecialDay(day, DayKind.WORK, "national_day") for day in sorted(worked))))


@given(notices())
@settings(max_examples=40)
def test_whatever_is_announced_within_the_forecast_no_safe_day_comes_earlier(notice: Notice) -> None:
    check(notice)
    assert unforeseen(notice) == []
    after = Workdays([*(each.special for each in NAMED), *notice.days], [*ANNOUNCED, 2027])
    for day in days(date(2026, 9, 20), date(2028, 4, 5)):
        end = printed_end(day, "17(4)")
        for was, stands in (
            (backward(end, 3, "17(4)", BEFORE, lapses=True), backward(end, 3, "17(4)", after, lapses=True)),
            (milestone(end, BEFORE, lapses=True), milestone(end, after, lapses=True)),
            (forward(day, 3, "19", BEFORE), forward(day, 3, "19", after)),
        ):
            assert was.safe_due_on <= stands.safe_due_on <= stands.due_on

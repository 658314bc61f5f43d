"""The plan of reminders: its stages with their days, and which of them a day has reached."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.choices import ReminderPlan
from service.domain.lunar import LAST_YEAR
from service.domain.obligation import INFORMATION, MILESTONES, Kind
from service.domain.periods import Dates, Rule, backward, computed_end, forward, milestone, printed_end
from service.domain.plan import LAPSE, Stage, reached, stages
from service.domain.policy import Policy
from service.domain.terms import fixed, opening, within_working_days
from service.domain.workdays import Workdays
from service.store.official_days import official_workdays

DAY = timedelta(days=1)
PLAN = ReminderPlan()
OFFICIAL = official_workdays()
FORECAST = Workdays((), ())
"""A table of which no year is announced: every holiday is as long as it may become."""


def review(end: date, workdays: Workdays = OFFICIAL) -> Dates:
    return backward(printed_end(end, "17(4)"), 3, "17(4)", workdays, lapses=True)


def acceptance(start: date, workdays: Workdays = OFFICIAL) -> Dates:
    end = computed_end(Rule.CULTIVATION_PLUS_MONTHS, start, 24, "18(3)")
    return backward(end, 3, "18(5)", workdays, lapses=False)


def change(on: date, workdays: Workdays = OFFICIAL) -> Dates:
    return forward(on, 3, "19", workdays)


def planned(kind: Kind, dates: Dates, workdays: Workdays = OFFICIAL, plan: ReminderPlan = PLAN) -> dict[str, str]:
    return {stage.name: str(stage.on) for stage in stages(kind, dates, plan, workdays)}


def test_an_application_has_each_stage_before_its_safe_day_weekly_ones_after_and_then_the_lapse() -> None:
    """2026: 春节 15 to 23 February, 中秋 25 to 27 September, 国庆 1 to 7 October; 14 February is a worked Saturday."""
    assert planned(Kind.REVIEW_APPLICATION, review(date(2026, 11, 18))) == {
        "180d": "2026-02-14",  # 18 February rests, and so do the three days before it
        "90d": "2026-05-19",
        "60d": "2026-06-18",
        "30d": "2026-07-17",  # the 18th is a Saturday
        "15d": "2026-07-31",  # 2 August is a Sunday
        "7d": "2026-08-10",
        "3d": "2026-08-14",
        "1d": "2026-08-14",  # the 16th is a Sunday
        "0d": "2026-08-17",
        "+1w": "2026-08-24",
        "+2w": "2026-08-31",
        "+3w": "2026-09-07",
        "+4w": "2026-09-14",
        "+5w": "2026-09-21",
        "+6w": "2026-09-28",
        "+7w": "2026-09-30",  # 5 October rests
        "+8w": "2026-10-12",
        "+9w": "2026-10-19",
        "+10w": "2026-10-26",
        "+11w": "2026-11-02",
        "+12w": "2026-11-09",
        "+13w": "2026-11-16",
        "lapse": "2026-11-19",
    }


def test_the_lapse_is_told_on_the_first_working_day_after_the_day_that_has_to_pass() -> None:
    dates = review(date(2026, 10, 3))  # in the National Day holiday: validity is not over before the 8th has passed
    assert dates.lapse_after == date(2026, 10, 8)
    assert planned(Kind.REVIEW_APPLICATION, dates)["lapse"] == "2026-10-09"
    friday = review(date(2026, 11, 13))
    assert planned(Kind.REVIEW_APPLICATION, friday)["lapse"] == "2026-11-16"


def test_an_acceptance_application_goes_on_weekly_until_the_end_and_never_lapses() -> None:
    dates = acceptance(date(2024, 9, 1))
    found = planned(Kind.ACCEPTANCE_APPLICATION, dates)
    assert dates.ends_on == date(2026, 9, 1)
    assert (str(dates.safe_due_on), found["0d"]) == ("2026-05-29", "2026-05-29")
    assert list(found)[-1] == "+13w"
    assert found["+13w"] == "2026-08-28"
    assert LAPSE not in found


def test_a_filing_goes_on_for_eight_weeks_and_then_stays_with_the_units_list() -> None:
    found = planned(Kind.MAJOR_CHANGE_FILING, change(date(2026, 3, 2)))
    assert [name for name in found if name.startswith("+")] == [f"+{week}w" for week in range(1, 9)]
    assert (found["0d"], found["+1w"], found["+8w"]) == ("2026-06-02", "2026-06-09", "2026-07-28")
    assert list(found)[-1] == "+8w"


def test_what_would_come_before_the_matter_itself_is_no_stage() -> None:
    asked = fixed(date(2026, 9, 18), date(2026, 8, 31), "21", OFFICIAL)
    assert list(planned(Kind.INQUIRY_REPLY, asked))[:6] == ["15d", "7d", "3d", "1d", "0d", "+1w"]
    applied = within_working_days(date(2026, 8, 3), 20, OFFICIAL)
    assert next(iter(planned(Kind.PRELIMINARY_ACCEPTANCE, applied).items())) == ("15d", "2026-08-14")
    assert next(iter(planned(Kind.MAJOR_CHANGE_FILING, change(date(2026, 3, 2))))) == "90d"


@pytest.mark.parametrize("asked_on", [date(2026, 9, 4), date(2026, 9, 5), date(2026, 9, 6)])
def test_a_day_so_near_that_nothing_is_left_before_it_is_told_all_the_same(asked_on: date) -> None:
    """Due on a Sunday, safe on the Friday: the letter goes at once, even where that Friday is past."""
    found = planned(Kind.INQUIRY_REPLY, fixed(date(2026, 9, 6), asked_on, "21", OFFICIAL))
    assert next(iter(found.items())) == ("0d", "2026-09-04")


def test_what_opens_is_told_on_the_first_working_day_from_then_on() -> None:
    dates = opening(date(2023, 7, 3), 36, "20", OFFICIAL)
    assert stages(Kind.REAPPLICATION_OPENS, dates, PLAN, OFFICIAL) == [
        Stage("end", date(2026, 7, 6), director_too=True)
    ]


def test_a_week_that_a_holiday_moves_back_upon_the_safe_day_is_told_after_the_holiday() -> None:
    """Safe on 14 February, due on the 15th, late only after the 24th, the first working day: the last day to file."""
    found = planned(Kind.MAJOR_CHANGE_FILING, change(date(2025, 11, 15)))
    assert (found["0d"], found["+1w"], found["+2w"]) == ("2026-02-14", "2026-02-24", "2026-02-28")


def test_weekly_stages_go_on_to_the_day_after_which_the_lapse_is_presumed() -> None:
    dates = review(date(2026, 10, 2))  # validity ends in a holiday and is over once the 8th has passed
    assert dates.lapse_after == date(2026, 10, 8)
    found = planned(Kind.REVIEW_APPLICATION, dates)
    assert (found["+13w"], found["+14w"], found["lapse"]) == ("2026-09-30", "2026-10-08", "2026-10-09")


def test_a_week_that_a_holiday_moves_beyond_the_end_falls_away() -> None:
    dates = backward(printed_end(date(2020, 2, 1), "18(3)"), 3, "18(5)", OFFICIAL, lapses=False)
    found = planned(Kind.ACCEPTANCE_APPLICATION, dates)
    assert found["+12w"] == "2020-01-23"  # the next working day is 3 February
    assert list(found)[-1] == "+12w"


@pytest.mark.parametrize("kind", sorted(MILESTONES - INFORMATION))
def test_a_milestone_is_told_once_on_the_working_day_up_to_it(kind: Kind) -> None:
    dates = milestone(printed_end(date(2026, 10, 4), "17(4)"), OFFICIAL, lapses=kind is Kind.VALIDITY_END)
    assert stages(kind, dates, PLAN, OFFICIAL) == [Stage("end", date(2026, 9, 30), director_too=True)]


def test_the_director_is_told_from_thirty_days_before_on() -> None:
    found = stages(Kind.REVIEW_APPLICATION, review(date(2026, 11, 18)), PLAN, OFFICIAL)
    assert [stage.name for stage in found if not stage.director_too] == ["180d", "90d", "60d"]


def test_a_plan_of_its_own_has_the_stages_it_names() -> None:
    own = ReminderPlan(days_before=(10, 0), director_from_days=5, weeks_without_end=2)
    found = stages(Kind.MAJOR_CHANGE_FILING, change(date(2026, 3, 2)), own, OFFICIAL)
    assert [(stage.name, stage.director_too) for stage in found] == [
        ("10d", False),
        ("0d", True),
        ("+1w", True),
        ("+2w", True),
    ]


def test_the_default_policy_is_the_default_plan_with_a_version_to_store() -> None:
    assert Policy().default.plan == PLAN
    assert PLAN.days_before == (180, 90, 60, 30, 15, 7, 3, 1, 0)
    assert Policy().version


# Any dates, the announced holidays and the longest that may be forecast.

tables = st.sampled_from([OFFICIAL, FORECAST])
days = st.dates(date(2006, 1, 1), date(LAST_YEAR - 3, 12, 31))


@st.composite
def matters(draw: st.DrawFn) -> tuple[Kind, Dates, Workdays]:
    """An obligation of any kind, around any day, under either table."""
    kind, day, workdays = draw(st.sampled_from(Kind)), draw(days), draw(tables)
    if kind is Kind.REVIEW_APPLICATION:
        return kind, review(day, workdays), workdays
    if kind is Kind.ACCEPTANCE_APPLICATION:
        return kind, acceptance(day, workdays), workdays
    if kind is Kind.MAJOR_CHANGE_FILING:
        return kind, change(day, workdays), workdays
    if kind in (Kind.PRELIMINARY_ACCEPTANCE, Kind.LIST_REPORT):
        return kind, within_working_days(day, 20, workdays), workdays
    if kind in (Kind.INQUIRY_REPLY, Kind.RECTIFICATION, Kind.ANNUAL_REPORT, Kind.ANNUAL_ROUND):
        return kind, fixed(day, day - draw(st.integers(0, 60)) * DAY, "21", workdays), workdays
    if kind is Kind.REAPPLICATION_OPENS:
        return kind, opening(day, 12, "20", workdays), workdays
    return kind, milestone(printed_end(day, "17(4)"), workdays, lapses=kind is Kind.VALIDITY_END), workdays


@given(matters())
def test_stages_are_on_working_days_in_order_and_each_has_a_name_of_its_own(
    matter: tuple[Kind, Dates, Workdays],
) -> None:
    kind, dates, workdays = matter
    found = stages(kind, dates, PLAN, workdays)
    assert [stage.on for stage in found] == sorted(stage.on for stage in found)
    assert len({stage.name for stage in found}) == len(found) > 0
    assert all(workdays.read(stage.on).working for stage in found)


@given(matters())
def test_a_stage_before_is_never_later_than_its_days_say_and_the_last_is_the_safe_day(
    matter: tuple[Kind, Dates, Workdays],
) -> None:
    kind, dates, workdays = matter
    before = [stage for stage in stages(kind, dates, PLAN, workdays) if stage.on <= dates.safe_due_on]
    assert before[-1].on == dates.safe_due_on
    if kind not in MILESTONES:
        names = [stage.name for stage in before]
        assert names == [f"{count}d" for count in PLAN.days_before][-len(names) :]
        for stage in before:
            count = int(stage.name[:-1])
            assert count == 0 or dates.anchor_on is None or stage.on > dates.anchor_on
            asked = dates.safe_due_on - count * DAY
            assert stage.on <= asked
            assert not any(workdays.read(stage.on + gap * DAY).working for gap in range(1, (asked - stage.on).days + 1))


@given(matters())
def test_weekly_stages_come_one_a_day_at_most_and_end_with_the_matter(matter: tuple[Kind, Dates, Workdays]) -> None:
    kind, dates, workdays = matter
    found = stages(kind, dates, PLAN, workdays)
    weekly = [stage.on for stage in found if stage.name.startswith("+")]
    assert len(set(weekly)) == len(weekly)
    assert all(on > dates.safe_due_on for on in weekly)
    end = dates.lapse_after or dates.ends_on
    if kind in MILESTONES:
        assert weekly == []
    elif end is None:
        assert len(weekly) == PLAN.weeks_without_end
    else:
        assert all(on <= end for on in weekly)
        assert end - weekly[-1] < 4 * 7 * DAY  # the longest forecast holiday and a week


@given(matters())
def test_nobody_is_presumed_lapsed_before_that_day_has_passed_and_then_once(
    matter: tuple[Kind, Dates, Workdays],
) -> None:
    kind, dates, workdays = matter
    found = stages(kind, dates, PLAN, workdays)
    lapses = [stage for stage in found if stage.name == LAPSE]
    if kind is not Kind.REVIEW_APPLICATION:
        assert lapses == []
        return
    assert dates.lapse_after is not None
    assert lapses == [found[-1]]
    assert lapses[0].on == workdays.roll_forward(dates.lapse_after + DAY).day > dates.lapse_after
    newest = reached(found, dates.lapse_after).newest
    assert newest is not None
    assert newest.name != LAPSE


# Which stage is reached?

THREE = [
    Stage("30d", date(2026, 7, 17), True),
    Stage("7d", date(2026, 8, 10), True),
    Stage("0d", date(2026, 8, 17), True),
]


@pytest.mark.parametrize(
    ("today", "newest", "older", "next_on"),
    [
        (date(2026, 7, 16), None, [], date(2026, 7, 17)),
        (date(2026, 7, 17), "30d", [], date(2026, 8, 10)),
        (date(2026, 7, 18), "30d", [], date(2026, 8, 10)),
        (date(2026, 8, 12), "7d", ["30d"], date(2026, 8, 17)),
        (date(2026, 8, 17), "0d", ["30d", "7d"], None),
        (date(2030, 1, 1), "0d", ["30d", "7d"], None),
    ],
)
def test_a_day_has_reached_the_newest_stage_whatever_days_were_missed(
    today: date, newest: str | None, older: list[str], next_on: date | None
) -> None:
    found = reached(THREE, today)
    assert found.newest == (None if newest is None else next(stage for stage in THREE if stage.name == newest))
    assert ([stage.name for stage in found.older], found.next_on) == (older, next_on)


def test_of_two_stages_on_one_day_the_later_one_is_told() -> None:
    found = reached(stages(Kind.REVIEW_APPLICATION, review(date(2026, 11, 18)), PLAN, OFFICIAL), date(2026, 8, 14))
    assert found.newest is not None
    assert found.newest.name == "1d"
    assert found.older[-1].name == "3d"
    assert found.next_on == date(2026, 8, 17)


@given(matters(), st.lists(st.integers(1, 40), max_size=40), st.integers(-400, 200))
def test_whatever_days_are_scanned_each_stage_is_told_once_or_overtaken_once(
    matter: tuple[Kind, Dates, Workdays], gaps: list[int], first: int
) -> None:
    """A scan looks again only when ``next_on`` has come, as the flows do."""
    kind, dates, workdays = matter
    found = stages(kind, dates, PLAN, workdays)
    told: list[str] = []
    overtaken: list[str] = []
    today = dates.safe_due_on + first * DAY
    look_on: date | None = date.min
    for gap in [*gaps, 4000]:
        today += gap * DAY
        if look_on is None or look_on > today:
            continue
        look = reached(found, today)
        assert look.next_on is None or look.next_on > today
        overtaken += [stage.name for stage in look.older if stage.name not in {*told, *overtaken}]
        if look.newest is not None:
            assert look.newest.name not in overtaken
            told += [look.newest.name] if look.newest.name not in told else []
        look_on = look.next_on
    assert sorted([*told, *overtaken]) == sorted(stage.name for stage in found)
    assert told[-1] == found[-1].name

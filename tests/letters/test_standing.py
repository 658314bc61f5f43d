"""Where a matter stands, and the one day to count to."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.certification import Level
from service.domain.obligation import INFORMATION, MILESTONES, Kind
from service.domain.periods import printed_end
from service.letters.colours import Tone, tone
from service.letters.countdown import Countdown, Landmark, Unit, countdown
from service.letters.letter import Language
from service.letters.standing import Standing, standing
from service.letters.status import status
from tests.letters.facts import WORKDAYS, by_hand, duty, matter

REVIEW = matter(Kind.REVIEW_APPLICATION)  # safe 2028-09-07, statutory 2028-09-09, ends 2028-12-09, lapse 2028-12-11


@pytest.mark.parametrize(
    ("today", "stands"),
    [
        (date(2028, 9, 6), Standing.AHEAD),
        (date(2028, 9, 7), Standing.TODAY),
        (date(2028, 9, 8), Standing.SUGGESTED_PASSED),
        (date(2028, 9, 9), Standing.SUGGESTED_PASSED),
        (date(2028, 9, 10), Standing.STATUTORY_PASSED),
        (date(2028, 12, 11), Standing.STATUTORY_PASSED),
        (date(2028, 12, 12), Standing.ENDED),
    ],
)
def test_a_review_stands_by_its_days(today: date, stands: Standing) -> None:
    assert standing(REVIEW, today) is stands


@pytest.mark.parametrize(
    ("today", "stands"),
    [(date(2028, 12, 8), Standing.AHEAD), (date(2028, 12, 9), Standing.TODAY), (date(2028, 12, 12), Standing.ENDED)],
)
def test_a_milestone_is_ahead_or_there_or_over(today: date, stands: Standing) -> None:
    assert standing(matter(Kind.VALIDITY_END), today) is stands


def test_a_change_stays_to_be_filed_for_ever() -> None:
    assert standing(matter(Kind.MAJOR_CHANGE_FILING), date(2040, 1, 1)) is Standing.STATUTORY_PASSED


@pytest.mark.parametrize(
    ("today", "counted"),
    [
        (date(2028, 8, 24), Countdown(Landmark.SUGGESTED, date(2028, 9, 7), 10, Unit.WORKING_DAYS)),
        (date(2028, 9, 7), Countdown(Landmark.SUGGESTED, date(2028, 9, 7), 0, Unit.DAYS)),
        (date(2028, 9, 8), Countdown(Landmark.LATEST, date(2028, 9, 9), 1, Unit.DAYS)),
        (date(2028, 9, 10), Countdown(Landmark.END, date(2028, 12, 9), 90, Unit.DAYS)),
        (date(2028, 12, 10), Countdown(Landmark.END, date(2028, 12, 11), 1, Unit.DAYS)),
        (date(2028, 12, 13), Countdown(Landmark.END, date(2028, 12, 9), -4, Unit.DAYS)),
    ],
)
def test_the_day_shown_largest_is_the_next_that_matters(today: date, counted: Countdown) -> None:
    left = WORKDAYS.count(today, REVIEW.dates.safe_due_on)
    assert countdown(REVIEW, today, left) == counted


def test_only_a_national_review_counts_on_to_its_end_once_the_statutory_day_is_past() -> None:
    today = date(2028, 9, 20)
    advanced = matter(Kind.REVIEW_APPLICATION, level=Level.ADVANCED, article="16(4)")
    assert countdown(advanced, today, -9) == Countdown(Landmark.LATEST, date(2028, 9, 9), -11, Unit.DAYS)
    assert countdown(matter(), date(2027, 8, 29), -5) == Countdown(Landmark.LATEST, date(2027, 8, 24), -5, Unit.DAYS)


@given(st.sampled_from(list(Kind)), st.integers(-500, 900), st.sampled_from(list(Language)))
def test_on_every_day_there_are_words_for_it_and_red_means_past_the_statutory_day(
    kind: Kind, shift: int, language: Language
) -> None:
    about = matter(kind)
    today = about.dates.due_on + timedelta(days=shift)
    assert status(about, today, language)
    alarmed = tone(about, standing(about, today)) is Tone.ALARM
    assert not alarmed or today > about.dates.late_after
    counted = countdown(about, today, WORKDAYS.count(today, about.dates.safe_due_on))
    if kind in MILESTONES:
        assert counted.landmark is (Landmark.OPENING if kind in INFORMATION else Landmark.END)


def test_a_period_that_is_over_without_an_application_is_said_in_the_agreed_words() -> None:
    after = date(2028, 12, 12)
    assert status(REVIEW, after, Language.ZH) == "有效期已满，系统未见复核申请记录"
    assert status(matter(Kind.CULTIVATION_END), after, Language.ZH) == "培育期已满，系统未见验收申请记录"
    assert status(matter(Kind.CULTIVATION_END, pending=True), after, Language.ZH) == "已申请，待结果"


def test_the_words_for_how_it_stands_name_whoever_set_the_day() -> None:
    advanced = matter(Kind.REVIEW_APPLICATION, level=Level.ADVANCED)
    told = {
        "推荐单位规定的最晚日期已过": (advanced, date(2028, 9, 12)),
        "人工设定的最晚日期已过": (by_hand(REVIEW, date(2028, 9, 1), date(2028, 8, 31)), date(2028, 9, 4)),
        "法定最晚日期已过": (by_hand(REVIEW, REVIEW.dates.due_on, date(2028, 8, 31)), date(2028, 9, 12)),
        "参考期限已过": (duty(Kind.LIST_REPORT), date(2026, 4, 1)),
        "自定报送日期已过": (duty(Kind.ANNUAL_REPORT), date(2026, 12, 1)),
        "推荐期限已过": (duty(Kind.ANNUAL_ROUND), date(2026, 7, 1)),
        "申报期限已过": (matter(Kind.ANNUAL_ROUND), date(2026, 7, 1)),
    }
    assert all(status(about, today, Language.ZH) == words for words, (about, today) in told.items())


def test_an_opportunity_that_has_passed_alarms_nobody() -> None:
    chance = matter(Kind.ANNUAL_ROUND)
    assert tone(chance, standing(chance, date(2026, 6, 20))) is Tone.CALM
    assert tone(duty(Kind.ANNUAL_ROUND), Standing.STATUTORY_PASSED) is Tone.ALARM


def test_an_end_without_a_rest_day_is_over_the_day_after() -> None:
    about = matter(Kind.REVIEW_APPLICATION, end=printed_end(date(2026, 9, 30), "17(4)"))
    assert standing(about, date(2026, 9, 30)) is Standing.STATUTORY_PASSED
    assert standing(about, date(2026, 10, 1)) is Standing.ENDED

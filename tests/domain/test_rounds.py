"""A year's round: whose dates can be, and which factories may apply in it."""

from datetime import date
from typing import Any

import pytest

from service.domain.certification import Level
from service.domain.counting import Counting
from service.domain.duties import Duties
from service.domain.errors import RequestRefused
from service.domain.history import live
from service.domain.lifecycle import Event, Life
from service.domain.obligation import Closed, Holder, Kind, Obligation
from service.domain.regulations import derive, derive_unit
from service.domain.regulations.annual_round import is_over, stands_in_the_way
from service.domain.rounds import Round, check, check_own, level_of
from service.store.official_days import official_workdays
from tests.builders import event, log

A, E, P = Level.ADVANCED, Level.EXCELLENCE, Level.PIONEER
ANNOUNCED, APPLY_BY, RECOMMEND_BY = date(2026, 5, 6), date(2026, 6, 20), date(2026, 7, 10)
LISTED = event("listed", "2025-12-09")


def a_round(level: Level = E, **stated: Any) -> Round:
    plain = {"announced_on": ANNOUNCED, "apply_by": APPLY_BY, "recommend_by": RECOMMEND_BY}
    return Round(2026, level, "演示通知", **(plain | stated))


def of_rounds(life: Life, *rounds: Round) -> list[Obligation]:
    found = derive(life, Counting(official_workdays(), rounds=rounds))
    return [each for each in found if each.kind is Kind.ANNUAL_ROUND]


def lived(level: Level, *events: Event) -> Life:
    return live(level, log(*events))


def test_a_round_is_told_apart_by_its_year_and_level() -> None:
    assert a_round(P).occurrence == "2026-pioneer"
    assert level_of("2026-pioneer") is P


def test_the_dates_of_a_notice_are_taken() -> None:
    check(a_round())
    check(a_round(announced_on=date(2025, 12, 9)))
    check(a_round(apply_by=ANNOUNCED, recommend_by=date(2027, 1, 31)))


@pytest.mark.parametrize(
    ("level", "stated", "words"),
    [
        (A, {}, r"Art\. 7\(2\)"),
        (E, {"apply_by": date(2026, 5, 5)}, "none may be before the last"),
        (E, {"recommend_by": date(2026, 6, 19)}, "none may be before the last"),
        (E, {"recommend_by": date(2028, 1, 1)}, "too far from the round's year 2026"),
        (E, {"announced_on": date(2024, 12, 31)}, "too far from the round's year 2026"),
        (E, {"announced_on": date(2025, 12, 8)}, "before the regulation"),
    ],
)
def test_dates_that_no_notice_can_have_are_refused(level: Level, stated: dict[str, date], words: str) -> None:
    with pytest.raises(RequestRefused, match=words):
        check(a_round(level, **stated))


def test_a_round_beyond_the_working_day_table_is_refused() -> None:
    days = date(2050, 5, 1), date(2050, 6, 1), date(2050, 7, 1)
    with pytest.raises(RequestRefused, match="working-day table ends"):
        check(Round(2050, E, "演示通知", *days))


@pytest.mark.parametrize("own", [ANNOUNCED, date(2026, 6, 1), APPLY_BY])
def test_a_units_own_day_lies_within_the_round(own: date) -> None:
    check_own(a_round(), own)
    assert a_round().with_own(own).last_day == own


@pytest.mark.parametrize("own", [date(2026, 5, 5), date(2026, 6, 21)])
def test_a_units_own_day_outside_the_round_is_refused_and_one_that_was_left_outside_does_not_count(own: date) -> None:
    with pytest.raises(RequestRefused, match=f"--apply-by {own}"):
        check_own(a_round(), own)
    assert a_round().with_own(own).last_day == APPLY_BY


def test_who_holds_the_level_below_is_told_of_the_day() -> None:
    [found] = of_rounds(lived(A, LISTED), a_round())
    assert (found.occurrence, found.article, found.holder) == ("2026-excellence", "17(1)", Holder.ENTERPRISE)
    assert (found.dates.anchor_on, found.dates.due_on, found.dates.late_after) == (ANNOUNCED, APPLY_BY, APPLY_BY)
    assert found.dates.safe_due_on == date(2026, 6, 18)  # the day is a Saturday of the Dragon Boat holiday
    assert found.dates.trace[0].said == "演示通知"
    assert found.closed is None


def test_a_units_own_day_takes_the_place_of_the_notices() -> None:
    [found] = of_rounds(lived(A, LISTED), a_round().with_own(date(2026, 6, 3)))
    assert found.dates.due_on == found.dates.safe_due_on == date(2026, 6, 3)


@pytest.mark.parametrize(("level", "expected"), [(A, ["2026-excellence"]), (E, ["2026-pioneer"]), (P, [])])
def test_each_level_applies_for_the_next(level: Level, expected: list[str]) -> None:
    found = of_rounds(lived(level, LISTED), a_round(E), a_round(P))
    assert [each.occurrence for each in found] == expected
    assert all(each.article == ("17(1)" if level is A else "18(1)") for each in found)


@pytest.mark.parametrize(
    ("events", "told"),
    [
        pytest.param([], False, id="not listed"),
        pytest.param([event("listed", "2026-06-20")], True, id="listed on the last day"),
        pytest.param([event("listed", "2026-06-21")], False, id="listed after the last day"),
        pytest.param([event("listed", None, "2027-01-01")], True, id="listed on a day that is not known"),
        pytest.param([event("listed", "2023-05-06", "2026-05-05")], False, id="validity over before the notice"),
        pytest.param([event("listed", "2023-05-06", "2026-05-06")], True, id="validity over on the day of the notice"),
        pytest.param(
            [event("listed", "2023-02-01", "2026-02-01"), event("review_applied", "2026-01-05")],
            True,
            id="validity over while a review is pending",
        ),
        pytest.param(
            [
                event("listed", "2023-02-01", "2026-02-01"),
                event("review_applied", "2026-01-05"),
                event("review_failed", "2026-03-01"),
            ],
            False,
            id="a review not passed",
        ),
        pytest.param(
            [
                event("listed", "2023-02-01", "2026-02-01"),
                event("review_applied", "2026-01-05"),
                event("review_passed", "2026-03-01", "2029-02-01"),
            ],
            True,
            id="renewed",
        ),
        pytest.param([LISTED, event("cancelled", "2026-05-06", cause="lapse")], False, id="cancelled before"),
    ],
)
def test_only_a_holder_whose_validity_lasts_is_told(events: list[Event], told: bool) -> None:
    assert bool(of_rounds(lived(A, *events), a_round())) is told


def test_a_cancellation_after_the_notice_closes_the_matter() -> None:
    [found] = of_rounds(lived(A, LISTED, event("cancelled", "2026-05-20", cause="accident")), a_round())
    assert found.closed is Closed.CANCELLED


CULTIVATED = event("cultivation_listed", "2025-01-10", months="24")


@pytest.mark.parametrize(
    ("level", "events", "stands"),
    [
        pytest.param(E, [], True, id="proposed"),
        pytest.param(E, [LISTED], True, id="listed"),
        pytest.param(E, [event("listed", "2023-01-10", "2026-01-10")], True, id="over and not cancelled"),
        pytest.param(P, [CULTIVATED], True, id="in cultivation"),
        pytest.param(P, [CULTIVATED, event("acceptance_applied", "2025-06-01")], True, id="acceptance pending"),
        pytest.param(
            P,
            [CULTIVATED, event("acceptance_applied", "2025-06-01"), event("acceptance_failed", "2025-09-01")],
            False,
            id="acceptance failed",
        ),
        pytest.param(
            E,
            [
                event("listed", "2022-01-10", "2025-01-10"),
                event("review_applied", "2024-10-01"),
                event("review_failed", "2024-12-01"),
            ],
            False,
            id="review failed",
        ),
        pytest.param(E, [LISTED, event("cancelled", "2026-01-05", cause="lapse")], False, id="lapsed before"),
        pytest.param(E, [LISTED, event("cancelled", "2026-06-20", cause="lapse")], False, id="lapsed on the last day"),
        pytest.param(E, [LISTED, event("cancelled", "2026-06-21", cause="lapse")], True, id="lapsed after it"),
        pytest.param(E, [LISTED, event("cancelled", "2026-01-05", cause="accident")], True, id="banned"),
        pytest.param(
            E,
            [event("listed", "2022-01-10"), event("cancelled", "2023-06-20", cause="no_reply")],
            True,
            id="banned to the last day",
        ),
        pytest.param(
            E,
            [event("listed", "2022-01-10"), event("cancelled", "2023-06-19", cause="no_reply")],
            False,
            id="a ban that is over on the last day",
        ),
    ],
)
def test_what_a_factory_has_above_stands_in_the_way_or_does_not(
    level: Level, events: list[Event], stands: bool
) -> None:
    assert stands_in_the_way(lived(level, *events), a_round(level)) is stands


def test_a_ban_that_ends_between_a_units_own_day_and_the_notices_still_stands_in_the_way() -> None:
    banned = lived(E, event("listed", "2022-01-10"), event("cancelled", "2023-06-10", cause="accident"))
    assert not stands_in_the_way(banned, a_round())
    assert stands_in_the_way(banned, a_round().with_own(date(2026, 6, 10)))


def test_an_enterprises_application_is_over_after_its_day_and_a_units_recommendation_is_not() -> None:
    [application] = of_rounds(lived(A, LISTED), a_round())
    assert [is_over(application, day) for day in (APPLY_BY, date(2026, 6, 21))] == [False, True]
    [recommendation] = derive_unit(Duties(rounds=(a_round(),)), Counting(official_workdays()))
    assert not is_over(recommendation, date(2030, 1, 1))


def test_no_other_matter_ends_by_itself() -> None:
    life = lived(E, event("listed", "2023-01-10"), event("changed", "2023-06-01"))
    assert not any(is_over(each, date(2040, 1, 1)) for each in derive(life, Counting(official_workdays())))

"""What a unit sets of its own counts from its day on; what it has not set is not set, and never guessed."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.certification import Level
from service.domain.counting import Counting
from service.domain.ends import Footing
from service.domain.errors import RequestRefused
from service.domain.history import live
from service.domain.obligation import Kind, Obligation
from service.domain.regulations import derive
from service.domain.unit_rules import (
    NOT_SET,
    Terms,
    UnitRule,
    annual_report,
    check,
    in_force,
    month_and_day,
    standing,
    terms,
)
from service.store.official_days import official_workdays
from tests.builders import event, log

DAY = date(2026, 1, 1)


def rules(*stated: UnitRule) -> tuple[UnitRule, ...]:
    """Rules as recorded one after the other."""
    return tuple(replace(each, order=place) for place, each in enumerate(stated, start=1))


def rule(from_: str, **stated: Any) -> UnitRule:
    return UnitRule(date.fromisoformat(from_), **stated)


def test_without_a_rule_nothing_is_set() -> None:
    assert terms((), DAY) == NOT_SET
    assert annual_report((), 2026) is None


def test_a_rule_counts_from_its_day_on_and_not_before() -> None:
    set_ = rules(rule("2026-01-01", validity_months=36, review_months_before=3, lapses=True, basis="一号"))
    assert terms(set_, date(2025, 12, 31)) == NOT_SET
    assert terms(set_, date(2026, 1, 1)) == Terms(36, 3, True, "一号")


def test_what_a_later_rule_leaves_open_the_earlier_one_still_says() -> None:
    set_ = rules(
        rule("2026-01-01", validity_months=36, review_months_before=3, basis="一号"),
        rule("2027-01-01", lapses=True, annual_report=(12, 20), basis="二号"),
        rule("2028-01-01", validity_months=24, basis="三号"),
    )
    assert terms(set_, date(2027, 6, 1)) == Terms(36, 3, True, "一号")
    assert terms(set_, date(2028, 6, 1)) == Terms(24, 3, True, "三号")


def test_of_two_rules_of_one_day_the_one_recorded_later_counts() -> None:
    set_ = rules(rule("2026-01-01", validity_months=360), rule("2026-01-01", validity_months=36))
    assert terms(reversed(set_), DAY).validity_months == 36


def test_an_earlier_day_recorded_later_does_not_overtake_a_later_day() -> None:
    set_ = rules(rule("2027-01-01", validity_months=24), rule("2026-01-01", validity_months=36))
    assert terms(set_, date(2026, 6, 1)).validity_months == 36
    assert terms(set_, date(2027, 6, 1)).validity_months == 24


def test_not_lapsing_is_something_that_a_unit_sets() -> None:
    set_ = rules(rule("2026-01-01", lapses=True), rule("2027-01-01", lapses=False))
    assert [terms(set_, date(year, 6, 1)).lapses for year in (2025, 2026, 2027)] == [False, True, False]
    assert [in_force(set_, date(year, 6, 1)).lapses for year in (2025, 2026, 2027)] == [None, True, False]


def test_a_rule_that_sets_nothing_takes_back_its_day_and_what_comes_after_it_stands() -> None:
    mistaken, other = rule("2026-01-01", validity_months=36), rule("2025-06-01", validity_months=24)
    taken_back, again = rule("2026-01-01", basis="误录"), rule("2026-01-01", review_months_before=2)
    assert standing(rules(mistaken, other, taken_back)) == [replace(other, order=2)]
    assert terms(rules(mistaken, other, taken_back, again), DAY) == Terms(24, 2)


def test_the_report_is_on_the_day_that_the_unit_has_set_for_the_year() -> None:
    set_ = rules(rule("2026-01-01", annual_report=(12, 20), basis="一号"))
    found = annual_report(set_, 2027)
    assert found is not None
    assert (found[0], found[1].basis) == (date(2027, 12, 20), "一号")
    assert annual_report(set_, 2025) is None


def test_a_rule_leaves_the_year_in_which_it_begins_too_late_to_the_one_before_it() -> None:
    set_ = rules(rule("2026-01-01", annual_report=(12, 20)), rule("2027-06-01", annual_report=(3, 1)))
    days = {year: found[0] for year in range(2025, 2030) if (found := annual_report(set_, year)) is not None}
    assert days == {
        2026: date(2026, 12, 20),
        2027: date(2027, 12, 20),
        2028: date(2028, 3, 1),
        2029: date(2029, 3, 1),
    }


def test_a_first_rule_that_begins_after_its_day_asks_for_the_report_of_the_next_year() -> None:
    set_ = rules(rule("2027-06-01", annual_report=(3, 1)))
    assert annual_report(set_, 2027) is None
    assert annual_report(set_, 2028) is not None


def test_a_rule_whose_day_has_no_report_is_no_rule_of_reports() -> None:
    set_ = rules(rule("2026-01-01", annual_report=(12, 20)), rule("2027-01-01", validity_months=12))
    found = annual_report(set_, 2028)
    assert found is not None
    assert found[0] == date(2028, 12, 20)


@pytest.mark.parametrize(
    ("text", "day"), [("12-20", (12, 20)), ("01-01", (1, 1)), ("02-28", (2, 28)), ("12-31", (12, 31))]
)
def test_a_month_and_day_of_every_year_is_taken(text: str, day: tuple[int, int]) -> None:
    assert month_and_day(text) == day


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("02-29", "most years do not have"),
        ("02-30", "no month and day"),
        ("13-01", "no month and day"),
        ("12-20 ", "no month and day"),
        ("W10-1", "no month and day"),
        ("1-1", "no month and day"),
        ("１２-20", "no month and day"),
        ("2027-12-20", "no month and day"),
        ("", "no month and day"),
    ],
)
def test_what_is_no_day_of_every_year_is_refused(text: str, words: str) -> None:
    with pytest.raises(RequestRefused, match=words):
        month_and_day(text)


@pytest.mark.parametrize(
    ("stated", "words"),
    [
        (rule("2007-12-31", validity_months=36), "--from 2007-12-31 is not within 2008 to 2050"),
        (rule("2051-01-01", validity_months=36), "--from 2051-01-01 is not within 2008 to 2050"),
        (rule("2026-01-01", validity_months=0), "--validity-months takes 1 to 120 months, not 0"),
        (rule("2026-01-01", validity_months=121), "--validity-months takes 1 to 120 months, not 121"),
        (rule("2026-01-01", review_months_before=-1), "--review-months-before takes 0 to 120 months, not -1"),
        (rule("2026-01-01", review_months_before=121), "--review-months-before takes 0 to 120 months, not 121"),
        (rule("2026-01-01", validity_months=6, review_months_before=7), "6 months, too short for 7"),
        (rule("2026-01-01"), "there is no rule from 2026-01-01"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_with_its_option(stated: UnitRule, words: str) -> None:
    with pytest.raises(RequestRefused, match=words):
        check(stated, ())


def test_a_review_outside_the_validity_that_another_rule_sets_is_refused_with_the_day_on_which_it_is() -> None:
    shorter = rules(rule("2026-01-01", validity_months=36), rule("2028-01-01", validity_months=2))
    with pytest.raises(RequestRefused, match="2028-01-01 on validity is 2 months, too short for 3"):
        check(rule("2027-01-01", review_months_before=3), shorter)
    check(rule("2027-01-01", review_months_before=2), shorter)


def test_a_rule_is_checked_as_the_newest_of_its_day() -> None:
    set_ = rules(rule("2026-01-01", validity_months=36, review_months_before=12))
    with pytest.raises(RequestRefused, match="6 months, too short for 12"):
        check(rule("2026-01-01", validity_months=6), set_)


def test_only_a_day_with_a_rule_can_be_taken_back_and_only_once() -> None:
    set_ = rules(rule("2026-01-01", validity_months=36))
    check(rule("2026-01-01"), set_)
    with pytest.raises(RequestRefused, match="--take-back: there is no rule from 2026-01-01"):
        check(rule("2026-01-01"), rules(*set_, rule("2026-01-01")))


def advanced(listed_on: str, *stated: UnitRule) -> dict[Kind, Obligation]:
    life = live(Level.ADVANCED, log(event("listed", listed_on)), Footing(rules=rules(*stated)))
    return {each.kind: each for each in derive(life, Counting(official_workdays()))}


def test_an_advanced_factory_has_the_dates_that_its_unit_had_set_by_the_day_of_its_list() -> None:
    set_ = rule("2026-01-01", validity_months=36, review_months_before=3, lapses=True, basis="一号")
    found = advanced("2026-03-02", set_, rule("2027-01-01", validity_months=12))
    assert {kind: (each.dates.ends_on, each.dates.due_on, each.article) for kind, each in found.items()} == {
        Kind.REVIEW_APPLICATION: (date(2029, 3, 2), date(2028, 12, 2), "16(4)"),
        Kind.VALIDITY_END: (date(2029, 3, 2), date(2029, 3, 2), "16(4)"),
    }
    assert all(each.dates.trace[0].said == "一号" for each in found.values())
    assert all(each.dates.lapse_after is not None for each in found.values())
    assert advanced("2025-12-31", set_) == {}


def test_without_a_review_there_is_only_the_end_and_without_lapsing_nothing_follows_from_it() -> None:
    [end] = advanced("2026-03-02", rule("2026-01-01", validity_months=36, lapses=False)).values()
    assert (end.kind, end.dates.lapse_after) == (Kind.VALIDITY_END, None)


RULES = st.builds(
    UnitRule,
    st.dates(date(2020, 1, 1), date(2030, 12, 31)),
    st.none() | st.integers(1, 120),
    st.none() | st.integers(0, 120),
    st.none() | st.booleans(),
    st.none() | st.tuples(st.integers(1, 12), st.integers(1, 28)),
)


@given(st.lists(RULES, max_size=8), st.dates(date(2019, 1, 1), date(2031, 12, 31)))
def test_what_is_in_force_changes_only_on_the_day_of_a_rule(stated: list[UnitRule], on: date) -> None:
    set_ = rules(*stated)
    if on not in {each.effective_on for each in stated}:
        assert terms(set_, on) == terms(set_, on - timedelta(days=1))


@given(st.lists(RULES, max_size=8), st.integers(2020, 2031))
def test_a_report_never_falls_before_the_rule_that_sets_its_day(stated: list[UnitRule], year: int) -> None:
    found = annual_report(rules(*stated), year)
    if found is not None:
        day, by = found
        assert day.year == year
        assert (day.month, day.day) == by.annual_report
        assert day >= by.effective_on


@given(st.lists(RULES, max_size=6), RULES.filter(lambda rule: not rule.sets_nothing))
def test_a_rule_taken_back_leaves_all_as_it_was_where_it_was_alone_on_its_day(
    stated: list[UnitRule], mistaken: UnitRule
) -> None:
    others = [each for each in stated if each.effective_on != mistaken.effective_on]
    undone = rules(*others, mistaken, UnitRule(mistaken.effective_on))
    for on in (mistaken.effective_on, date(2031, 1, 1)):
        assert terms(undone, on) == terms(rules(*others), on)

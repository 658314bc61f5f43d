"""Policy: of several layers the nearest to the matter stands; no safe day comes after its statutory one."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.choices import DEFAULT, Choices, Layer, ReminderPlan, Rolling, Start
from service.domain.errors import RequestRefused
from service.domain.obligation import MILESTONES, Holder, Kind, Obligation, Subject, SubjectKind
from service.domain.periods import Dates, printed_end
from service.domain.plan import stages
from service.domain.policy import Policy, check, key, matter
from service.domain.terms import fixed
from service.store.official_days import official_workdays

TWELVE = Subject(SubjectKind.CERTIFICATION, 12)
REVIEW = (TWELVE, Kind.REVIEW_APPLICATION, "0")
OFFICIAL = official_workdays()

subjects = st.builds(Subject, st.sampled_from(SubjectKind), st.integers(1, 999_999_999))
occurrences = st.sampled_from(["0", "1", "2027-03-01", "2027", "2027-excellence"])


def review(due_on: date, safe_due_on: date, kind: Kind = Kind.REVIEW_APPLICATION) -> Obligation:
    end = printed_end(due_on, "17(4)")
    dates = Dates(None, end.ends_on, due_on, due_on, None, safe_due_on, False, end.trace)
    return Obligation(kind, "0", "17(4)", Holder.ENTERPRISE, dates)


def test_of_several_layers_the_nearest_to_the_matter_stands() -> None:
    hours = [f"{hour}:00" for hour in ("09", "10", "11", "12")]
    default, unit, of_kind, single = hours
    policy = Policy(default=Choices(hour=default))
    found = [policy.of_obligation("江苏省", *REVIEW).hour]
    for layer in (
        {"units": {"江苏省": Layer(hour=unit)}},
        {"kinds": {Kind.REVIEW_APPLICATION: Layer(hour=of_kind)}},
        {"single": {"12/review_application/0": Layer(hour=single)}},
    ):
        policy = replace(policy, **layer)
        found.append(policy.of_obligation("江苏省", *REVIEW).hour)
    assert found == hours

    others = [
        policy.of_obligation("江苏省", TWELVE, Kind.REVIEW_APPLICATION, "1"),
        policy.of_obligation("江苏省", replace(TWELVE, kind=SubjectKind.UNIT), Kind.REVIEW_APPLICATION, "0"),
        policy.of_obligation("江苏省", TWELVE, Kind.VALIDITY_END, "0"),
        policy.of_obligation("浙江省", TWELVE, Kind.VALIDITY_END, "0"),
    ]
    assert [each.hour for each in others] == [of_kind, of_kind, unit, default]


def test_a_layer_leaves_what_it_does_not_say_to_the_layer_below() -> None:
    policy = Policy(
        units={"江苏省": Layer(roll=Rolling.NONE, director_from_days=15)},
        kinds={Kind.REVIEW_APPLICATION: Layer(days_before=(30, 0))},
    )
    plan = ReminderPlan(days_before=(30, 0), director_from_days=15)
    assert policy.of_obligation("江苏省", *REVIEW) == replace(DEFAULT, roll=Rolling.NONE, plan=plan)


def test_a_period_ends_by_what_default_and_unit_say() -> None:
    policy = Policy(units={"江苏省": Layer(start=Start.IN_FORCE)})
    assert [policy.of_unit(unit).start for unit in ("江苏省", "浙江省", "")] == [
        Start.IN_FORCE, Start.LISTED, Start.LISTED,
    ]  # fmt: skip


@given(subjects, st.sampled_from(Kind), occurrences)
def test_a_key_names_the_matter_that_it_was_made_of(subject: Subject, kind: Kind, occurrence: str) -> None:
    assert matter(key(subject, kind, occurrence)) == (subject, kind, occurrence)


@pytest.mark.parametrize(
    "written",
    [
        "", "12", "12/review_application", "012/review_application/0", "0/review_application/0",
        "-1/review_application/0", "12/review/0", "unit-/annual_report/2027", "unit 3/annual_report/2027",
        "12/review_application/", "12/review_application/0/1", "12/review_application/０", "１２/review_application/0",
        "12/review_application/0\n", "9999999999/review_application/0",
    ],
)  # fmt: skip
def test_what_names_no_matter_is_no_key(written: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 (whatever the value)
        matter(written)


def test_a_safe_day_after_the_statutory_one_is_refused_naming_the_matter_and_the_rule() -> None:
    with pytest.raises(RequestRefused) as refused:
        check(TWELVE, review(date(2028, 9, 8), date(2028, 9, 9)))
    for words in ("12/review_application/0", "2028-09-08", "2028-09-09"):
        assert words in refused.value.zh
        assert words in refused.value.en
    assert "建议日期不得晚于法定日期" in refused.value.zh
    assert "never may be" in refused.value.en


def test_a_safe_day_may_be_the_statutory_one() -> None:
    check(TWELVE, review(date(2028, 9, 8), date(2028, 9, 8)))


@pytest.mark.parametrize("kind", sorted(MILESTONES))
def test_a_milestone_may_be_told_after_its_day(kind: Kind) -> None:
    check(TWELVE, review(date(2028, 9, 8), date(2028, 9, 11), kind))


@pytest.mark.parametrize("kind", sorted(frozenset(Kind) - MILESTONES))
def test_a_matter_that_began_the_day_before_has_a_stage_all_the_same(kind: Kind) -> None:
    day = date(2026, 8, 7)
    plan = Policy().of_obligation("", TWELVE, kind, "0").plan
    dates = fixed(day, day - timedelta(days=1), "21", OFFICIAL)
    assert stages(kind, dates, plan, OFFICIAL)[0].name == "0d"


def test_nobody_is_chased_over_a_round_that_is_past() -> None:
    plan = Policy().of_obligation("", TWELVE, Kind.ANNUAL_ROUND, "2027-excellence").plan
    day = date(2026, 8, 7)
    assert stages(Kind.ANNUAL_ROUND, fixed(day, None, "17(1)", OFFICIAL), plan, OFFICIAL)[-1].on == day

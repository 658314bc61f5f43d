"""What a unit has to do itself: report its lists and its year, and recommend in a round."""

from datetime import date
from typing import Any

import pytest

from service.domain.certification import Level
from service.domain.choices import Layer
from service.domain.duties import Duties
from service.domain.obligation import Closed, Holder, Kind, Obligation, Subject, SubjectKind
from service.domain.policy import Policy
from service.domain.regulations import derive_unit
from service.domain.rounds import Round
from service.domain.rulebook import Rulebook
from service.domain.unit_rules import UnitRule
from service.store.official_days import official_workdays

REPORT = UnitRule(date(2026, 1, 1), annual_report=(12, 20), basis="演示〔2026〕1号", order=1)
ROUND = Round(2026, Level.PIONEER, "演示通知", date(2026, 5, 6), date(2026, 6, 18), date(2026, 7, 11))


def duties(policy: Policy | None = None, **stated: Any) -> dict[tuple[Kind, str], Obligation]:
    book = Rulebook(policy=policy or Policy(), names={1: "江苏省"})
    counting = book.counting(official_workdays(), Subject(SubjectKind.UNIT, 1), 1)
    return {(each.kind, each.occurrence): each for each in derive_unit(Duties(**stated), counting)}


def test_a_list_is_reported_within_twenty_working_days() -> None:
    found = duties(lists=(date(2026, 3, 2),))[Kind.LIST_REPORT, "2026-03-02"]
    assert (found.article, found.holder, found.closed) == ("16(3)", Holder.UNIT, None)
    dates = found.dates
    assert (dates.anchor_on, dates.due_on, dates.late_after, dates.safe_due_on, dates.ends_on, dates.lapse_after) == (
        *(date(2026, 3, 2), date(2026, 3, 30), date(2026, 3, 30), date(2026, 3, 30)),
        *(None, None),
    )


def test_worked_weekends_and_holidays_count_as_they_are() -> None:
    """From the Friday before the Spring Festival of 2026: a worked Saturday, then nine days of rest, another after."""
    found = duties(lists=(date(2026, 2, 13),))[Kind.LIST_REPORT, "2026-02-13"]
    assert found.dates.due_on == date(2026, 3, 19)


def test_only_lists_since_the_regulation_is_in_force_are_reported() -> None:
    lists = (date(2025, 12, 8), date(2025, 12, 9), date(2025, 12, 10))
    assert [occurrence for _, occurrence in duties(lists=lists)] == ["2025-12-09", "2025-12-10"]


def test_the_working_days_are_the_policys_for_that_unit() -> None:
    policy = Policy(units={"江苏省": Layer(working_days=5)})
    assert duties(policy, lists=(date(2026, 3, 2),))[Kind.LIST_REPORT, "2026-03-02"].dates.due_on == date(2026, 3, 9)


def test_a_year_is_reported_by_the_units_own_day_with_its_document() -> None:
    found = duties(rules=(REPORT,), until_year=2027)
    assert {occurrence: each.dates.due_on for (_, occurrence), each in found.items()} == {
        "2026": date(2026, 12, 20),
        "2027": date(2027, 12, 20),
    }
    report = found[Kind.ANNUAL_REPORT, "2026"]
    assert (report.article, report.holder, report.dates.safe_due_on) == (
        *("9(4), 10(4)", Holder.UNIT),
        date(2026, 12, 18),  # the day is a Sunday
    )
    assert report.dates.trace[0].said == "演示〔2026〕1号"


def test_without_a_day_of_its_own_a_unit_is_asked_for_no_report() -> None:
    assert duties(rules=(UnitRule(date(2026, 1, 1), validity_months=36),), until_year=2030) == {}


@pytest.mark.parametrize(("day", "years"), [((12, 8), ["2026"]), ((12, 9), ["2025", "2026"])])
def test_no_report_is_owed_for_a_day_before_the_regulation(day: tuple[int, int], years: list[str]) -> None:
    found = duties(rules=(UnitRule(date(2020, 1, 1), annual_report=day),), until_year=2026)
    assert [occurrence for _, occurrence in found] == years


def test_a_unit_recommends_by_the_notices_own_day() -> None:
    own = ROUND.with_own(date(2026, 6, 1))
    found = duties(rounds=(own,))[Kind.ANNUAL_ROUND, "2026-pioneer"]
    assert (found.article, found.holder, found.dates.anchor_on) == ("18(2)", Holder.UNIT, date(2026, 5, 6))
    assert (found.dates.due_on, found.dates.safe_due_on) == (date(2026, 7, 11), date(2026, 7, 10))


def test_what_is_done_is_filed_and_nothing_else() -> None:
    done = {
        (Kind.LIST_REPORT, "2026-03-02"): date(2026, 3, 9),
        (Kind.ANNUAL_ROUND, "2026-excellence"): date(2026, 6, 1),
    }
    found = duties(
        lists=(date(2026, 3, 2), date(2026, 4, 1)), rules=(REPORT,), rounds=(ROUND,), until_year=2026, done=done
    )
    assert {key: each.closed for key, each in found.items()} == {
        (Kind.LIST_REPORT, "2026-03-02"): Closed.FILED,
        (Kind.LIST_REPORT, "2026-04-01"): None,
        (Kind.ANNUAL_REPORT, "2026"): None,
        (Kind.ANNUAL_ROUND, "2026-pioneer"): None,
    }

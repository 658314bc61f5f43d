"""Dates that a person sets: they beat every rule, no import undoes them, and only those concerned are told."""

from datetime import date

import pytest

from service.domain.errors import RequestRefused
from service.domain.lifecycle import EventType
from service.domain.obligation import Kind, Subject, SubjectKind
from service.flows import override
from service.flows.override import Which
from service.store.rulebook import override as table
from service.store.tables import obligation
from tests.house import EXCELLENCE, TODAY, House, others

REVIEW = Which(Subject(SubjectKind.CERTIFICATION, 1), Kind.REVIEW_APPLICATION)
COUNTED = {"review_application": date(2028, 9, 7), "validity_end": date(2028, 12, 8)}
EARLIER = date(2028, 8, 31)


def set_days(house: House, due_on: date | None = None, safe_due_on: date | None = None, of: Which = REVIEW) -> None:
    override.set_days(house.desk, of, due_on, safe_due_on, "主管部门来函另定（演示）", "tester", TODAY)


def statutory(house: House) -> dict[str, date]:
    return {row.kind: row.due_on for row in house.rows(obligation)}


def test_a_day_set_by_hand_stands_in_the_place_of_the_counted_one_and_says_why(house: House) -> None:
    house.take_in(EXCELLENCE)

    set_days(house, safe_due_on=EARLIER)

    assert house.safe_days() == COUNTED | {"review_application": EARLIER}
    assert statutory(house)["review_application"] == date(2028, 9, 9)
    [row] = [row for row in house.rows(obligation) if row.kind == "review_application"]
    assert (row.trace[-1].rule, row.trace[-1].said) == ("overridden", "主管部门来函另定（演示）")
    assert [(entry.author, entry.reason) for entry in house.rows(table)] == [("tester", "主管部门来函另定（演示）")]


def test_a_statutory_day_alone_is_worked_towards_on_the_last_working_day_up_to_it(house: House) -> None:
    house.take_in(EXCELLENCE)

    set_days(house, due_on=date(2028, 11, 5))  # a Sunday

    assert statutory(house)["review_application"] == date(2028, 11, 5)
    assert house.safe_days()["review_application"] == date(2028, 11, 3)


def test_no_import_and_no_correction_undoes_what_a_person_has_set(house: House) -> None:
    house.take_in(EXCELLENCE)
    set_days(house, safe_due_on=EARLIER)

    house.take_in(EXCELLENCE | {"listed_on": "2025-12-16"})
    house.record(EventType.CORRECTED, TODAY, field="listed_on", value="2025-12-20")

    assert house.safe_days()["review_application"] == EARLIER
    assert house.safe_days()["validity_end"] == date(2028, 12, 20)


def test_whose_calendar_shows_the_old_day_gets_the_new_one_once(house: House) -> None:
    house.take_in(*others(2))
    first = house.sent()
    assert [letter.invite[:2] for letter in first] == [("REQUEST", 0), ("REQUEST", 0)]

    set_days(house, safe_due_on=EARLIER)

    [moved] = house.sent()
    assert moved.invite == ("REQUEST", 1, EARLIER)
    assert moved.uid == first[0].uid
    assert house.sent() == []


def test_a_lifted_day_gives_way_to_the_counted_one(house: House) -> None:
    house.take_in(EXCELLENCE)
    set_days(house, safe_due_on=EARLIER)

    override.lift(house.desk, REVIEW, "来函已撤销（演示）", "tester", TODAY)

    assert house.safe_days() == COUNTED
    with pytest.raises(RequestRefused, match="no day was set by hand"):
        override.lift(house.desk, REVIEW, "再次撤销", "tester", TODAY)


@pytest.mark.parametrize(
    ("days", "which", "rule"),
    [
        pytest.param((date(2028, 9, 1), date(2028, 9, 2)), REVIEW, "it never may be", id="safe after statutory"),
        pytest.param((date(2028, 12, 10), None), REVIEW, "after the end, 2028-12-09", id="after the end"),
        pytest.param((None, None), REVIEW, "give --due-on, --safe-due-on, or both", id="no day"),
        pytest.param(
            (EARLIER, None), Which(REVIEW.of, Kind.VALIDITY_END), "correct its end by a corrected event", id="an end"
        ),
        pytest.param(
            (EARLIER, None), Which(REVIEW.of, Kind.REVIEW_APPLICATION, "7"), "open are: 0", id="no such occurrence"
        ),
        pytest.param((EARLIER, None), Which(REVIEW.of, Kind.RECTIFICATION), "open are: –", id="none of the kind"),
    ],
)
def test_days_that_cannot_be_are_refused_and_nothing_is_stored(
    house: House, days: tuple[date | None, date | None], which: Which, rule: str
) -> None:
    house.take_in(EXCELLENCE)
    before = house.sizes()

    with pytest.raises(RequestRefused, match=rule):
        set_days(house, *days, of=which)

    assert house.sizes() == before
    assert house.safe_days() == COUNTED


@pytest.mark.parametrize("reason", ["", "   ", "一\n二", "长" * 301])
def test_a_reason_is_one_line_of_some_length(house: House, reason: str) -> None:
    house.take_in(EXCELLENCE)

    with pytest.raises(RequestRefused, match="--reason"):
        override.set_days(house.desk, REVIEW, EARLIER, None, reason, "tester", TODAY)

    assert house.safe_days() == COUNTED


def test_a_closed_matter_takes_no_days(house: House) -> None:
    house.take_in(EXCELLENCE)
    house.record(EventType.REVIEW_APPLIED, TODAY)

    with pytest.raises(RequestRefused, match="open are: –"):
        set_days(house, safe_due_on=EARLIER)

"""Matters that an event begins: an inquiry, an order, a unit's own preliminary acceptance, the end of a ban."""

from datetime import date, timedelta

import pytest

from service.domain.errors import RequestRefused
from service.domain.lifecycle import Event, EventType
from service.flows import close, escalate
from service.store.tables import delivery, obligation
from tests.house import DIRECTOR, EXCELLENCE, TODAY, House
from tests.workbooks import matters as listed

PIONEER = EXCELLENCE | {
    "level": "pioneer",
    "listed_on": "",
    "cultivation_from": "2025-11-24",
    "cultivation_months": "24",
}
HANDLER, ENTERPRISES_DIRECTOR = "handler@a.example", "director@a.example"
APPLIED = date(2026, 9, 3)
ACCEPT_BY = date(2026, 10, 8)


def told(house: House, type: EventType, on: date, until: date | None = None, **details: str) -> close.Recorded:
    """Record what happened, with the day that a letter names."""
    return close.record(house.desk, house.certification(), Event(type, on, until, details), "test", "", TODAY)


def meet_unit(house: House, name: str = "江苏省", address: str = "u.example") -> None:
    """A handler and a director of a unit."""
    person = {"owner_kind": "unit", "owner": name}
    house.meet(
        person | {"name": "联络员（演示）", "email": f"handler@{address}"},
        person | {"name": "处长（演示）", "email": f"director@{address}", "role": "director"},
    )


def recipients(house: House, today: date) -> set[str]:
    """Who gets a letter of this matter on a day."""
    return {letter.to for letter in house.sent(today)}


def matters(house: House) -> dict[str, str]:
    """What closed each matter that an event began; empty while it is open."""
    periods = ("review_application", "validity_end", "acceptance_application", "cultivation_end")
    return {row.occurrence: row.closed for row in house.rows(obligation) if row.kind not in periods}


@pytest.mark.parametrize(
    ("asks", "answers", "subject"),
    [
        (EventType.INQUIRY_RECEIVED, EventType.INQUIRY_ANSWERED, "回复核实要求"),
        (EventType.RECTIFICATION_ORDERED, EventType.RECTIFIED, "完成整改"),
    ],
)
def test_a_named_day_is_reminded_of_until_it_is_answered_and_the_invite_then_withdrawn(
    house: House, asks: EventType, answers: EventType, subject: str
) -> None:
    house.take_in(EXCELLENCE, EXCELLENCE | DIRECTOR)
    meet_unit(house)
    told(house, asks, date(2026, 9, 1), date(2026, 10, 5))

    assert house.sent(date(2026, 9, 1)) == []
    letters = house.sent(date(2026, 9, 23))
    assert {letter.to for letter in letters} == {HANDLER, ENTERPRISES_DIRECTOR}
    assert all(letter.invite == ("REQUEST", 0, date(2026, 9, 30)) for letter in letters)
    assert all(subject in letter.subject for letter in letters)
    assert [stage for stage, _ in house.stages()] == ["15d", "15d", "7d", "7d"]

    answered = told(house, answers, date(2026, 9, 24))
    house.deliver(date(2026, 9, 24))
    assert (answered.refreshed.closed, answered.refreshed.cancellations) == (1, 2)
    assert {letter.invite[0] for letter in house.letters()} == {"CANCEL"}
    assert house.sent(date(2026, 9, 30)) == []


def test_an_answer_closes_the_inquiry_that_it_names_and_the_other_goes_on(house: House) -> None:
    house.take_in(EXCELLENCE)
    told(house, EventType.INQUIRY_RECEIVED, date(2026, 9, 1), date(2026, 9, 18))
    told(house, EventType.INQUIRY_RECEIVED, date(2026, 9, 2), date(2026, 9, 18))
    before = house.sizes()
    with pytest.raises(RequestRefused, match="2026-09-01, 2026-09-02"):
        told(house, EventType.INQUIRY_ANSWERED, date(2026, 9, 7))
    assert house.sizes() == before

    told(house, EventType.INQUIRY_ANSWERED, date(2026, 9, 7), received_on="2026-09-02")
    assert matters(house) == {"2026-09-01": "", "2026-09-02": "filed"}
    [letter] = house.sent(date(2026, 9, 18))
    assert "2026年9月1日" in letter.text
    assert "2026年9月2日" not in letter.text


def test_an_inquiry_that_asks_for_a_reply_at_once_is_told_at_once(house: House) -> None:
    house.take_in(EXCELLENCE)
    told(house, EventType.INQUIRY_RECEIVED, date(2026, 9, 5), date(2026, 9, 6))

    [letter] = house.sent(date(2026, 9, 5))
    assert letter.subject.startswith("【期限提醒】建议日期已过，请尽快回复核实要求（回复期限2026年9月6日）")


def test_the_unit_gets_the_letters_of_its_preliminary_acceptance_and_the_enterprise_does_not(house: House) -> None:
    house.take_in(PIONEER, PIONEER | DIRECTOR)
    meet_unit(house)
    told(house, EventType.ACCEPTANCE_APPLIED, APPLIED)

    for today in (ACCEPT_BY - timedelta(days=15), ACCEPT_BY, ACCEPT_BY + timedelta(weeks=1)):
        letters = house.sent(today)
        assert {letter.to for letter in letters} == {"handler@u.example", "director@u.example"}
        assert all("初验" in letter.subject for letter in letters)
        assert all(letter.invite[2] == ACCEPT_BY for letter in letters)

    told(house, EventType.PRELIMINARILY_ACCEPTED, date(2026, 10, 16))
    house.deliver(date(2026, 10, 16))
    assert {(letter.to, letter.invite[0]) for letter in house.letters()} == {
        ("handler@u.example", "CANCEL"),
        ("director@u.example", "CANCEL"),
    }
    assert house.sent(date(2026, 10, 30)) == []


def test_a_preliminary_acceptance_is_the_units_own_row_on_its_list(house: House) -> None:
    house.take_in(PIONEER)
    meet_unit(house)
    told(house, EventType.ACCEPTANCE_APPLIED, APPLIED)
    house.escalate(date(2026, 9, 28))
    house.deliver(date(2026, 9, 28))
    [letter] = house.letters()

    assert "由贵单位（江苏省）办理的1项" in letter.text
    assert "初验 由贵单位办理" in letter.text
    [row] = [row for row in listed(escalate.workbook(house.desk, "江苏省", date(2026, 9, 28))) if row["事项"] == "初验"]
    assert "handler@u.example" in row["联系人"]
    assert HANDLER not in str(row)
    assert "由推荐单位办理" in row["备注"]


def test_without_a_unit_its_matter_waits_with_a_reason_until_it_has_one(house: House) -> None:
    house.take_in(PIONEER | {"recommending_unit": ""})
    told(house, EventType.ACCEPTANCE_APPLIED, APPLIED)
    assert house.scan(ACCEPT_BY).skipped["no_unit"] == 1

    house.take_in(PIONEER)
    assert house.scan(ACCEPT_BY).skipped["no_address"] == 1
    meet_unit(house)
    assert recipients(house, ACCEPT_BY) == {"handler@u.example", "director@u.example"}


def test_a_letter_waiting_for_the_former_unit_is_withdrawn_and_the_new_one_is_told(house: House) -> None:
    house.take_in(PIONEER)
    meet_unit(house)
    meet_unit(house, "浙江省", "v.example")
    told(house, EventType.ACCEPTANCE_APPLIED, APPLIED)
    house.scan(ACCEPT_BY)
    house.take_in(PIONEER | {"recommending_unit": "浙江省"})

    assert recipients(house, ACCEPT_BY) == {"handler@v.example", "director@v.example"}
    withdrawn = [row.reason for row in house.rows(delivery) if row.state == "withdrawn"]
    assert withdrawn == ["another_unit", "another_unit"]


def test_the_end_of_a_ban_is_told_once_on_its_day_and_chased_by_nobody(house: House) -> None:
    """Cancelled on 2023-07-03: open on Saturday 2026-07-04, told on the Monday."""
    house.take_in(EXCELLENCE | {"listed_on": "2022-05-10"})
    meet_unit(house)
    told(house, EventType.CANCELLED, date(2023, 7, 3), cause="accident")

    assert house.sent(date(2026, 7, 3)) == []
    assert house.sent(date(2026, 7, 4)) == []
    [letter] = house.sent(date(2026, 7, 6))
    assert (letter.to, letter.invite[2]) == (HANDLER, date(2026, 7, 6))
    assert "最早可再次申报日期为2026年7月4日" in letter.subject
    assert house.sent(date(2026, 7, 7)) == []
    assert house.sent(date(2027, 7, 6)) == []
    assert house.escalate(date(2026, 7, 6)).units == 0


@pytest.mark.parametrize("cause", ["lapse", "review_failed"])
def test_after_a_cancellation_without_a_ban_nothing_is_ever_said_of_one(house: House, cause: str) -> None:
    house.take_in(EXCELLENCE | {"listed_on": "2022-05-10"})
    told(house, EventType.CANCELLED, date(2025, 7, 3), cause=cause)

    assert [row.kind for row in house.rows(obligation) if not row.closed] == []
    assert house.sent(date(2028, 7, 4)) == []


@pytest.mark.parametrize("cause", ["", "Lapse", "20"])
def test_a_cancellation_of_no_known_cause_is_refused_and_nothing_is_stored(house: House, cause: str) -> None:
    house.take_in(EXCELLENCE)
    before = house.sizes()
    with pytest.raises(RequestRefused, match="accident"):
        told(house, EventType.CANCELLED, TODAY, cause=cause)

    assert house.sizes() == before

"""From a sheet to a calendar: which letters a certification leads to, and what becomes of them when it moves on."""

from datetime import date, timedelta

import pytest

from service.domain.lifecycle import EventType
from service.flows import remind
from service.flows.deliver import call
from service.store.tables import delivery, obligation
from tests.house import DIRECTOR, EXCELLENCE, TODAY, House

SAFE = date(2028, 9, 7)
PIONEER = {
    "enterprise": "乙方演示有限公司",
    "level": "pioneer",
    "batch": "2025年度",
    "cultivation_from": "2025-11-24",
    "cultivation_months": "24",
    "contact_name": "经办人（演示）",
    "contact_email": "handler@b.example",
}


def test_a_stage_that_is_reached_sends_one_letter_with_an_invite_on_the_safe_day(house: House) -> None:
    house.take_in(EXCELLENCE)
    [letter] = house.sent()

    assert letter.to == "handler@a.example"
    assert letter.invite == ("REQUEST", 0, SAFE)
    assert "甲方演示有限公司" in letter.subject
    assert letter.message_id == "<delivery-2.0@site.example>"
    assert letter.mail["X-Duban-Delivery"] == "2"


def test_a_second_scan_of_the_same_day_plans_nothing(house: House) -> None:
    house.take_in(EXCELLENCE)
    assert house.scan().planned == 1

    assert (house.scan().planned, house.scan().superseded) == (0, 0)
    assert len(house.sent()) == 1
    assert house.sent() == []


def test_a_dry_scan_tells_what_a_scan_would_do_and_stores_nothing(house: House) -> None:
    house.take_in(EXCELLENCE)
    before = house.sizes(), house.rows(obligation)
    told = remind.scan(house.desk, TODAY, dry_run=True)

    assert (house.sizes(), house.rows(obligation)) == before
    assert told == house.scan()


def test_after_ten_skipped_days_one_letter_goes_and_the_older_stages_are_recorded(house: House) -> None:
    house.take_in(EXCELLENCE)
    assert len(house.sent(SAFE - timedelta(days=9))) == 1
    assert [stage for stage, state in house.stages() if state == "sent"] == ["15d"]

    scanned = house.scan(SAFE + timedelta(days=1))
    assert (scanned.planned, scanned.superseded) == (1, 3)
    assert house.deliver(SAFE + timedelta(days=1)) == {"sent": 1}
    assert house.stages()[-4:] == [("7d", "superseded"), ("3d", "superseded"), ("1d", "superseded"), ("0d", "sent")]


def test_a_letter_still_waiting_when_the_next_stage_comes_is_superseded_by_it(house: House) -> None:
    house.take_in(EXCELLENCE)
    house.scan()
    assert house.stages()[-1] == ("90d", "planned")
    assert house.scan(SAFE - timedelta(days=60)).superseded == 1
    assert house.stages()[-2:] == [("90d", "superseded"), ("60d", "planned")]

    [letter] = house.sent(SAFE - timedelta(days=60))
    assert letter.invite == ("REQUEST", 0, SAFE)


def test_every_day_scanned_sends_each_stage_once(house: House) -> None:
    house.take_in(EXCELLENCE)
    for days in range(-62, 23):
        if house.scan(SAFE + timedelta(days=days)).planned:
            house.deliver(SAFE + timedelta(days=days))
    stages = house.stages()

    assert stages[:2] == [("180d", "superseded"), ("90d", "superseded")]
    assert [stage for stage, _ in stages[2:]] == ["60d", "30d", "15d", "7d", "3d", "1d", "0d", "+1w", "+2w", "+3w"]
    assert {state for _, state in stages[2:]} == {"sent"}


def test_from_thirty_days_before_the_director_is_told_too(house: House) -> None:
    house.take_in(EXCELLENCE, EXCELLENCE | DIRECTOR)

    assert {letter.to for letter in house.sent(SAFE - timedelta(days=60))} == {"handler@a.example"}
    assert {letter.to for letter in house.sent(SAFE - timedelta(days=30))} == {
        "handler@a.example",
        "director@a.example",
    }


def test_an_application_recorded_before_delivery_means_no_letter(house: House) -> None:
    house.take_in(EXCELLENCE)
    house.scan()
    house.record(EventType.REVIEW_APPLIED, TODAY)

    assert house.deliver() == {}
    assert house.wire.carried == []
    assert house.stages() == [("180d", "superseded"), ("90d", "withdrawn")]


def test_an_application_recorded_after_the_call_means_no_letter(house: House) -> None:
    house.take_in(EXCELLENCE)
    house.scan()
    assert call(house.desk, house.post)
    house.record(EventType.REVIEW_APPLIED, TODAY)
    house.clock.step(seconds=31)

    assert house.deliver() == {}
    assert house.states() == {"superseded": 1, "withdrawn": 1}


def test_an_application_recorded_after_delivery_cancels_the_invite(house: House) -> None:
    house.take_in(EXCELLENCE)
    [invited] = house.sent()
    recorded = house.record(EventType.REVIEW_APPLIED, TODAY)
    house.deliver()
    [cancelled] = house.letters()

    assert recorded.refreshed.cancellations == 1
    assert cancelled.invite == ("CANCEL", 1, SAFE)
    assert (cancelled.uid, cancelled.to) == (invited.uid, invited.to)
    assert cancelled.message_id != invited.message_id
    assert house.sent(SAFE) == []


def test_nobody_who_was_not_invited_gets_a_cancellation(house: House) -> None:
    house.take_in(EXCELLENCE, EXCELLENCE | DIRECTOR)
    house.sent()
    house.record(EventType.REVIEW_APPLIED, TODAY)
    house.deliver()

    assert [letter.to for letter in house.letters()] == ["handler@a.example"]


def test_a_cancellation_goes_though_the_date_moves_before_it_is_delivered(house: House) -> None:
    house.take_in(EXCELLENCE)
    house.sent()
    house.record(EventType.REVIEW_APPLIED, TODAY)
    house.take_in(EXCELLENCE | {"listed_on": "2025-12-16"})
    house.deliver()

    assert [letter.invite for letter in house.letters()] == [("CANCEL", 1, SAFE)]


def test_a_renewed_certification_is_reminded_of_its_next_end_only(house: House) -> None:
    house.take_in(EXCELLENCE)
    house.sent()
    house.record(EventType.REVIEW_APPLIED, TODAY)
    house.record(EventType.REVIEW_PASSED, date(2028, 10, 9))
    house.deliver()
    house.letters()

    assert house.sent(date(2028, 12, 11)) == []
    [letter] = house.sent(date(2031, 6, 10))
    assert letter.invite[:2] == ("REQUEST", 0)
    assert letter.invite[2] > date(2031, 8, 1)


def test_a_cultivation_is_reminded_of_its_acceptance(house: House) -> None:
    house.take_in(PIONEER)
    [letter] = house.sent(date(2027, 8, 6))

    assert letter.invite == ("REQUEST", 0, date(2027, 8, 20))
    house.record(EventType.ACCEPTANCE_APPLIED, date(2027, 8, 9))
    house.deliver(date(2027, 8, 9))
    assert [letter.invite for letter in house.letters()] == [("CANCEL", 1, date(2027, 8, 20))]


def test_a_changed_date_moves_obligation_reminder_and_invite(house: House) -> None:
    house.take_in(EXCELLENCE)
    [first] = house.sent()
    moved = house.take_in(EXCELLENCE | {"listed_on": "2025-12-02"})
    [second] = house.sent()
    new_day = date(2028, 8, 31)

    assert (moved.added, moved.changed, moved.unchanged) == (0, 1, 0)
    assert house.safe_days()["review_application"] == new_day
    assert first.invite == ("REQUEST", 0, SAFE)
    assert second.invite == ("REQUEST", 1, new_day)
    assert second.uid == first.uid
    assert second.message_id != first.message_id
    assert [row.revision for row in house.rows(obligation)] == [1, 1]
    assert {row.purpose for row in house.rows(delivery)} == {"reminder"}


def test_a_date_moved_before_delivery_yields_one_letter_with_the_new_day(house: House) -> None:
    house.take_in(EXCELLENCE)
    house.scan()
    house.take_in(EXCELLENCE | {"listed_on": "2025-12-02"})
    [letter] = house.sent()

    assert letter.invite == ("REQUEST", 0, date(2028, 8, 31))


def test_a_letter_planned_before_the_date_moved_does_not_go_though_no_scan_came_between(house: House) -> None:
    house.take_in(EXCELLENCE)
    house.scan()
    house.take_in(EXCELLENCE | {"listed_on": "2025-12-02"})

    assert house.deliver() == {"superseded": 1}
    assert house.letters() == []


def test_whoever_was_invited_but_is_not_due_a_reminder_gets_a_correction(house: House) -> None:
    house.take_in(EXCELLENCE, EXCELLENCE | DIRECTOR)
    near = SAFE - timedelta(days=30)
    assert len(house.sent(near)) == 2
    later = {"listed_on": "2026-01-20"}
    house.take_in(EXCELLENCE | later, EXCELLENCE | DIRECTOR | later)
    letters = {letter.to: letter for letter in house.sent(near)}

    assert set(letters) == {"handler@a.example", "director@a.example"}
    assert letters["handler@a.example"].invite == letters["director@a.example"].invite
    assert letters["director@a.example"].invite[:2] == ("REQUEST", 1)
    assert letters["director@a.example"].subject != letters["handler@a.example"].subject
    assert [row.purpose for row in house.rows(delivery)][-2:] == ["correction", "reminder"]


def test_a_date_moved_out_of_every_stage_still_corrects_the_calendar(house: House) -> None:
    house.take_in(EXCELLENCE)
    house.sent()
    house.take_in(EXCELLENCE | {"listed_on": "2027-12-09"})
    [letter] = house.sent()

    assert letter.invite[:2] == ("REQUEST", 1)
    assert letter.invite[2] > date(2030, 8, 1)
    assert house.sent() == []


def test_a_date_that_moves_back_and_forth_raises_the_sequence_each_time_it_is_told(house: House) -> None:
    house.take_in(EXCELLENCE)
    sequences = [house.sent()[0].invite]
    for listed_on in ("2025-12-02", "2025-12-09"):
        house.take_in(EXCELLENCE | {"listed_on": listed_on})
        sequences += [letter.invite for letter in house.sent()]

    assert sequences == [("REQUEST", 0, SAFE), ("REQUEST", 1, date(2028, 8, 31)), ("REQUEST", 2, SAFE)]


def test_the_same_sheet_again_leads_to_nothing(house: House) -> None:
    house.take_in(EXCELLENCE, EXCELLENCE | DIRECTOR)
    house.sent()
    before = house.sizes()
    again = house.take_in(EXCELLENCE, EXCELLENCE | DIRECTOR)

    assert (again.added, again.changed, again.unchanged) == (0, 0, 1)
    assert house.sent() == []
    assert house.sizes() == before


def test_a_contact_who_comes_later_gets_the_newest_stage_alone(house: House) -> None:
    house.take_in(EXCELLENCE)
    house.sent(SAFE - timedelta(days=7))
    house.meet(
        {"owner_kind": "enterprise", "owner": "甲方演示有限公司", "name": "负责人（演示）", "role": "director"}
        | {"email": "director@a.example"}
    )

    assert [letter.to for letter in house.sent(SAFE - timedelta(days=7))] == ["director@a.example"]


def test_an_enterprise_without_a_contact_is_told_once_it_has_one(house: House) -> None:
    nobody = {name: cell for name, cell in EXCELLENCE.items() if not name.startswith("contact")}
    house.take_in(nobody)
    assert house.scan().skipped == {"no_address": 1}
    assert house.scan().examined == 0

    house.take_in(EXCELLENCE)
    assert len(house.sent()) == 1


def test_what_is_proposed_is_reminded_of_nothing(house: House) -> None:
    house.take_in(EXCELLENCE | {"status": "proposed", "listed_on": ""})

    assert house.sent() == []
    assert house.sizes()["obligation"] == 0


def test_a_lapse_is_presumed_only_after_the_last_day_has_passed(house: House) -> None:
    house.take_in(EXCELLENCE)
    last = house.rows(obligation)[0].lapse_after
    house.sent(last)
    assert ("lapse", "sent") not in house.stages()

    [lapse] = house.sent(last + timedelta(days=1))
    assert house.stages()[-1] == ("lapse", "sent")
    assert lapse.subject.startswith("【有效期已满】")
    assert "已取消" not in lapse.text


def test_a_letter_of_lapse_that_is_delivered_for_an_earlier_day_is_a_reminder(house: House) -> None:
    house.take_in(EXCELLENCE)
    last = house.rows(obligation)[0].lapse_after
    house.scan(last + timedelta(days=1))
    house.deliver(last)

    assert not any(letter.subject.startswith("【有效期已满】") for letter in house.letters())


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_contact_is_written_to_in_their_language(house: House, language: str) -> None:
    house.take_in(EXCELLENCE | {"language": language})
    [letter] = house.sent()

    assert ("您好" in letter.text) == (language == "zh")


def test_an_application_recorded_by_mistake_is_taken_back_and_reminded_of_again(house: House) -> None:
    house.take_in(EXCELLENCE)
    house.sent()
    recorded = house.record(EventType.REVIEW_APPLIED, TODAY)
    house.deliver()
    [cancelled] = house.letters()
    house.record(EventType.CORRECTED, TODAY, field="event", value=str(recorded.number))
    [asked] = house.sent()

    method, sequence, day = cancelled.invite
    assert method == "CANCEL"
    assert asked.invite == ("REQUEST", sequence + 1, day)
    assert asked.uid == cancelled.uid

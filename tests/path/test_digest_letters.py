"""One letter for several matters: a group's many factories, what is urgent, what comes back, what goes again."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email.message import Message
from typing import Any

import pytest
from icalendar import Calendar

from service.domain.delivery import Outcome, Refused, Sent, State, TryAgain, Unknown
from service.domain.digest import Hours
from service.domain.lifecycle import EventType
from service.domain.people import Role
from service.flows import deliver, outbox, personal, remind
from service.letters.letter import Language
from service.store import digests, people
from service.store.kept import letter as kept_letter
from service.store.tables import attempt, contact, delivery, invite
from tests.house import DIRECTOR, EXCELLENCE, TODAY, House
from tests.site import OPERATOR

SAFE = date(2028, 9, 7)
BACKUP = {"contact_name": "备用（演示）", "contact_email": "backup@a.example", "contact_role": "backup"}


def factories(count: int, **said: str) -> list[dict[str, str]]:
    """So many factories of one enterprise, in one list."""
    return [EXCELLENCE | {"factory": f"第{number}工厂"} | said for number in range(1, count + 1)]


def invites_in(mail: Message) -> list[tuple[str, str]]:
    """Method and UID of each calendar object that the letter holds."""
    found = []
    for part in mail.walk():
        if part.get_content_type() == "application/ics":
            whole = Calendar.from_ical(part.get_payload(decode=True))
            [event] = whole.walk("VEVENT")
            found.append((str(whole["METHOD"]), str(event["UID"])))
    return found


def sent_rows(house: House) -> list[Any]:
    return [row for row in house.rows(delivery) if row.state == State.SENT]


def test_a_group_with_forty_factories_gets_one_letter_with_all_invitations(house: House) -> None:
    house.take_in(*factories(40))
    scanned = house.scan()
    assert scanned.planned == 1
    assert house.deliver() == {"sent": 1}

    [letter] = house.letters()
    assert "40项事项" in letter.subject
    for number in range(1, 41):
        assert f"第{number}工厂" in letter.text
    found = invites_in(letter.mail)
    assert len({uid for _, uid in found}) == 40
    assert {method for method, _ in found} == {"REQUEST"}
    assert len(house.rows(invite)) == 40
    assert {row.digest_id for row in sent_rows(house)} == {sent_rows(house)[0].id}
    assert str(letter.mail["X-Duban-Delivery"]) == str(sent_rows(house)[0].id)
    assert house.scan().planned == 0
    assert house.deliver() == {}


def test_the_header_that_stops_digests_is_one_line_as_mail_programs_read_it(house: House) -> None:
    house.take_in(*factories(2))
    house.scan()
    house.deliver()
    [parcel] = house.wire.carried
    lines = parcel.message.partition(b"\r\n\r\n")[0].decode("ascii").split("\r\n")
    [stop] = [line for line in lines if line.startswith("List-Unsubscribe:")]
    assert re.fullmatch(r"List-Unsubscribe: <https://site\.example/fewer/[0-9]+\.[a-z2-7]{32}>", stop)
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in lines


def test_a_single_matter_bears_no_way_to_stop_it(house: House) -> None:
    house.take_in(EXCELLENCE)
    [letter] = house.sent()
    assert letter.mail["List-Unsubscribe"] is None
    assert "/fewer/" not in letter.text


def test_what_is_urgent_stands_alone_and_beyond_the_limit_in_one(house: House) -> None:
    near = SAFE - timedelta(days=7)
    house.take_in(*factories(3))
    assert len(house.sent(near)) == 3

    house.take_in(*factories(3, batch="另一批"), *factories(3, batch="又一批"))
    assert house.scan(near).planned == 1, "six would be more than a day has"
    [letter] = house.sent(near)
    assert "6项事项" in letter.subject


def test_one_mailbox_of_several_enterprises_gets_one_letter(house: House) -> None:
    subsidiaries = [row | {"enterprise": f"第{n}子公司（演示）"} for n, row in enumerate(factories(3))]
    house.take_in(*subsidiaries)
    [letter] = house.sent()
    assert all(f"第{n}子公司（演示）" in letter.text for n in range(3))


def test_a_director_gets_a_letter_of_their_own(house: House) -> None:
    house.take_in(*factories(3), *[row | DIRECTOR for row in factories(3)])
    letters = house.sent(SAFE - timedelta(days=30))
    assert sorted(letter.to for letter in letters) == ["director@a.example", "handler@a.example"]


def test_what_was_closed_meanwhile_is_not_in_it_and_one_left_is_a_letter_like_any(house: House) -> None:
    house.take_in(*factories(2))
    house.scan()
    house.record(EventType.REVIEW_APPLIED, TODAY, of="1")
    [letter] = house.sent()
    assert "第2工厂" in letter.text
    assert "第1工厂" not in letter.text
    assert letter.invite[0] == "REQUEST"


def test_many_closed_at_once_are_told_in_one_letter_that_takes_every_day_back(house: House) -> None:
    house.take_in(*factories(3))
    house.sent()
    for number in ("1", "2", "3"):
        house.record(EventType.REVIEW_APPLIED, TODAY, of=number)
    [letter] = house.sent()
    assert {method for method, _ in invites_in(letter.mail)} == {"CANCEL"}
    assert len(invites_in(letter.mail)) == 3


@pytest.mark.parametrize("answer", [TryAgain("451 later", 451), Unknown("connection lost")])
def test_what_goes_again_is_the_same_letter_and_takes_in_nothing_new(house: House, answer: Outcome) -> None:
    answers = [answer]
    house.wire.answer = lambda parcel: answers.pop() if answers else Refused("never")
    house.take_in(*factories(3))
    house.scan()
    house.deliver()
    [first] = house.letters()
    house.wire.carried.clear()

    house.take_in(*factories(1, batch="新一批"))
    house.wire.answer = type(house.wire).answer
    house.scan()
    house.clock.step(minutes=2)
    house.deliver()
    again = {letter.message_id: letter for letter in house.letters()}
    assert len(again) == 2
    assert len(invites_in(again[first.message_id].mail)) == 3
    assert {row.outcome for row in house.rows(attempt)} >= {"sent"}


def test_a_letter_that_is_refused_fails_for_each_matter_and_each_goes_to_the_colleague(house: House) -> None:
    house.take_in(*factories(3), *[row | BACKUP for row in factories(3)])
    house.wire.answer = lambda parcel: (
        Refused("550 5.1.1 unknown", 550) if "handler" in parcel.recipient else Sent("250")
    )
    house.scan()
    house.deliver()
    states = [(row.contact_id, row.state) for row in house.rows(delivery) if row.state != State.SUPERSEDED]
    assert states.count((1, "refused")) == 3
    letters = [letter for letter in house.letters() if letter.to == "backup@a.example"]
    assert [len(invites_in(letter.mail)) for letter in letters] == [3]


def test_enough_letters_a_day_leave_the_rest_for_tomorrow_but_nothing_urgent(house: House) -> None:
    house.desk = replace(house.desk, letters_a_day=1)
    house.take_in(EXCELLENCE)
    assert len(house.sent()) == 1
    house.take_in(*factories(2, batch="后到的一批"))
    house.scan()
    assert house.deliver() == {}
    waiting = [row for row in house.rows(delivery) if row.state == State.PLANNED]
    assert {(row.reason, row.attempts) for row in waiting} == {("enough_for_today", 0)}
    assert {row.not_before for row in waiting} == {datetime(2028, 6, 12, 0, 0, tzinfo=UTC)}

    house.clock.now = datetime(2028, 6, 12, 0, 30, tzinfo=UTC)
    assert len(house.sent(date(2028, 6, 12))) == 1


def test_at_night_the_service_lets_what_can_wait_wait(house: House) -> None:
    house.clock.now = datetime(2028, 6, 9, 15, 0, tzinfo=UTC)  # Friday, 23:00 in Shanghai
    house.take_in(EXCELLENCE, EXCELLENCE | {"factory": "急", "listed_on": "2025-09-12"})
    remind.scan(house.desk, TODAY, hours=Hours())
    waits = {row.stage: row.not_before for row in house.rows(delivery) if row.state == State.PLANNED}
    assert waits == {"0d": house.clock.now, "90d": datetime(2028, 6, 12, 0, 0, tzinfo=UTC)}


def test_who_wants_fewer_letters_is_spared_what_a_colleague_can_be_told(house: House) -> None:
    house.take_in(*factories(2), *[row | BACKUP for row in factories(2)])
    with house.engine.begin() as connection:
        people.set_urgent_only(connection, [1], urgent_only=True)
    assert [letter.to for letter in house.sent()] == ["backup@a.example"]
    near = SAFE - timedelta(days=3)
    assert {letter.to for letter in house.sent(near)} == {"handler@a.example"}


def test_who_is_alone_is_told_whatever_they_want(house: House) -> None:
    house.take_in(*factories(2))
    with house.engine.begin() as connection:
        people.set_urgent_only(connection, [1], urgent_only=True)
    assert [letter.to for letter in house.sent()] == ["handler@a.example"]


NEW = {"name": "新任（演示）", "address": "new@b.example", "role": Role.HANDLER, "language": Language.ZH}


def subsidiaries(*units: str) -> list[dict[str, str]]:
    """A factory of a subsidiary for each of these units, all read in one mailbox."""
    named = [{"enterprise": f"第{n}子公司（演示）", "recommending_unit": unit} for n, unit in enumerate(units)]
    return [row | names for row, names in zip(factories(len(units)), named, strict=True)]


def correct(house: House, contact_id: int) -> None:
    personal.correct(house.desk, contact_id, OPERATOR, **NEW)  # type: ignore[arg-type]


@pytest.mark.parametrize("whose", [0, 1], ids=["of the first, whose number it has", "of another"])
def test_a_new_address_never_gets_what_was_begun_for_another(house: House, whose: int) -> None:
    house.wire.answer = lambda parcel: TryAgain("451 later", 451)
    house.take_in(*subsidiaries("江苏省", "浙江省"))
    house.scan()
    house.deliver()
    house.wire.carried.clear()
    correct(house, house.rows(contact)[whose].id)
    house.wire.answer = lambda parcel: Sent("250")
    house.clock.step(minutes=2)
    house.deliver()
    told = {letter.to: letter.text for letter in house.letters()}
    assert f"第{whose}子公司" in told["new@b.example"]
    assert f"第{1 - whose}子公司" not in told["new@b.example"]
    assert f"第{1 - whose}子公司" in told["handler@a.example"]
    assert f"第{whose}子公司" not in told["handler@a.example"]


@pytest.mark.parametrize("whose", [0, 1])
def test_a_letter_that_was_dissolved_is_kept_for_nobody_to_see(house: House, whose: int) -> None:
    house.wire.answer = lambda parcel: Refused("550 5.1.1 unknown", 550)
    house.take_in(*subsidiaries("江苏省", "浙江省"))
    house.scan()
    house.deliver()
    assert len(house.rows(kept_letter)) == 1
    correct(house, house.rows(contact)[whose].id)
    assert house.rows(kept_letter) == []


def test_what_came_back_after_it_went_alone_is_the_one_that_failed(house: House) -> None:
    house.wire.answer = lambda parcel: Refused("550 5.1.1 unknown", 550)
    house.take_in(*subsidiaries("江苏省", "浙江省"))
    house.scan()
    house.deliver()
    first, last = (row for row in house.rows(delivery) if row.state == State.REFUSED)
    correct(house, first.contact_id)
    house.wire.answer = lambda parcel: Sent("250")
    outbox.retry(house.desk, [first.id, last.id], OPERATOR)
    house.deliver()
    with house.engine.begin() as connection:
        assert digests.in_one_letter(connection, first.id) == [first.id]
        assert digests.in_one_letter(connection, last.id) == [last.id]


def test_what_goes_again_is_never_cut_in_parts_by_what_may_be_called(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.wire.answer = lambda parcel: TryAgain("421 busy", 421)
    house.take_in(*factories(15))
    house.scan()
    house.deliver()
    house.wire.carried.clear()
    house.wire.answer = lambda parcel: Sent("250")
    house.clock.step(minutes=2)
    monkeypatch.setattr(deliver, "CALLED_AT_ONCE", 10)
    house.deliver()
    assert [len(invites_in(letter.mail)) for letter in house.letters()] == [15]


def test_who_retries_one_retries_the_letter(house: House) -> None:
    house.wire.answer = lambda parcel: Refused("550 5.7.1 policy", 550)
    house.take_in(*factories(3))
    house.scan()
    house.deliver()
    house.wire.carried.clear()
    house.wire.answer = lambda parcel: Sent("250")
    outbox.retry(house.desk, [next(row.id for row in house.rows(delivery) if row.state == State.REFUSED)], OPERATOR)
    house.deliver()
    assert [len(invites_in(letter.mail)) for letter in house.letters()] == [3]
    assert len(sent_rows(house)) == 3


def test_what_was_ended_by_hand_and_comes_after_its_letter_goes_by_itself(house: House) -> None:
    house.wire.answer = lambda parcel: TryAgain("451 later", 451)
    house.take_in(*factories(3))
    house.scan()
    house.deliver()
    first = next(row.id for row in house.rows(delivery) if row.state == State.PLANNED)
    outbox.abort(house.desk, [first], OPERATOR)
    house.wire.answer = lambda parcel: Sent("250")
    house.clock.step(minutes=2)
    house.deliver()
    outbox.retry(house.desk, [first], OPERATOR)
    house.wire.carried.clear()
    house.deliver()
    [letter] = house.letters()
    assert letter.message_id == f"<delivery-{first}.0@site.example>"


def test_a_letter_is_tried_for_as_long_as_any_of_its_matters_has(house: House) -> None:
    house.take_in(EXCELLENCE | {"factory": "逾期工厂", "listed_on": "2025-08-01"})
    house.sent()
    house.record(EventType.REVIEW_APPLIED, TODAY, of="1")
    house.take_in(*factories(2))
    house.wire.answer = lambda parcel: TryAgain("451 later", 451)
    house.scan()
    for _ in range(5):
        house.deliver()
        house.clock.step(days=1)
    assert [row.state for row in house.rows(delivery) if row.stage == "90d" and row.attempts] == [State.PLANNED] * 2


def test_a_director_is_told_once_the_ladder_begins_whatever_they_want(house: House) -> None:
    house.take_in(*factories(2), *[row | DIRECTOR for row in factories(2)])
    directors = [row.id for row in house.rows(contact) if row.role == "director"]
    with house.engine.begin() as connection:
        people.set_urgent_only(connection, directors, urgent_only=True)
    assert {letter.to for letter in house.sent(SAFE - timedelta(30))} == {"handler@a.example", "director@a.example"}


def test_a_correction_of_a_near_day_stands_alone(house: House) -> None:
    house.take_in(*factories(2))
    house.sent(SAFE - timedelta(days=15))
    for number in ("1", "2"):
        house.record(EventType.CORRECTED, TODAY, of=number, field="listed_on", value="2025-11-28")
    assert len(house.sent(SAFE - timedelta(days=14))) == 2


def test_one_of_it_can_be_retried_by_a_person_under_the_same_number(house: House) -> None:
    house.wire.answer = lambda parcel: Refused("550 5.7.1 policy", 550)
    house.take_in(*factories(3))
    house.scan()
    house.deliver()
    [first] = house.letters()
    refused = [row.id for row in house.rows(delivery) if row.state == State.REFUSED]
    house.wire.carried.clear()
    house.wire.answer = lambda parcel: Sent("250")
    outbox.retry(house.desk, refused, OPERATOR)
    assert house.deliver() == {"sent": 1}
    [again] = house.letters()
    assert again.message_id == first.message_id
    assert len(invites_in(again.mail)) == 3

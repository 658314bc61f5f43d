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
from service.flows import outbox, personal, remind
from service.letters.letter import Language
from service.store import people
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


def test_a_new_address_never_gets_what_was_begun_for_another(house: House) -> None:
    house.wire.answer = lambda parcel: TryAgain("451 later", 451)
    shared = [row | {"enterprise": f"第{n}子公司（演示）"} for n, row in enumerate(factories(2))]
    house.take_in(*shared)
    house.scan()
    house.deliver()
    house.wire.carried.clear()
    new = {"name": "新任（演示）", "address": "new@b.example", "role": Role.HANDLER, "language": Language.ZH}
    personal.correct(house.desk, house.rows(contact)[1].id, OPERATOR, **new)  # type: ignore[arg-type]
    house.wire.answer = lambda parcel: Sent("250")
    house.clock.step(minutes=2)
    house.deliver()
    told = {letter.to: letter.text for letter in house.letters()}
    assert "第0子公司" in told["handler@a.example"]
    assert "第1子公司" not in told["handler@a.example"]
    assert "第1子公司" in told["new@b.example"]
    assert "第0子公司" not in told["new@b.example"]


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

"""The canary: a letter to ourselves each day, which has to come back to our own mailbox."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from service.channels.maildir_mailbox import MaildirMailbox
from service.domain.delivery import Refused, Sent
from service.flows import canary, returned
from service.flows.measures import taken
from service.letters.return_address import ReturnAddress
from service.store import returned as returned_mail
from service.store.postal import canary as canaries
from service.store.tables import contact, delivery, run
from tests.house import TODAY, House

ADDRESS = "canary@site.example"
RETURNS = ReturnAddress("bounce@site.example", "a-key-of-sixteen-and-more")
TOMORROW = TODAY + timedelta(1)


def lateness(house: House, today: date = TODAY) -> timedelta | None:
    return taken(house.desk, today).canary


def carried(house: House, today: date = TODAY) -> bytes:
    """Send the letter of a day, and what the wire was given."""
    canary.send(house.desk, ADDRESS, today)
    house.deliver(today)
    [parcel] = house.wire.carried
    house.wire.carried = []
    return parcel.message


def read(house: House, message: bytes) -> dict[str, int]:
    """Let a message come into the mailbox, and take in what lies there."""
    folder = house.folder / "mail"
    for part in ("tmp", "new", "cur"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    (folder / "new" / f"{len(list(folder.rglob('*')))}.M1.host").write_bytes(message)
    return dict(returned.take_in(house.desk, RETURNS, MaildirMailbox(folder), TODAY))


def test_a_letter_to_ourselves_goes_once_a_day_through_the_same_outbox(house: House) -> None:
    assert canary.send(house.desk, ADDRESS, TODAY)
    assert not canary.send(house.desk, ADDRESS, TODAY)
    house.deliver()
    assert canary.send(house.desk, ADDRESS, TOMORROW)
    house.deliver(TOMORROW)

    letters = house.letters()
    assert [letter.to for letter in letters] == [ADDRESS, ADDRESS]
    assert letters[0].message_id != letters[1].message_id
    assert "2028年6月9日" in letters[0].subject
    assert [(row.subject_kind, row.purpose, row.stage, row.state) for row in house.rows(delivery)] == [
        ("canary", "canary", "2028-06-09", "sent"),
        ("canary", "canary", "2028-06-10", "sent"),
    ]
    assert len(house.rows(contact)) == 1
    assert [(row.job, row.counts) for row in house.rows(run) if row.job == "canary"] == [
        ("canary", {"planned": 1}),
        ("canary", {"planned": 0}),
        ("canary", {"planned": 1}),
    ]


def test_another_address_is_written_to_from_the_next_day_on(house: House) -> None:
    canary.send(house.desk, ADDRESS, TODAY)
    canary.send(house.desk, "other@site.example", TODAY)
    canary.send(house.desk, "other@site.example", TOMORROW)
    house.deliver(TOMORROW)

    assert [letter.to for letter in house.letters()] == [ADDRESS, "other@site.example"]


def test_its_arrival_is_noted_once_and_is_nothing_for_a_person(house: House) -> None:
    message = carried(house)
    house.clock.step(minutes=3)
    assert read(house, message) == {"canary": 1}
    first = house.rows(canaries)[0].arrived_at
    house.clock.step(minutes=3)
    assert read(house, message + b"again\r\n") == {"canary": 1}

    assert house.rows(canaries)[0].arrived_at == first
    assert lateness(house) == timedelta(minutes=3)
    with house.engine.begin() as connection:
        assert returned_mail.count_waiting(connection) == 0


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"X-Duban-Delivery: 1\r\n", b""),
        (b"X-Duban-Delivery: 1\r\n", b"X-Duban-Delivery: 2\r\n"),
        (b"X-Duban-Delivery: 1\r\n", b"X-Duban-Delivery: 99999999999\r\n"),
        (b"@site.example>\r\nDate", b"@elsewhere.example>\r\nDate"),
        (b"Message-ID: <delivery-1.0", b"Message-ID: <delivery-2.0"),
        (b"Message-ID:", b"From: mailer-daemon@relay.example\r\n\r\nMessage-ID:"),
    ],
)
def test_what_is_not_the_letter_itself_is_no_arrival(house: House, old: bytes, new: bytes) -> None:
    message = carried(house)
    assert old in message

    assert "canary" not in read(house, message.replace(old, new))
    assert house.rows(canaries)[0].arrived_at is None


def test_the_headers_of_a_reminder_are_no_canary(house: House) -> None:
    head = b"X-Duban-Delivery: 7\r\nMessage-ID:\r\n <delivery-7.0@site.example>\r\n\r\n"
    with house.engine.begin() as connection:
        assert not canary.arrived(connection, head, "site.example", house.clock.now)


def test_a_relay_may_fold_a_header(house: House) -> None:
    message = carried(house)

    assert read(house, message.replace(b"Message-ID: <", b"Message-ID:\r\n <")) == {"canary": 1}


def test_a_letter_that_does_not_come_grows_late_until_it_does(house: House) -> None:
    message = carried(house)
    assert lateness(house) == timedelta()
    house.clock.step(hours=2, minutes=5)
    assert lateness(house) == timedelta(hours=2, minutes=5)

    read(house, message)
    assert lateness(house) == timedelta(hours=2, minutes=5)
    house.clock.step(hours=5)
    assert lateness(house) == timedelta(hours=2, minutes=5)


def test_a_lost_letter_is_told_of_also_when_that_of_the_next_day_has_come(house: House) -> None:
    carried(house)
    house.clock.step(days=1)
    read(house, carried(house, TOMORROW))

    assert lateness(house, TOMORROW) == timedelta(days=1)
    assert lateness(house, TOMORROW + timedelta(1)) == timedelta()


def test_where_none_was_sent_nothing_is_late(house: House) -> None:
    assert lateness(house) is None
    house.wire.answer = lambda _parcel: Refused("550", 550)
    canary.send(house.desk, ADDRESS, TODAY)
    house.deliver()
    house.clock.step(hours=5)

    assert lateness(house) is None


def test_an_address_that_fails_again_and_again_is_still_written_to(house: House) -> None:
    """What a person's address would be held back for is here what the letter is to show."""
    house.wire.answer = lambda _parcel: Refused("550 5.1.1 no such user", 550)
    for days in range(5):
        house.clock.step(days=1)
        canary.send(house.desk, ADDRESS, TODAY + timedelta(days))
        house.deliver(TODAY + timedelta(days))
    house.wire.answer = lambda _parcel: Sent("250")
    house.wire.carried = []
    canary.send(house.desk, ADDRESS, TODAY + timedelta(5))
    house.deliver(TODAY + timedelta(5))

    assert [letter.to for letter in house.letters()] == [ADDRESS]
    with house.engine.begin() as connection:
        assert connection.execute(select(func.count()).where(delivery.c.purpose != "canary")).scalar_one() == 0

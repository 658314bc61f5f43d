"""What every channel does, e-mail and Maildir alike."""

import mailbox
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from email import message_from_bytes
from pathlib import Path

import pytest

from service.channels.channel import Channel, Parcel
from service.channels.registry import open_channel
from service.domain.delivery import Sent
from tests.smtp import SmtpServer


@dataclass
class FarEnd:
    """A channel, and the Message-IDs of what stands at its far end, in the order of arrival or of names."""

    channel: Channel
    message_ids: Callable[[], list[str]]


@pytest.fixture(params=["email", "maildir"])
def far_end(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[FarEnd]:
    if request.param == "maildir":
        channel = open_channel(f"maildir:{tmp_path}/mailbox")
        yield FarEnd(channel, lambda: [str(m["Message-ID"]) for m in mailbox.Maildir(tmp_path / "mailbox")])
        channel.close()
        return
    with SmtpServer() as server:
        channel = open_channel(server.url())
        yield FarEnd(channel, lambda: [message_from_bytes(one.content)["Message-ID"] for one in server.received])
        channel.close()


def parcel(number: int) -> Parcel:
    message_id = f"dlv-{number}.1@duban.example"
    message = f"From: duban@duban.example\r\nMessage-ID: <{message_id}>\r\n\r\nline {number}\r\n".encode()
    return Parcel(number, message_id, "duban@duban.example", f"r{number}@x.example", message)


def test_many_are_carried_each_reported_once_and_none_is_lost(far_end: FarEnd) -> None:
    parcels = [parcel(number) for number in range(200)]
    outcomes = list(far_end.channel.carry(parcels))
    assert Counter(carried for carried, _ in outcomes) == Counter(parcels)
    assert all(isinstance(outcome, Sent) for _, outcome in outcomes)
    assert sorted(far_end.message_ids()) == sorted(f"<{one.message_id}>" for one in parcels)


def test_nothing_to_carry_is_nothing_to_report(far_end: FarEnd) -> None:
    assert list(far_end.channel.carry([])) == []


def test_a_parcel_carried_again_keeps_its_message_id(far_end: FarEnd) -> None:
    for _ in range(2):
        ((_, outcome),) = far_end.channel.carry([parcel(1)])
        assert isinstance(outcome, Sent)
    assert set(far_end.message_ids()) == {"<dlv-1.1@duban.example>"}


def test_several_threads_carry_at_once_and_each_hears_of_its_own(far_end: FarEnd) -> None:
    batches = [[parcel(100 * thread + number) for number in range(50)] for thread in range(4)]
    with ThreadPoolExecutor(4) as threads:
        heard = list(threads.map(lambda batch: list(far_end.channel.carry(batch)), batches))
    for batch, outcomes in zip(batches, heard, strict=True):
        assert Counter(carried for carried, _ in outcomes) == Counter(batch)
    assert len(set(far_end.message_ids())) == 200


def test_parcels_are_asked_for_as_room_comes_and_in_the_thread_that_carries(far_end: FarEnd) -> None:
    asked: list[threading.Thread] = []

    def endless() -> Iterator[Parcel]:
        number = 0
        while True:
            asked.append(threading.current_thread())
            yield parcel(number)
            number += 1

    outcomes = far_end.channel.carry(endless())
    for _ in range(100):
        next(outcomes)
    assert len(asked) < 200
    assert set(asked) == {threading.current_thread()}


def test_where_writing_the_next_letter_fails_those_before_it_still_have_outcomes(far_end: FarEnd) -> None:
    def breaks() -> Iterator[Parcel]:
        yield from (parcel(number) for number in range(5))
        raise RuntimeError("the template is broken")

    outcomes = far_end.channel.carry(breaks())
    heard = {(carried.delivery_id, type(outcome)) for carried, outcome in (next(outcomes) for _ in range(5))}
    with pytest.raises(RuntimeError, match="the template is broken"):
        next(outcomes)
    assert heard == {(number, Sent) for number in range(5)}


def test_a_parcel_that_cannot_be_carried_is_reported_and_the_others_go(far_end: FarEnd) -> None:
    odd = Parcel(9, "\ud800", "\ud800", "no address\r\nDATA\r\n", b"")
    outcomes = dict(far_end.channel.carry([parcel(1), odd, parcel(2)]))
    assert set(outcomes) == {parcel(1), odd, parcel(2)}
    assert isinstance(outcomes[parcel(1)], Sent)
    assert isinstance(outcomes[parcel(2)], Sent)


def test_the_check_says_something_and_sends_nothing(far_end: FarEnd) -> None:
    assert far_end.channel.check()
    assert list(far_end.channel.carry([])) == []


def test_closing_twice_is_closing_once_and_leaves_no_thread(far_end: FarEnd) -> None:
    before = set(threading.enumerate())
    list(far_end.channel.carry([parcel(1)]))
    far_end.channel.close()
    far_end.channel.close()
    assert set(threading.enumerate()) == before


def test_after_closing_a_parcel_is_still_answered(far_end: FarEnd) -> None:
    far_end.channel.close()
    ((carried, _),) = far_end.channel.carry([parcel(1)])
    assert carried == parcel(1)

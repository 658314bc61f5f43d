"""The doorbells: what each calls, and which it rings next."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from dramatiq import Message
from dramatiq.errors import ConnectionClosed
from sqlalchemy import Engine, func, select

from jobs.actors import Actors, declare
from jobs.brokers.database import DatabaseBroker
from service.store.queue import queue_message
from tests.jobs.backends import utc_now, working


@dataclass
class Day:
    """What the use cases of a day find, and what was asked of them."""

    scans: list[list[list[int]]] = field(default_factory=list)
    calls: list[list[list[int]]] = field(default_factory=list)
    asked: list[object] = field(default_factory=list)

    def scan(self) -> list[list[int]]:
        self.asked.append("scan")
        return self.scans.pop(0)

    def call(self) -> list[list[int]]:
        self.asked.append("call")
        return self.calls.pop(0) if self.calls else []

    def deliver(self, ids: Sequence[int]) -> None:
        self.asked.append(list(ids))

    def escalate(self) -> None:
        self.asked.append("escalate")

    def returned(self) -> None:
        self.asked.append("returned")

    def watch(self) -> None:
        self.asked.append("watch")

    def purge(self) -> None:
        self.asked.append("purge")

    def prune(self) -> None:
        self.asked.append("prune")


@pytest.fixture
def broker(engine: Engine) -> DatabaseBroker:
    return DatabaseBroker(engine, utc_now)


@pytest.fixture
def day() -> Day:
    return Day()


@pytest.fixture
def bells(broker: DatabaseBroker, day: Day) -> Actors:
    return declare(broker, day)


def work_off(broker: DatabaseBroker) -> None:
    with working(broker):
        for _ in range(4):  # a tick may ring deliveries, and these another tick
            for name in sorted(broker.get_declared_queues(), reverse=True):
                broker.join(name, timeout=10_000)


def test_a_scan_rings_a_delivery_for_each_batch(broker: DatabaseBroker, day: Day, bells: Actors) -> None:
    day.scans = [[[1, 2], [3]]]
    bells.scan.send()
    work_off(broker)

    assert day.asked[0] == "scan"
    assert {"[1, 2]", "[3]"} < set(map(str, day.asked))


def test_a_delivery_makes_room_and_calls_for_more(broker: DatabaseBroker, day: Day, bells: Actors) -> None:
    day.calls = [[[1]], [[2]]]
    bells.call.send()
    work_off(broker)

    assert day.asked[:4] == ["call", [1], "call", [2]]
    assert day.asked.count("call") == 3


def test_nothing_found_rings_nothing(broker: DatabaseBroker, day: Day, bells: Actors) -> None:
    day.scans = [[]]
    bells.scan.send()
    work_off(broker)

    assert day.asked == ["scan"]


def test_lists_returned_mail_watch_and_purge_ring_their_use_case(
    broker: DatabaseBroker, day: Day, bells: Actors
) -> None:
    bells.escalate.send()
    bells.returned.send()
    bells.watch.send()
    bells.purge.send()
    bells.prune.send()
    work_off(broker)

    assert sorted(map(str, day.asked)) == ["escalate", "prune", "purge", "returned", "watch"]


def test_a_use_case_that_fails_is_rung_once_and_its_message_kept_as_dead(
    engine: Engine, broker: DatabaseBroker, day: Day, bells: Actors
) -> None:
    bells.scan.send()  # the day has no scan to give
    work_off(broker)
    with engine.begin() as connection:
        dead = connection.execute(select(func.count()).where(queue_message.c.dead)).scalar_one()

    assert day.asked == ["scan"]
    assert dead == 1


def test_work_that_is_done_is_not_dead_because_the_next_bell_cannot_be_rung(
    engine: Engine, broker: DatabaseBroker, day: Day, bells: Actors, monkeypatch: pytest.MonkeyPatch
) -> None:
    bells.deliver.send([1])
    enqueue = broker.enqueue

    def away(message: Message[None], **options: int) -> Message[None]:
        raise ConnectionClosed("the queue's server is away")

    day.scans = [[[2], [3]]]
    bells.scan.send()
    monkeypatch.setattr(broker, "enqueue", away)
    with working(broker):
        broker.join("duban.ticks", timeout=10_000)
        broker.join("duban.deliveries", timeout=10_000)
    monkeypatch.setattr(broker, "enqueue", enqueue)
    with engine.begin() as connection:
        dead = connection.execute(select(func.count()).where(queue_message.c.dead)).scalar_one()

    assert sorted(map(str, day.asked)) == ["[1]", "scan"]
    assert dead == 0


def test_only_ids_ride_in_a_message(bells: Actors) -> None:
    assert bells.deliver.message([4, 5]).args == ([4, 5],)
    assert bells.scan.message().args == ()

"""What every broker of ours has to keep, written against dramatiq's own interface."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from threading import Event, get_ident
from typing import Any

import pytest
from dramatiq import Actor, Broker, Consumer, Message, MessageProxy, actor
from dramatiq.errors import BrokerConnectionError

from tests.jobs.backends import connect, disconnect, working
from tests.jobs.programs import lines, until, worker_program

QUEUE = "conformance"
LONG = 600.0
SHORT = 1.5

Connect = Callable[..., Broker]
Consume = Callable[..., Consumer]


@pytest.fixture(params=["sqlite", "postgresql", "redis", "rabbitmq"])
def backend_url(request: pytest.FixtureRequest) -> str:
    """Where the queue lies."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def broker(backend_url: str) -> Iterator[Connect]:
    """Makes brokers that share one backend, each as another process would have it."""
    made: list[Broker] = []

    def make(lease_seconds: float = LONG) -> Broker:
        made.append(connect(backend_url, lease_seconds))
        made[-1].declare_queue(QUEUE)
        return made[-1]

    yield make
    for one in made:
        disconnect(one)


@pytest.fixture
def consume() -> Iterator[Consume]:
    """Makes consumers of the queue, closed at the end."""
    made: list[Consumer] = []

    def make(broker: Broker, prefetch: int = 1) -> Consumer:
        made.append(broker.consume(QUEUE, prefetch=prefetch, timeout=100))
        return made[-1]

    yield make
    for one in made:
        with suppress(BrokerConnectionError):  # those that a test has closed already
            one.close()


def declared(broker: Broker, function: Callable[..., None]) -> Actor[..., None]:
    return actor(broker=broker, queue_name=QUEUE, actor_name="bell")(function)


def put(broker: Broker, *arguments: Any) -> None:
    broker.enqueue(Message(queue_name=QUEUE, actor_name="bell", args=arguments, kwargs={}, options={}))


def worked_off(broker: Broker) -> None:
    """Wait until nothing is left. RabbitMQ does not count what is at work; the worker finishes that when it stops."""
    broker.join(QUEUE, timeout=30_000)


def received(consumer: Consumer, count: int, seconds: float = 10) -> list[MessageProxy]:
    """The next ``count`` messages, or those that came in the time."""
    messages: list[MessageProxy] = []
    deadline = time.monotonic() + seconds
    while len(messages) < count and time.monotonic() < deadline:
        message = next(consumer)
        if message is not None:
            messages.append(message)
    return messages


def arguments(messages: list[MessageProxy]) -> list[Any]:
    return [message.args[0] for message in messages]


def test_every_message_is_delivered_once(broker: Connect) -> None:
    seen: list[int] = []
    ours = broker()
    bell = declared(ours, seen.append)
    for number in range(100):
        bell.send(number)
    with working(ours):
        worked_off(ours)

    assert Counter(seen) == Counter(range(100))


def test_messages_put_while_the_worker_runs_are_delivered(broker: Connect) -> None:
    seen: list[int] = []
    ours = broker()
    bell = declared(ours, seen.append)
    with working(ours):
        for number in range(20):
            bell.send(number)
        worked_off(ours)

    assert sorted(seen) == list(range(20))


def test_messages_put_by_another_process_are_delivered(broker: Connect) -> None:
    seen: list[int] = []
    ours, theirs = broker(), broker()
    declared(ours, seen.append)
    with working(ours):
        put(theirs, 7)
        worked_off(ours)

    assert seen == [7]


def test_arguments_arrive_as_they_were_sent(broker: Connect, consume: Consume) -> None:
    sent = ["智能工厂\n\x00\U0001f514", [1, 2**53, 0.5, None, True], {"办理": ["事项"]}]
    ours = broker()
    put(ours, *sent)
    [message] = received(consume(ours), 1)

    assert list(message.args) == sent


def test_messages_come_in_the_order_they_were_put(broker: Connect, consume: Consume) -> None:
    ours = broker()
    for number in range(30):
        put(ours, number)

    assert arguments(received(consume(ours, 30), 30)) == list(range(30))


def test_no_more_than_the_prefetch_is_taken(broker: Connect, consume: Consume) -> None:
    ours, theirs = broker(), broker()
    for number in range(5):
        put(ours, number)

    assert arguments(received(consume(ours, 3), 4, seconds=1)) == [0, 1, 2]
    assert arguments(received(consume(theirs, 3), 2)) == [3, 4]


def test_what_is_acknowledged_is_gone(broker: Connect, consume: Consume) -> None:
    ours = broker()
    put(ours, 1)
    consumer = consume(ours)
    [message] = received(consumer, 1)
    consumer.ack(message)

    worked_off(ours)
    assert received(consume(broker()), 1, seconds=0.7) == []


def test_what_is_rejected_is_not_delivered_again(broker: Connect, consume: Consume) -> None:
    ours = broker()
    put(ours, 1)
    consumer = consume(ours)
    [message] = received(consumer, 1)
    consumer.nack(message)

    worked_off(ours)
    assert received(consume(broker()), 1, seconds=0.7) == []


def test_what_is_given_back_goes_to_another_at_once(broker: Connect, consume: Consume) -> None:
    ours = broker()
    put(ours, 1)
    consumer = consume(ours)
    consumer.requeue(received(consumer, 1))
    consumer.close()  # as it is with RabbitMQ, to which closing says it all

    assert arguments(received(consume(broker()), 1)) == [1]


def test_a_consumer_that_closes_gives_back_what_it_had_not_handed_out(broker: Connect, consume: Consume) -> None:
    ours = broker()
    for number in range(4):
        put(ours, number)
    consumer = consume(ours, 4)
    assert arguments(received(consumer, 1)) == [0]
    consumer.close()

    back = arguments(received(consume(broker(), 4), 4, seconds=1))
    assert [number for number in back if number != 0] == [1, 2, 3]  # and 0 too, from RabbitMQ


def test_a_worker_that_stops_mid_batch_loses_nothing_and_doubles_nothing(broker: Connect) -> None:
    seen: list[int] = []
    begun = Event()

    def slowly(number: int) -> None:
        begun.set()
        time.sleep(0.05)
        seen.append(number)

    first, second = broker(), broker()
    declared(first, slowly)
    declared(second, seen.append)
    for number in range(40):
        put(first, number)
    with working(first):
        assert begun.wait(10)
    assert 0 < len(seen) < 40
    with working(second):
        worked_off(second)

    assert Counter(seen) == Counter(range(40))


def test_two_workers_share_without_doubles(broker: Connect) -> None:
    seen: list[tuple[str, int]] = []

    def noting(who: str) -> Callable[[int], None]:
        def bell(number: int) -> None:
            time.sleep(0.01)
            seen.append((who, number))

        return bell

    first, second = broker(), broker()
    declared(first, noting("first"))
    declared(second, noting("second"))
    for number in range(80):
        put(first, number)
    with working(first, threads=2), working(second, threads=2):
        worked_off(first)

    assert Counter(number for _, number in seen) == Counter(range(80))
    assert {who for who, _ in seen} == {"first", "second"}


def test_a_failure_is_not_tried_again_and_holds_up_nobody(broker: Connect) -> None:
    seen: list[int] = []

    def failing(number: int) -> None:
        seen.append(number)
        if number == 0:
            raise ValueError("invented")

    ours = broker()
    bell = declared(ours, failing)
    for number in range(3):
        bell.send(number)
    with working(ours, threads=1):
        worked_off(ours)
        time.sleep(0.7)

    assert seen == [0, 1, 2]


def test_a_delayed_message_does_not_come_early(broker: Connect) -> None:
    seen: list[float] = []
    ours = broker()
    bell = declared(ours, lambda: seen.append(time.monotonic()))
    sent = time.monotonic()
    bell.send_with_options(delay=700)
    with working(ours):
        worked_off(ours)

    assert len(seen) == 1
    assert seen[0] - sent >= 0.7


def test_long_work_is_not_given_to_another_meanwhile(broker: Connect) -> None:
    seen: list[int] = []

    def slowly() -> None:
        seen.append(get_ident())
        time.sleep(2 * SHORT)

    first, second = broker(SHORT), broker(SHORT)
    declared(first, slowly).send()
    declared(second, slowly)
    with working(first), working(second):
        worked_off(first)

    assert len(seen) == 1


def test_messages_of_a_killed_worker_come_back(broker: Connect, backend_url: str, tmp_path: Path) -> None:
    seen: list[str] = []
    notes = tmp_path / "notes"
    ours = broker(SHORT)
    linger = actor(broker=ours, queue_name=QUEUE, actor_name="linger")(lambda name, _: seen.append(name))
    for name in "abcd":
        linger.send(name, 0)
    with worker_program(backend_url, notes, lease=SHORT) as program:
        until(lambda: len(lines(notes)) == 8)
        for name in "efghijkl":  # four are begun, four lie ready in the worker's memory
            linger.send(name, 600)
        until(lambda: len(lines(notes)) == 12)
        program.kill()
        program.wait()
    with working(ours):
        worked_off(ours)

    assert sorted(seen) == list("efghijkl")

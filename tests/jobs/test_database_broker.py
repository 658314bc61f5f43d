"""What our own broker adds: it lives in the database of the business, and dies and recovers with it."""

import time
from threading import Event

import dramatiq.worker
import pytest
from dramatiq import Actor, Message, actor
from dramatiq.errors import ConnectionClosed, QueueJoinTimeout, QueueNotFound
from sqlalchemy import Engine, select, text

from jobs.brokers.database import DatabaseBroker
from service.store import queue
from service.store.queue import queue_message
from tests.jobs.backends import utc_now, working
from tests.jobs.programs import until


@pytest.fixture
def broker(engine: Engine) -> DatabaseBroker:
    return DatabaseBroker(engine, utc_now)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """dramatiq's pauses of three and five seconds after a lost connection, shortened."""
    monkeypatch.setattr(dramatiq.worker, "CONSUMER_RESTART_DELAY_SECS", 0.05)
    monkeypatch.setattr(dramatiq.worker, "POST_PROCESS_MESSAGE_RETRY_DELAY_SECS", 0.05)


@pytest.fixture
def seen() -> list[int]:
    return []


@pytest.fixture
def bell(broker: DatabaseBroker, seen: list[int]) -> Actor[[int], None]:
    return actor(broker=broker, actor_name="bell")(seen.append)


def take_table_away(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE queue_message RENAME TO gone"))


def put_table_back(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE gone RENAME TO queue_message"))


def test_a_ring_inside_a_transaction_that_is_rolled_back_never_rings(
    engine: Engine, broker: DatabaseBroker, bell: Actor[[int], None], seen: list[int]
) -> None:
    with working(broker), engine.connect() as connection:
        broker.enqueue(bell.message(1), connection=connection)
        connection.rollback()
        bell.send(2)
        broker.join("default", timeout=10_000)
        time.sleep(0.7)

    assert seen == [2]


def test_a_ring_inside_a_transaction_rings_once_it_is_committed(
    engine: Engine, broker: DatabaseBroker, bell: Actor[[int], None], seen: list[int]
) -> None:
    with working(broker), engine.begin() as connection:
        broker.enqueue(bell.message(1), connection=connection)
        time.sleep(0.7)
        assert seen == []
        connection.commit()
        until(lambda: seen == [1])


def test_a_failed_message_is_kept_as_a_dead_letter_without_its_traceback(
    engine: Engine, broker: DatabaseBroker
) -> None:
    @actor(broker=broker)
    def failing(number: int) -> None:
        raise ValueError("someone@factory.example")

    sent = failing.send(7)
    with working(broker):
        broker.join("default", timeout=10_000)
    with engine.begin() as connection:
        [row] = connection.execute(select(queue_message)).all()

    assert (row.message_id, row.dead, row.owner) == (sent.message_id, True, "")
    assert Message.decode(row.body).args == (7,)
    assert b"someone" not in row.body


def test_a_message_for_an_unknown_actor_is_kept_as_a_dead_letter(engine: Engine, broker: DatabaseBroker) -> None:
    broker.declare_queue("default")
    broker.enqueue(Message("default", "nobody", (), {}, {}))
    with working(broker):
        broker.join("default", timeout=10_000)
    with engine.begin() as connection:
        assert connection.execute(select(queue_message.c.dead)).scalars().all() == [True]


def test_an_unreadable_message_is_put_aside_and_the_next_is_delivered(
    engine: Engine, broker: DatabaseBroker, bell: Actor[[int], None], seen: list[int]
) -> None:
    with engine.begin() as connection:
        queue.put(connection, "default", "broken", b"\xff not json", utc_now())
    bell.send(1)
    with working(broker):
        broker.join("default", timeout=10_000)
    with engine.begin() as connection:
        dead = connection.execute(select(queue_message.c.message_id).where(queue_message.c.dead)).scalars().all()

    assert seen == [1]
    assert dead == ["broken"]


@pytest.mark.usefixtures("impatient")
def test_a_worker_outlives_a_database_that_is_gone_for_a_moment(
    engine: Engine, broker: DatabaseBroker, bell: Actor[[int], None], seen: list[int]
) -> None:
    with working(broker):
        bell.send(1)
        until(lambda: seen == [1])
        take_table_away(engine)
        with pytest.raises(ConnectionClosed):
            bell.send(2)
        time.sleep(0.7)
        put_table_back(engine)
        bell.send(3)
        broker.join("default", timeout=10_000)

    assert seen == [1, 3]


@pytest.mark.usefixtures("impatient")
def test_what_ends_while_the_database_is_gone_is_settled_when_it_is_back(
    engine: Engine, broker: DatabaseBroker
) -> None:
    begun, may_end, runs = Event(), Event(), []

    @actor(broker=broker)
    def slow() -> None:
        runs.append(1)
        begun.set()
        assert may_end.wait(10)

    slow.send()
    with working(broker):
        assert begun.wait(10)
        take_table_away(engine)
        may_end.set()
        time.sleep(0.7)
        put_table_back(engine)
        broker.join("default", timeout=10_000)

    assert runs == [1]


def test_a_queue_that_nobody_declared_is_refused(broker: DatabaseBroker) -> None:
    with pytest.raises(QueueNotFound):
        broker.enqueue(Message("nowhere", "bell", (), {}, {}))
    with pytest.raises(QueueNotFound):
        broker.consume("nowhere")


def test_waiting_for_a_queue_ends_with_the_time_given(broker: DatabaseBroker, bell: Actor[[int], None]) -> None:
    bell.send(1)

    with pytest.raises(QueueJoinTimeout):
        broker.join("default", timeout=50)

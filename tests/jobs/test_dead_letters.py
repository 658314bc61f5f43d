"""What becomes of a message that failed, where the queue does not lie in the database."""

from typing import Any

import pytest
from dramatiq import Message, actor
from dramatiq.brokers.rabbitmq import RabbitmqBroker
from dramatiq.brokers.redis import RedisBroker

from tests.jobs.backends import connect, disconnect, working
from tests.jobs.programs import until

QUEUE = "conformance"
WEEK_MS = 7 * 24 * 60 * 60 * 1000


def dead(broker: Any) -> list[bytes]:
    """The bodies of the messages that failed."""
    if isinstance(broker, RedisBroker):
        return list(broker.client.hgetall(f"duban:{QUEUE}.XQ.msgs").values())
    _, _, body = broker.channel.basic_get(f"{QUEUE}.XQ", auto_ack=True)
    return [body] if body else []


@pytest.mark.parametrize("kind", ["redis", "rabbitmq"])
def test_a_failed_message_is_kept_as_a_dead_letter_without_its_traceback(
    kind: str, request: pytest.FixtureRequest
) -> None:
    def failing(number: int) -> None:
        raise ValueError("someone@factory.example")

    kept: list[bytes] = []
    broker = connect(request.getfixturevalue(f"{kind}_url"), 15)
    actor(broker=broker, queue_name=QUEUE)(failing).send(7)
    with working(broker):
        until(lambda: bool(kept.extend(dead(broker)) or kept))
    disconnect(broker)

    assert Message.decode(kept[0]).args == (7,)
    assert b"someone" not in kept[0]


def test_redis_drops_dead_letters_after_a_week(redis_url: str) -> None:
    broker = connect(redis_url, 15)
    assert isinstance(broker, RedisBroker)
    broker.client.zadd(f"duban:{QUEUE}.XQ", {"old": 1})
    broker.client.hset(f"duban:{QUEUE}.XQ.msgs", "old", "body")
    broker.declare_queue(QUEUE)
    consumer = broker.consume(QUEUE, timeout=50)
    next(consumer)

    assert dead(broker) == []
    disconnect(broker)


def test_rabbitmq_drops_dead_letters_after_a_week(rabbitmq_url: str) -> None:
    broker = connect(rabbitmq_url, 15)
    assert isinstance(broker, RabbitmqBroker)
    broker.declare_queue(QUEUE, ensure=True)
    # The server refuses to declare a queue again in another way, so this says how it was declared.
    broker.channel.queue_declare(f"{QUEUE}.XQ", durable=True, arguments={"x-message-ttl": WEEK_MS})
    disconnect(broker)

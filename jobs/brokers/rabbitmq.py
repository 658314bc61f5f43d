"""RabbitMQ as the queue of doorbells."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from dramatiq import Consumer, Message
from dramatiq.brokers.rabbitmq import RabbitmqBroker
from dramatiq.errors import ConnectionClosed, ConnectionFailed
from pika import BlockingConnection, URLParameters
from pika.adapters.utils.connection_workflow import AMQPConnectorException
from pika.exceptions import AMQPError, AuthenticationError, ProbableAccessDeniedError, ProbableAuthenticationError

from jobs.brokers.common import middleware

_PATIENCE_SECONDS = 10
_LOST = (AMQPError, AMQPConnectorException, OSError)


def open_rabbitmq(url: str, lease: timedelta) -> RabbitmqBroker:
    """The broker on an ``amqp://`` or ``amqps://`` URL, with classic durable queues and every message confirmed.

    The server gives back what a dead process held when its connection ends; that of a machine that is gone without
    a word ends after ``lease``. Raises ValueError, TypeError or SyntaxError for a URL that is none, PermissionError
    or ConnectionFailed.
    """
    logging.getLogger("pika").setLevel(logging.CRITICAL)  # what it would say, dramatiq says again
    parameters = URLParameters(url)
    if "heartbeat=" not in url:
        parameters.heartbeat = max(1, round(lease.total_seconds()))
    if "blocked_connection_timeout=" not in url:  # a server short of memory or disk would be waited for without end
        parameters.blocked_connection_timeout = _PATIENCE_SECONDS
    if "stack_timeout=" not in url:  # from the call to the first word
        parameters.stack_timeout = _PATIENCE_SECONDS
    try:
        BlockingConnection(parameters).close()
    except (AuthenticationError, ProbableAuthenticationError, ProbableAccessDeniedError):
        raise PermissionError from None
    except _LOST as error:
        raise ConnectionFailed(error) from None  # type: ignore[no-untyped-call]
    broker = _RabbitmqBroker(url=url, confirm_delivery=True, middleware=middleware())
    broker.parameters = parameters
    return broker


class _RabbitmqBroker(RabbitmqBroker):
    """dramatiq's own, in which every failure to connect is a lost connection: workers and scheduler outlive those."""

    def enqueue(self, message: Message[Any], *, delay: int | None = None) -> Message[Any]:
        with _told_as_lost():
            return super().enqueue(message, delay=delay)

    def consume(self, queue_name: str, prefetch: int = 1, timeout: int = 5000) -> Consumer:
        with _told_as_lost():
            return super().consume(queue_name, prefetch, timeout)


@contextmanager
def _told_as_lost() -> Iterator[None]:
    try:
        yield
    except _LOST as error:
        raise ConnectionClosed(f"RabbitMQ: {type(error).__name__}") from None  # type: ignore[no-untyped-call]

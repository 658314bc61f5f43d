"""Redis as the queue of doorbells."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from dramatiq import Message, MessageProxy
from dramatiq.brokers.redis import RedisBroker, _RedisConsumer
from dramatiq.errors import ConnectionClosed, ConnectionFailed
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import AuthenticationError, NoPermissionError, RedisError
from redis.retry import Retry

from jobs.brokers.common import middleware

_ALWAYS = 1_000_000  # of a million: dramatiq looks for what the dead left behind one time in a thousand by default
_PATIENCE_SECONDS = 10
_DEAD_MS = 7 * 24 * 60 * 60 * 1000


def open_redis(url: str, lease: timedelta) -> RedisBroker:
    """The broker on a ``redis://`` or ``rediss://`` URL.

    A process that has not been heard of for ``lease`` is dead; its machine's clock must agree to a few seconds.
    Raises ValueError or TypeError for a URL that is none, PermissionError or ConnectionFailed.
    """
    # One try more at once, for a pooled connection that the server has closed; the pauses after that are dramatiq's.
    patience = {"socket_connect_timeout": _PATIENCE_SECONDS, "socket_timeout": _PATIENCE_SECONDS}
    client = Redis.from_url(url, retry=Retry(NoBackoff(), 1), health_check_interval=30, **patience)
    try:
        client.ping()
    except (AuthenticationError, NoPermissionError):
        raise PermissionError from None
    except RedisError as error:
        raise ConnectionFailed(error) from None  # type: ignore[no-untyped-call]
    return _RedisBroker(  # type: ignore[no-untyped-call]
        client=client,
        middleware=middleware(),
        namespace="duban",
        heartbeat_timeout=int(lease.total_seconds() * 1000),
        maintenance_chance=_ALWAYS,
        dead_message_ttl=_DEAD_MS,
    )


class _RedisBroker(RedisBroker):
    """dramatiq's own, in which every failure of Redis is a lost connection: workers and scheduler outlive those."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        command: Callable[..., Any] = super().__getattr__(name)  # type: ignore[no-untyped-call]

        def commanded(*arguments: Any) -> Any:
            try:
                return command(*arguments)
            except RedisError as error:
                raise ConnectionClosed(f"Redis: {error}") from None  # type: ignore[no-untyped-call]

        return commanded

    @property
    def consumer_class(self) -> type[_RedisConsumer]:
        """What reads a queue for a worker."""
        return _Consumer

    def close(self) -> None:
        """Close the connections."""
        self.client.close()


class _Consumer(_RedisConsumer):
    """dramatiq's own, which forgets what it has fetched and not handed out: others would wait for the lease."""

    def close(self) -> None:
        fetched, self.message_cache = self.message_cache, []
        messages = [MessageProxy(Message.decode(message)) for message in fetched if message]
        self.requeue(messages)  # type: ignore[no-untyped-call]

"""The doorbells. An actor calls one use case and rings the next; no fact rides in a message, ids do."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import structlog
from dramatiq import Actor, Broker, actor
from dramatiq.errors import BrokerConnectionError

_log = structlog.get_logger()
_TICKS = "duban.ticks"
_DELIVERIES = "duban.deliveries"


Batches = Sequence[Sequence[int]]
"""What waits to be delivered: ids of deliveries, those that go together in one batch."""


class Work(Protocol):
    """The use cases that are rung. Each is safe to ring twice, too late, or for nothing."""

    def scan(self) -> Batches:
        """Plan what has come due, and call what waits."""
        ...

    def call(self) -> Batches:
        """Call what waits without planning: retries that are due, what a crash left behind."""
        ...

    def deliver(self, ids: Sequence[int]) -> None:
        """Carry these deliveries, those of them that still wait."""
        ...

    def escalate(self) -> None:
        """Plan the units' lists."""
        ...

    def returned(self) -> None:
        """Take in the mail that came back."""
        ...

    def watch(self) -> None:
        """Look whether every invariant holds, and tell whoever watches from outside."""
        ...

    def purge(self) -> None:
        """Drop the broker's dead letters that nobody has looked at."""
        ...

    def prune(self) -> None:
        """Let go of what has been kept for long enough."""
        ...


@dataclass(frozen=True)
class Actors:
    """The bells, each of which is rung by ``send``."""

    scan: Actor[[], None]
    call: Actor[[], None]
    deliver: Actor[[list[int]], None]
    escalate: Actor[[], None]
    returned: Actor[[], None]
    watch: Actor[[], None]
    purge: Actor[[], None]
    prune: Actor[[], None]


def declare(broker: Broker, work: Work) -> Actors:
    """Declare the actors on ``broker``; declared without one they would bind to a RabbitMQ nobody runs."""

    @actor(broker=broker, queue_name=_DELIVERIES)
    def deliver(ids: list[int]) -> None:
        work.deliver(ids)
        _ring(call, [()])  # there is room for more

    @actor(broker=broker, queue_name=_TICKS)
    def scan() -> None:
        _ring(deliver, [(list(ids),) for ids in work.scan()])

    @actor(broker=broker, queue_name=_TICKS)
    def call() -> None:
        _ring(deliver, [(list(ids),) for ids in work.call()])

    @actor(broker=broker, queue_name=_TICKS)
    def escalate() -> None:
        work.escalate()

    @actor(broker=broker, queue_name=_TICKS)
    def returned() -> None:
        work.returned()

    @actor(broker=broker, queue_name=_TICKS)
    def watch() -> None:
        work.watch()

    @actor(broker=broker, queue_name=_TICKS)
    def purge() -> None:
        work.purge()

    @actor(broker=broker, queue_name=_TICKS)
    def prune() -> None:
        work.prune()

    return Actors(scan, call, deliver, escalate, returned, watch, purge, prune)


def _ring(bell: Actor[..., None], times: Sequence[tuple[Any, ...]]) -> None:
    """Ring once with each of the arguments. What cannot be rung is not lost with the queue, and the work that asked
    for it is done: what was called waits no longer than its lease, and the next tick calls it again."""
    try:
        for arguments in times:
            bell.send(*arguments)
    except BrokerConnectionError as error:
        _log.warning("bell_not_rung", bell=bell.actor_name, failure=str(error))

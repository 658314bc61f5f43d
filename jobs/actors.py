"""The doorbells. An actor calls one use case and rings the next; no fact rides in a message, ids do."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from dramatiq import Actor, Broker, actor

_TICKS = "ticks"
_DELIVERIES = "deliveries"


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

    def purge(self) -> None:
        """Drop what has outlived its retention, the broker's dead letters among it."""
        ...


@dataclass(frozen=True)
class Actors:
    """The bells, each of which is rung by ``send``."""

    scan: Actor[[], None]
    call: Actor[[], None]
    deliver: Actor[[list[int]], None]
    escalate: Actor[[], None]
    purge: Actor[[], None]


def declare(broker: Broker, work: Work) -> Actors:
    """Declare the actors on ``broker``; declared without one they would bind to a RabbitMQ nobody runs."""

    @actor(broker=broker, queue_name=_DELIVERIES)
    def deliver(ids: list[int]) -> None:
        work.deliver(ids)
        call.send()  # there is room for more

    @actor(broker=broker, queue_name=_TICKS)
    def scan() -> None:
        for ids in work.scan():
            deliver.send(list(ids))

    @actor(broker=broker, queue_name=_TICKS)
    def call() -> None:
        for ids in work.call():
            deliver.send(list(ids))

    @actor(broker=broker, queue_name=_TICKS)
    def escalate() -> None:
        work.escalate()

    @actor(broker=broker, queue_name=_TICKS)
    def purge() -> None:
        work.purge()

    return Actors(scan, call, deliver, escalate, purge)

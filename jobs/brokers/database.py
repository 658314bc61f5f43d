"""The queue of doorbells: our own broker over the service's database, the same on SQLite and PostgreSQL."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Event
from time import monotonic, sleep
from typing import Any
from uuid import uuid4

from dramatiq import Broker, Consumer, Message, MessageProxy
from dramatiq.errors import ConnectionClosed, DecodeError, QueueJoinTimeout, QueueNotFound
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from jobs.brokers.common import LEASE, middleware
from service.store import queue

_POLL_SECONDS = 0.5


class DatabaseBroker(Broker):
    """A dramatiq broker whose queues are rows of ``queue_message``.

    A consumer claims messages with a lease and renews it while its thread lives; after a ``kill -9`` they come back
    when the lease ends. Machines that share a database need clocks that agree to a few seconds.
    """

    def __init__(self, engine: Engine, clock: Callable[[], datetime], lease: timedelta = LEASE) -> None:
        super().__init__(middleware=middleware())
        self.engine = engine
        self.clock = clock
        self.lease = lease
        self.owner = uuid4().hex

    def declare_queue(self, queue_name: str) -> None:
        """Make ``queue_name`` known here. There are no delay queues: when a message is due stands in its row."""
        if queue_name not in self.queues:
            self.emit_before("declare_queue", queue_name)
            self.queues[queue_name] = _Desk()
            self.emit_after("declare_queue", queue_name)

    def enqueue(
        self, message: Message[Any], *, delay: int | None = None, connection: Connection | None = None
    ) -> Message[Any]:
        """Put a message into its queue, available after ``delay`` milliseconds.

        With a ``connection`` it is part of that transaction: rolled back, it never rings; committed, it rings at
        the next poll, within half a second.
        """
        desk = self._desk(message.queue_name)
        available_at = self.clock() + timedelta(milliseconds=delay or 0)
        row = (message.queue_name, message.message_id, message.encode(), available_at)
        self.emit_before("enqueue", message, delay)
        if connection is not None:
            queue.put(connection, *row)
        else:
            with self.transaction() as own:
                queue.put(own, *row)
            desk.bell.set()
        self.emit_after("enqueue", message, delay)
        return message

    def consume(self, queue_name: str, prefetch: int = 1, timeout: int = 30000) -> Consumer:
        """Messages of ``queue_name``, up to ``prefetch`` claimed at once; None after ``timeout`` ms without one."""
        return _DatabaseConsumer(self, queue_name, self._desk(queue_name), prefetch, timeout / 1000)

    def join(self, queue_name: str, *, timeout: int | None = None) -> None:
        """Wait, at most ``timeout`` ms, until every message of the queue is done with. For tests."""
        self._desk(queue_name)
        deadline = monotonic() + timeout / 1000 if timeout is not None else float("inf")
        while True:
            with self.transaction() as connection:
                if not queue.waiting(connection, queue_name):
                    return
            if monotonic() > deadline:
                raise QueueJoinTimeout(queue_name)  # type: ignore[no-untyped-call]
            sleep(0.02)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """A transaction of the broker's own; dramatiq restarts a consumer, with a pause, when it fails."""
        try:
            with self.engine.begin() as connection:
                yield connection
        except SQLAlchemyError as error:
            cause = getattr(error, "orig", None) or error  # the driver's words, without statement and parameters
            raise ConnectionClosed(f"the queue's database: {cause}") from error  # type: ignore[no-untyped-call]

    def _desk(self, queue_name: str) -> "_Desk":
        try:
            desk: _Desk = self.queues[queue_name]
        except KeyError:
            raise QueueNotFound(queue_name) from None  # type: ignore[no-untyped-call]
        return desk


class _Desk:
    """What this process has of one queue: the bell that an enqueue rings, and what it holds.

    It outlives the consumers: after a lost connection a new one renews what the worker threads still hold of the
    old. Only single operations of a set, which are atomic, are done on ``held`` (seqs claimed, not settled).
    """

    def __init__(self) -> None:
        self.bell = Event()
        self.held: set[int] = set()


class _ClaimedProxy(MessageProxy):
    def __init__(self, message: Message[Any], seq: int) -> None:
        super().__init__(message)
        self.seq = seq


class _DatabaseConsumer(Consumer):
    """``__next__`` runs in the consumer's thread, ``ack`` and ``nack`` in those of the worker."""

    def __init__(self, broker: DatabaseBroker, queue_name: str, desk: _Desk, prefetch: int, timeout: float) -> None:
        self._broker = broker
        self._queue = queue_name
        self._desk = desk
        self._prefetch = prefetch
        self._timeout = min(timeout, _POLL_SECONDS)
        self._ready: deque[_ClaimedProxy] = deque()
        self._more = False  # the last claim took all it asked for
        self._look_at = 0.0
        self._renew_at = 0.0

    def __next__(self) -> MessageProxy | None:
        self._renew()
        if not self._ready and self._worth_a_look():
            self._claim()
        if self._ready:
            return self._ready.popleft()
        if self._desk.bell.wait(self._timeout):
            self._desk.bell.clear()
            self._look_at = 0.0
        return None

    def ack(self, message: MessageProxy) -> None:
        with self._broker.transaction() as connection:
            queue.settle(connection, self._broker.owner, _seq(message))
        self._settled(message)

    def nack(self, message: MessageProxy) -> None:
        with self._broker.transaction() as connection:
            queue.bury(connection, self._broker.owner, _seq(message), self._broker.clock())
        self._settled(message)

    def requeue(self, messages: Iterable[MessageProxy]) -> None:
        seqs = [_seq(message) for message in messages]
        self._desk.held.difference_update(seqs)  # first, so that what cannot be given back now comes back by its lease
        if seqs:
            with self._broker.transaction() as connection:
                queue.give_back(connection, self._broker.owner, seqs, self._broker.clock())

    def close(self) -> None:
        ready, self._ready = self._ready, deque()
        self.requeue(ready)

    def _renew(self) -> None:
        held = list(self._desk.held)
        if held and monotonic() >= self._renew_at:
            with self._broker.transaction() as connection:
                queue.renew(connection, self._broker.owner, held, self._broker.clock() + self._broker.lease)
            self._renew_at = monotonic() + self._broker.lease.total_seconds() / 3

    def _room(self) -> int:
        return self._prefetch - len(self._desk.held)

    def _worth_a_look(self) -> bool:
        # Half empty is soon enough: dramatiq prefetches two for each thread, so no thread is idle before that.
        return self._room() >= max(1, self._prefetch // 2) and (self._more or monotonic() >= self._look_at)

    def _claim(self) -> None:
        broker, room = self._broker, self._room()
        with broker.transaction() as connection:
            claimed = queue.claim(connection, self._queue, broker.owner, broker.clock(), broker.lease, room)
        self._more = len(claimed) == room
        self._look_at = monotonic() + _POLL_SECONDS
        self._desk.held.update(message.seq for message in claimed)
        for message in claimed:
            try:
                self._ready.append(_ClaimedProxy(Message.decode(message.body), message.seq))
            except DecodeError:
                self._bury_unreadable(message.seq)

    def _bury_unreadable(self, seq: int) -> None:
        self._broker.logger.error("Message %d of queue %s cannot be read; it is kept as dead.", seq, self._queue)
        with self._broker.transaction() as connection:
            queue.bury(connection, self._broker.owner, seq, self._broker.clock())
        self._desk.held.discard(seq)

    def _settled(self, message: MessageProxy) -> None:
        self._desk.held.discard(_seq(message))
        if self._more:
            self._desk.bell.set()


def _seq(message: MessageProxy) -> int:
    seq: int = message.seq
    return seq

"""The brokers that the conformance suite runs over, as the service opens them."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from dramatiq import Broker, Worker
from sqlalchemy import create_engine

from jobs.brokers import open_broker
from jobs.brokers.database import DatabaseBroker
from service.store.database import open_engine

_DATABASES = ("sqlite", "postgresql")


def utc_now() -> datetime:
    return datetime.now(UTC)


def connect(url: str, lease_seconds: float) -> Broker:
    """A broker of one process; what that process held comes back ``lease_seconds`` after its death.

    ``url`` is that of a database, in which the queue lies then, or of another broker.
    """
    lease = timedelta(seconds=lease_seconds)
    if url.startswith(_DATABASES):
        return open_broker("", open_engine(url), utc_now, lease)
    return open_broker(url, create_engine("sqlite://"), utc_now, lease)


def disconnect(broker: Broker) -> None:
    broker.close()
    if isinstance(broker, DatabaseBroker):
        broker.engine.dispose()


@contextmanager
def working(broker: Broker, threads: int = 4) -> Iterator[None]:
    """A worker on all queues of ``broker``, stopped at the end with what is in flight finished."""
    worker = Worker(broker, worker_threads=threads, worker_timeout=50)
    worker.start()
    try:
        yield
    finally:
        worker.stop(timeout=10_000)


def note(path: str, line: str) -> None:
    """Append a line in one write, so that threads and processes do not mix theirs."""
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(descriptor, f"{line}\n".encode())
    os.close(descriptor)

"""A server of the queue that goes away and comes back: workers and who rings outlive it."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import dramatiq.worker
import pytest
from dramatiq import actor
from dramatiq.errors import BrokerConnectionError
from redis import Redis

from jobs.scheduler import Scheduler
from jobs.timetable import daily
from service.store.database import open_engine
from tests.jobs.backends import connect, disconnect, utc_now, working
from tests.jobs.programs import until
from tests.keeping import free_ports, private_folder
from tests.rabbitmq import running_rabbitmq
from tests.redis import running_redis

Serve = Callable[[Path], AbstractContextManager[str]]


def redis_on(port: int) -> Serve:
    return lambda data: running_redis(port, data)


def rabbitmq_on(port: int) -> Serve:
    @contextmanager
    def serve(data: Path) -> Iterator[str]:
        with running_rabbitmq(port, data) as (_, url):
            yield f"{url}/main"

    return serve


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """dramatiq's pauses of three and five seconds after a lost connection, shortened."""
    monkeypatch.setattr(dramatiq.worker, "CONSUMER_RESTART_DELAY_SECS", 0.1)
    monkeypatch.setattr(dramatiq.worker, "POST_PROCESS_MESSAGE_RETRY_DELAY_SECS", 0.1)


@pytest.fixture
def data() -> Iterator[Path]:
    """A folder in which a server remembers."""
    folder = private_folder("duban-data-")
    yield folder
    shutil.rmtree(folder)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("kind", [redis_on, pytest.param(rabbitmq_on, marks=pytest.mark.slow)])
def test_a_worker_outlives_a_server_that_restarts(kind: Callable[[int], Serve], data: Path) -> None:
    seen: list[int] = []
    serve = kind(free_ports(1)[0])
    with serve(data) as url:
        ours = connect(url, 600)
        bell: Any = actor(broker=ours, actor_name="bell")(seen.append)
        worker = working(ours)
        worker.__enter__()
        bell.send(1)
        until(lambda: seen == [1])
    with pytest.raises(BrokerConnectionError):
        bell.send(2)
    with serve(data):
        bell.send(3)
        until(lambda: seen == [1, 3])
        worker.__exit__(None, None, None)
        disconnect(ours)


def test_what_a_server_remembers_is_delivered_after_its_restart(data: Path) -> None:
    seen: list[int] = []
    serve = redis_on(free_ports(1)[0])
    with serve(data) as url:
        ours = connect(url, 600)
        actor(broker=ours, actor_name="bell")(seen.append).send(1)
    with serve(data), working(ours):
        until(lambda: seen == [1])
    disconnect(ours)


@pytest.mark.usefixtures("impatient")
def test_a_worker_outlives_a_server_that_forgets_everything() -> None:
    seen: list[int] = []
    [port] = free_ports(1)
    with running_redis(port) as url:
        ours = connect(url, 600)
        bell: Any = actor(broker=ours, actor_name="bell")(seen.append)
        bell.send(1)
    with running_redis(port), working(ours):
        bell.send(2)
        until(lambda: seen == [2])
    disconnect(ours)


def test_bells_that_met_an_absent_server_are_rung_when_it_is_back(sqlite_url: str) -> None:
    [port] = free_ports(1)
    engine = open_engine(sqlite_url)
    with running_redis(port) as url:
        ours = connect(url, 600)
        actor(broker=ours, actor_name="call")(lambda: None)
    scheduler = Scheduler(engine, ours, utc_now, ZoneInfo("UTC"), [daily("03:33", ring="call")], timedelta(seconds=1))
    scheduler.start()
    until(lambda: scheduler.leads)
    with running_redis(port), Redis.from_url(url) as looking:
        until(lambda: looking.llen("duban:default") == 1)
        scheduler.stop()
        disconnect(ours)
    engine.dispose()

"""Starting and stopping the roles of a process."""

import signal
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread
from zoneinfo import ZoneInfo

import pytest
from dramatiq import actor
from sqlalchemy import Engine, select

from jobs.brokers.database import DatabaseBroker
from jobs.running import run
from jobs.scheduler import LEAD, Scheduler
from jobs.timetable import every
from service.store import queue
from service.store.queue import queue_message
from tests.jobs.backends import connect, disconnect, utc_now
from tests.jobs.programs import lines, until, worker_program

SHANGHAI = ZoneInfo("Asia/Shanghai")

Running = Callable[..., "Background"]


class Background:
    """``run`` in a thread, with a stop of its own."""

    def __init__(self, broker: DatabaseBroker, scheduler: Scheduler | None, finish_seconds: float) -> None:
        self.code: int | None = None
        self._stop = Event()
        self._thread = Thread(target=self._run, args=(broker, scheduler, finish_seconds))
        self._thread.start()

    def _run(self, broker: DatabaseBroker, scheduler: Scheduler | None, finish_seconds: float) -> None:
        self.code = run(
            broker, scheduler, worker=True, until=self._stop.is_set, threads=2, finish_seconds=finish_seconds
        )

    def stop(self) -> int | None:
        self._stop.set()
        self._thread.join(30)
        return self.code


@pytest.fixture
def broker(engine: Engine) -> DatabaseBroker:
    return DatabaseBroker(engine, utc_now)


@pytest.fixture
def running(broker: DatabaseBroker) -> Iterator[Running]:
    started: list[Background] = []

    def start(scheduler: Scheduler | None = None, finish_seconds: float = 10) -> Background:
        started.append(Background(broker, scheduler, finish_seconds))
        return started[-1]

    yield start
    for background in started:
        background.stop()


def linger(url: str, *calls: tuple[str, float]) -> None:
    """Put messages for the worker program into its queue."""
    sender = connect(url, 20)
    bell = actor(broker=sender, queue_name="conformance", actor_name="linger")(lambda name, seconds: None)
    for call in calls:
        bell.send(*call)
    disconnect(sender)


@pytest.mark.parametrize(
    ("database_url", "number"),
    [("sqlite", signal.SIGTERM), ("postgresql", signal.SIGTERM), ("sqlite", signal.SIGINT)],
    indirect=["database_url"],
)
def test_a_process_told_to_stop_finishes_what_is_in_flight_and_gives_back_the_rest(
    engine: Engine, database_url: str, tmp_path: Path, number: signal.Signals
) -> None:
    notes = tmp_path / "notes"
    linger(database_url, ("a", 0.4), ("b", 0.8), ("c", 1.2), ("d", 1.6), ("not begun", 0))
    with worker_program(database_url, notes, finish=3) as program:
        until(lambda: len(lines(notes)) == 4)
        told = time.monotonic()
        program.send_signal(number)
        code = program.wait(30)
    with engine.begin() as connection:
        [rest] = queue.claim(connection, "conformance", "another", utc_now(), timedelta(seconds=20), 10)

    assert code == 0
    assert time.monotonic() - told < 10
    assert sorted(lines(notes)) == [f"{what} {name}" for what in ("begun", "ended") for name in "abcd"]
    assert b"not begun" in rest.body


def test_a_process_with_work_that_hangs_ends_in_time_and_says_where(
    engine: Engine, database_url: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    notes = tmp_path / "notes"
    linger(database_url, ("hangs", 600), ("ends", 0.5))
    with worker_program(database_url, notes, finish=2) as program:
        until(lambda: len(lines(notes)) == 2)
        program.terminate()
        code = program.wait(10)
    with engine.begin() as connection:
        left = queue.waiting(connection, "conformance")

    assert code == 1
    assert "ended ends" in lines(notes)
    assert left == 1
    [said] = [line for line in "".join(capfd.readouterr()).splitlines() if "hangs_at_the_end" in line]
    assert "worker_program.py" in said


def test_worker_and_scheduler_run_together_and_the_lead_is_given_back(
    engine: Engine, broker: DatabaseBroker, running: Running
) -> None:
    seen: list[str] = []
    actor(broker=broker, actor_name="call")(lambda: seen.append("call"))
    background = running(Scheduler(engine, broker, utc_now, SHANGHAI, [every(seconds=1, ring="call")]))
    until(lambda: len(seen) >= 2)

    assert background.stop() == 0
    with engine.begin() as connection:
        assert queue.lead(connection, LEAD) is None


def test_work_beyond_its_time_limit_is_broken_off(engine: Engine, broker: DatabaseBroker, running: Running) -> None:
    @actor(broker=broker, time_limit=300)
    def endless() -> None:
        while True:
            time.sleep(0.01)

    endless.send()
    running()

    def dead() -> bool:
        with engine.begin() as connection:
            return connection.execute(select(queue_message.c.dead)).scalars().all() == [True]

    until(dead)

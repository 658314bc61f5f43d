"""Several processes of one role, kept running."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Thread

import pytest
from structlog.testing import capture_logs

from jobs.supervisor import supervise
from tests.jobs.programs import lines, until

NOTE = "import os, sys; open(sys.argv[1], 'a').write(f'{os.getpid()}\\n'); "
WAIT = f"{NOTE} import signal; signal.signal(signal.SIGTERM, lambda *_: sys.exit(0)); signal.pause()"
HANG = f"{NOTE} import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); [signal.pause() for _ in iter(int, 1)]"


class Supervised:
    """``supervise`` in a thread; ``pids`` of the processes in the order they were started."""

    def __init__(self, program: str, notes: Path, processes: int, finish_seconds: float) -> None:
        self.code: int | None = None
        self._notes = notes
        self._over = Event()
        command = [sys.executable, "-c", program, str(notes)]
        self._thread = Thread(target=self._run, args=(command, processes, finish_seconds))
        self._thread.start()

    def _run(self, command: list[str], processes: int, finish_seconds: float) -> None:
        self.code = supervise(command, processes, self._over.is_set, finish_seconds)

    @property
    def pids(self) -> list[int]:
        return [int(line) for line in lines(self._notes)]

    def ended(self, told: bool = True) -> int | None:
        """The exit code, once it has ended; it is told to unless it should by itself."""
        if told:
            self._over.set()
        self._thread.join(30)
        return self.code


@pytest.fixture
def supervised(tmp_path: Path) -> Iterator[Callable[..., Supervised]]:
    started: list[Supervised] = []

    def start(program: str, processes: int = 2, finish_seconds: float = 10) -> Supervised:
        started.append(Supervised(program, tmp_path / "pids", processes, finish_seconds))
        return started[-1]

    yield start
    for one in started:
        one.ended()


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_process_that_is_killed_is_started_again_and_the_other_left_alone(
    supervised: Callable[..., Supervised],
) -> None:
    two = supervised(WAIT)
    until(lambda: len(two.pids) == 2)
    with capture_logs() as told:
        os.kill(two.pids[0], signal.SIGKILL)
        until(lambda: len(two.pids) == 3)

    assert is_running(two.pids[1])
    assert [(entry["event"], entry["code"], entry["again_in"]) for entry in told] == [("worker_ended", -9, 1.0)]


def test_all_are_told_to_stop_and_the_code_is_0(supervised: Callable[..., Supervised]) -> None:
    two = supervised(WAIT)
    until(lambda: len(two.pids) == 2)

    assert two.ended() == 0
    assert not any(map(is_running, two.pids))


def test_one_that_does_not_stop_in_time_is_killed_and_the_code_is_1(supervised: Callable[..., Supervised]) -> None:
    two = supervised(HANG, finish_seconds=0.5)
    until(lambda: len(two.pids) == 2)

    assert two.ended() == 1
    assert not any(map(is_running, two.pids))


def test_one_that_ends_again_and_again_is_started_after_ever_longer_pauses(
    supervised: Callable[..., Supervised],
) -> None:
    with capture_logs() as told:
        supervised(f"{NOTE} sys.exit(1)", processes=1)
        until(lambda: len(told) == 3)

    assert [entry["again_in"] for entry in told] == [1.0, 2.0, 4.0]


def test_one_that_cannot_work_here_ends_all_with_its_code(supervised: Callable[..., Supervised]) -> None:
    first_refuses = (
        f"{NOTE} os.mkdir(sys.argv[1] + '.d') or sys.exit(2) if not os.path.exists(sys.argv[1] + '.d') else 0;"
    )
    two = supervised(first_refuses + WAIT)

    assert two.ended(told=False) == 2
    assert not any(map(is_running, two.pids))

"""Starting the worker program and waiting for what it does."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

PATIENCE_SECONDS = 90


@contextmanager
def worker_program(url: str, notes: Path, lease: float = 20, finish: float = 10) -> Iterator["subprocess.Popen[bytes]"]:
    arguments = [url, str(lease), str(notes), str(finish)]
    root = Path(__file__).parents[2]
    program = subprocess.Popen([sys.executable, "-m", "tests.jobs.worker_program", *arguments], cwd=root)
    try:
        yield program
    finally:
        program.kill()
        program.wait()


def lines(notes: Path) -> list[str]:
    return notes.read_text().splitlines() if notes.exists() else []


def until(true: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> None:
    """Wait until ``true``; fails the test where it never becomes so."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.02)

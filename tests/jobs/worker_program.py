"""A worker as a process of its own: ``python -m tests.jobs.worker_program URL LEASE NOTES FINISH``.

Its actor ``linger(name, seconds)`` writes "begun name" and "ended name" into the file NOTES.
"""

import sys
import time

from dramatiq import actor

from jobs.running import run, told_by_signal
from tests.jobs.backends import connect, note


def main(url: str, lease: str, notes: str, finish: str) -> int:
    broker = connect(url, float(lease))

    @actor(broker=broker, queue_name="conformance")
    def linger(name: str, seconds: float) -> None:
        note(notes, f"begun {name}")
        time.sleep(seconds)
        note(notes, f"ended {name}")

    return run(broker, None, worker=True, until=told_by_signal(), threads=4, finish_seconds=float(finish))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))

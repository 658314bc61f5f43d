"""Running the roles of this process until it is told to stop."""

import signal
from collections.abc import Callable
from threading import Event, Thread
from time import monotonic, sleep

from dramatiq import Broker, Worker

from jobs.scheduler import Scheduler

_FINISH_SECONDS = 10.0
_GIVE_BACK_SECONDS = 1.0  # of them, kept for giving back
_CONSUMERS_MS = 300
_WAKE_MS = 100


def run(
    broker: Broker,
    scheduler: Scheduler | None,
    worker: bool,
    threads: int = 8,
    stop: Event | None = None,
    finish_seconds: float = _FINISH_SECONDS,
    stopping: Callable[[], None] = lambda: None,
) -> int:
    """Run a worker of ``threads`` threads, the scheduler, or both, until SIGTERM or SIGINT (or ``stop`` is set).

    Then ``stopping`` is told, nothing new is begun, what is in flight may finish, and the rest and the lead are given
    back. The answer is the exit code: 0, or 1 where something still hung after ``finish_seconds``; its messages come
    back when their lease ends. Every thread started here is a daemon, so the caller can leave in either case.
    """
    told = stop.is_set if stop else _told_by_signal()
    broker.emit_after("process_boot")  # starts the time limits; only dramatiq's own command would do it for us
    working = Worker(broker, worker_threads=threads, worker_timeout=_WAKE_MS) if worker else None
    if working:
        working.start()
    if scheduler:
        scheduler.start()
    while not told():
        sleep(_WAKE_MS / 1000)
    stopping()
    return 0 if _ended(working, scheduler, monotonic() + finish_seconds) else 1


def _told_by_signal() -> Callable[[], bool]:
    # A list and not an Event: a signal that arrives while the main thread holds the Event's lock would deadlock.
    told: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda received, _frame: told.append(received))
    return lambda: bool(told)


def _ended(working: Worker | None, scheduler: Scheduler | None, deadline: float) -> bool:
    endings = [Thread(target=scheduler.stop, daemon=True)] if scheduler else []
    if working:
        endings.append(Thread(target=_finish, args=(working, deadline - _GIVE_BACK_SECONDS), daemon=True))
    for ending in endings:
        ending.start()
    for ending in endings:
        ending.join(max(0, deadline - monotonic()))
    return not any(thread.is_alive() for thread in (*endings, *(working.workers if working else ())))


def _finish(working: Worker, deadline: float) -> None:
    # Worker.stop would wait too, but it counts the time that one thread took against each of the others.
    for thread in working.workers:
        thread.stop()
    for thread in working.workers:
        thread.join(max(0, deadline - monotonic()))
    working.stop(timeout=_CONSUMERS_MS)

"""Running the roles of this process until it is told to stop."""

import signal
import sys
from collections.abc import Callable, Sequence
from threading import Thread
from time import monotonic, sleep
from traceback import extract_stack

import structlog
from dramatiq import Broker, Worker

from jobs.scheduler import Scheduler

_log = structlog.get_logger()
_FINISH_SECONDS = 10.0
_GIVE_BACK_SECONDS = 1.0  # of them, kept for giving back
_CONSUMERS_MS = 300
_WAKE_MS = 100
_SHOWN = 8  # functions of a thread that hangs


def run(
    broker: Broker,
    scheduler: Scheduler | None,
    worker: bool,
    until: Callable[[], bool],
    threads: int = 8,
    finish_seconds: float = _FINISH_SECONDS,
    stopping: Callable[[], None] = lambda: None,
) -> int:
    """Run a worker of ``threads`` threads, the scheduler, or both, ``until`` says so; then close the broker.

    Before that ``stopping`` is told, nothing new is begun, what is in flight may finish, and the rest and the lead are
    given back. The answer is the exit code: 0, or 1 where something still hung after ``finish_seconds``. Then the log
    says where it hung, and its messages come back when their lease ends. Every thread started here is a daemon, so
    the caller can leave in either case.
    """
    broker.emit_after("process_boot")  # starts the time limits; only dramatiq's own command would do it for us
    working = Worker(broker, worker_threads=threads, worker_timeout=_WAKE_MS) if worker else None
    if working:
        working.start()
    if scheduler:
        scheduler.start()
    while not until():
        sleep(_WAKE_MS / 1000)
    stopping()
    return 0 if _ended(broker, working, scheduler, monotonic() + finish_seconds) else 1


def told_by_signal() -> Callable[[], bool]:
    """From now on SIGTERM and SIGINT end nothing by themselves; the answer says whether one came."""
    # A list and not an Event: a signal that arrives while the main thread holds the Event's lock would deadlock.
    told: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda received, _frame: told.append(received))
    return lambda: bool(told)


def _ended(broker: Broker, working: Worker | None, scheduler: Scheduler | None, deadline: float) -> bool:
    endings = [Thread(target=scheduler.stop, daemon=True)] if scheduler else []
    if working:
        endings.append(Thread(target=_finish, args=(working, deadline - _GIVE_BACK_SECONDS), daemon=True))
    _await(endings, deadline)
    hanging = [thread for thread in (*endings, *(working.workers if working else ())) if thread.is_alive()]
    for thread in hanging:
        _log.error("hangs_at_the_end", thread=thread.name, where=_where(thread))
    # A server that does not answer the farewell does no harm: the connections end with the process.
    _await([Thread(target=broker.close, daemon=True)], min(deadline, monotonic() + _GIVE_BACK_SECONDS))
    return not hanging


def _await(threads: Sequence[Thread], deadline: float) -> None:
    """Start the threads and wait for them until the ``deadline``."""
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0, deadline - monotonic()))


def _where(thread: Thread) -> list[str]:
    """The functions that a thread is in, the innermost last; nothing of what they work on."""
    frame = sys._current_frames().get(thread.ident or 0)
    return [f"{each.filename.rpartition('/')[2]}:{each.lineno} {each.name}" for each in extract_stack(frame)[-_SHOWN:]]


def _finish(working: Worker, deadline: float) -> None:
    # Worker.stop would wait too, but it counts the time that one thread took against each of the others.
    for thread in working.workers:
        thread.stop()
    for thread in working.workers:
        thread.join(max(0, deadline - monotonic()))
    working.stop(timeout=_CONSUMERS_MS)

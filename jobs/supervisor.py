"""Keeps several processes of one role running."""

import signal
import subprocess
from collections.abc import Callable, Sequence
from time import monotonic, sleep

import structlog

_log = structlog.get_logger()
_LOOK_SECONDS = 0.1
_LONGEST_PAUSE = 60.0
_REFUSED = 2
_STOPPED = (0, -signal.SIGTERM)  # the latter: told to stop before it listened for it


def supervise(
    command: Sequence[str],
    processes: int,
    until: Callable[[], bool],
    finish_seconds: float = 12,
) -> int:
    """Keep ``processes`` processes of ``command`` running until ``until``, then tell them to stop; the exit code.

    One that ends is started again: after a second, and after twice as long each time that it ends again within a
    minute. One that ends with code 2 says that it cannot work here, and then none can: all are stopped, and the code
    is 2. It is 1 where one did not end well within ``finish_seconds``; it is killed then.
    """
    places = [_Place(command, number) for number in range(1, processes + 1)]
    try:
        while not until():
            if any(place.look() == _REFUSED for place in places):
                return _REFUSED
            sleep(_LOOK_SECONDS)
    finally:
        codes = _stopped(places, monotonic() + finish_seconds)
    return 0 if all(code in _STOPPED for code in codes) else 1


class _Place:
    """One of the processes, whichever it is at the moment."""

    def __init__(self, command: Sequence[str], number: int) -> None:
        self._command = command
        self._number = number
        self._pause = 0.0
        self._start_at = 0.0
        self._started_at = 0.0
        self.process: subprocess.Popen[bytes] | None = None

    def look(self) -> int | None:
        """Start the process where none runs; the exit code of one that has just ended."""
        now = monotonic()
        if self.process is None:
            if now >= self._start_at:
                self._started_at = now
                self.process = subprocess.Popen(self._command, stdin=subprocess.DEVNULL)  # noqa: S603 (its own caller's)
            return None
        code = self.process.poll()
        if code is None:
            return None
        lived = now - self._started_at
        self._pause = 1.0 if lived > _LONGEST_PAUSE else min(max(1.0, 2 * self._pause), _LONGEST_PAUSE)
        self._start_at = now + self._pause
        _log.warning("worker_ended", number=self._number, pid=self.process.pid, code=code, again_in=self._pause)
        self.process = None
        return code


def _stopped(places: Sequence[_Place], deadline: float) -> list[int]:
    """Tell all to stop and wait for them; the exit code of each."""
    running = [place.process for place in places if place.process is not None]
    for process in running:
        process.terminate()
    for process in running:
        try:
            process.wait(max(0.0, deadline - monotonic()))
        except subprocess.TimeoutExpired:
            _log.error("worker_killed", pid=process.pid)
            process.kill()
            process.wait()
    return [process.returncode for process in running]

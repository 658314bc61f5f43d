"""The porters of one relay, shared by all who carry; everything here runs on the event loop."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from service.channels.channel import Parcel
from service.channels.limits import Limits
from service.channels.porter import CLOSED, Door, Porter
from service.channels.session import Session
from service.domain.delivery import Outcome


class Job(NamedTuple):
    """A parcel, and whom to tell what became of it."""

    parcel: Parcel
    settle: Callable[[tuple[Parcel, Outcome]], None]


class Pool:
    """So many porters, woken as work comes.

    ``waiting`` may be appended to from any thread, followed by ``wake`` on the loop. Every job is settled, once.
    """

    def __init__(self, open_session: Callable[[], Awaitable[Session]], connections: int, limits: Limits) -> None:
        self.waiting: deque[Job] = deque()
        self._limits = limits
        self._bells: list[asyncio.Future[bool]] = []
        self._closing = asyncio.Event()
        door = Door(open_session, limits)
        self._rounds = [asyncio.create_task(self._round(Porter(door, limits))) for _ in range(connections)]

    def wake(self) -> None:
        """Ring for idle porters, the last to fall idle first: a few letters use a few connections."""
        wanted = len(self.waiting)
        while wanted and self._bells:
            wanted -= _ring(self._bells.pop(), True)

    async def close(self) -> None:
        """Let the porters finish what waits, within the limit; what is then unfinished is settled as it stands."""
        self._closing.set()
        for bell in self._bells:
            _ring(bell, False)
        _, unfinished = await asyncio.wait(self._rounds, timeout=self._limits.close)
        for round_ in unfinished:
            round_.cancel()
        await asyncio.gather(*unfinished, return_exceptions=True)
        while self.waiting:
            job = self.waiting.popleft()
            job.settle((job.parcel, CLOSED))

    async def _round(self, porter: Porter) -> None:
        """One porter's working life."""
        try:
            while True:
                while self.waiting:
                    await self._carry(self.waiting.popleft(), porter)
                if self._closing.is_set():
                    return
                if not await self._rung(porter.connected):
                    await porter.leave()
        finally:
            await porter.leave()

    async def _carry(self, job: Job, porter: Porter) -> None:
        """Settle a job, or put it back for the porters that have a connection, and rest."""
        try:
            outcome = await porter.carry(job.parcel)
        except asyncio.CancelledError:
            job.settle((job.parcel, porter.broken_off()))
            raise
        if outcome is not None or self._closing.is_set():
            job.settle((job.parcel, outcome or CLOSED))
            return
        self.waiting.appendleft(job)
        self.wake()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._closing.wait(), self._limits.rest)

    async def _rung(self, connected: bool) -> bool:
        """Wait for work: false where none came within ``limits.idle`` to a porter who holds a connection."""
        loop = asyncio.get_running_loop()
        bell: asyncio.Future[bool] = loop.create_future()
        self._bells.append(bell)
        timer = loop.call_later(self._limits.idle, _ring, bell, False) if connected else None
        work = await bell
        if timer is not None:
            timer.cancel()
        if bell in self._bells:
            self._bells.remove(bell)
        return work


def _ring(bell: "asyncio.Future[bool]", work: bool) -> bool:
    """Whether the bell was still to be rung."""
    if bell.done():
        return False
    bell.set_result(work)
    return True

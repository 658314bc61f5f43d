"""E-mail through one relay by SMTP (RFC 5321)."""

import asyncio
import ssl
import threading
from collections.abc import Iterable, Iterator
from queue import SimpleQueue

from service.channels.channel import Parcel
from service.channels.limits import DEFAULT_LIMITS, Limits
from service.channels.opening import Opening
from service.channels.pool import Job, Pool
from service.channels.porter import CLOSED
from service.channels.relay import Relay
from service.domain.delivery import Outcome


class Email:
    """Carries parcels over ``connections`` lasting connections, which all threads that carry share.

    Letters are composed (the iterable is read) in the caller's thread and wired in one thread of the channel's own,
    begun with the first parcel. ``context`` replaces the machine's trusted certificates.
    """

    at_once = 8

    def __init__(
        self,
        relay: Relay,
        connections: int = 8,
        limits: Limits = DEFAULT_LIMITS,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self.name = str(relay)
        self.pace = relay.pace
        self._opening = Opening(relay, limits, context)
        self._limits = limits
        self._connections = connections
        self._lock = threading.Lock()
        self._wire: _Wire | None = None
        self._closed = False

    def carry(self, parcels: Iterable[Parcel]) -> Iterator[tuple[Parcel, Outcome]]:
        """Each parcel with its outcome, as outcomes come; twice as many under way as there are connections.

        Where ``parcels`` raises, those handed over before still get their outcomes, then the error goes on. Whoever
        stops reading early leaves those under way without an outcome.
        """
        settled: SimpleQueue[tuple[Parcel, Outcome]] = SimpleQueue()
        source, under_way = iter(parcels), 0
        more, error = True, None
        while more or under_way:
            if more and under_way < 2 * self._connections:
                try:
                    self._hand_over(Job(next(source), settled.put))
                    under_way += 1
                except StopIteration:
                    more = False
                except Exception as raised:
                    more, error = False, raised
            else:
                under_way -= 1
                yield settled.get()
            while not settled.empty():
                under_way -= 1
                yield settled.get()
        if error is not None:
            raise error

    def check(self) -> str:
        """Connects as for letters, without sending any: the relay's name, encryption and limits in one line."""
        return asyncio.run(self._opening.describe())

    def close(self) -> None:
        """Finish what is under way, within ``limits.close``, and leave. Parcels that come later are to try again."""
        with self._lock:
            wire, self._wire, self._closed = self._wire, None, True
        if wire is not None:
            wire.close()

    def _hand_over(self, job: Job) -> None:
        with self._lock:
            if self._closed:
                job.settle((job.parcel, CLOSED))
                return
            if self._wire is None:
                self._wire = _Wire(self._opening, self._connections, self._limits)
            self._wire.take(job)


class _Wire:
    """The thread in which the event loop runs, and the pool on it."""

    def __init__(self, opening: Opening, connections: int, limits: Limits) -> None:
        self._loop = asyncio.new_event_loop()
        self._ringing = False
        self._thread = threading.Thread(target=self._loop.run_forever, name="duban-email", daemon=True)
        self._thread.start()
        self._pool = asyncio.run_coroutine_threadsafe(_pool(opening, connections, limits), self._loop).result()

    def take(self, job: Job) -> None:
        """Leave a job with the pool; called by one thread at a time."""
        self._pool.waiting.append(job)
        if not self._ringing:
            self._ringing = True
            self._loop.call_soon_threadsafe(self._wake)

    def _wake(self) -> None:
        # Lowered before the look at what waits: a job that comes in between rings once too often, never too seldom.
        self._ringing = False
        self._pool.wake()

    def close(self) -> None:
        """End the pool, the loop and the thread."""
        asyncio.run_coroutine_threadsafe(self._pool.close(), self._loop).result()
        asyncio.run_coroutine_threadsafe(self._loop.shutdown_default_executor(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


async def _pool(opening: Opening, connections: int, limits: Limits) -> Pool:
    """Pools are made on the loop, where their porters live."""
    return Pool(opening.session, connections, limits)

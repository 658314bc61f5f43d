"""Who carries: porters with a connection each, and the one door through which they get it."""

import asyncio
from collections.abc import Awaitable, Callable

from service.channels.channel import Parcel
from service.channels.limits import Limits
from service.channels.opening import Unreachable
from service.channels.session import Lost, Session
from service.channels.triage import verdict
from service.domain.delivery import OF_THE_RELAY, Outcome, Refused, TryAgain, Unknown, Verdict

CLOSED = TryAgain("投递通道已关闭 / the channel was closed")


class Door:
    """Opens connections one at a time, and while none stands remembers a failure for ``limits.rest``.

    So a relay that is down, or refuses the password, is asked once and not by each porter for each letter.
    """

    def __init__(self, open_session: Callable[[], Awaitable[Session]], limits: Limits) -> None:
        self._open_session = open_session
        self._limits = limits
        self._lock = asyncio.Lock()
        self._sessions: set[Session] = set()
        self._fault = TryAgain("")
        self._fault_until = 0.0

    @property
    def others_are_through(self) -> bool:
        """Whether a connection stands: a relay that refuses one more takes fewer than there are porters."""
        return any(session.alive for session in self._sessions)

    async def open(self) -> Session | TryAgain:
        """A connection, or what its want means for a parcel."""
        clock = asyncio.get_running_loop().time
        async with self._lock:
            if clock() < self._fault_until:
                return self._fault
            try:
                session = await self._open_session()
            except Unreachable as error:
                fault = TryAgain(str(error), error.code, _of_the_relay(error.code, str(error)))
                if not self.others_are_through:
                    self._fault, self._fault_until = fault, clock() + self._limits.rest
                return fault
            self._fault_until = 0.0
            self._sessions.add(session)
            return session

    async def leave(self, session: Session) -> None:
        """Give a connection back."""
        self._sessions.discard(session)
        await session.quit()


class Porter:
    """Carries one parcel at a time on a connection of its own, opened when it is wanted."""

    def __init__(self, door: Door, limits: Limits) -> None:
        self._door = door
        self._limits = limits
        self._session: Session | None = None

    @property
    def connected(self) -> bool:
        """Whether this porter has a connection; it may have died unheard."""
        return self._session is not None

    async def carry(self, parcel: Parcel) -> Outcome | None:
        """What became of ``parcel``; None where this porter gets no connection now and others have theirs.

        Where the relay drops a connection before it has the message, a new one is tried once.
        """
        try:
            if self._worn_out():
                await self.leave()
            try:
                return await self._attempt(parcel)
            except Lost:
                return await self._attempt(parcel)
        except Lost as error:
            return TryAgain(str(error), error.code, _of_the_relay(error.code, str(error)))
        except Exception as error:
            # What breaks this code must neither take the porter along nor go round for ever.
            words = f"本系统的差错，请报告 / a fault of this system, please report it: {type(error).__name__}"
            failed = Refused(words, verdict=Verdict.OURS) if self._session else TryAgain(words, verdict=Verdict.OURS)
            outcome = Unknown(words) if self._content_sent else failed
            await self.leave()
            return outcome

    def broken_off(self) -> Outcome:
        """What a parcel's outcome is when it has to be left in the middle."""
        return Unknown(CLOSED.answer) if self._content_sent else CLOSED

    async def leave(self) -> None:
        """Give the connection back, if there is one."""
        if self._session is not None:
            session, self._session = self._session, None
            await self._door.leave(session)

    async def _attempt(self, parcel: Parcel) -> Outcome | None:
        """Raises Lost, and is then without a connection."""
        if self._session is None:
            opened = await self._door.open()
            if isinstance(opened, TryAgain):
                return None if self._door.others_are_through else opened
            self._session = opened
        try:
            return await self._session.carry(parcel)
        except Lost:
            await self.leave()
            raise

    def _worn_out(self) -> bool:
        session = self._session
        if session is None:
            return False
        age = asyncio.get_running_loop().time() - session.opened_at
        return not session.alive or age > self._limits.age or session.carried >= self._limits.letters

    @property
    def _content_sent(self) -> bool:
        return self._session is not None and self._session.content_sent


def _of_the_relay(code: int | None, words: str) -> Verdict:
    """What is at fault where a connection could not be had or was lost: the relay, or its own words for it."""
    found = Verdict.RELAY if code is None else verdict(code, words)
    return found if found in OF_THE_RELAY or found is Verdict.RATE else Verdict.RELAY

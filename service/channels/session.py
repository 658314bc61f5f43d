"""One open connection to a relay and the mail transactions on it.

aiosmtplib opens, secures and logs in the connection; from there this protocol takes the transport over, because
aiosmtplib asks one command at a time and searches each message with three regular expressions, and where the relay
offers PIPELINING (RFC 2920) an envelope is one round trip instead of three.
"""

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from typing import cast

from service.channels.answers import Reply, accepted, outcome_of, readable
from service.channels.channel import Parcel
from service.channels.envelope import Unfit, envelope
from service.channels.limits import Limits
from service.domain.delivery import Outcome, Refused, TryAgain, Unknown, Verdict

_LONGEST_ANSWER = 32 * 1024
_GO_AHEAD = 354
_CLOSING = 421


class Lost(Exception):
    """The connection ended, fell silent or into disorder; ``code`` is 421 where the relay said so itself.

    ``unsent`` is true where the end of what was written cannot have reached the relay.
    """

    def __init__(self, text: str, code: int | None = None, *, unsent: bool = False) -> None:
        super().__init__(text)
        self.code = code
        self.unsent = unsent


class Session(asyncio.Protocol):
    """A connection on which one parcel at a time is carried; ``opened_at`` is the loop's time."""

    def __init__(self, transport: asyncio.Transport, extensions: Mapping[str, str], limits: Limits) -> None:
        self._loop = asyncio.get_running_loop()
        self._transport = transport
        self._extensions = dict(extensions)
        self._limits = limits
        self._rest = b""
        self._words: list[bytes] = []
        self._replies: list[Reply] = []
        self._wanted = 0
        self._waiter: asyncio.Future[None] | None = None
        self.opened_at = self._loop.time()
        self.carried = 0
        self.content_sent = False
        transport.set_protocol(self)

    @property
    def alive(self) -> bool:
        """Whether the connection stands, as far as this side has heard."""
        return not self._transport.is_closing()

    async def carry(self, parcel: Parcel) -> Outcome:
        """What became of ``parcel``. Raises Lost where the connection ended before its message was sent."""
        self.content_sent = False
        try:
            letter = envelope(parcel, self._extensions)
        except Unfit as error:
            return Refused(str(error), verdict=error.verdict)
        self.carried += 1
        refusal = await self._announce(letter.commands)
        if refusal is not None:
            return await self._refused(refusal)
        return await self._hand_over(letter.content)

    async def quit(self) -> None:
        """Take leave as RFC 5321, 4.1.1.10 asks; a relay that does not answer is left anyway."""
        with contextlib.suppress(Lost):
            await self._ask(b"QUIT\r\n", 1, self._limits.quit)
        self.abort()  # to close would, under TLS, wait for the relay's farewell

    def abort(self) -> None:
        """Drop the connection at once."""
        self._transport.abort()

    async def _announce(self, commands: Sequence[bytes]) -> Reply | None:
        """Send the envelope: None where the relay now waits for the message, else its first no. Raises Lost."""
        groups = [b"".join(commands)] if "pipelining" in self._extensions else commands
        replies: list[Reply] = []
        for group in groups:
            replies += await self._ask(group, group.count(b"\r\n"), self._limits.command)
            refusal = next((reply for reply in replies if not accepted(reply)), None)
            if refusal is not None:
                await self._leave_data(replies, len(commands))
                return refusal
        if replies[-1].code != _GO_AHEAD:
            self.abort()
            raise Lost(f"中继答非所问 / the relay answered out of turn: {replies[-1].code}")
        return None

    async def _leave_data(self, replies: Sequence[Reply], commands: int) -> None:
        """A relay may ask for the message although it refused the recipient (RFC 2920, 3.1): end it with nothing."""
        if len(replies) == commands and replies[-1].code == _GO_AHEAD:
            await self._ask(b".\r\n", 1, self._limits.command)

    async def _refused(self, refusal: Reply) -> Outcome:
        """The refusal's meaning; the transaction is reset, so that the next parcel finds the connection clean."""
        if refusal.code == _CLOSING:
            self.abort()
            raise Lost(f"{refusal.code} {readable(refusal.words)}", refusal.code)
        try:
            reset = await self._ask(b"RSET\r\n", 1, self._limits.command)
            if not accepted(reset[0]):
                self.abort()
        except Lost:
            self.abort()
        return outcome_of(refusal)

    async def _hand_over(self, content: bytes) -> Outcome:
        """The message itself. From here on, no answer means that nobody knows."""
        self.content_sent = True
        try:
            reply = (await self._ask(content, 1, self._limits.data))[0]
        except Lost as error:
            return TryAgain(str(error), verdict=Verdict.RELAY) if error.unsent else Unknown(str(error))
        if reply.code == _CLOSING:
            self.abort()
        return outcome_of(reply)

    async def _ask(self, words: bytes, answers: int, seconds: float) -> list[Reply]:
        """Send, and wait for so many answers; fewer where the relay hung up after one that is a no. Raises Lost."""
        if not self.alive:
            raise Lost("连接已断开 / the connection had ended")
        self._replies, self._wanted = [], answers
        self._waiter = self._loop.create_future()
        self._transport.write(words)
        try:
            async with asyncio.timeout(seconds):
                await self._waiter
        except TimeoutError:
            unsent = self._transport.get_write_buffer_size() > 0
            self.abort()
            raise Lost(f"{seconds:g} 秒内没有应答 / no answer within {seconds:g} s", unsent=unsent) from None
        except asyncio.CancelledError:
            self.abort()
            raise
        finally:
            self._waiter = None
        return self._replies

    def data_received(self, data: bytes) -> None:
        """Collect answers. Words that nobody asked for are a 421 before hanging up, or disorder: the end either way."""
        if self._waiter is None or self._waiter.done():
            self._transport.close()
            return
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            self._words.append(line[4:].strip())
            if line[3:4] != b"-":
                self._complete(line[:3])
        if len(self._rest) + sum(map(len, self._words)) > _LONGEST_ANSWER:
            self._transport.abort()

    def _complete(self, code: bytes) -> None:
        if not code.isdigit() or not 200 <= int(code) < 600:
            self._transport.abort()
            return
        self._replies.append(Reply(int(code), b" ".join(self._words)))
        self._words = []
        if len(self._replies) == self._wanted:
            cast("asyncio.Future[None]", self._waiter).set_result(None)
        elif len(self._replies) > self._wanted:
            self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell whoever waits; a refusal heard before the end counts as the answer."""
        if self._waiter is None or self._waiter.done():
            return
        if self._replies and not accepted(self._replies[-1]):
            self._waiter.set_result(None)
        else:
            self._waiter.set_exception(Lost("连接中断，未收到答复 / the connection was lost before an answer"))

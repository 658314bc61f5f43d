"""A real SMTP server (aiosmtpd) for tests, on loopback and a port the kernel gives, that can be told to misbehave."""

import asyncio
import contextlib
import socket
import ssl
import threading
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

DROP = "drop"
TAKE_AND_DROP = "take and drop"
STALL = "stall"


@dataclass
class Script:
    """How the server behaves; it may be changed while the server runs.

    ``at_recipient`` and ``after_data`` map a recipient to the answer to RCPT or to the message; after a message,
    ``DROP`` hangs up without an answer, ``TAKE_AND_DROP`` accepts it first, and ``STALL`` never answers.
    ``hang_ups_at_mail`` counts the next MAIL commands at which it hangs up. ``room`` is how many connections it takes
    at once; to others it says 421.
    """

    extensions: tuple[str, ...] = ("PIPELINING",)
    at_recipient: dict[str, str] = field(default_factory=dict)
    after_data: dict[str, str] = field(default_factory=dict)
    answer: str = "250 2.0.0 Ok: queued"
    hang_ups_at_mail: int = 0
    room: int = 1000
    smtputf8: bool = False
    account: tuple[str, str] | None = None
    certificate: ssl.SSLContext | None = None
    implicit_tls: bool = False


@dataclass(frozen=True)
class Received:
    """One message as the server accepted it, its dots undoubled, and on which connection it came."""

    sender: str
    recipient: str
    content: bytes
    connection: int


class SmtpServer:
    """Runs from ``with`` to its end; ``port`` 0 asks the kernel for one."""

    def __init__(self, script: Script | None = None, port: int = 0) -> None:
        self.script = script or Script()
        self.port = port
        self.received: list[Received] = []
        self.connections = 0
        self.logins = 0
        self.commands: Counter[str] = Counter()
        self.talks: set[_Talk] = set()
        self.empty = threading.Event()  # set while nobody is connected
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="test-smtp")

    def url(self, login: str = "", query: str = "") -> str:
        """The server's address as DUBAN_MAIL_URL writes it."""
        scheme = "smtps" if self.script.implicit_tls else "smtp"
        return f"{scheme}://{login}{'@' if login else ''}127.0.0.1:{self.port}{query}"

    def hang_up(self) -> None:
        """As a relay does to idle connections: say 421 and close."""
        self._run(self._hang_up())

    def __enter__(self) -> "SmtpServer":
        self._thread.start()
        self._server = self._run(self._start())
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_: object) -> None:
        self._run(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self, coroutine: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(10)

    async def _start(self) -> asyncio.Server:
        context = self.script.certificate if self.script.implicit_tls else None
        return await self._loop.create_server(lambda: _Talk(self), "127.0.0.1", self.port, ssl=context)

    async def _stop(self) -> None:
        self._server.close()
        for talk in tuple(self.talks):
            talk.drop()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await asyncio.sleep(0.01)  # for the transports' farewells

    async def _hang_up(self) -> None:
        for talk in tuple(self.talks):
            await talk.push("421 4.4.2 idle for too long")
            talk.transport.close()

    def _authenticate(self, _1: Any, _2: Any, _3: Any, _4: str, given: LoginPassword) -> AuthResult:
        self.logins += 1
        expected = tuple(word.encode() for word in self.script.account or ())
        return AuthResult(success=(given.login, given.password) == expected, handled=False)


class _Talk(SMTP):
    """One connection."""

    def __init__(self, server: SmtpServer) -> None:
        self._home = server
        script = server.script
        super().__init__(
            _Handler(server),
            hostname="relay.example",
            tls_context=None if script.implicit_tls else script.certificate,
            enable_SMTPUTF8=script.smtputf8,
            auth_require_tls=script.certificate is not None and not script.implicit_tls,
            authenticator=server._authenticate if script.account else None,
            auth_required=False,
            data_size_limit=None,
            loop=server._loop,
        )

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if self._original_transport is None:
            self._home.connections += 1
            self._home.talks.add(self)
            self._home.empty.clear()
        self.number = self._home.connections
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._home.talks.discard(self)
        if not self._home.talks:
            self._home.empty.set()
        super().connection_lost(error)

    def drop(self) -> None:
        if self.transport is not None:
            self.transport.abort()

    async def _handle_client(self) -> None:
        if len(self._home.talks) > self._home.script.room:
            self.transport.write("421 4.7.0 too many connections, 稍后再试\r\n".encode("gb18030"))
            self.transport.close()
            return
        await super()._handle_client()


class _Handler:
    """aiosmtpd calls these by name."""

    def __init__(self, server: SmtpServer) -> None:
        self._server = server

    async def handle_EHLO(
        self, talk: _Talk, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        offered = [f"250-{extension}" for extension in self._server.script.extensions]
        return [*responses[:-1], *offered, responses[-1]]

    async def handle_MAIL(
        self, talk: _Talk, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self._server.commands["MAIL"] += 1
        if self._server.script.hang_ups_at_mail > 0:
            self._server.script.hang_ups_at_mail -= 1
            talk.drop()
        if self._server.script.account and not session.authenticated:
            return "530 5.7.0 Authentication required"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(
        self, talk: _Talk, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self._server.script.at_recipient.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, talk: _Talk, session: Session, envelope: Envelope) -> str:
        (recipient,) = envelope.rcpt_tos
        answer = self._server.script.after_data.get(recipient, self._server.script.answer)
        if answer in (DROP, TAKE_AND_DROP):
            talk.drop()
        elif answer == STALL:
            await asyncio.sleep(60)
        if answer == TAKE_AND_DROP or answer.startswith("250"):
            content = envelope.original_content
            self._server.received.append(Received(envelope.mail_from, recipient, content, talk.number))
        return answer


class BareServer:
    """A socket that answers each line by its first word, for what aiosmtpd would never say.

    A word without an entry is answered by a plain yes; ``deaf_after`` names the word after whose answer nothing more
    is read. ``heard`` is all that came.
    """

    def __init__(self, answers: dict[bytes, bytes], deaf_after: bytes = b"never") -> None:
        self._answers = {b"DATA": b"354 go on", **answers}
        self._deaf_after = deaf_after
        self._over = threading.Event()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._talking = self._socket
        self._thread = threading.Thread(target=self._serve, name="test-bare-smtp")
        self.port: int = self._socket.getsockname()[1]
        self.heard = b""

    def __enter__(self) -> "BareServer":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        with contextlib.suppress(OSError):
            self._talking.shutdown(socket.SHUT_RDWR)
        with socket.create_connection(("127.0.0.1", self.port)):
            self._thread.join()
        self._socket.close()

    def _serve(self) -> None:
        while True:
            talk, _ = self._socket.accept()
            with talk, contextlib.suppress(ConnectionError):
                if self._over.is_set():
                    return
                self._talk(talk)

    def _talk(self, talk: socket.socket) -> None:
        self._talking = talk
        talk.settimeout(10)
        talk.sendall(b"220 bare.example\r\n")
        in_message = False
        with talk.makefile("rb") as lines:
            for line in lines:
                self.heard += line
                word = line.split(b":")[0].split()[0] if line.strip() else b""
                if in_message and line != b".\r\n":
                    continue
                answer = self._answers.get(word.upper(), b"250-bare.example\r\n250 PIPELINING")
                in_message = answer.startswith(b"354")
                talk.sendall(answer + b"\r\n")
                if word == self._deaf_after:
                    self._over.wait(10)
                    return

"""Opening a connection to the relay: greeting, TLS, login, by aiosmtplib; and what to say where it fails."""

import asyncio
import contextlib
import ssl
from functools import cached_property
from typing import cast

import aiosmtplib

from service.channels.answers import readable
from service.channels.limits import Limits
from service.channels.relay import Relay, Tls
from service.channels.session import Session
from service.domain.errors import WorkFaulty


class Unreachable(WorkFaulty):
    """The relay cannot be used now; ``code`` is its own answer, where it gave one."""

    def __init__(self, zh: str, en: str, code: int | None = None) -> None:
        super().__init__(zh, en)
        self.code = code


class Opening:
    """How to reach one relay. ``context`` replaces the machine's own trusted certificates."""

    def __init__(self, relay: Relay, limits: Limits, context: ssl.SSLContext | None = None) -> None:
        self.relay = relay
        self.limits = limits
        self._given_context = context
        self._own_name: str | None = None

    async def session(self) -> Session:
        """A connection ready for letters. Raises Unreachable."""
        client = await self._connected()
        if client.transport is None:  # hung up with its last answer
            raise self._unreachable(aiosmtplib.SMTPServerDisconnected("Connection lost"))
        return Session(cast(asyncio.Transport, client.transport), client.esmtp_extensions, self.limits)

    async def describe(self) -> str:
        """Connect, ask for nothing, leave: what the relay says of itself in one line. Raises Unreachable."""
        client = await self._connected()
        try:
            await client.noop()
            greeting = client.last_ehlo_response or client.last_helo_response
            words = [str(self.relay), _encryption(client)]
            if self.relay.username:
                words.append("login ok")
            if client.esmtp_extensions.get("size", "0").strip("0"):
                words.append(f"size limit {client.esmtp_extensions['size']}")
            if greeting is not None:
                words.append(_text(greeting.message.split("\n")[0]))
            with contextlib.suppress(aiosmtplib.SMTPException):
                await client.execute_command(b"QUIT")
            return readable(", ".join(words).encode())
        except (aiosmtplib.SMTPException, OSError) as error:
            raise self._unreachable(error) from error
        finally:
            _hang_up(client)

    async def _connected(self) -> aiosmtplib.SMTP:
        client = aiosmtplib.SMTP(
            hostname=self.relay.host,
            port=self.relay.port,
            timeout=self.limits.command,
            use_tls=self.relay.tls is Tls.IMPLICIT,
            start_tls=False,
            tls_context=self._context,
            local_hostname=self._own_name,
        )
        try:
            await client.connect(timeout=self.limits.connect)
            self._own_name = client.local_hostname  # asked of the resolver once, not for each connection
            await _greet(client)
            await self._encrypt(client)
            await self._log_in(client)
        except BaseException as error:
            _hang_up(client)
            if isinstance(error, Exception) and not isinstance(error, Unreachable):
                raise self._unreachable(error) from error
            raise
        return client

    @cached_property
    def _context(self) -> ssl.SSLContext:
        """One for all connections: to load the machine's certificates takes tens of milliseconds."""
        context = self._given_context or ssl.create_default_context()
        if self.relay.tls is Tls.OPTIONAL:
            # Whoever could forge the certificate could as well hide the offer; a check would only stop honest mail.
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context

    async def _encrypt(self, client: aiosmtplib.SMTP) -> None:
        if self.relay.tls not in (Tls.REQUIRED, Tls.OPTIONAL):
            return
        if client.supports_extension("starttls"):
            await client.starttls()
            await _greet(client)
        elif self.relay.tls is Tls.REQUIRED:
            raise Unreachable(
                f"邮件中继 {self.relay} 不提供 STARTTLS，未加密不投递；请改用 smtps://，或向中继管理员核实",
                f"the mail relay {self.relay} offers no STARTTLS and nothing is sent in the clear; "
                "use smtps://, or ask the relay's administrator",
            )

    async def _log_in(self, client: aiosmtplib.SMTP) -> None:
        if not self.relay.username:
            return
        if not client.supported_auth_methods:
            raise Unreachable(
                f"邮件中继 {self.relay} 不提供可用的登录方式，请核对 DUBAN_MAIL_URL 的端口与加密方式",
                f"the mail relay {self.relay} offers no login this side knows; check port and encryption in "
                "DUBAN_MAIL_URL",
            )
        await client.login(self.relay.username, self.relay.password)

    def _unreachable(self, error: Exception) -> Unreachable:
        zh, en = _reason(error)
        code = error.code if isinstance(error, aiosmtplib.SMTPResponseException) else None
        return Unreachable(
            f"邮件中继 {self.relay} 不可用：{zh}", f"the mail relay {self.relay} cannot be used: {en}", code
        )


async def _greet(client: aiosmtplib.SMTP) -> None:
    """EHLO, and HELO for a relay that does not know it (RFC 5321, 4.1.1.1)."""
    try:
        await client.ehlo()
    except aiosmtplib.SMTPHeloError:
        await client.helo()


def _hang_up(client: aiosmtplib.SMTP) -> None:
    """At once: TLS would wait for the relay's farewell, and there may be no loop left to wait on."""
    transport = client.transport
    client.close()
    if transport is not None:
        cast(asyncio.Transport, transport).abort()


def _encryption(client: aiosmtplib.SMTP) -> str:
    tls = client.get_transport_info("ssl_object")
    return f"{tls.version()}" if tls else "no TLS"


def _text(words: str) -> str:
    """aiosmtplib keeps bytes that are not UTF-8 as surrogates; GBK may be behind them."""
    return readable(words.encode("utf-8", "surrogateescape"))


def _reason(error: Exception) -> tuple[str, str]:
    """What went wrong and what to do, for people; never a word of ours from the login."""
    causes = (error, error.__cause__)
    if isinstance(error, aiosmtplib.SMTPAuthenticationError):
        words = f"{error.code} {_text(error.message)}"
        return (
            f"登录被拒（{words}），请核对 DUBAN_MAIL_URL 的用户名与密码（有的邮箱须用授权码）",
            f"the login was refused ({words}); check user name and password in DUBAN_MAIL_URL",
        )
    if isinstance(error, aiosmtplib.SMTPResponseException):
        words = f"{error.code} {_text(error.message)}"
        return f"它答复 {words}，请稍后再试或联系其管理员", f"it answers {words}; try later or ask its administrator"
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        words = next(str(cause.reason) for cause in causes if isinstance(cause, ssl.SSLError))
        return (
            f"加密未能建立（{words}），请核对主机名与证书，内部证书可用 SSL_CERT_FILE 指定",
            f"TLS failed ({words}); check host name and certificate, SSL_CERT_FILE may name an internal authority",
        )
    if isinstance(error, TimeoutError):
        return "没有按时应答，请核对主机、端口与防火墙", "it did not answer in time; check host, port and firewall"
    # Only what speaks of the connection is repeated: any other error may hold a part of the password.
    words = _text(str(error)) if isinstance(error, (aiosmtplib.SMTPException, OSError)) else type(error).__name__
    return f"连接失败（{words}），请核对主机与端口", f"the connection failed ({words}); check host and port"

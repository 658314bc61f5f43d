"""The mail relay as DUBAN_MAIL_URL names it."""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import ip_address
from typing import Never
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from service.channels.channel import FREELY, Pace
from service.domain.errors import RequestRefused


class Tls(StrEnum):
    """How the way to the relay is encrypted."""

    IMPLICIT = "implicit"
    """TLS from the first byte (smtps, RFC 8314), the certificate verified."""
    REQUIRED = "required"
    """STARTTLS (RFC 3207) or no mail, the certificate verified."""
    OPTIONAL = "optional"
    """STARTTLS where the relay offers it, the certificate not verified (RFC 7435): better than plain, no proof."""
    NEVER = "never"
    """Plain text; to this machine only."""


_DEFAULT_PORTS = {"smtps": 465, "submission": 587, "smtp": 25}
_RATES = ("rate", "domain_rate")
_STARTTLS = {"required": Tls.REQUIRED, "optional": Tls.OPTIONAL, "never": Tls.NEVER}


@dataclass(frozen=True)
class Relay:
    """One mail relay; ``username`` and ``password`` are both empty where it asks for no login."""

    host: str
    port: int
    tls: Tls
    username: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    pace: Pace = FREELY

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @classmethod
    def parse(cls, url: str) -> "Relay":
        """The relay of ``smtp://user:password@host:port?starttls=required`` or ``smtps://…``; user and password
        percent-encoded.

        Without a port: 465 for smtps, 587 with a login, else 25. ``starttls`` is ``required`` by default with a
        login and ``optional`` without. ``rate`` and ``domain_rate`` are letters a minute, in all and to one
        recipient domain. Raises RequestRefused; no part of the URL is repeated in its sentence, for
        any part of a mistyped URL may be the password.
        """
        parts = _split(url)
        host = parts.hostname or ""
        username, password = _login(parts)
        tls = _tls(parts, host, bool(username))
        service = "smtps" if tls is Tls.IMPLICIT else "submission" if username else "smtp"
        port = parts.port or _DEFAULT_PORTS[service]
        return cls(host, port, tls, username, password, Pace(*(_rate(parts, name) for name in _RATES)))


def is_loopback(host: str) -> bool:
    """Whether mail to ``host`` stays on this machine."""
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _refuse(zh: str, en: str) -> Never:
    raise RequestRefused(
        f"DUBAN_MAIL_URL：{zh}；写法：smtp://用户:密码@主机:端口?starttls=required",
        f"DUBAN_MAIL_URL: {en}; the form is smtp://user:password@host:port?starttls=required",
    ) from None


def _split(url: str) -> SplitResult:
    if re.search(r"[\x00-\x20\x7f]", url):
        _refuse("含空白或控制字符", "it contains white space or a control character")
    try:
        parts = urlsplit(url)
    except ValueError:
        _refuse("主机地址写法有误", "the host is not written correctly")
    if parts.scheme not in ("smtp", "smtps"):
        _refuse("只认 smtp:// 和 smtps://", "only smtp:// and smtps:// are known here")
    if parts.fragment or parts.path not in ("", "/"):
        _refuse(
            "主机之后有多余内容；密码中的 / ? # @ : 等字符须写成 %2F 之类的百分号编码",
            "there is something after the host; write / ? # @ : in a password percent-encoded, as %2F",
        )
    try:
        port = parts.port
    except ValueError:
        port = 0
    if port == 0:
        _refuse("端口应为 1 至 65535 的整数", "the port is a whole number from 1 to 65535")
    if not re.fullmatch(r"[\w.:-]+", parts.hostname or ""):
        _refuse("缺少主机名，或主机名写法有误", "the host is missing or not written correctly")
    return parts


def _login(parts: SplitResult) -> tuple[str, str]:
    username, password = unquote(parts.username or ""), unquote(parts.password or "")
    if bool(username) != bool(password):
        _refuse("用户名与密码须同时给出", "a user name and a password belong together; one of them is missing")
    if re.search(r"[\x00-\x1f\x7f]", username + password):
        _refuse("用户名或密码含控制字符", "the user name or password contains a control character")
    return username, password


def _options(parts: SplitResult) -> list[tuple[str, str]]:
    options = parse_qsl(parts.query, keep_blank_values=True)
    names = [name for name, _ in options]
    if not set(names) <= {"starttls", *_RATES} or len(set(names)) < len(names):
        _refuse(
            "选项只有 starttls、rate、domain_rate，各写一次",
            "the options are starttls, rate and domain_rate, each written once",
        )
    return options


def _rate(parts: SplitResult, name: str) -> int | None:
    """So many letters a minute, in all or to one domain; None where the URL does not say."""
    written = dict(_options(parts)).get(name)
    if written is None:
        return None
    if not re.fullmatch(r"[1-9][0-9]{0,5}", written):
        _refuse(f"{name} 应为每分钟的封数，如 {name}=60", f"{name} is letters a minute, as {name}=60")
    return int(written)


def _tls(parts: SplitResult, host: str, login: bool) -> Tls:
    options = [value for name, value in _options(parts) if name == "starttls"]
    if parts.scheme == "smtps":
        if options:
            _refuse("smtps:// 自始加密，不用 starttls", "smtps:// is encrypted from the start and takes no starttls")
        return Tls.IMPLICIT
    if not options:
        return Tls.REQUIRED if login else Tls.OPTIONAL
    chosen = _STARTTLS.get(options[0])
    if chosen is None:
        _refuse("starttls 应为 required、optional 或 never", "starttls is required, optional or never")
    if chosen is not Tls.REQUIRED and login and not is_loopback(host):
        _refuse("带密码时 starttls 须为 required", "with a password starttls has to be required")
    if chosen is Tls.NEVER and not is_loopback(host):
        _refuse("starttls=never 只可用于本机", "starttls=never is for a relay on this machine only")
    return chosen

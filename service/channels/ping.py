"""A ping: one GET that tells whoever watches from outside that all is well. No redirect is followed, no answer read."""

import re
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from queue import Empty, Queue
from threading import Thread
from typing import Never
from urllib.parse import SplitResult, urlsplit

from service.channels.relay import is_loopback
from service.domain.errors import RequestRefused, WorkFaulty

_SECONDS = 10.0
_PRINTABLE = re.compile(r"[\x21-\x7e]+")


@dataclass(frozen=True)
class Ping:
    """Where to ping; the path is a secret with most services, and said nowhere."""

    host: str
    port: int | None
    path: str = field(repr=False)
    encrypted: bool = True

    def send(self, seconds: float = _SECONDS) -> None:
        """Ping once, within ``seconds`` from the look-up of the name to the answer. Raises WorkFaulty."""
        answers: Queue[int | str] = Queue()
        # A thread, because neither the look-up nor an answer that comes drop by drop heeds a time limit.
        Thread(target=lambda: answers.put(self._asked(seconds)), name="ping", daemon=True).start()
        try:
            answer = answers.get(timeout=seconds)
        except Empty:
            answer = "TimeoutError"
        if not (isinstance(answer, int) and 200 <= answer < 300):
            raise WorkFaulty(
                f"心跳地址 {self.host} 未答复成功：{answer}", f"{self.host} did not take the ping: {answer}"
            )

    def _asked(self, seconds: float) -> int | str:
        """The status, or the kind of what failed."""
        connection = (HTTPSConnection if self.encrypted else HTTPConnection)(self.host, self.port, timeout=seconds)
        try:
            connection.request("GET", self.path, headers={"User-Agent": "duban"})
            return connection.getresponse().status
        except (OSError, HTTPException, UnicodeError) as failure:
            return type(failure).__name__
        finally:
            connection.close()


def open_ping(url: str) -> Ping:
    """The ping of an ``https://`` URL, or of an ``http://`` one on this machine; it connects when it is sent.

    Raises RequestRefused; no part of the URL is repeated in its sentence, for its path is a secret.
    """
    parts = _split(url)
    if parts.scheme not in ("https", "http") or parts.username is not None or parts.fragment:
        _refuse("应为 https:// 网址，不含用户名和 #", "it is an https:// URL without a user name and without #")
    if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
        _refuse("http:// 只可用于本机，其余请用 https://", "http:// is for this machine only: use https://")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Ping(parts.hostname or "", parts.port, path, encrypted=parts.scheme == "https")


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        well = _PRINTABLE.fullmatch(url) and re.fullmatch(r"[\w.:-]+", parts.hostname or "") and parts.port != 0
    except ValueError:
        well = None
    if not well:
        _refuse("网址写法有误", "it is not written as a URL")
    return parts


def _refuse(zh: str, en: str) -> Never:
    raise RequestRefused(
        f"DUBAN_HEARTBEAT_URL：{zh}；写法：https://monitor.example/ping/…",
        f"DUBAN_HEARTBEAT_URL: {en}; the form is https://monitor.example/ping/…",
    ) from None

"""Returned mail in an IMAP mailbox (RFC 3501)."""

import imaplib
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from service.channels.mailbox import LONGEST, Incoming, source
from service.domain.errors import WorkFaulty

_SECONDS = 30.0
_KEYWORD = "DubanTaken"
_SEEN = "\\Seen"


@dataclass(frozen=True)
class ImapMailbox:
    """A folder of an IMAP account; ``tls`` is ``implicit``, ``starttls``, or ``never`` (this machine only)."""

    host: str
    port: int
    tls: str
    username: str = field(repr=False)
    password: str = field(repr=False)
    folder: str

    @contextmanager
    def opened(self) -> Iterator["ImapReader"]:
        """The folder, selected. Raises WorkFaulty, here and later, without the server's words: they may name people."""
        try:
            with self._connected() as connection:
                yield ImapReader(connection, self.folder)
        except (imaplib.IMAP4.error, OSError, UnicodeError) as error:
            raise WorkFaulty(
                f"退信邮箱 {self.host}:{self.port} 不可用（{_cause(error)}），请核对 DUBAN_BOUNCE_URL",
                f"the mailbox for returned mail at {self.host}:{self.port} cannot be used ({_cause(error)}); check "
                "DUBAN_BOUNCE_URL",
            ) from None

    @contextmanager
    def _connected(self) -> Iterator[imaplib.IMAP4]:
        if self.tls == "implicit":
            connection: imaplib.IMAP4 = imaplib.IMAP4_SSL(
                self.host, self.port, ssl_context=ssl.create_default_context(), timeout=_SECONDS
            )
        else:
            connection = imaplib.IMAP4(self.host, self.port, timeout=_SECONDS)
        try:
            if self.tls == "starttls":
                connection.starttls(ssl.create_default_context())
            try:
                connection.login(self.username, self.password)
            except imaplib.IMAP4.error:
                raise _Refused("登录被拒 / login refused") from None
            yield connection
        finally:
            with suppress(imaplib.IMAP4.error, OSError):
                connection.logout()


class _Refused(imaplib.IMAP4.error):
    """A no of the server, in our words."""


def _cause(error: Exception) -> str:
    if isinstance(error, _Refused):
        return str(error)
    return (error.strerror if isinstance(error, OSError) else None) or type(error).__name__


class ImapReader:
    """A selected folder. What is taken gets the keyword ``DubanTaken``, where the server keeps keywords, so that a
    person may open messages and none is missed for it; else it is marked as seen. Nothing is moved or deleted."""

    def __init__(self, connection: imaplib.IMAP4, folder: str) -> None:
        self._connection = connection
        if connection.select(f'"{folder}"')[0] != "OK":
            raise _Refused("没有该文件夹 / no such folder")
        self._validity = _number(connection.response("UIDVALIDITY")[1])
        kept = b" ".join(each for each in connection.response("PERMANENTFLAGS")[1] if each)
        self._mark = _KEYWORD if b"\\*" in kept or _KEYWORD.encode() in kept else _SEEN

    def waiting(self, most: int) -> Iterator[Incoming]:
        """Messages that were not taken yet, in the order in which they came. Reading does not mark them."""
        search = f"UNKEYWORD {_KEYWORD}" if self._mark is _KEYWORD else "UNSEEN"
        found = self._asked("SEARCH", search)
        uids = sorted(int(uid) for uid in b" ".join(each for each in found if isinstance(each, bytes)).split())
        for uid in uids[:most]:
            content = self._content(uid)
            if content is not None:
                yield Incoming(source(f"imap.{self._validity}.{uid}", content), content, str(uid))

    def taken(self, message: Incoming) -> None:
        """Mark a message."""
        self._asked("STORE", message.mark, "+FLAGS.SILENT", f"({self._mark})")

    def _content(self, uid: int) -> bytes | None:
        """The beginning of a message; None where somebody removed it meanwhile."""
        for part in self._asked("FETCH", str(uid), f"(UID BODY.PEEK[]<0.{LONGEST}>)"):
            if isinstance(part, tuple) and b"BODY[" in part[0]:
                return bytes(part[1])[:LONGEST]
        return None

    def _asked(self, command: str, *words: str) -> list[Any]:
        answer, found = self._connection.uid(command, *words)
        if answer != "OK":
            raise _Refused(f"{command} 被拒 / refused")
        return found


def _number(words: list[Any]) -> int:
    found = re.search(rb"[0-9]+", b" ".join(each for each in words if each))
    return int(found.group()) if found else 0

"""Which channel an address of DUBAN_MAIL_URL opens; a new channel is one line here."""

import re
from collections.abc import Callable
from pathlib import Path

from service.channels.channel import Channel
from service.channels.email import Email
from service.channels.maildir import Maildir
from service.channels.relay import Relay
from service.domain.errors import RequestRefused


def open_channel(url: str) -> Channel:
    """The channel for ``maildir:FOLDER``, ``smtp://…`` or ``smtps://…``; it connects when it first carries.

    Raises RequestRefused, without repeating the URL: it may hold a password.
    """
    scheme, colon, _ = url.partition(":")
    opened = _CHANNELS.get(scheme.lower()) if colon else None
    if opened is None:
        raise RequestRefused(
            "DUBAN_MAIL_URL：应以 maildir:、smtp:// 或 smtps:// 开头",
            "DUBAN_MAIL_URL: it has to begin with maildir:, smtp:// or smtps://",
        )
    return opened(url)


def open_channels(urls: str) -> tuple[Channel, ...]:
    """The channels for one URL, or for relays by comma, the preferred one first. Raises RequestRefused."""
    return tuple(open_channel(url) for url in apart(urls))


def apart(urls: str) -> list[str]:
    """The URLs of a list by comma."""
    return [url.strip() for url in _BETWEEN.split(urls)]


def _maildir(url: str) -> Channel:
    folder = url.partition(":")[2]
    if not folder or "\0" in folder:
        raise RequestRefused(
            "DUBAN_MAIL_URL：maildir: 之后应写目录，如 maildir:var/mailbox",
            "DUBAN_MAIL_URL: after maildir: comes a folder, as in maildir:var/mailbox",
        )
    return Maildir(Path(folder))


def _email(url: str) -> Channel:
    return Email(Relay.parse(url))


_BETWEEN = re.compile(r",(?=\s*(?:smtps?://|maildir:))", re.IGNORECASE)
"""A comma before another relay; any other belongs to a folder's name or, against the rule, to a password."""

_CHANNELS: dict[str, Callable[[str], Channel]] = {"maildir": _maildir, "smtp": _email, "smtps": _email}

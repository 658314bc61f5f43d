"""A letter as it was sent, read back from the message that was kept. It is our own, and treated as a stranger's."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from typing import Any

from icalendar import Calendar

from service.letters.links import without_tokens

_MOST_HEADERS, _LONGEST_HEADER, _LONGEST_NAME = 40, 1000, 120
_NOT_IN_NAMES = re.compile(r"[\x00-\x1f\x7f/\\\u202a-\u202e\u2066-\u2069]")
_SAFE_TYPES = frozenset(
    {"text/calendar", "application/ics", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
)


@dataclass(frozen=True)
class Attached:
    """A file of a letter; ``media_type`` is one that no browser runs."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class Invited:
    """What a letter's invitation tells the recipient's calendar."""

    method: str
    uid: str
    sequence: str
    day: str


@dataclass(frozen=True)
class Opened:
    """The parts of a letter; what it does not have is empty, what cannot be read is left out, and by its links nobody
    answers but its reader."""

    headers: tuple[tuple[str, str], ...]
    text: str
    html: str
    invited: Invited | None
    files: tuple[Attached, ...]


def opened(message: bytes) -> Opened:
    """The letter in a message; raises nothing, whatever the bytes are."""
    mail: Any = message_from_bytes(message, policy=policy.default)
    parts = [part for part in mail.walk() if not part.is_multipart()]
    calendar = next((_bytes(part) for part in parts if part.get_content_type() == "text/calendar"), b"")
    return Opened(
        headers=tuple(_headers(mail)),
        text=_body(mail, "plain"),
        html=_body(mail, "html"),
        invited=_invited(calendar) if calendar else None,
        files=tuple(_file(part, number) for number, part in enumerate(filter(_is_file, parts), start=1)),
    )


def _headers(mail: Message) -> Iterator[tuple[str, str]]:
    for name in list(mail.keys())[:_MOST_HEADERS]:
        try:
            yield name, str(mail[name])[:_LONGEST_HEADER]
        except (ValueError, LookupError, IndexError, AttributeError):  # the parsers of headers meet odd bytes
            yield name, "…"


def _body(mail: EmailMessage, kind: str) -> str:
    try:
        part = mail.get_body((kind,))
        return "" if part is None else without_tokens(str(part.get_content()))
    except (ValueError, LookupError, KeyError, AttributeError):
        return ""


def _bytes(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _is_file(part: Message) -> bool:
    return part.get_content_disposition() == "attachment"


def _file(part: Message, number: int) -> Attached:
    kind = part.get_content_type()
    name = _NOT_IN_NAMES.sub("", part.get_filename() or "").strip(" .")[:_LONGEST_NAME] or f"attachment-{number}"
    return Attached(name, kind if kind in _SAFE_TYPES else "application/octet-stream", _bytes(part))


def _invited(calendar: bytes) -> Invited | None:
    try:
        whole = Calendar.from_ical(calendar)
        event = next(iter(whole.walk("VEVENT")))
        day = event.decoded("DTSTART")
        return Invited(str(whole["METHOD"]), str(event["UID"]), str(event["SEQUENCE"]), str(day))
    except (ValueError, KeyError, StopIteration, TypeError, AttributeError, IndexError):
        return None

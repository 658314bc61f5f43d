"""What a relay's answer means for a parcel."""

from typing import NamedTuple

from service.channels.triage import passes, verdict
from service.domain.delivery import Outcome, Refused, Sent, TryAgain, Unknown

_LONGEST = 300


class Reply(NamedTuple):
    """One answer of a relay (RFC 5321, 4.2): its code (200 to 599), and its lines joined by spaces."""

    code: int
    words: bytes


def readable(words: bytes) -> str:
    """A relay's words as text for people: UTF-8 or GB18030, without control characters, at most 300 characters."""
    try:
        text = words.decode("utf-8")
    except UnicodeDecodeError:
        text = words.decode("gb18030", errors="replace")
    if not text.isprintable():
        text = "".join(character if character.isprintable() else " " for character in text)
    return text[:_LONGEST]


def accepted(reply: Reply) -> bool:
    """Whether the answer is a yes, or asks for what comes next."""
    return reply.code < 400


def outcome_of(reply: Reply) -> Outcome:
    """What the answer to a message, or the first no to its envelope, means for its parcel."""
    text = f"{reply.code} {readable(reply.words)}"[:_LONGEST]
    match reply.code // 100:
        case 2:
            return Sent(text)
        case 4 | 5:
            found = verdict(reply.code, text)
            outcome = TryAgain if reply.code < 500 or passes(found) else Refused
            return outcome(text, reply.code, found)
        case _:
            return Unknown(text)

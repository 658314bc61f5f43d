"""What a relay's answer means for a parcel."""

from typing import NamedTuple

from service.domain.delivery import Outcome, Refused, Sent, TryAgain, Unknown

_LONGEST = 300

_LOGIN_REFUSALS = frozenset({530, 534, 535, 538})
"""RFC 4954: the relay wants a login or another one. That is our setting's fault, never the recipient's."""


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
        case 4:
            return TryAgain(text, reply.code)
        case 5 if reply.code in _LOGIN_REFUSALS:
            return TryAgain(text, reply.code)
        case 5:
            return Refused(text, reply.code)
        case _:
            return Unknown(text)

"""A mailbox that returned mail comes to: what every sort of it does."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol

LONGEST = 256 * 1024
"""Octets that are read of a message; what is said of a failure stands at its beginning."""

_LONGEST_PLACE = 150


@dataclass(frozen=True)
class Incoming:
    """A message as it lies in the mailbox: its first 256 KiB; ``mark`` is what the mailbox itself knows it by."""

    source: str
    content: bytes
    mark: str


class Reader(Protocol):
    """An opened mailbox."""

    def waiting(self, most: int) -> Iterator[Incoming]:
        """Messages that were not taken yet, the oldest first, each read when it is asked for."""
        ...

    def taken(self, message: Incoming) -> None:
        """Let a message wait no longer. For after the commit of what it said, never before: a crash in between lets
        it be read again, and its ``source`` tells that it was."""
        ...


class Mailbox(Protocol):
    """A mailbox; opening it, and all that is done with it, raises WorkFaulty where it cannot be used."""

    def opened(self) -> AbstractContextManager[Reader]:
        """The mailbox, connected until the end of the ``with``."""
        ...


def source(place: str, content: bytes) -> str:
    """The name by which a message is known to have been taken in: where it lies, and what it holds (Message-ID and
    all), since a mailbox that was made anew gives its places again. ASCII, at most 200 characters."""
    if len(place) > _LONGEST_PLACE or not (place.isascii() and place.isprintable()):
        place = sha256(place.encode("utf-8", "surrogateescape")).hexdigest()
    return f"{place}.{sha256(content).hexdigest()[:16]}"

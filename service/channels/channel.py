"""What every channel does."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from service.domain.delivery import Outcome


@dataclass(frozen=True)
class Parcel:
    """One message to one recipient, ready for the wire; ``message`` ends its lines with CRLF."""

    delivery_id: int
    message_id: str
    sender: str
    recipient: str
    message: bytes


@dataclass(frozen=True)
class Pace:
    """How many letters a minute a relay is given, in all and for one recipient domain; None: as many as there are."""

    a_minute: int | None = None
    to_a_domain: int | None = None


FREELY = Pace()


class Channel(Protocol):
    """Carries parcels; says what became of each, and never raises for one.

    ``name`` is the relay's, by which its state is kept; it holds no secret. ``at_once`` letters are settled together:
    what is accepted and not settled when a process is killed goes twice, so they are few where that would be seen.
    """

    name: str
    at_once: int
    pace: Pace

    def carry(self, parcels: Iterable[Parcel]) -> Iterator[tuple[Parcel, Outcome]]:
        """Each parcel with its outcome, as outcomes come, in any order; ``parcels`` is read lazily, as room comes."""
        ...

    def check(self) -> str:
        """What the far end says of itself; raises WorkFaulty with a sentence where it cannot be used."""
        ...

    def close(self) -> None:
        """End the connections."""
        ...

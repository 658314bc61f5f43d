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


class Channel(Protocol):
    """Carries parcels; says what became of each, and never raises for one."""

    name: str

    def carry(self, parcels: Iterable[Parcel]) -> Iterator[tuple[Parcel, Outcome]]:
        """Each parcel with its outcome, as outcomes come, in any order; ``parcels`` is read lazily, as room comes."""
        ...

    def check(self) -> str:
        """What the far end says of itself; raises WorkFaulty with a sentence where it cannot be used."""
        ...

    def close(self) -> None:
        """End the connections."""
        ...

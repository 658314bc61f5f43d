"""A letter that is due, and a claimed batch sorted out: what the flows that prepare letters share."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from service.domain.delivery import Delivery, State
from service.domain.people import Contact
from service.flows.desk import Desk, Moment
from service.letters.letter import (
    DigestLetter,
    Envelope,
    Facts,
    Language,
    MatterLetter,
    Person,
    SignInLetter,
    UndeliverableLetter,
)
from service.store.invites import Offered

_Facts = TypeVar("_Facts", bound=MatterLetter | DigestLetter | UndeliverableLetter | SignInLetter)


@dataclass(frozen=True)
class Due:
    """A letter that is to be written; its ``facts`` are asked for when it is, since those of a list are many.

    ``offers`` are what its invitations will say; ``deadline`` (UTC) the end of the day after which its matter is late.
    ``matter`` are the facts where it is about one matter, so that it may go in a digest; ``members`` the deliveries
    that go in one.
    """

    envelope: Envelope
    facts: Callable[[], Facts]
    offers: tuple[Offered, ...] = ()
    deadline: datetime | None = None
    matter: MatterLetter | None = None
    members: tuple[int, ...] = ()

    @property
    def id(self) -> int:
        """The number of the letter: its delivery's, or its digest's."""
        return self.envelope.delivery_id

    @property
    def deliveries(self) -> tuple[int, ...]:
        """The deliveries that end with it."""
        return self.members or (self.id,)


def as_is(facts: _Facts) -> _Facts:
    """The facts of a letter that were all read when it was prepared."""
    return facts


@dataclass
class Prepared:
    """A claimed batch sorted out: the letters to write, and the rows that end here."""

    letters: list[Due] = field(default_factory=list)
    ended: dict[tuple[State, str], list[int]] = field(default_factory=dict)

    def end(self, delivery: Delivery, state: State, reason: str) -> None:
        """Let a delivery end without a letter."""
        self.ended.setdefault((state, reason), []).append(delivery.id)


def envelope_of(desk: Desk, moment: Moment, delivery: Delivery, contact: Contact) -> Envelope:
    """The envelope of a delivery: its Message-ID and return address are the same on every retry."""
    return Envelope(
        delivery_id=delivery.id,
        message_id=f"delivery-{delivery.id}.{delivery.revision}@{desk.host}",
        sender_name=desk.sender_name,
        sender=desk.sender,
        to=Person(contact.name, contact.address, Language(contact.language)),
        sent_at=moment.now,
        returns_to=desk.returns.of(delivery.id) if desk.returns else "",
    )

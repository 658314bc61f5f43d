"""Mail that cannot be delivered: what comes of it, who is told instead, and when an address is held back."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from service.domain.delivery import Purpose, Verdict
from service.domain.people import Contact, Role

DAYS_BEFORE_HELD_BACK = 3
"""[policy] Permanent answers on so many different days, without a success in between, hold an address back. One is
not enough: large providers give a permanent code to what passes within hours."""

TOLD_ANEW = frozenset({Purpose.REMINDER, Purpose.ESCALATION, Purpose.LIST, Purpose.UNDELIVERABLE})
"""What somebody else is told when it fails. A correction or cancellation mends one person's calendar and no other's."""

_ORDER = (Role.HANDLER, Role.BACKUP, Role.DIRECTOR)


class Meaning(StrEnum):
    """What a message in the mailbox for returned mail comes to."""

    PERMANENT = "permanent"
    """The letter of a delivery will never arrive; a signature, or a person, says of which."""
    DELAYED = "delayed"
    """A relay is still trying; nothing changes."""
    DELIVERED = "delivered"
    """A relay reports success; nothing changes."""
    AUTO_REPLY = "auto_reply"
    """Somebody's machine answered (RFC 3834); nothing changes."""
    UNSIGNED = "unsigned"
    """It says that a letter failed, and no signature proves which: for a person."""
    UNREAD = "unread"
    """What it says was not understood: for a person."""


FOR_A_PERSON = frozenset({Meaning.UNSIGNED, Meaning.UNREAD})


@dataclass(frozen=True)
class Failed:
    """A delivery that failed for good, what its answer or returned message finds fault with, and in which words."""

    delivery_id: int
    verdict: Verdict
    words: str


def told_instead(contacts: Sequence[Contact], failed: Contact, told: Collection[int]) -> list[Contact]:
    """Who is told when a letter to ``failed`` cannot be delivered: the next in the order of an audience (handlers,
    backups, directors) who have a working address and were not ``told`` (ids). Empty where nobody is left."""
    for role in _ORDER[_ORDER.index(failed.role) :]:
        others = [each for each in contacts if each.role is role and each.working and each.id != failed.id]
        untold = [each for each in others if each.id not in told]
        if untold:
            return untold
    return []


def is_held_back(failures: Iterable[tuple[datetime, date]], since: datetime | None) -> bool:
    """Whether an address is held back after these answers against it: the time of each (UTC) and its business day.

    Those after ``since`` count: when a letter to it was last accepted and did not come back, or a person let it work
    again.
    """
    days = {day for at, day in failures if since is None or at > since}
    return len(days) >= DAYS_BEFORE_HELD_BACK

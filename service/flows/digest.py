"""Put the letters of a batch together that are one reader's, and note it before the wire is touched.

Invariant: a digest keeps its number, and with it its Message-ID, whatever of it is left when it goes again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial

from service.domain.delivery import Delivery
from service.domain.digest import Hours, Waiting, gather, urgent_until
from service.flows.desk import LEGAL_ZONE, Desk, Moment
from service.flows.due import Due, as_is
from service.letters.letter import DigestLetter, MatterLetter, Notice
from service.store import digests

STOP = "fewer"
"""The page on which a reader stops digests."""

ENOUGH = "enough_for_today"

_CALM = (Notice.CANCELLATION, Notice.ESCALATION)
"""The letters that nobody has to act on by a day of their own."""


@dataclass(frozen=True)
class Together:
    """The letters of a batch, digests among them, and the deliveries put off: until when (UTC), and why."""

    letters: tuple[Due, ...]
    put_off: Mapping[tuple[datetime, str], Sequence[int]]


def together(desk: Desk, now: Moment, prepared: Sequence[Due], rows: Mapping[int, Delivery], today: date) -> Together:
    """Which letters the prepared ones make, by what the readers have had today. The rows of a digest are marked."""
    singles = {each.id: each for each in prepared if each.matter is not None}
    near = urgent_until(today, now.workdays) if singles else today
    waiting = [_waiting(each, rows[each.id], near) for each in singles.values()]
    asks = bool(waiting) and desk.letters_a_day > 0
    gone = digests.gone_on(now.connection, today, {each.reader for each in waiting}, singles) if asks else {}
    gathered = gather(waiting, gone, desk.letters_a_day)
    letters = [each for each in prepared if each.matter is None]
    joined = {}
    for ids in gathered.letters:
        number = rows[ids[0]].digest_id
        if len(ids) > 1 and number is None:
            number = ids[0]
            joined[number] = ids
        letters.append(singles[ids[0]] if number is None else _digest(desk, number, [singles[id] for id in ids]))
    digests.join(now.connection, joined)
    if not gathered.tomorrow:
        return Together(tuple(letters), {})
    tomorrow = Hours().tomorrow(now.now.astimezone(LEGAL_ZONE), now.workdays)
    return Together(tuple(letters), {(tomorrow, ENOUGH): gathered.tomorrow})


def _waiting(due: Due, row: Delivery, near: date) -> Waiting:
    letter = due.matter
    urgent = letter is not None and letter.notice not in _CALM and letter.matter.dates.safe_due_on <= near
    before = row.digest_id or (row.id if row.attempts > 1 else None)  # the claim has counted this attempt already
    return Waiting(row.id, due.envelope.to.address, urgent, before)


def _digest(desk: Desk, number: int, members: Sequence[Due]) -> Due:
    """The letter of a digest; where one matter is left of it, the letter about that, under the digest's number."""
    first = members[0].envelope
    envelope = replace(
        first,
        delivery_id=number,
        message_id=f"digest-{number}@{desk.host}",
        returns_to=desk.returns.of(number) if desk.returns else first.returns_to,
    )
    facts = [replace(each.matter, envelope=envelope) for each in members if each.matter is not None]
    letter: MatterLetter | DigestLetter = facts[0]
    if len(facts) > 1:
        stops = any(each.notice is not Notice.ESCALATION for each in facts)
        letter = DigestLetter(envelope, tuple(facts), desk.links.to(STOP, number) if stops else "")
    return Due(
        envelope,
        partial(as_is, letter),
        tuple(offer for each in members for offer in each.offers),
        max((each.deadline for each in members if each.deadline is not None), default=None),
        members=tuple(each.id for each in members),
    )

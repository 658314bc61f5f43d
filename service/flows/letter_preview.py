"""A letter as it would be written now, of a real matter, and a copy of it to try: nothing of it is in the outbox.

Invariant: a copy to try has a Message-ID of no delivery and carries no invitation, so that neither what comes back
nor any calendar takes it for the letter itself.
"""

from dataclasses import dataclass, replace
from datetime import date
from uuid import uuid4

from service.channels.channel import Parcel
from service.domain.certification import Certification
from service.domain.delivery import Outcome
from service.domain.errors import RequestRefused
from service.domain.escalation import Cadence
from service.domain.obligation import INFORMATION, MILESTONES
from service.domain.people import Contact, Owner, OwnerKind, audience, owner_of
from service.flows.desk import Desk, Moment, looking, moment
from service.flows.list_rows import letter_rows, rows_to_tell
from service.flows.matters import About, contacts_by_owner, matter_of
from service.flows.post import Post
from service.letters.letter import (
    CanaryLetter,
    Envelope,
    Invite,
    Language,
    Letter,
    ListLetter,
    MatterLetter,
    Method,
    Notice,
    Person,
)
from service.letters.message import encode
from service.letters.writing import write
from service.sheets import cells
from service.store import invites, relays
from service.store.obligations import Stored
from service.store.subjects import by_subjects

LIST, CANARY = "list", "canary"
MARK = "[测试 TEST]"
_A_MINUTE = 10


@dataclass(frozen=True)
class Previewed:
    """A letter, and whom it would go to."""

    to: Person
    letter: Letter


def kinds(stored: Stored) -> list[str]:
    """The letters that there are about a matter, the most usual first."""
    kind, dates = stored.obligation.kind, stored.obligation.dates
    first = Notice.OPENING if kind in INFORMATION else Notice.MILESTONE if kind in MILESTONES else Notice.REMINDER
    lapse = [Notice.LAPSE] if dates.lapse_after is not None and first is Notice.REMINDER else []
    return [first, *lapse, Notice.CORRECTION, Notice.CANCELLATION, LIST, CANARY]


def preview(desk: Desk, stored: Stored, kind: str, language: Language, today: date) -> Previewed:
    """The letter of this kind, in this language, to the first of those who would be told."""
    if kind not in kinds(stored):
        raise RequestRefused("这项事项没有此类信函", "there is no such letter about this matter")
    with looking(desk) as now:
        facts = _facts(desk, now, stored, kind, language, today)
        return Previewed(facts.envelope.to, write(facts))


def send_copy(desk: Desk, post: Post, previewed: Previewed, address: str) -> Outcome:
    """Send a copy to try by the first relay, marked in its subject, without the invitation; what the relay answers.

    Raises RequestRefused for what is no address, and where too many were sent within the minute.
    """
    to = cells.address(address)
    with moment(desk) as now:
        if not relays.take(now.connection, {"test-letter": 1}, {"test-letter": _A_MINUTE}, now.now)["test-letter"]:
            raise RequestRefused("测试信过于频繁，请一分钟后再试", "too many test letters: try again in a minute")
        envelope = _envelope(desk, Person("", to, previewed.to.language), now)
    marked = replace(previewed.letter, subject=f"{MARK} {previewed.letter.subject}", calendar=None, method=None)
    parcel = Parcel(0, envelope.message_id, envelope.sender, to, encode(envelope, marked))
    [(_, outcome)] = post.channels[0].carry([parcel])
    return outcome


def _facts(
    desk: Desk, now: Moment, stored: Stored, kind: str, language: Language, today: date
) -> MatterLetter | ListLetter | CanaryLetter:
    about = by_subjects(now.connection, {stored.subject})[stored.subject]
    unit_id = about.unit_id if isinstance(about, Certification) else about.id
    owner = (OwnerKind.UNIT, unit_id) if kind == LIST else owner_of(stored.obligation.holder, about)
    contact = _reader(now, about, owner)
    name, address = (contact.name, contact.address) if contact else ("", desk.sender)
    envelope = _envelope(desk, Person(name, address, language), now)
    if kind == CANARY:
        return CanaryLetter(envelope, today)
    if kind == LIST:
        unit, unit_kind = (
            (about.unit, about.unit_kind) if isinstance(about, Certification) else (about.name, about.kind)
        )
        if unit_kind is None:
            raise RequestRefused("这项认定没有推荐单位，因此没有督办清单", "it has no recommending unit, so no list")
        rows = letter_rows(now, rows_to_tell(now, unit_id, Cadence.MONTHLY, today), today)
        return ListLetter(envelope, unit, unit_kind, today, rows, Cadence.MONTHLY)
    return _matter_letter(now, stored, about, contact, envelope, Notice(kind), today)


def _matter_letter(
    now: Moment, stored: Stored, about: About, contact: Contact | None, envelope: Envelope, notice: Notice, today: date
) -> MatterLetter:
    safe = stored.obligation.dates.safe_due_on
    offered = invites.of_obligations(now.connection, [stored.id])
    before = offered.get((stored.id, contact.id)) if contact else None
    return MatterLetter(
        envelope=envelope,
        notice=notice,
        matter=matter_of(now, stored, about),
        today=today,
        working_days_left=now.workdays.count(today, safe),
        moved_from=before.on if before is not None and before.on != safe else None,
        invite=Invite(
            uid=f"preview-{envelope.message_id}",
            sequence=0 if before is None else before.sequence,
            method=Method.CANCEL if notice is Notice.CANCELLATION else Method.REQUEST,
            on=safe,
            stamp=now.now,
        ),
        closed=stored.obligation.closed,
    )


def _reader(now: Moment, about: About, owner: Owner) -> Contact | None:
    """The first of the owner's people who would be told; None where there is nobody."""
    theirs = contacts_by_owner(now.connection, [about]).get(owner, [])
    return next(iter(audience(theirs, director_too=True)), None)


def _envelope(desk: Desk, to: Person, now: Moment) -> Envelope:
    return Envelope(0, f"test-{uuid4().hex}@{desk.host}", desk.sender_name, desk.sender, to, now.now)

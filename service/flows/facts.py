"""Facts for letters, read anew when a delivery is about to be carried: what has changed since it was planned counts."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from service.domain.certification import Certification
from service.domain.delivery import Delivery, Purpose, State
from service.domain.obligation import INFORMATION, MILESTONES
from service.domain.people import Contact, Owner, owner_of
from service.domain.plan import LAPSE
from service.flows.desk import Desk, Moment
from service.flows.matters import list_rows, matter_of
from service.letters.letter import (
    Envelope,
    Invite,
    Language,
    ListLetter,
    MatterLetter,
    Method,
    Notice,
    Person,
)
from service.store import carriage, certifications, invites, lists, obligations, people
from service.store.invites import Offered
from service.store.obligations import Stored


@dataclass
class Prepared:
    """A claimed batch sorted out: the letters to write, what their invitations will say, and the rows that end here."""

    letters: list[MatterLetter | ListLetter] = field(default_factory=list)
    offers: list[Offered] = field(default_factory=list)
    ended: dict[tuple[State, str], list[int]] = field(default_factory=dict)

    def end(self, delivery: Delivery, state: State, reason: str) -> None:
        """Let a delivery end without a letter."""
        self.ended.setdefault((state, reason), []).append(delivery.id)


def prepare(desk: Desk, moment: Moment, claimed: Sequence[Delivery], today: date) -> Prepared:
    """The facts of each claimed delivery as they are now; a matter closed or moved since yields no letter."""
    prepared = Prepared()
    contacts = people.contacts_by_ids(moment.connection, {delivery.contact_id for delivery in claimed})
    about = [delivery for delivery in claimed if delivery.subject_kind == obligations.SUBJECT]
    stored = obligations.by_ids(moment.connection, {delivery.subject_id for delivery in about})
    holders = certifications.by_ids(moment.connection, {each.certification_id for each in stored.values()})
    offered = invites.of_obligations(moment.connection, list(stored))
    overtaken = carriage.overtaken(moment.connection, [delivery.id for delivery in about])
    for delivery in about:
        matter, contact = stored[delivery.subject_id], contacts[delivery.contact_id]
        theirs = owner_of(matter.obligation.holder, holders[matter.certification_id])
        refusal = _no_letter(delivery, matter, contact, theirs, delivery.id in overtaken)
        if refusal is not None:
            prepared.end(delivery, *refusal)
            continue
        before = offered.get((matter.id, contact.id))
        offer = _offer(delivery, matter, before)
        holder = holders[matter.certification_id]
        prepared.offers.append(offer)
        prepared.letters.append(_matter_letter(desk, moment, delivery, matter, holder, contact, today, before, offer))
    _prepare_lists(desk, moment, claimed, contacts, today, prepared)
    return prepared


def _no_letter(
    delivery: Delivery, matter: Stored, contact: Contact, theirs: Owner, overtaken: bool
) -> tuple[State, str] | None:
    if not contact.working:
        return State.WITHDRAWN, "address_held_back"
    is_closed = matter.obligation.closed is not None
    if not is_closed and (contact.owner_kind, contact.owner_id) != theirs:
        return State.WITHDRAWN, "another_unit"
    if is_closed != (delivery.purpose is Purpose.CANCELLATION):
        return State.WITHDRAWN, "closed" if is_closed else "open_again"
    if overtaken:
        return State.SUPERSEDED, "newer_stage"
    if delivery.revision != matter.revision and not is_closed:
        return State.SUPERSEDED, "date_moved"
    return None


def _offer(delivery: Delivery, matter: Stored, before: Offered | None) -> Offered:
    """What the recipient's calendar is told: SEQUENCE rises when the day or the method differs from the last offer."""
    method = Method.CANCEL if delivery.purpose is Purpose.CANCELLATION else Method.REQUEST
    day = matter.obligation.dates.safe_due_on
    if before is None:
        return Offered(matter.id, delivery.contact_id, 0, method, day)
    if method is Method.CANCEL:
        day = before.on
    same = (before.method, before.on) == (method, day)
    return Offered(matter.id, delivery.contact_id, before.sequence + (not same), method, day)


def _matter_letter(
    desk: Desk,
    moment: Moment,
    delivery: Delivery,
    stored: Stored,
    holder: Certification,
    contact: Contact,
    today: date,
    before: Offered | None,
    offer: Offered,
) -> MatterLetter:
    return MatterLetter(
        envelope=_envelope(desk, moment, delivery, contact),
        notice=_notice(delivery, stored, today),
        matter=matter_of(stored, holder),
        today=today,
        working_days_left=moment.workdays.count(today, stored.obligation.dates.safe_due_on),
        moved_from=before.on if before is not None and before.on != offer.on else None,
        invite=Invite(
            uid=f"obligation-{stored.id}-{contact.id}@{desk.host}",
            sequence=offer.sequence,
            method=offer.method,
            on=offer.on,
            stamp=moment.now,
        ),
        closed=stored.obligation.closed,
    )


def _notice(delivery: Delivery, stored: Stored, today: date) -> Notice:
    """Which letter; nobody is told of a presumed lapse before ``lapse_after`` has passed."""
    if delivery.purpose is Purpose.CANCELLATION:
        return Notice.CANCELLATION
    if delivery.purpose is Purpose.CORRECTION:
        return Notice.CORRECTION
    if stored.obligation.kind in INFORMATION:
        return Notice.OPENING
    if stored.obligation.kind in MILESTONES:
        return Notice.MILESTONE
    lapse_after = stored.obligation.dates.lapse_after
    if delivery.stage == LAPSE and lapse_after is not None and today > lapse_after:
        return Notice.LAPSE
    return Notice.REMINDER


def _prepare_lists(
    desk: Desk,
    moment: Moment,
    claimed: Sequence[Delivery],
    contacts: dict[int, Contact],
    today: date,
    prepared: Prepared,
) -> None:
    about = [delivery for delivery in claimed if delivery.subject_kind == lists.SUBJECT]
    planned = lists.by_ids(moment.connection, {delivery.subject_id for delivery in about})
    for delivery in about:
        unit, contact = planned[delivery.subject_id], contacts[delivery.contact_id]
        rows = list_rows(moment, unit.unit_id, today)
        if not rows or not contact.working:
            prepared.end(delivery, State.WITHDRAWN, "address_held_back" if rows else "nothing_to_chase")
            continue
        envelope = _envelope(desk, moment, delivery, contact)
        prepared.letters.append(ListLetter(envelope, unit.unit, unit.unit_kind, today, tuple(rows)))


def _envelope(desk: Desk, moment: Moment, delivery: Delivery, contact: Contact) -> Envelope:
    return Envelope(
        delivery_id=delivery.id,
        message_id=f"delivery-{delivery.id}.{delivery.revision}@{desk.host}",
        sender_name=desk.sender_name,
        sender=desk.sender,
        to=Person(contact.name, contact.address, Language(contact.language)),
        sent_at=moment.now,
    )

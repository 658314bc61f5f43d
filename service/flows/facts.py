"""Facts for letters, read anew when a delivery is about to be carried: what has changed since it was planned counts."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, time
from functools import partial

from service.domain.delivery import Delivery, Purpose, State
from service.domain.escalation import Cadence, cadence_of, window
from service.domain.obligation import INFORMATION, MILESTONES
from service.domain.people import Contact, Owner, owner_of
from service.domain.plan import LAPSE
from service.flows.answers import LINK
from service.flows.desk import LEGAL_ZONE, Desk, Moment, moment
from service.flows.due import Due, Prepared, as_is, envelope_of
from service.flows.escalations import prepare_escalations
from service.flows.house_letters import prepare_house_letters
from service.flows.list_rows import letter_rows, rows_to_tell
from service.flows.matters import About, matter_of
from service.flows.undeliverable import undeliverable_letter
from service.letters.letter import (
    Envelope,
    Invite,
    ListLetter,
    MatterLetter,
    Method,
    Notice,
)
from service.store import carriage, chased, failures, invites, lists, obligations, people, restored
from service.store.invites import Offered
from service.store.lists import UnitList
from service.store.obligations import Stored
from service.store.subjects import by_subjects


def prepare(desk: Desk, moment: Moment, claimed: Sequence[Delivery], today: date) -> Prepared:
    """The facts of each claimed delivery as they are now; a matter closed or moved since yields no letter."""
    prepared = Prepared()
    contacts = people.contacts_by_ids(moment.connection, {delivery.contact_id for delivery in claimed})
    on_matters = [delivery for delivery in claimed if is_to_its_holder(delivery)]
    stored = obligations.by_ids(moment.connection, {delivery.subject_id for delivery in on_matters})
    abouts = by_subjects(moment.connection, {each.subject for each in stored.values()})
    offered = invites.of_obligations(moment.connection, list(stored))
    overtaken = carriage.overtaken(moment.connection, [delivery.id for delivery in on_matters])
    first_sequence = restored.first_sequence(moment.connection) if on_matters else 0
    for delivery in on_matters:
        matter, contact = stored[delivery.subject_id], contacts[delivery.contact_id]
        about = abouts[matter.subject]
        theirs = owner_of(matter.obligation.holder, about)
        refusal = _no_letter(delivery, matter, contact, theirs, delivery.id in overtaken)
        if refusal is not None:
            prepared.end(delivery, *refusal)
            continue
        before = offered.get((matter.id, contact.id))
        offer = told(delivery, matter, before, first_sequence)
        letter = _matter_letter(desk, moment, delivery, matter, about, contact, today, before, offer)
        deadline = datetime.combine(matter.obligation.dates.late_after, time.max, LEGAL_ZONE)
        prepared.letters.append(Due(letter.envelope, partial(as_is, letter), (offer,), deadline, letter))
    prepare_escalations(desk, moment, claimed, contacts, today, prepared)
    _prepare_lists(desk, moment, claimed, contacts, today, prepared)
    _prepare_undeliverable(desk, moment, claimed, contacts, today, prepared)
    prepare_house_letters(desk, moment, claimed, contacts, prepared)
    return prepared


def is_to_its_holder(delivery: Delivery) -> bool:
    """Whether a delivery is about a matter and for whoever holds it: these alone have it in their calendars."""
    return delivery.subject_kind == obligations.SUBJECT and delivery.purpose is not Purpose.ESCALATION


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


def told(delivery: Delivery, matter: Stored, before: Offered | None, first_sequence: int) -> Offered:
    """What the recipient's calendar is told: SEQUENCE rises when the day or the method differs from the last offer.

    ``first_sequence`` is that of a first invitation.
    """
    method = Method.CANCEL if delivery.purpose is Purpose.CANCELLATION else Method.REQUEST
    day = matter.obligation.dates.safe_due_on
    if before is None:
        return Offered(matter.id, delivery.contact_id, first_sequence, method, day)
    if method is Method.CANCEL:
        day = before.on
    same = (before.method, before.on) == (method, day)
    return Offered(matter.id, delivery.contact_id, before.sequence + (not same), method, day)


def _matter_letter(
    desk: Desk,
    moment: Moment,
    delivery: Delivery,
    stored: Stored,
    about: About,
    contact: Contact,
    today: date,
    before: Offered | None,
    offer: Offered,
) -> MatterLetter:
    return MatterLetter(
        envelope=envelope_of(desk, moment, delivery, contact),
        notice=_notice(delivery, stored, today),
        matter=matter_of(moment, stored, about),
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
        answer_link=desk.links.to(LINK, delivery.id),
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
    if not about:
        return
    planned = lists.by_ids(moment.connection, {delivery.subject_id for delivery in about})
    chasing = _chasing(moment, planned.values(), today)
    for delivery in about:
        unit, contact = planned[delivery.subject_id], contacts[delivery.contact_id]
        if unit.id not in chasing or not contact.working:
            prepared.end(delivery, State.WITHDRAWN, "address_held_back" if not contact.working else "nothing_to_chase")
            continue
        envelope = envelope_of(desk, moment, delivery, contact)
        prepared.letters.append(Due(envelope, partial(_list_letter, desk, unit, envelope, today)))


def _chasing(now: Moment, planned: Collection[UnitList], today: date) -> set[int]:
    """Those of the lists that have any row left."""
    found: set[int] = set()
    for cadence in Cadence:
        theirs = [each for each in planned if _cadence(each) is cadence]
        chasing = chased.chasing(now.connection, {each.unit_id for each in theirs}, window(cadence, today))
        found |= {each.id for each in theirs if each.unit_id in chasing}
    return found


def _cadence(planned: UnitList) -> Cadence:
    return cadence_of(planned.period)


def _list_letter(desk: Desk, unit: UnitList, envelope: Envelope, today: date) -> ListLetter:
    """The rows are kept as they are told before the letter leaves: a lost answer may hide a received list."""
    with moment(desk) as now:
        told = rows_to_tell(now, unit.unit_id, _cadence(unit), today, unit.id)
        lists.keep(now.connection, unit.id, told)
        rows = letter_rows(now, told, today)
    return ListLetter(envelope, unit.unit, unit.unit_kind, today, rows, _cadence(unit))


def _prepare_undeliverable(
    desk: Desk,
    moment: Moment,
    claimed: Sequence[Delivery],
    contacts: dict[int, Contact],
    today: date,
    prepared: Prepared,
) -> None:
    about = [delivery for delivery in claimed if delivery.subject_kind == failures.SUBJECT]
    failed = people.contacts_by_ids(moment.connection, {delivery.subject_id for delivery in about})
    for delivery in about:
        contact = contacts[delivery.contact_id]
        envelope = envelope_of(desk, moment, delivery, contact)
        letter = undeliverable_letter(moment.connection, envelope, failed[delivery.subject_id], contact.owner_id, today)
        if letter is None or not contact.working:
            prepared.end(delivery, State.WITHDRAWN, "another_unit" if contact.working else "address_held_back")
        else:
            prepared.letters.append(Due(envelope, partial(as_is, letter)))

"""Letters to superior bodies about one matter: whether each still holds, and its facts, when it is carried."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from functools import partial

from service.domain.delivery import Delivery, Purpose, State
from service.domain.people import Contact
from service.domain.rungs import Rung
from service.flows.desk import LEGAL_ZONE, Desk, Moment
from service.flows.due import Due, Prepared, as_is, envelope_of
from service.flows.matters import About, matter_of
from service.flows.overseeing import overseeing
from service.letters.letter import MatterLetter, Notice, Silence
from service.store import answers, chased, obligations
from service.store.obligations import Stored
from service.store.subjects import by_subjects


def prepare_escalations(
    desk: Desk,
    moment: Moment,
    claimed: Sequence[Delivery],
    contacts: Mapping[int, Contact],
    today: date,
    prepared: Prepared,
) -> None:
    """Prepare the letters of the ladder among the claimed: none where the matter is closed or was answered since, and
    none to a body that does not oversee it any more."""
    about_matters = [delivery for delivery in claimed if delivery.purpose is Purpose.ESCALATION]
    if not about_matters:
        return
    stored = obligations.by_ids(moment.connection, {delivery.subject_id for delivery in about_matters})
    abouts = by_subjects(moment.connection, {each.subject for each in stored.values()})
    above = overseeing(moment.connection, abouts.values())
    quiet = answers.quiet(moment.connection, list(stored))
    far = chased.reached(moment.connection, list(stored))
    answered = answers.of_obligations(moment.connection, list(stored))
    for delivery in about_matters:
        matter, contact = stored[delivery.subject_id], contacts[delivery.contact_id]
        about, rung = abouts[matter.subject], Rung(delivery.stage)
        refusal = _no_letter(delivery, matter, contact)
        if refusal is None and not above.covers(contact.owner_id, rung, about):
            refusal = State.WITHDRAWN, "not_overseen"
        if refusal is None and (until := quiet.get(matter.id)) is not None and until >= today:
            refusal = State.WITHDRAWN, "answered"
        if refusal is not None:
            prepared.end(delivery, *refusal)
            continue
        known = chased.reached_by(far, matter.id)
        silence = Silence(rung, known.unanswered, known.silent_since, answered=matter.id in answered)
        letter = _letter(desk, moment, delivery, matter, about, contact, today, silence)
        deadline = datetime.combine(matter.obligation.dates.late_after, time.max, LEGAL_ZONE)
        prepared.letters.append(Due(letter.envelope, partial(as_is, letter), (), deadline, letter))


def _no_letter(delivery: Delivery, matter: Stored, contact: Contact) -> tuple[State, str] | None:
    if not contact.working:
        return State.WITHDRAWN, "address_held_back"
    if matter.obligation.closed is not None:
        return State.WITHDRAWN, "closed"
    if delivery.revision != matter.revision:
        return State.SUPERSEDED, "date_moved"
    return None


def _letter(
    desk: Desk,
    moment: Moment,
    delivery: Delivery,
    stored: Stored,
    about: About,
    contact: Contact,
    today: date,
    silence: Silence,
) -> MatterLetter:
    """Its reader gets no invitation and no link: what it is about is somebody else's to do."""
    return MatterLetter(
        envelope=envelope_of(desk, moment, delivery, contact),
        notice=Notice.ESCALATION,
        matter=matter_of(moment, stored, about),
        today=today,
        working_days_left=moment.workdays.count(today, stored.obligation.dates.safe_due_on),
        moved_from=None,
        invite=None,
        silence=silence,
    )

"""Letters about no matter: the canary's, and the links by which contacts sign in."""

from collections.abc import Mapping, Sequence
from functools import partial

from service.domain.delivery import Delivery, State
from service.domain.people import Contact, OwnerKind
from service.flows.desk import Desk, Moment
from service.flows.due import Due, Prepared, as_is, envelope_of
from service.flows.sign_in import LINK, LINK_LASTS
from service.letters.letter import CanaryLetter, SignInLetter
from service.store import accounts, canary, people


def prepare_house_letters(
    desk: Desk, moment: Moment, claimed: Sequence[Delivery], contacts: Mapping[int, Contact], prepared: Prepared
) -> None:
    """Prepare the canaries and sign-in letters among the claimed; a link used or ended goes to nobody."""
    links = accounts.links_by_ids(
        moment.connection, {each.subject_id for each in claimed if each.subject_kind == accounts.SUBJECT}
    )
    for delivery in claimed:
        contact = contacts[delivery.contact_id]
        if delivery.subject_kind == canary.SUBJECT:
            envelope = envelope_of(desk, moment, delivery, contact)
            prepared.letters.append(Due(envelope, partial(CanaryLetter, envelope, delivery.planned_for)))
        elif delivery.subject_kind == accounts.SUBJECT:
            link = links[delivery.subject_id]
            if link.used_at is not None or link.ends_at <= moment.now or not contact.working:
                prepared.end(delivery, State.WITHDRAWN, "link_ended" if contact.working else "address_held_back")
                continue
            envelope = envelope_of(desk, moment, delivery, contact)
            letter = SignInLetter(
                envelope=envelope,
                owner=_owner(moment, contact),
                link=desk.links.to(LINK, link.id),
                minutes=LINK_LASTS.seconds // 60,
            )
            prepared.letters.append(Due(envelope, partial(as_is, letter)))


def _owner(moment: Moment, contact: Contact) -> str:
    """Whose person a contact is, by name."""
    if contact.owner_kind is OwnerKind.UNIT:
        return people.units_by_ids(moment.connection, [contact.owner_id])[contact.owner_id].name
    return people.enterprise_names(moment.connection, [contact.owner_id])[contact.owner_id]

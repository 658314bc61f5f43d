"""A letter that failed for good, refused by the relay or returned: who is told instead, and of what the unit is told.

Called in the transaction that ends the delivery, so that a crash leaves neither without the other.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import Connection

from service.domain.certification import Certification
from service.domain.delivery import Delivery, Purpose, Verdict
from service.domain.people import Contact, OwnerKind, audience
from service.domain.undeliverable import TOLD_ANEW, Failed, is_held_back, told_instead
from service.letters.letter import Envelope, Language, Person, UndeliverableLetter
from service.store import deliveries, failures, obligations, people
from service.store.deliveries import Plan
from service.store.subjects import by_subjects


def undeliverable(connection: Connection, failed: Sequence[Failed], today: date, now: datetime) -> Counter[str]:
    """Hold back the addresses that failed too often, plan the letters for whoever is told instead, and tell the
    recommending units of the addresses that do not work. Counts ``held_back``, ``told_instead``, ``units_told``.

    Planning again plans nothing: each letter has its unique key.
    """
    if not failed:
        return Counter()
    ended = failures.found(connection, {each.delivery_id for each in failed})
    at_fault = {ended[each.delivery_id].contact_id for each in failed if each.verdict is Verdict.ADDRESS}
    counts = Counter(held_back=len(_hold_back(connection, at_fault)))
    contacts = people.contacts_by_ids(connection, {each.contact_id for each in ended.values()})
    instead = list(_instead(connection, list(ended.values()), contacts))
    of_units = list(_of_units(connection, [each for each in ended.values() if each.contact_id in at_fault], contacts))
    # In one order, whoever plans: two at once that each wait for the other's key would be a deadlock.
    counts["told_instead"] = deliveries.plan(connection, sorted(instead, key=_key), today, now)
    counts["units_told"] = deliveries.plan(connection, sorted(of_units, key=_key), today, now)
    return counts


def _key(plan: Plan) -> tuple[str, int, int]:
    return plan.subject_kind, plan.subject_id, plan.contact_id


def _hold_back(connection: Connection, contact_ids: Collection[int]) -> list[int]:
    """Hold back those of the addresses that failed on enough days. What waits for them ends unsent, so the next scan
    looks at their owners' matters anew and tells those who are left."""
    answers = failures.against(connection, contact_ids)
    often = [id for id, found in answers.items() if is_held_back(found, None)]
    since = failures.counted_from(connection, often)
    held = [id for id in often if is_held_back(answers[id], since.get(id))]
    held = failures.set_working(connection, held, working=False)
    look_again(connection, people.contacts_by_ids(connection, held).values())
    return held


def look_again(connection: Connection, contacts: Collection[Contact]) -> None:
    """Let the next scan look anew at the matters of those whose contacts these are."""
    for kind in OwnerKind:
        obligations.look_again(connection, kind, {each.owner_id for each in contacts if each.owner_kind is kind})


def _instead(connection: Connection, failed: Sequence[Delivery], contacts: Mapping[int, Contact]) -> Iterator[Plan]:
    """The same letter for whoever is told instead. Whether it is still due is looked at when it is carried."""
    failed = [each for each in failed if each.purpose in TOLD_ANEW]
    told = failures.told(connection, failed)
    colleagues = _colleagues(connection, [contacts[each.contact_id] for each in failed])
    for each in failed:
        contact = contacts[each.contact_id]
        theirs = colleagues[contact.owner_kind].get(contact.owner_id, [])
        for other in told_instead(theirs, contact, told[each.id]):
            yield Plan(each.subject_kind, each.subject_id, each.revision, each.purpose, each.stage, other.id)


def _colleagues(connection: Connection, contacts: Sequence[Contact]) -> dict[OwnerKind, dict[int, list[Contact]]]:
    return {
        kind: people.contacts_of(connection, kind, {each.owner_id for each in contacts if each.owner_kind is kind})
        for kind in OwnerKind
    }


def _of_units(connection: Connection, failed: Sequence[Delivery], contacts: Mapping[int, Contact]) -> Iterator[Plan]:
    """A letter to the unit of each matter whose enterprise's address failed; one for each address, whatever fails
    later. A unit's own address is told of to nobody but those who run Duban: it is among the findings."""
    theirs = [each for each in failed if contacts[each.contact_id].owner_kind is OwnerKind.ENTERPRISE]
    matters = obligations.by_ids(connection, {each.subject_id for each in theirs})
    abouts = by_subjects(connection, {each.subject for each in matters.values()})
    told_of = {
        (each.contact_id, about.unit_id)
        for each in theirs
        if isinstance(about := abouts[matters[each.subject_id].subject], Certification)
    }
    handlers = people.contacts_of(connection, OwnerKind.UNIT, {unit_id for _, unit_id in told_of})
    for contact_id, unit_id in told_of:
        for reader in audience(handlers.get(unit_id, []), director_too=False):
            yield Plan(failures.SUBJECT, contact_id, 0, Purpose.UNDELIVERABLE, "undeliverable", reader.id)


def undeliverable_letter(
    connection: Connection, envelope: Envelope, failed: Contact, unit_id: int, today: date
) -> UndeliverableLetter | None:
    """What the unit is told of an address; None where it recommends nothing of that enterprise any more."""
    known = failures.recommended(connection, failed.owner_id, unit_id)
    if known is None:
        return None
    colleagues = people.contacts_of(connection, failed.owner_kind, {failed.owner_id})[failed.owner_id]
    return UndeliverableLetter(
        envelope=envelope,
        unit=known.unit,
        unit_kind=known.unit_kind,
        enterprise=known.enterprise,
        role=failed.role,
        failed=Person(failed.name, failed.address, Language(failed.language)),
        held_back=not failed.working,
        others=any(each.working and each.id != failed.id for each in colleagues),
        today=today,
    )

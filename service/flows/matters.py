"""Obligations as letters and lists tell them."""

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import Connection

from service.domain.certification import Certification
from service.domain.escalation import listed_until
from service.domain.people import Contact, Owner, OwnerKind, audience, owner_of
from service.flows.desk import Moment
from service.letters.letter import ListRow, Matter
from service.store import certifications, deliveries, obligations, people
from service.store.obligations import Stored

_CHUNK = 500


def matter_of(stored: Stored, holder: Certification) -> Matter:
    """An obligation and its certification as letters and lists tell them."""
    obligation = stored.obligation
    return Matter(
        obligation_id=stored.id,
        certification_id=holder.id,
        kind=obligation.kind,
        holder=obligation.holder,
        article=obligation.article,
        enterprise=holder.enterprise,
        uscc=holder.uscc,
        factory=holder.factory,
        level=holder.level,
        batch=holder.batch,
        unit=holder.unit,
        date_basis=holder.date_basis,
        dates=obligation.dates,
        pending=obligation.pending,
    )


def contacts_by_owner(connection: Connection, holders: Iterable[Certification]) -> dict[Owner, list[Contact]]:
    """The people of each enterprise and of each unit of these certifications."""
    found: dict[Owner, list[Contact]] = {}
    known = list(holders)
    for kind, owners in (
        (OwnerKind.ENTERPRISE, {each.enterprise_id for each in known}),
        (OwnerKind.UNIT, {each.unit_id for each in known}),
    ):
        found |= {(kind, id): theirs for id, theirs in people.contacts_of(connection, kind, owners).items()}
    return found


def list_rows(now: Moment, unit_id: int, today: date) -> list[ListRow]:
    """A unit's rows on a day, worst first."""
    stored = obligations.on_list(now.connection, unit_id, listed_until(today))
    chunks = (stored[start : start + _CHUNK] for start in range(0, len(stored), _CHUNK))
    return [row for chunk in chunks for row in _rows(now, chunk, today)]


def _rows(now: Moment, stored: Sequence[Stored], today: date) -> list[ListRow]:
    holders = certifications.by_ids(now.connection, {each.certification_id for each in stored})
    reminded = deliveries.reminded(now.connection, [each.id for each in stored])
    contacts = contacts_by_owner(now.connection, holders.values())
    rows = []
    for each in stored:
        holder = holders[each.certification_id]
        count, last = reminded.get(each.id, (0, None))
        told = audience(contacts.get(owner_of(each.obligation.holder, holder), []), director_too=True)
        rows.append(
            ListRow(
                matter=matter_of(each, holder),
                working_days_left=now.workdays.count(today, each.obligation.dates.safe_due_on),
                reminders=count,
                last_reminded_on=last,
                contacts="; ".join(f"{contact.name} {contact.address}" for contact in told),
            )
        )
    return rows

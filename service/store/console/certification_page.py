"""One certification as its page shows it: its log with authors, the letters about it, its people and their health."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from service.domain.certification import Certification
from service.domain.delivery import Purpose, State
from service.domain.lifecycle import Event
from service.domain.people import Contact, OwnerKind, Role
from service.domain.visitors import Scope
from service.domain.why import LetterOnRecord
from service.store import certifications, people
from service.store.obligations import SUBJECT
from service.store.scoped import certifications_in, contacts_in, deliveries_in
from service.store.tables import certification, contact, delivery, event


@dataclass(frozen=True)
class Logged:
    """An event of the log: who recorded it, when (UTC), and the remark they left."""

    event: Event
    note: str
    author: str
    at: datetime


@dataclass(frozen=True)
class LetterAbout:
    """A letter about a matter of the certification, the contact it is for, and the business day it was planned for."""

    obligation_id: int
    letter: LetterOnRecord
    contact: str
    role: Role
    planned_for: date


@dataclass(frozen=True)
class Health:
    """A contact, and what became of the last letters to it: when one was last accepted, and when one last failed."""

    contact: Contact
    accepted_at: datetime | None
    failed_at: datetime | None


def one(connection: Connection, scope: Scope, id: int) -> Certification | None:
    """The certification of this number; None where there is none within the scope."""
    seen = select(certification.c.id).where(certification.c.id == id, certifications_in(scope))
    return certifications.by_ids(connection, [id]).get(id) if connection.execute(seen).first() else None


def log(connection: Connection, scope: Scope, id: int) -> list[Logged]:
    """The events of a certification, the newest day first."""
    mine = select(event).join(certification).where(certification.c.id == id, certifications_in(scope))
    return [
        Logged(certifications.event_of(row), row.note, row.author, row.recorded_at)
        for row in connection.execute(mine.order_by(event.c.on_day.desc(), event.c.id.desc()))
    ]


def letters(connection: Connection, scope: Scope, obligation_ids: Collection[int], limit: int) -> list[LetterAbout]:
    """The newest letters about these matters; who got them is named where the scope holds that person."""
    statement = (
        select(delivery, contact.c.name, contact.c.role, contacts_in(scope).label("known"))
        .join(contact, contact.c.id == delivery.c.contact_id)
        .where(delivery.c.subject_kind == SUBJECT, delivery.c.subject_id.in_(obligation_ids), deliveries_in(scope))
    )
    rows = connection.execute(statement.order_by(delivery.c.id.desc()).limit(limit))
    return [
        LetterAbout(row.subject_id, _letter(row), row.name if row.known else "", Role(row.role), row.planned_for)
        for row in rows
    ]


def _letter(row: Row[Any]) -> LetterOnRecord:
    return LetterOnRecord(
        id=row.id,
        contact_id=row.contact_id,
        stage=row.stage,
        state=State(row.state),
        reason=row.reason,
        attempts=row.attempts,
        not_before=row.not_before,
        settled_at=row.settled_at,
        purpose=Purpose(row.purpose),
    )


def contacts(connection: Connection, scope: Scope, about: Certification) -> list[Health]:
    """The people of the enterprise and of its unit that the scope lets see, with the health of their addresses."""
    owners = ((OwnerKind.ENTERPRISE, about.enterprise_id), (OwnerKind.UNIT, about.unit_id))
    theirs = [each for kind, id in owners for each in people.contacts_of(connection, kind, [id]).get(id, [])]
    ids = [each.id for each in theirs]
    seen = set(connection.scalars(select(contact.c.id).where(contact.c.id.in_(ids), contacts_in(scope))))
    accepted, failed = _last(connection, ids, [State.SENT]), _last(connection, ids, [State.BOUNCED, State.REFUSED])
    return [Health(each, accepted.get(each.id), failed.get(each.id)) for each in theirs if each.id in seen]


def _last(connection: Connection, contact_ids: Collection[int], states: Collection[State]) -> dict[int, datetime]:
    """When a letter to each of these was last settled in one of the states."""
    whose = delivery.c.contact_id
    statement = select(whose, func.max(delivery.c.settled_at).label("last"))
    settled = statement.where(whose.in_(contact_ids), delivery.c.state.in_(states)).group_by(whose)
    return {row.contact_id: row.last for row in connection.execute(settled) if row.last is not None}

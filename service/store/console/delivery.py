"""One delivery as the console shows it; who asks has found it within their scope by ``deliveries.one``."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from service.domain.delivery import EMAIL
from service.domain.people import Contact, Role
from service.domain.visitors import Scope, ScopeKind
from service.store import digests, people
from service.store.deliveries import Plan
from service.store.doors import audit
from service.store.postal import returned
from service.store.scoped import contacts_in, deliveries_in
from service.store.tables import attempt, contact, delivery

_SEEN = "saw"


@dataclass(frozen=True)
class Reader:
    """Whom a delivery goes to; ``contact`` is None where the scope does not hold that person."""

    role: Role
    contact: Contact | None


def reader(connection: Connection, scope: Scope, id: int) -> Reader:
    """The person whom a delivery goes to."""
    whose = delivery.join(contact, contact.c.id == delivery.c.contact_id)
    row = connection.execute(select(contact.c.id, contact.c.role).select_from(whose).where(delivery.c.id == id)).one()
    theirs = select(contact.c.id).where(contact.c.id == row.id, contacts_in(scope))
    known = scope.kind is ScopeKind.ALL or connection.execute(theirs).first() is not None
    return Reader(Role(row.role), people.contacts_by_ids(connection, [row.id])[row.id] if known else None)


def mates(connection: Connection, scope: Scope, id: int) -> list[int] | None:
    """What else went in one letter with a delivery; None where any of it, and so the letter, is outside the scope."""
    together = digests.in_one_letter(connection, id)
    seen = select(delivery.c.id).where(delivery.c.id.in_(together), deliveries_in(scope))
    known = scope.kind is ScopeKind.ALL or len(connection.execute(seen).all()) == len(together)
    return [each for each in together if each != id] if known else None


def colleagues(connection: Connection, reader: Contact, id: int) -> list[Contact]:
    """Who of the same enterprise or unit has a working address and was not planned the same letter."""
    of = people.contacts_of(connection, reader.owner_kind, [reader.owner_id]).get(reader.owner_id, [])
    names = ("subject_kind", "subject_id", "revision", "purpose", "stage")
    this, other = delivery.alias(), delivery.alias()
    the_same = [this.c[name] == other.c[name] for name in names]
    told = set(connection.scalars(select(other.c.contact_id).join(this, this.c.id == id).where(*the_same)))
    return [each for each in of if each.working and each.id not in told]


def attempts(connection: Connection, id: int) -> list[Row[Any]]:
    """Every attempt, in order: at, outcome, code, answer, verdict, relay."""
    return list(connection.execute(select(attempt).where(attempt.c.delivery_id == id).order_by(attempt.c.id)))


def came_back(connection: Connection, id: int) -> list[Row[Any]]:
    """The returned mail that names a delivery: received_at, verdict, status, words, settled_by."""
    return list(connection.execute(select(returned).where(returned.c.delivery_id == id).order_by(returned.c.id)))


def changes(connection: Connection, id: int) -> list[Row[Any]]:
    """What people did with a delivery, as the audit has it; not who looked at it."""
    statement = select(audit).where(
        audit.c.subject_kind == "delivery", audit.c.subject_id == id, audit.c.action != _SEEN
    )
    return list(connection.execute(statement.order_by(audit.c.id)))


def planned_at(connection: Connection, id: int) -> datetime:
    """When it was planned (UTC)."""
    moment: datetime = connection.execute(select(delivery.c.planned_at).where(delivery.c.id == id)).scalar_one()
    return moment


def number_of(connection: Connection, plan: Plan) -> int:
    """The number under which a planned message stands in the outbox."""
    names = ("subject_kind", "subject_id", "revision", "purpose", "stage", "contact_id")
    found = [delivery.c[name] == getattr(plan, name) for name in names]
    id: int = connection.execute(select(delivery.c.id).where(*found, delivery.c.channel == EMAIL)).scalar_one()
    return id

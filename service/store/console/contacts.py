"""Contacts and their health, as the console lists and shows them; every read names whose rows it may give."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, String, and_, case, cast, exists, func, or_, select

from service.domain.certification import normalise_name
from service.domain.obligation import Holder
from service.domain.people import Contact, OwnerKind
from service.domain.visitors import Scope
from service.store import failures
from service.store.climbing import overseer
from service.store.people import contacts_by_ids
from service.store.postal import returned
from service.store.scoped import certifications_in, contacts_in, deliveries_in, enterprises_in
from service.store.tables import certification, contact, delivery, enterprise, obligation, unit

_LETTERS = 10


@dataclass(frozen=True)
class Listed:
    """A contact of a list: whose it is, the last letter planned for it, and on how many days answers spoke against it
    since a letter was last accepted."""

    contact: Contact
    owner: str
    last: date | None
    failed_days: int


@dataclass(frozen=True)
class Unreached:
    """An enterprise with open matters and nobody to tell: how many, and the first of their safe days."""

    id: int
    name: str
    matters: int
    first: date
    certification_id: int


@dataclass(frozen=True)
class Letter:
    """A letter to a contact."""

    id: int
    state: str
    reason: str
    purpose: str
    planned_for: date


@dataclass(frozen=True)
class Health:
    """What is known of an address: its last letters, the days of answers against it that count, returned messages."""

    letters: Sequence[Letter]
    failed_on: Sequence[date]
    returned: int
    accepted: datetime | None


def found(
    connection: Connection, scope: Scope, words: str, held: bool, limit: int, before: int | None = None
) -> list[Listed]:
    """The newest contacts with these words in their name or address or in the owner's name; or those held back."""
    which = [contacts_in(scope)]
    if held:
        which.append(~contact.c.working)
    if words:
        which.append(_speaks_of(words))
    if before is not None:
        which.append(contact.c.id < before)
    statement = _whole().where(*which).order_by(contact.c.id.desc()).limit(limit)
    return _listed(connection, connection.execute(statement).all())


def one(connection: Connection, scope: Scope, id: int) -> Listed | None:
    """The contact of this number, where it is of the scope."""
    rows = connection.execute(_whole().where(contact.c.id == id, contacts_in(scope))).all()
    listed = _listed(connection, rows)
    return listed[0] if listed else None


def enterprises(connection: Connection, scope: Scope, ids: Collection[int]) -> set[int]:
    """Those of the enterprises that are of the scope."""
    return set(connection.scalars(select(enterprise.c.id).where(enterprise.c.id.in_(ids), enterprises_in(scope))))


def health(connection: Connection, scope: Scope, id: int) -> Health:
    """What is known of the address of a contact that was found within the scope before; of its letters those within."""
    rows = connection.execute(
        select(*(delivery.c[name] for name in ("id", "state", "reason", "purpose", "planned_for")))
        .where(delivery.c.contact_id == id, deliveries_in(scope))
        .order_by(delivery.c.id.desc())
        .limit(_LETTERS)
    )
    mine = select(delivery.c.id).where(delivery.c.contact_id == id)
    came_back = select(func.count()).select_from(returned).where(returned.c.delivery_id.in_(mine))
    since = failures.counted_from(connection, [id]).get(id)
    return Health(
        [Letter(*row) for row in rows],
        sorted(_days(failures.against(connection, [id]).get(id, []), since)),
        connection.execute(came_back).scalar_one(),
        since,
    )


def unreached(connection: Connection, scope: Scope, limit: int, before: int | None = None) -> list[Unreached]:
    """The enterprises with matters open and no contact that works, the newest first."""
    told = exists().where(
        contact.c.owner_kind == OwnerKind.ENTERPRISE, contact.c.owner_id == enterprise.c.id, contact.c.working
    )
    open_matter = and_(obligation.c.closed == "", obligation.c.holder == Holder.ENTERPRISE)
    theirs = certification.join(obligation, and_(obligation.c.certification_id == certification.c.id, open_matter))
    has_open = exists(select(1).select_from(theirs).where(certification.c.enterprise_id == enterprise.c.id))
    which = [enterprises_in(scope), ~told, has_open]
    if before is not None:
        which.append(enterprise.c.id < before)
    names = select(enterprise.c.id, enterprise.c.name).where(*which).order_by(enterprise.c.id.desc()).limit(limit)
    called = {row.id: row.name for row in connection.execute(names)}
    counted = (
        select(
            certification.c.enterprise_id,
            func.count().label("matters"),
            func.min(obligation.c.safe_due_on).label("first"),
            func.min(certification.c.id).label("of"),
        )
        .select_from(theirs)
        .where(certification.c.enterprise_id.in_(called), certifications_in(scope))
        .group_by(certification.c.enterprise_id)
    )
    rows = {row.enterprise_id: row for row in connection.execute(counted)}
    return [
        Unreached(id, name, rows[id].matters, rows[id].first, rows[id].of) for id, name in called.items() if id in rows
    ]


def _speaks_of(words: str) -> ColumnElement[bool]:
    key = normalise_name(words)
    owners = select(enterprise.c.id).where(enterprise.c.name_key.contains(key, autoescape=True))
    units = select(unit.c.id).where(unit.c.name_key.contains(key, autoescape=True))
    superior = select(overseer.c.id).where(overseer.c.name_key.contains(key, autoescape=True))
    return or_(
        contact.c.name.contains(words, autoescape=True),
        func.lower(contact.c.address).contains(words.lower(), autoescape=True),
        and_(contact.c.owner_kind == OwnerKind.ENTERPRISE, contact.c.owner_id.in_(owners)),
        and_(contact.c.owner_kind == OwnerKind.UNIT, contact.c.owner_id.in_(units)),
        and_(contact.c.owner_kind == OwnerKind.OVERSEER, contact.c.owner_id.in_(superior)),
    )


def _whole() -> Select[Any]:
    enterprises = select(enterprise.c.name).where(enterprise.c.id == contact.c.owner_id).scalar_subquery()
    units = select(unit.c.name).where(unit.c.id == contact.c.owner_id).scalar_subquery()
    superior = select(overseer.c.name).where(overseer.c.id == contact.c.owner_id).scalar_subquery()
    kind = contact.c.owner_kind
    owner = case((kind == OwnerKind.ENTERPRISE, enterprises), (kind == OwnerKind.OVERSEER, superior), else_=units)
    letters = select(func.max(delivery.c.id)).where(delivery.c.contact_id == contact.c.id).scalar_subquery()
    return select(contact.c.id, cast(owner, String).label("owner"), letters.label("letter"))


def _listed(connection: Connection, rows: Sequence[Row[Any]]) -> list[Listed]:
    ids = [row.id for row in rows]
    contacts = contacts_by_ids(connection, ids)
    letters = [row.letter for row in rows if row.letter]
    planned = select(delivery.c.contact_id, delivery.c.planned_for).where(delivery.c.id.in_(letters))
    last: dict[int, date] = {row.contact_id: row.planned_for for row in connection.execute(planned)}
    failed = _failed_days(connection, [id for id in ids if id in last])
    return [Listed(contacts[row.id], row.owner or "", last.get(row.id), failed.get(row.id, 0)) for row in rows]


def _failed_days(connection: Connection, ids: Sequence[int]) -> Mapping[int, int]:
    against = failures.against(connection, ids)
    since = failures.counted_from(connection, list(against))
    return {id: len(_days(answers, since.get(id))) for id, answers in against.items()}


def _days(answers: Sequence[tuple[datetime, date]], since: datetime | None) -> set[date]:
    return {day for at, day in answers if since is None or at > since}

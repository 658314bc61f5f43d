"""Everything that is kept of a contact: to be shown to them, corrected, or erased."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, or_, select, update
from sqlalchemy.exc import IntegrityError

from service.domain.delivery import WAITING, Purpose, State
from service.domain.people import Contact, OwnerKind
from service.store import failures, lists
from service.store.answering import answer
from service.store.climbing import overseer
from service.store.doors import session, sign_in
from service.store.kept import intake_change, letter
from service.store.people import contacts_by_ids
from service.store.postal import returned
from service.store.tables import attempt, certification, contact, delivery, enterprise, unit, unit_list

_BY_OTHERS_WORDS = (State.REFUSED, State.UNKNOWN, State.BOUNCED, State.PLANNED)
"""In these states the reason is what a relay or a mailbox said, which may name the address."""

_OWNERS = {OwnerKind.ENTERPRISE: enterprise, OwnerKind.UNIT: unit, OwnerKind.OVERSEER: overseer}
_OF_A_PERSON = ("name", "address", "note")
"""What an answer says of a person; the number of a receipt, say, is none of it."""


@dataclass(frozen=True)
class Kept:
    """What is kept of a contact besides the audit, by kind, in order."""

    deliveries: Sequence[Row[Any]]
    attempts: Sequence[Row[Any]]
    returned: Sequence[Row[Any]]
    sessions: Sequence[Row[Any]]
    links: Sequence[Row[Any]]
    answers: Sequence[Row[Any]]


def person(connection: Connection, id: int) -> Contact | None:
    """The contact of this number, also one that was erased; our own letters to ourselves are nobody's."""
    found = contacts_by_ids(connection, [id]).get(id)
    return None if found is None or found.owner_kind is OwnerKind.HOUSE else found


def hold(connection: Connection, id: int) -> None:
    """Keep a contact from others until the transaction ends: who is being erased must not be written anew meanwhile."""
    connection.execute(select(contact.c.id).where(contact.c.id == id).with_for_update())


def owner_name(connection: Connection, found: Contact) -> str:
    """The name of the enterprise, unit or overseer whose person it is; empty for one that was erased."""
    table = _OWNERS.get(found.owner_kind)
    if table is None:
        return ""
    return str(connection.execute(select(table.c.name).where(table.c.id == found.owner_id)).scalar_one())


def kept(connection: Connection, id: int) -> Kept:
    """Everything that is kept of a contact."""
    theirs = select(delivery.c.id).where(delivery.c.contact_id == id)
    rows = select(delivery).where(delivery.c.contact_id == id).order_by(delivery.c.id)
    return Kept(
        list(connection.execute(rows)),
        list(connection.execute(select(attempt).where(attempt.c.delivery_id.in_(theirs)).order_by(attempt.c.id))),
        list(connection.execute(select(returned).where(returned.c.delivery_id.in_(theirs)).order_by(returned.c.id))),
        list(connection.execute(select(session.c.made_at, session.c.seen_at).where(session.c.contact_id == id))),
        list(connection.execute(select(sign_in).where(sign_in.c.contact_id == id).order_by(sign_in.c.id))),
        list(connection.execute(select(answer).where(answer.c.contact_id == id).order_by(answer.c.id))),
    )


def count_letters(connection: Connection, id: int) -> int:
    """How many letters were planned for a contact."""
    counted = select(func.count()).select_from(delivery).where(delivery.c.contact_id == id)
    return int(connection.execute(counted).scalar_one())


def correct(connection: Connection, id: int, values: dict[str, Any]) -> bool:
    """Set what a contact is called and where it is reached; False where the owner has that address already."""
    try:
        with connection.begin_nested():
            connection.execute(update(contact).where(contact.c.id == id).values(**values))
    except IntegrityError:
        return False
    return True


def telling(connection: Connection, found: Contact) -> list[int]:
    """The deliveries whose letters tell of a contact: to them, about their address, and the lists of their units."""
    to_them = delivery.c.contact_id == found.id
    about = (delivery.c.subject_kind == failures.SUBJECT) & (delivery.c.subject_id == found.id)
    recommended = select(certification.c.unit_id).where(certification.c.enterprise_id == found.owner_id)
    units = (
        recommended
        if found.owner_kind is OwnerKind.ENTERPRISE
        else select(unit.c.id).where(unit.c.id == (found.owner_id if found.owner_kind is OwnerKind.UNIT else 0))
    )
    planned = select(unit_list.c.id).where(unit_list.c.unit_id.in_(units))
    listed = (delivery.c.subject_kind == lists.SUBJECT) & delivery.c.subject_id.in_(planned)
    return list(connection.scalars(select(delivery.c.id).where(or_(to_them, about, listed)).with_for_update()))


def on_the_wire(connection: Connection, ids: Sequence[int]) -> bool:
    """Whether any of these deliveries is being carried, and its letter kept once it was."""
    carried = select(delivery.c.id).where(delivery.c.id.in_(ids), delivery.c.state == State.SENDING)
    return connection.execute(carried.limit(1)).first() is not None


def erase(connection: Connection, found: Contact, told: Sequence[int], now: datetime) -> None:
    """Put nothing in the place of who a contact was; ``told`` are the deliveries whose letters tell of them.

    The rows by which a letter goes once only stay, with what was said of them in others' words taken out.
    """
    nobody = {"owner_kind": OwnerKind.ERASED, "owner_id": -found.id, "name": "", "address": "", "working": False}
    connection.execute(update(contact).where(contact.c.id == found.id).values(**nobody))
    numbers = select(func.coalesce(delivery.c.digest_id, delivery.c.id)).where(delivery.c.id.in_(told))
    connection.execute(delete(letter).where(letter.c.delivery_id.in_(numbers)))
    about = or_(
        delivery.c.contact_id == found.id,
        (delivery.c.purpose == Purpose.UNDELIVERABLE) & (delivery.c.subject_id == found.id),
    )
    theirs = list(connection.scalars(select(delivery.c.id).where(about)))
    connection.execute(update(attempt).where(attempt.c.delivery_id.in_(theirs)).values(answer=""))
    connection.execute(update(returned).where(returned.c.delivery_id.in_(theirs)).values(words=""))
    said = (delivery.c.id.in_(theirs), delivery.c.state.in_(_BY_OTHERS_WORDS))
    connection.execute(update(delivery).where(*said).values(reason=""))
    ended = {"state": State.WITHDRAWN, "reason": "erased", "claim": "", "settled_at": now}
    connection.execute(update(delivery).where(delivery.c.id.in_(theirs), delivery.c.state.in_(WAITING)).values(**ended))
    shut_out(connection, found.id, now)
    _forget_words(connection, found)
    of_it = (intake_change.c.subject_kind == failures.SUBJECT, intake_change.c.subject_id == found.id)
    connection.execute(delete(intake_change).where(*of_it))


def shut_out(connection: Connection, id: int, now: datetime) -> None:
    """End a contact's sessions, and the links by which another could begin."""
    connection.execute(delete(session).where(session.c.contact_id == id))
    unused = (sign_in.c.contact_id == id, sign_in.c.used_at.is_(None), sign_in.c.ends_at > now)
    connection.execute(update(sign_in).where(*unused).values(ends_at=now))


def _forget_words(connection: Connection, found: Contact) -> None:
    """Of what they answered from letters their own words go, and of others' answers what names them."""
    named = func.lower(answer.c.details["address"].as_string()) == found.address.lower()
    which = or_(answer.c.contact_id == found.id, named)
    for row in connection.execute(select(answer.c.id, answer.c.details).where(which)).all():
        left = {name: value for name, value in row.details.items() if name not in _OF_A_PERSON}
        connection.execute(update(answer).where(answer.c.id == row.id).values(details=left))

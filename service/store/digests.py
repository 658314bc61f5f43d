"""Deliveries that go in one letter: which do, and how many letters that makes."""

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import date

from sqlalchemy import Connection, and_, case, func, select, update

from service.domain.delivery import FOR_NOBODY_ELSE, RETRIABLE, WAITING, Purpose, State
from service.store.obligations import SUBJECT
from service.store.tables import contact, delivery, obligation


def newest(connection: Connection) -> int:
    """The highest number in the outbox; 0 where it is empty."""
    return connection.execute(select(func.max(delivery.c.id))).scalar_one() or 0


def planned_after(connection: Connection, id: int, day: date, near: date) -> list[tuple[int, int]]:
    """What was planned for a business day under numbers above ``id`` and may go: for each address how many reminders
    whose safe day is ``near`` or before, and how many others."""
    is_urgent = and_(delivery.c.purpose == Purpose.REMINDER, obligation.c.safe_due_on <= near)
    counted = func.count(case((is_urgent, delivery.c.id))), func.count(case((~is_urgent, delivery.c.id)))
    statement = (
        select(*counted)
        .select_from(delivery)
        .join(contact, contact.c.id == delivery.c.contact_id)
        .join(obligation, and_(delivery.c.subject_kind == SUBJECT, obligation.c.id == delivery.c.subject_id))
        .where(delivery.c.id > id, delivery.c.planned_for == day)
        .where(delivery.c.state.not_in((State.HELD, State.SUPERSEDED)))
        .group_by(contact.c.address)
    )
    return [(row[0], row[1]) for row in connection.execute(statement)]


def gone_on(connection: Connection, day: date, addresses: Collection[str], but: Collection[int]) -> Counter[str]:
    """How many letters of a business day each of these addresses has been sent, or nearly; ``but`` are not counted."""
    letter = func.count(func.coalesce(delivery.c.digest_id, delivery.c.id).distinct()).label("letters")
    statement = (
        select(contact.c.address, letter)
        .join(delivery, delivery.c.contact_id == contact.c.id)
        .where(
            contact.c.address.in_(addresses),
            delivery.c.planned_for == day,
            delivery.c.attempts > 0,
            delivery.c.purpose.not_in(FOR_NOBODY_ELSE),
            delivery.c.id.not_in(but),
        )
        .group_by(contact.c.address)
    )
    return Counter({row.address: row.letters for row in connection.execute(statement)})


def join(connection: Connection, digests: Mapping[int, Collection[int]]) -> None:
    """Note which claimed rows go in one letter, by its number."""
    for number, ids in digests.items():
        connection.execute(update(delivery).where(delivery.c.id.in_(ids)).values(digest_id=number))


def in_one_letter(connection: Connection, id: int) -> list[int]:
    """The deliveries that go in one letter with this one, itself among them; or those of the letter of this number."""
    number = connection.execute(select(delivery.c.digest_id).where(delivery.c.id == id)).scalar_one_or_none()
    theirs = select(delivery.c.id).where(delivery.c.digest_id == (number or id)).order_by(delivery.c.id)
    return list(connection.scalars(theirs)) or [id]


def leave_digests(connection: Connection, contact_id: int) -> None:
    """Let what a person has still to get go by itself: their address is another now than that of the others."""
    unsent = (delivery.c.contact_id == contact_id, delivery.c.state.in_((*WAITING, *RETRIABLE, State.SENDING)))
    connection.execute(update(delivery).where(*unsent).values(digest_id=None))

"""Deliveries that go in one letter: which do, and how many letters that makes."""

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import date

from sqlalchemy import Connection, and_, bindparam, delete, func, or_, select, update

from service.domain.delivery import FOR_NOBODY_ELSE, RETRIABLE, WAITING, Purpose, State
from service.store.kept import letter
from service.store.obligations import SUBJECT
from service.store.tables import contact, delivery, obligation

_UNSENT = (*WAITING, *RETRIABLE, State.SENDING)


def newest(connection: Connection) -> int:
    """The highest number in the outbox; 0 where it is empty."""
    return connection.execute(select(func.max(delivery.c.id))).scalar_one() or 0


def planned_after(connection: Connection, id: int, day: date, near: date) -> list[tuple[int, int]]:
    """What was planned for a business day under numbers above ``id`` and may go: for each address how many reminders
    whose safe day is ``near`` or before, and how many others."""
    urgent, others = Counter[str](), Counter[str]()
    for address, is_urgent in connection.execute(_PLANNED_AFTER, {"after": id, "day": day, "near": near}):
        (urgent if is_urgent else others)[address] += 1
    return [(urgent[each], others[each]) for each in {**urgent, **others}]


# Counted here and not by the database, which would go by every address to group them, however few were planned.
_PLANNED_AFTER = (
    select(
        contact.c.address,
        and_(delivery.c.purpose != Purpose.ESCALATION, obligation.c.safe_due_on <= bindparam("near")),
    )
    .select_from(delivery)
    .join(contact, contact.c.id == delivery.c.contact_id)
    .join(obligation, and_(delivery.c.subject_kind == SUBJECT, obligation.c.id == delivery.c.subject_id))
    .where(delivery.c.id > bindparam("after"), delivery.c.planned_for == bindparam("day"))
    .where(delivery.c.state.not_in((State.HELD, State.SUPERSEDED)))
)


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
    theirs = select(delivery.c.id).where(delivery.c.digest_id == (number or id))
    return sorted({*connection.scalars(theirs), id})


def unsent_of(connection: Connection, contact_id: int) -> list[int]:
    """What a person has still to get or failed to get, and what it goes in one letter with; kept from others until the
    transaction ends, in the order in which whoever carries them keeps them."""
    mate = delivery.alias()
    numbers = select(mate.c.digest_id).where(
        mate.c.contact_id == contact_id, mate.c.state.in_(_UNSENT), mate.c.digest_id.is_not(None)
    )
    which = or_(delivery.c.contact_id == contact_id, delivery.c.digest_id.in_(numbers))
    statement = select(delivery.c.id).where(which, delivery.c.state.in_(_UNSENT)).order_by(delivery.c.id)
    return list(connection.scalars(statement.with_for_update()))


def dissolve(connection: Connection, ids: Collection[int]) -> None:
    """Let each of these go by itself, since their readers' addresses are not the same any more; the letter in which
    they stood together is kept no longer, for what tells of whom would not be known."""
    numbers = select(delivery.c.digest_id).where(delivery.c.id.in_(ids), delivery.c.digest_id.is_not(None))
    connection.execute(delete(letter).where(letter.c.delivery_id.in_(numbers)))
    connection.execute(update(delivery).where(delivery.c.id.in_(ids)).values(digest_id=None))

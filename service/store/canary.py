"""The letters that we write to ourselves, one a day, and when our own mailbox had each."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, exists, select, update

from service.domain.delivery import EMAIL, Purpose, State
from service.domain.people import OwnerKind, Role
from service.letters.letter import Language
from service.store import deliveries
from service.store.database import add_new
from service.store.deliveries import Plan
from service.store.postal import canary
from service.store.tables import contact, delivery

SUBJECT = "canary"
_OURSELVES = {"owner_kind": OwnerKind.HOUSE, "owner_id": 0}


@dataclass(frozen=True)
class Canary:
    """A letter to ourselves that a relay has accepted: its day, and when (UTC); not arrived yet where None."""

    on: date
    sent_at: datetime
    arrived_at: datetime | None


def plan(connection: Connection, address: str, day: date, now: datetime) -> bool:
    """Plan the letter of a day; False where it was planned before, also by another process at the same moment."""
    if connection.execute(select(canary.c.on_day).where(canary.c.on_day == day)).first() is not None:
        return False
    to = {"role": Role.HANDLER, "name": "", "address": address, "language": Language.ZH, "working": True}
    add_new(connection, contact, [{**_OURSELVES, **to}])
    ours = [contact.c[name] == value for name, value in _OURSELVES.items()]
    contact_id = connection.execute(select(contact.c.id).where(*ours, contact.c.address == address)).scalar_one()
    letter = Plan(SUBJECT, int(f"{day:%Y%m%d}"), 0, Purpose.CANARY, day.isoformat(), contact_id)
    deliveries.plan(connection, [letter], day, now)
    planned = select(delivery.c.id).where(
        delivery.c.subject_kind == SUBJECT,
        delivery.c.subject_id == letter.subject_id,
        delivery.c.contact_id == contact_id,
        delivery.c.channel == EMAIL,
    )
    delivery_id = connection.execute(planned).scalar_one()
    return bool(add_new(connection, canary, [{"on_day": day, "delivery_id": delivery_id, "arrived_at": None}]))


def arrived(connection: Connection, delivery_id: int, now: datetime) -> bool:
    """Note that a letter to ourselves has arrived; False where the delivery is none. The first arrival counts."""
    known = connection.execute(select(exists().where(canary.c.delivery_id == delivery_id))).scalar_one()
    if known:
        which = (canary.c.delivery_id == delivery_id, canary.c.arrived_at.is_(None))
        connection.execute(update(canary).where(*which).values(arrived_at=now))
    return bool(known)


def sent_since(connection: Connection, day: date) -> list[Canary]:
    """The letters of ``day`` and later that a relay has accepted, the newest first."""
    statement = (
        select(canary.c.on_day, delivery.c.settled_at, canary.c.arrived_at)
        .join(delivery, delivery.c.id == canary.c.delivery_id)
        .where(canary.c.on_day >= day, delivery.c.state == State.SENT)
        .order_by(canary.c.on_day.desc())
    )
    return [Canary(*row) for row in connection.execute(statement)]

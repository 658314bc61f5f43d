"""Mail that came back. A message is on record once for its source."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, func, select, update

from service.domain.undeliverable import Meaning
from service.store.database import add_new
from service.store.obligations import SUBJECT
from service.store.postal import returned
from service.store.tables import certification, delivery, enterprise, obligation

BY_ITSELF = "duban"
"""Who settled what no person has to look at."""


@dataclass(frozen=True)
class Returned:
    """A returned message as it was read; ``delivery_id`` may be a mere claim while nobody has settled it.

    ``certification_id`` is 0 and ``enterprise`` empty where its delivery is not known or of no certification.
    """

    id: int
    source: str
    received_at: datetime
    delivery_id: int | None
    meaning: Meaning
    status: str
    words: str
    settled_by: str
    certification_id: int
    enterprise: str


def add(
    connection: Connection,
    source: str,
    at: datetime,
    delivery_id: int | None,
    meaning: Meaning,
    status: str,
    words: str,
    settled_by: str,
) -> bool:
    """Put a message on record; False where it is already."""
    row = {"source": source, "received_at": at, "delivery_id": delivery_id, "verdict": meaning}
    return add_new(connection, returned, [{**row, "status": status, "words": words, "settled_by": settled_by}]) == 1


def waiting(connection: Connection, limit: int) -> list[Returned]:
    """What waits for a person, the oldest first."""
    return _found(connection, returned.c.settled_by == "", limit)


def count_waiting(connection: Connection) -> int:
    """How many wait for a person."""
    counted = select(func.count()).select_from(returned).where(returned.c.settled_by == "")
    count: int = connection.execute(counted).scalar_one()
    return count


def by_ids(connection: Connection, ids: Collection[int]) -> dict[int, Returned]:
    """The messages with these ids, kept from others until the transaction ends."""
    connection.execute(select(returned.c.id).where(returned.c.id.in_(ids)).order_by(returned.c.id).with_for_update())
    return {each.id: each for each in _found(connection, returned.c.id.in_(ids), len(ids))}


def _found(connection: Connection, which: ColumnElement[bool], limit: int) -> list[Returned]:
    about = and_(delivery.c.subject_kind == SUBJECT, obligation.c.id == delivery.c.subject_id)
    statement = (
        select(returned, certification.c.id.label("certification_id"), enterprise.c.name)
        .outerjoin(delivery, delivery.c.id == returned.c.delivery_id)
        .outerjoin(obligation, about)
        .outerjoin(certification, certification.c.id == obligation.c.certification_id)
        .outerjoin(enterprise, enterprise.c.id == certification.c.enterprise_id)
        .where(which)
        .order_by(returned.c.id)
        .limit(limit)
    )
    return [
        Returned(
            row.id,
            row.source,
            row.received_at,
            row.delivery_id,
            Meaning(row.verdict),
            row.status,
            row.words,
            row.settled_by,
            row.certification_id or 0,
            row.name or "",
        )
        for row in connection.execute(statement)
    ]


def settle(
    connection: Connection, ids: Collection[int], by: str, delivery_id: int | None, meaning: Meaning | None
) -> None:
    """Note who has looked at messages, and what they are where the person says so."""
    said = {"delivery_id": delivery_id, "verdict": meaning}
    values = {"settled_by": by, **{name: value for name, value in said.items() if value is not None}}
    connection.execute(update(returned).where(returned.c.id.in_(ids)).values(values))

"""What each recipient's calendar was last told of each obligation."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, bindparam, insert, select, tuple_, update

from service.letters.letter import Method
from service.store.tables import invite


@dataclass(frozen=True)
class Offered:
    """The last invitation for one obligation and recipient."""

    obligation_id: int
    contact_id: int
    sequence: int
    method: Method
    on: date


def of_obligations(connection: Connection, ids: Collection[int]) -> dict[tuple[int, int], Offered]:
    """The last invitations about these obligations, by obligation and contact."""
    rows = connection.execute(select(invite).where(invite.c.obligation_id.in_(ids)))
    return {
        (row.obligation_id, row.contact_id): Offered(
            row.obligation_id, row.contact_id, row.sequence, Method(row.method), row.on_day
        )
        for row in rows
    }


def offer(connection: Connection, offers: Sequence[Offered], now: datetime) -> None:
    """Note what is about to be told; committed before it is carried, since a lost answer may hide a received letter."""
    keys = [(new.obligation_id, new.contact_id) for new in offers]
    known = {
        (row.obligation_id, row.contact_id)
        for row in connection.execute(
            select(invite.c.obligation_id, invite.c.contact_id).where(
                tuple_(invite.c.obligation_id, invite.c.contact_id).in_(keys)
            )
        )
    }
    rows = [
        {
            "obligation_id": new.obligation_id,
            "contact_id": new.contact_id,
            "sequence": new.sequence,
            "method": new.method,
            "on_day": new.on,
            "offered_at": now,
        }
        for new in offers
    ]
    fresh = [row for row, key in zip(rows, keys, strict=True) if key not in known]
    if fresh:
        connection.execute(insert(invite), fresh)
    stale = [
        {f"new_{name}": value for name, value in row.items()}
        for row, key in zip(rows, keys, strict=True)
        if key in known
    ]
    if stale:
        connection.execute(
            update(invite)
            .where(
                invite.c.obligation_id == bindparam("new_obligation_id"),
                invite.c.contact_id == bindparam("new_contact_id"),
            )
            .values(
                sequence=bindparam("new_sequence"),
                method=bindparam("new_method"),
                on_day=bindparam("new_on_day"),
                offered_at=bindparam("new_offered_at"),
            ),
            stale,
        )

"""What each recipient's calendar was last told of each obligation."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, select

from service.letters.letter import Method
from service.store.database import among, put
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
    rows = connection.execute(_OF_OBLIGATIONS, {"among": list(ids)}) if ids else ()
    return {
        (row.obligation_id, row.contact_id): Offered(
            row.obligation_id, row.contact_id, row.sequence, Method(row.method), row.on_day
        )
        for row in rows
    }


_OF_OBLIGATIONS = select(invite).where(among(invite.c.obligation_id))


def offer(connection: Connection, offers: Sequence[Offered], now: datetime) -> None:
    """Note what is about to be told; committed before it is carried, since a lost answer may hide a received letter."""
    put(
        connection,
        invite,
        [
            {
                "obligation_id": new.obligation_id,
                "contact_id": new.contact_id,
                "sequence": new.sequence,
                "method": new.method,
                "on_day": new.on,
                "offered_at": now,
            }
            for new in offers
        ],
    )

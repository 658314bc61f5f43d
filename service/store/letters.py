"""Letters as they went out, kept so that what a person was told can be shown later, word for word."""

import zlib
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, func, select

from service.store.database import put
from service.store.kept import letter
from service.store.tables import delivery

_FAST = 1


def keep(connection: Connection, messages: Mapping[int, bytes], now: datetime) -> None:
    """Keep the message of each delivery, in the place of what an earlier attempt had written."""
    rows = [
        {"delivery_id": id, "written_at": now, "message": zlib.compress(message, _FAST)}
        for id, message in messages.items()
    ]
    put(connection, letter, rows)


def of_delivery(connection: Connection, delivery_id: int) -> tuple[bytes, datetime] | None:
    """The message of a delivery, or the digest that it went in, and when it was written (UTC); None where none is kept.

    The caller has asked for every delivery that it tells of by the scope of who looks.
    """
    number = func.coalesce(delivery.c.digest_id, delivery.c.id)
    statement = select(letter).join(delivery, letter.c.delivery_id == number).where(delivery.c.id == delivery_id)
    row = connection.execute(statement).first()
    return None if row is None else (zlib.decompress(row.message), row.written_at)

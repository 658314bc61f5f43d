"""Letters as they went out, kept so that what a person was told can be shown later, word for word."""

import zlib
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, select

from service.store.database import put
from service.store.kept import letter

_FAST = 1


def keep(connection: Connection, messages: Mapping[int, bytes], now: datetime) -> None:
    """Keep the message of each delivery, in the place of what an earlier attempt had written."""
    rows = [
        {"delivery_id": id, "written_at": now, "message": zlib.compress(message, _FAST)}
        for id, message in messages.items()
    ]
    put(connection, letter, rows)


def of_delivery(connection: Connection, delivery_id: int) -> tuple[bytes, datetime] | None:
    """The message of a delivery and when it was written (UTC); None where none is kept.

    The caller has asked for the delivery by the scope of who looks.
    """
    row = connection.execute(select(letter).where(letter.c.delivery_id == delivery_id)).first()
    return None if row is None else (zlib.decompress(row.message), row.written_at)

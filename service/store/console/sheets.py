"""Sheets that were imported, as they came: those that hold an address are emptied when it is erased."""

import zlib
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from sqlalchemy import Connection, select, update

from service.store.kept import intake

_LARGEST_PART = 256 * 1024 * 1024


def forget(connection: Connection, address: str) -> int:
    """Empty every kept sheet in which this address stands; how many. What came of each import stays on record."""
    emptied = 0
    for id in connection.scalars(select(intake.c.id).order_by(intake.c.id)).all():
        content = zlib.decompress(connection.execute(select(intake.c.sheet).where(intake.c.id == id)).scalar_one())
        if _holds(content, address.lower().encode()):
            connection.execute(update(intake).where(intake.c.id == id).values(sheet=zlib.compress(b"")))
            emptied += 1
    return emptied


def _holds(content: bytes, address: bytes) -> bool:
    """Whether it stands in a text file or in any part of a workbook; an address is ASCII in either encoding."""
    if address in content.lower():
        return True
    try:
        with ZipFile(BytesIO(content)) as parts:
            return any(
                address in parts.read(part).lower() for part in parts.infolist() if part.file_size <= _LARGEST_PART
            )
    except (BadZipFile, OSError, zlib.error, NotImplementedError):
        return False

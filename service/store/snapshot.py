"""A copy of the database in a file of its own, to try on what must not touch the real one."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Engine, event, select
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from service.store.database import open_engine
from service.store.tables import metadata

_CHUNK = 1000
_HURRIED = ("synchronous=OFF", "cache_size=-131072", "wal_autocheckpoint=20000")
"""Nobody needs the copy after a crash: no waiting for the disk, 128 MiB of pages in memory, rare checkpoints."""


@contextmanager
def copied(engine: Engine) -> Iterator[Engine]:
    """The database of one moment as an SQLite file that only this account can read, gone at the end.

    The original is read, never written. It must have the newest schema.
    """
    with TemporaryDirectory(prefix="duban-") as folder:
        file = Path(folder) / "copy.db"
        if engine.dialect.name == "sqlite":
            _back_up(engine, file)
        copy = open_engine(f"sqlite:///{file}")
        event.listen(copy, "connect", _hurry)
        try:
            if engine.dialect.name != "sqlite":
                _read_into(engine, copy)
            yield copy
        finally:
            copy.dispose()


def _back_up(engine: Engine, file: Path) -> None:
    """By SQLite's own means: page by page, one consistent state whoever writes meanwhile."""
    with closing(engine.raw_connection()) as source, closing(sqlite3.connect(file)) as target:
        original: Any = source.driver_connection
        original.backup(target)


def _read_into(engine: Engine, copy: Engine) -> None:
    """Table by table, in one transaction that PostgreSQL itself keeps from writing."""
    metadata.create_all(copy)
    reading = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True, "yield_per": _CHUNK}
    with engine.connect().execution_options(**reading) as source, copy.begin() as target:
        for table in metadata.sorted_tables:
            for rows in source.execute(select(table)).mappings().partitions():
                target.execute(table.insert(), [dict(row) for row in rows])


def _hurry(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    for pragma in _HURRIED:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()

"""Opening a database: SQLite by default, PostgreSQL where one machine is not enough."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.pool import ConnectionPoolEntry

from service.domain.errors import RequestRefused

_BUSY_SECONDS = 30
_CHUNK = 500
_READS = "duban_reads"


def open_engine(url: str) -> Engine:
    """The engine for a ``sqlite:///…`` or ``postgresql+psycopg://…`` URL.

    SQLite: write-ahead log, foreign keys on, and every transaction begins IMMEDIATE, since a deferred one that
    first reads and then writes fails at once, whatever the busy timeout says.
    """
    try:
        parsed = make_url(url)
        if parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        if parsed.drivername == "postgresql+psycopg":
            return create_engine(parsed, pool_pre_ping=True, pool_size=20)
        if parsed.drivername == "sqlite" and parsed.database and parsed.database != ":memory:":
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
            engine = create_engine(parsed, connect_args={"timeout": _BUSY_SECONDS})
            event.listen(engine, "connect", _prepare_sqlite)
            event.listen(engine, "begin", _begin_immediate)
            return engine
    except (ArgumentError, NoSuchModuleError):
        pass  # the sentence below says what is accepted
    raise RequestRefused(
        "DUBAN_DATABASE_URL 应为 sqlite:///文件 或 postgresql+psycopg://用户:口令@主机/库名",
        "DUBAN_DATABASE_URL must be sqlite:///FILE or postgresql+psycopg://USER:PASSWORD@HOST/NAME",
    )


def _prepare_sqlite(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # the driver opens no transaction of its own; _begin_immediate does
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_immediate(connection: Connection) -> None:
    reads = connection.get_execution_options().get(_READS)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that only reads, so that on SQLite it waits for no writer."""
    with engine.connect().execution_options(**{_READS: True}) as connection, connection.begin():
        yield connection


def add_new(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> int:
    """Insert the rows whose unique key is new; how many were. A row that exists already is left as it is."""
    added = 0
    for start in range(0, len(rows), _CHUNK):
        statement = _insert(connection, table).on_conflict_do_nothing()
        added += len(connection.execute(statement.returning(table.c[0]), rows[start : start + _CHUNK]).all())
    return added


def put(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert the rows, or overwrite those whose primary key is there."""
    if rows:
        statement = _insert(connection, table)
        values = {column.name: statement.excluded[column.name] for column in table.c if not column.primary_key}
        connection.execute(
            statement.on_conflict_do_update(index_elements=list(table.primary_key), set_=values), list(rows)
        )


def _insert(connection: Connection, table: Table) -> postgresql.Insert | sqlite.Insert:
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)

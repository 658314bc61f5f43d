"""Opening a database: SQLite by default, PostgreSQL where one machine is not enough."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from psycopg import ProgrammingError
from psycopg.conninfo import make_conninfo
from sqlalchemy import URL, ColumnElement, Connection, Engine, Table, bindparam, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.sql.dml import ReturningInsert

from service.domain.errors import RequestRefused

_BUSY_SECONDS = 30
_CHUNK = 500
_READS = "duban_reads"
_Value = TypeVar("_Value")


def open_engine(url: str) -> Engine:
    """The engine for a ``sqlite:///…`` or ``postgresql+psycopg://…`` URL. Errors never show parameters: addresses.

    SQLite: write-ahead log, foreign keys on, and every transaction begins IMMEDIATE, since a deferred one that
    first reads and then writes fails at once, whatever the busy timeout says.
    """
    try:
        parsed = make_url(url)
        if parsed.drivername in ("postgresql", "postgresql+psycopg"):
            return _open_postgresql(parsed.set(drivername="postgresql+psycopg"))
        if parsed.drivername == "sqlite" and parsed.database and parsed.database != ":memory:":
            return _open_sqlite(parsed, Path(parsed.database))
    except (ArgumentError, NoSuchModuleError, ValueError, ProgrammingError):
        pass  # the sentence below says what is accepted
    raise RequestRefused(
        "DUBAN_DATABASE_URL 应为 sqlite:///文件 或 postgresql+psycopg://用户:口令@主机/库名",
        "DUBAN_DATABASE_URL must be sqlite:///FILE or postgresql+psycopg://USER:PASSWORD@HOST/NAME",
    )


def _open_postgresql(url: URL) -> Engine:
    engine = create_engine(url, pool_pre_ping=True, pool_size=20, hide_parameters=True)
    _, options = engine.dialect.create_connect_args(url)
    # Refuses an option that PostgreSQL does not know, before anything is done.
    make_conninfo("", **{name: value for name, value in options.items() if name != "context"})
    return engine


def _open_sqlite(url: URL, file: Path) -> Engine:
    engine = create_engine(url, connect_args={"timeout": _BUSY_SECONDS}, hide_parameters=True)

    @event.listens_for(engine, "do_connect")
    def make_folder(*_: Any) -> None:
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as failure:
            raise RequestRefused(
                f"DUBAN_DATABASE_URL：无法建立目录 {file.parent}：{failure.strerror}",
                f"DUBAN_DATABASE_URL: the folder {file.parent} cannot be made: {failure.strerror}",
            ) from None

    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_immediate)
    return engine


def _prepare_sqlite(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # the driver opens no transaction of its own; _begin_immediate does
    cursor = connection.cursor()
    try:
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
    except sqlite3.DatabaseError as failure:
        if failure.sqlite_errorcode != sqlite3.SQLITE_NOTADB:
            raise
        raise RequestRefused(
            "DUBAN_DATABASE_URL 指向的文件不是 SQLite 数据库",
            "DUBAN_DATABASE_URL: the file that it names is no SQLite database",
        ) from None
    finally:
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
    return len(new_keys(connection, table, rows))


def new_keys(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> list[Any]:
    """The same; what the first column has in the rows that were inserted."""
    added: list[Any] = []
    for start in range(0, len(rows), _CHUNK):
        added += connection.scalars(_adding(connection.dialect.name, table), rows[start : start + _CHUNK])
    return added


def put(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert the rows, or overwrite those whose primary key is there."""
    if rows:
        connection.execute(_overwriting(connection.dialect.name, table), list(rows))


def among(column: ColumnElement[_Value]) -> ColumnElement[bool]:
    """Whether the column has one of the ``among`` that a statement is executed with.

    For statements that are made once: to build one anew takes longer than to run it.
    """
    return column.in_(bindparam("among", expanding=True))


@cache
def _adding(dialect: str, table: Table) -> ReturningInsert[Any]:
    return _insert(dialect, table).on_conflict_do_nothing().returning(table.c[0])


@cache
def _overwriting(dialect: str, table: Table) -> postgresql.Insert | sqlite.Insert:
    statement = _insert(dialect, table)
    values = {column.name: statement.excluded[column.name] for column in table.c if not column.primary_key}
    return statement.on_conflict_do_update(index_elements=list(table.primary_key), set_=values)


def _insert(dialect: str, table: Table) -> postgresql.Insert | sqlite.Insert:
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)

"""The working-day table, seeded with the announced years and extended by importing notices."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    ScalarSelect,
    String,
    Subquery,
    cast,
    delete,
    func,
    insert,
    select,
    text,
)

from service.domain.notice import Notice
from service.domain.workdays import DayKind, SpecialDay, Workdays
from service.store.database import put
from service.store.official_days import official_days
from service.store.rulebook import announced_year, workday


@dataclass(frozen=True)
class AnnouncedYear:
    """A year in the table: where it was taken from and when (UTC), and how many days of each kind it names.

    ``notice`` is the notice's number; empty where the source has none.
    """

    year: int
    source: str
    notice: str
    loaded_at: datetime
    rest: int
    work: int


def _joined(words: ColumnElement[str], rows: Subquery) -> ScalarSelect[str]:
    return select(func.aggregate_strings(words, " ")).select_from(rows).scalar_subquery()


def load(connection: Connection) -> Workdays:
    """The table as it stands; of a day that two notices name, that of the later year counts."""
    written = connection.scalar(_WRITTEN) or ""
    table = _kept.get(written)
    if table is None:
        table = _read(connection)
        while len(_kept) >= _TABLES_KEPT:
            _kept.pop(next(iter(_kept)), None)
        _kept[written] = table
    return table


_kept: dict[str, Workdays] = {}
"""Tables by their content, written out: to read a thousand rows takes milliseconds, and every transaction asks."""
_TABLES_KEPT = 4
_NAMED = select(workday.c.day, workday.c.kind, workday.c.name).order_by(workday.c.day, workday.c.year)
_ANNOUNCED = select(announced_year.c.year).order_by(announced_year.c.year)
_in_order = _NAMED.subquery()
_years = _ANNOUNCED.subquery()
_WRITTEN = select(
    func.coalesce(_joined(cast(_in_order.c.day, String) + _in_order.c.kind + _in_order.c.name, _in_order), "")
    + "|"
    + func.coalesce(_joined(cast(_years.c.year, String), _years), "")
)


def _read(connection: Connection) -> Workdays:
    special = [SpecialDay(day, DayKind(kind), name) for day, kind, name in connection.execute(_NAMED)]
    return Workdays(special, list(connection.scalars(_ANNOUNCED)))


def seed(connection: Connection, now: datetime) -> None:
    """Fill an empty table with the announced years. Later ones come by importing a notice, which counts dates anew."""
    if connection.execute(select(announced_year.c.year).limit(1)).first() is not None:
        return
    days, years = official_days()
    source = days[0].source
    connection.execute(insert(workday), [_row(each.special, each.notice, each.source, "", now) for each in days])
    connection.execute(
        insert(announced_year),
        [{"year": year, "source": source, "notice": "", "loaded_at": now} for year in years],
    )


def change_alone(connection: Connection) -> None:
    """Keep everybody else from the table until the transaction ends; to be called before anything is read in it.

    Whoever has read the table ends first, and whoever wants to read it waits: so nobody stores a date reckoned
    from the old table after all were reckoned from the new one, and nobody reads half of each.
    """
    if connection.dialect.name == "postgresql":  # on SQLite every transaction that writes is alone
        connection.execute(text("LOCK TABLE workday IN ACCESS EXCLUSIVE MODE"))


def replace_year(connection: Connection, notice: Notice, source: str, now: datetime) -> None:
    """Put a notice in the place of all that the table holds of its year."""
    connection.execute(delete(workday).where(workday.c.year == notice.year))
    rows = [_row(named, notice.year, source, notice.number, now) for named in notice.days]
    connection.execute(insert(workday), rows)
    of_year = {"year": notice.year, "source": source, "notice": notice.number, "loaded_at": now}
    put(connection, announced_year, [of_year])


def announced_years(connection: Connection) -> list[AnnouncedYear]:
    """Every announced year, in order."""
    counts = select(workday.c.year, workday.c.kind, func.count()).group_by(workday.c.year, workday.c.kind)
    days = {(year, kind): count for year, kind, count in connection.execute(counts)}
    rows = connection.execute(select(announced_year).order_by(announced_year.c.year))
    return [
        AnnouncedYear(
            year=row.year,
            source=row.source,
            notice=row.notice,
            loaded_at=row.loaded_at,
            rest=days.get((row.year, DayKind.REST), 0),
            work=days.get((row.year, DayKind.WORK), 0),
        )
        for row in rows
    ]


def _row(named: SpecialDay, year: int, source: str, notice: str, now: datetime) -> dict[str, Any]:
    return {
        "day": named.day,
        "year": year,
        "kind": named.kind,
        "name": named.name,
        "source": source,
        "notice": notice,
        "loaded_at": now,
    }

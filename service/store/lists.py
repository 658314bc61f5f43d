"""The units' lists, one a week for each unit."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Connection, select

from service.domain.certification import UnitKind
from service.store.database import add_new
from service.store.tables import unit, unit_list

SUBJECT = "list"


@dataclass(frozen=True)
class UnitList:
    """A list as planned for a unit: the week it is for, and the day it shows."""

    id: int
    unit_id: int
    unit: str
    unit_kind: UnitKind
    period: str
    on: date


def add(connection: Connection, period: str, on: date, rows: Mapping[int, int]) -> None:
    """Plan the list of a week for each unit, with how many rows it has; a unit that has one already keeps it."""
    new = [{"unit_id": id, "period": period, "on_day": on, "rows": count} for id, count in rows.items()]
    add_new(connection, unit_list, new)


def of_period(connection: Connection, period: str) -> list[UnitList]:
    """The lists of a week."""
    return _found(connection, unit_list.c.period == period)


def by_ids(connection: Connection, ids: Collection[int]) -> dict[int, UnitList]:
    """The lists with these ids."""
    return {found.id: found for found in _found(connection, unit_list.c.id.in_(ids))}


def _found(connection: Connection, which: ColumnElement[bool]) -> list[UnitList]:
    statement = select(unit_list, unit.c.name, unit.c.kind).join(unit).where(which).order_by(unit_list.c.id)
    return [
        UnitList(row.id, row.unit_id, row.name, UnitKind(row.kind), row.period, row.on_day)
        for row in connection.execute(statement)
    ]

"""The lists that a unit was told, by day."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from service.domain.certification import RecommendingUnit
from service.domain.escalation import Cadence, cadence_of
from service.domain.visitors import Scope
from service.store import lists
from service.store.lists import ToldList
from service.store.people import units_by_ids
from service.store.scoped import lists_in
from service.store.tables import unit_list


@dataclass(frozen=True)
class Past:
    """A list that a unit was told: of which day, how often it comes, and how many rows it had."""

    id: int
    on: date
    cadence: Cadence
    rows: int


def past(connection: Connection, scope: Scope, unit_id: int, limit: int, before: int | None = None) -> list[Past]:
    """The lists that a unit was told, the newest first."""
    which = [unit_list.c.unit_id == unit_id, unit_list.c.content.is_not(None), lists_in(scope)]
    if before is not None:
        which.append(unit_list.c.id < before)
    columns = (unit_list.c.id, unit_list.c.on_day, unit_list.c.period, unit_list.c.rows)
    statement = select(*columns).where(*which).order_by(unit_list.c.id.desc()).limit(limit)
    return [Past(row.id, row.on_day, cadence_of(row.period), row.rows) for row in connection.execute(statement)]


def told(connection: Connection, scope: Scope, id: int) -> tuple[RecommendingUnit, ToldList] | None:
    """A list by its number, and whose it is; None where it was not told or is not of the scope."""
    which = (unit_list.c.id == id, unit_list.c.content.is_not(None), lists_in(scope))
    row = connection.execute(select(unit_list).where(*which)).first()
    if row is None:
        return None
    return units_by_ids(connection, [row.unit_id])[row.unit_id], lists.told_of(row)

"""The working-day table, seeded with the announced years and extended by importing notices."""

from datetime import datetime

from sqlalchemy import Connection, select

from service.domain.workdays import DayKind, SpecialDay, Workdays
from service.store.database import add_new
from service.store.official_days import official_days
from service.store.tables import announced_year, workday


def load(connection: Connection) -> Workdays:
    """The table as it stands."""
    special = [
        SpecialDay(row.day, DayKind(row.kind), row.name)
        for row in connection.execute(select(workday.c.day, workday.c.kind, workday.c.name))
    ]
    return Workdays(special, list(connection.scalars(select(announced_year.c.year))))


def seed(connection: Connection, now: datetime) -> None:
    """Add the announced years that the table lacks; a year that it has is left as it is."""
    known = set(connection.scalars(select(announced_year.c.year)))
    days, years = official_days()
    fresh = [each for each in days if each.notice not in known]
    if not fresh:
        return
    source = fresh[0].source
    add_new(
        connection,
        workday,
        [
            {
                "day": each.special.day,
                "kind": each.special.kind,
                "name": each.special.name,
                "source": each.source,
                "notice": str(each.notice),
                "loaded_at": now,
            }
            for each in fresh
        ],
    )
    add_new(
        connection,
        announced_year,
        [
            {"year": year, "source": source, "notice": str(year), "loaded_at": now}
            for year in years
            if year not in known
        ],
    )

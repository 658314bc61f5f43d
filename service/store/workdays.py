"""The working-day table, seeded with the announced years and extended by importing notices."""

from datetime import date, datetime
from functools import lru_cache

from sqlalchemy import Connection, select

from service.domain.workdays import DayKind, SpecialDay, Workdays
from service.store.database import add_new
from service.store.official_days import official_days
from service.store.tables import announced_year, workday


def load(connection: Connection) -> Workdays:
    """The table as it stands."""
    special = connection.execute(select(workday.c.day, workday.c.kind, workday.c.name).order_by(workday.c.day))
    announced = connection.scalars(select(announced_year.c.year).order_by(announced_year.c.year))
    return _built(tuple(map(tuple, special)), tuple(announced))


@lru_cache(maxsize=4)
def _built(special: tuple[tuple[date, str, str], ...], announced: tuple[int, ...]) -> Workdays:
    """Kept by its content: a year costs a millisecond to work out, and every batch of letters asks for the table."""
    return Workdays((SpecialDay(day, DayKind(kind), name) for day, kind, name in special), announced)


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

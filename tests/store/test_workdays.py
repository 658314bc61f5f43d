"""The working-day table: seeded with what is announced, and what ops have put right stays right."""

from datetime import UTC, date, datetime

from sqlalchemy import Engine, delete, update

from service.store import workdays
from service.store.rulebook import announced_year, workday

NOW = datetime(2026, 1, 1, tzinfo=UTC)
WORKED_SATURDAY = date(2026, 2, 28)


def test_the_seed_gives_the_announced_years(engine: Engine) -> None:
    with engine.begin() as connection:
        table = workdays.load(connection)

    assert table.announced_until >= 2026
    assert table.read(WORKED_SATURDAY).working


def test_a_table_that_is_filled_is_not_seeded_again_so_that_no_date_changes_uncounted(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(update(workday).where(workday.c.day == WORKED_SATURDAY).values(kind="rest"))
        connection.execute(delete(announced_year).where(announced_year.c.year == 2026))
        workdays.seed(connection, NOW)
        table = workdays.load(connection)

    assert not table.read(WORKED_SATURDAY).working
    assert table.announced_until == 2025

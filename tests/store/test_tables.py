"""What a column keeps, whatever the database and the zone of its server."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Engine, insert, select
from sqlalchemy.exc import IntegrityError, StatementError

from service.store.rulebook import announced_year
from service.store.tables import attempt

YEAR = {"year": 2050, "source": "", "notice": ""}


def test_a_point_in_time_comes_back_as_the_same_moment_in_utc(engine: Engine) -> None:
    given = datetime(2027, 8, 6, 8, 30, 15, 123456, tzinfo=timezone(timedelta(hours=8)))
    with engine.begin() as connection:
        connection.execute(insert(announced_year).values(**YEAR, loaded_at=given))
        kept = connection.execute(select(announced_year.c.loaded_at).where(announced_year.c.year == 2050)).scalar_one()

    assert kept == given
    assert kept.tzinfo is UTC


def test_a_time_without_its_zone_is_refused(engine: Engine) -> None:
    naive = datetime(2027, 8, 6, 8, 30)  # noqa: DTZ001 - what is to be refused
    with engine.begin() as connection, pytest.raises(StatementError, match="without its zone"):
        connection.execute(insert(announced_year).values(**YEAR, loaded_at=naive))


def test_what_a_row_refers_to_must_be_there(engine: Engine) -> None:
    lost = insert(attempt).values(delivery_id=1, at=datetime(2027, 8, 6, tzinfo=UTC), outcome="sent", answer="")
    with pytest.raises(IntegrityError), engine.begin() as connection:
        connection.execute(lost)

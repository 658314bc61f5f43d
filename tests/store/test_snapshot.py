"""A copy to try on: all of it, at one moment, and nothing of what is done to it comes back."""

import stat
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, delete, insert, select

from service.domain.lifecycle import EventType
from service.store.kept import letter
from service.store.snapshot import copied
from service.store.tables import attempt, delivery, metadata, unit
from tests.house import EXCELLENCE, TODAY, House


@pytest.fixture
def lived(engine: Engine, tmp_path: Path) -> House:
    """A house that most tables have a row of."""
    house = House(engine, tmp_path)
    house.take_in(EXCELLENCE)
    house.sent()
    house.record(EventType.RENAMED, TODAY, name="甲方更名演示有限公司")
    house.escalate()
    return house


def content(connection: Connection) -> dict[str, list[Any]]:
    return {
        table.name: [tuple(row) for row in connection.execute(select(table).order_by(*table.primary_key))]
        for table in metadata.sorted_tables
    }


def file_of(copy: Engine) -> Path:
    return Path(str(copy.url.database))


def test_a_copy_has_every_row_of_every_table_as_it_is_read(lived: House) -> None:
    with lived.engine.begin() as original, copied(lived.engine) as copy, copy.begin() as connection:
        assert content(connection) == content(original)
        assert copy.dialect.name == "sqlite"
        filled = {name for name, rows in content(connection).items() if rows}
    assert {"certification", "event", "obligation", "delivery", "attempt", "invite", "workday", "run"} <= filled


def test_what_is_done_to_a_copy_stays_there(lived: House) -> None:
    before = lived.sizes()
    with copied(lived.engine) as copy, copy.begin() as connection:
        connection.execute(delete(letter))
        connection.execute(delete(attempt))
        connection.execute(delete(delivery))

    assert lived.sizes() == before


def test_a_copy_is_gone_at_the_end_whatever_happened(lived: House) -> None:
    with copied(lived.engine) as copy:
        folder = file_of(copy).parent
        assert file_of(copy).exists()
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert not folder.exists()

    def failing() -> None:
        nonlocal folder
        with copied(lived.engine) as copy:
            folder = file_of(copy).parent
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        failing()
    assert not folder.exists()


def test_a_copy_waits_for_no_writer_and_has_nothing_that_is_not_committed(lived: House) -> None:
    with lived.engine.connect() as writing:
        writing.execute(insert(unit).values(kind="provincial", name="未提交", name_key="未提交"))
        with copied(lived.engine) as copy, copy.begin() as connection:
            names = list(connection.scalars(select(unit.c.name)))
        writing.rollback()

    assert "未提交" not in names
    assert names

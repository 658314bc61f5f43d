"""The audit's chain: what was changed, taken out, put in or moved is found, and writers at once keep one chain."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, delete, insert, select, update

from service.domain.visitors import Actor, ActorKind
from service.store import audit as chain
from service.store.audit import Broken, Intact
from service.store.doors import audit

OPS = Actor(ActorKind.ACCOUNT, 7)
NOON = datetime(2028, 6, 9, 4, tzinfo=UTC)
ROWS = 8


def write(engine: Engine, rows: int = ROWS) -> Intact:
    for number in range(rows):
        with engine.begin() as connection:
            chain.note(connection, OPS, "saw", ("certification", number), NOON, {"page": "/x", "yes": True, "no": None})
    found = verified(engine)
    assert isinstance(found, Intact)
    return found


def verified(engine: Engine, noted: Intact | None = None) -> Intact | Broken:
    with engine.begin() as connection:
        return chain.verify(connection, noted)


def change(column: str, value: object) -> Callable[[Connection, int], None]:
    def tamper(connection: Connection, id: int) -> None:
        connection.execute(update(audit).where(audit.c.id == id).values({column: value}))

    return tamper


def change_and_seal(connection: Connection, id: int) -> None:
    """One who knows the digest's making changes a row and its own digest."""
    row = connection.execute(select(audit).where(audit.c.id == id)).one()._asdict() | {"actor_id": 8}
    row["digest"] = chain._digest(row)
    connection.execute(update(audit).where(audit.c.id == id).values(row))


def insert_after(connection: Connection, id: int) -> None:
    """Make room for one row, with all numbers as they should be."""
    rows = [row._asdict() for row in connection.execute(select(audit).where(audit.c.id >= id).order_by(audit.c.id))]
    connection.execute(delete(audit).where(audit.c.id >= id))
    added = rows[0] | {"subject_id": 99}
    connection.execute(insert(audit), [added, *({**row, "id": row["id"] + 1} for row in rows)])


def swap(connection: Connection, id: int) -> None:
    """Exchange a row with the one before it."""
    rows = [row._asdict() for row in connection.execute(select(audit).where(audit.c.id.in_([id - 1, id])))]
    connection.execute(delete(audit).where(audit.c.id.in_([id - 1, id])))
    connection.execute(insert(audit), [{**row, "id": 2 * id - 1 - row["id"]} for row in rows])


def test_a_chain_that_nobody_touched_holds(engine: Engine) -> None:
    assert verified(engine) == Intact(0, "0" * 64)
    found = write(engine)
    assert found.rows == ROWS
    assert verified(engine, found) == found


@pytest.mark.parametrize("id", [4, ROWS], ids=["middle", "tail"])
@pytest.mark.parametrize(
    "tamper",
    [
        *(change(column, value) for column, value in {"actor_id": 8, "action": "x", "details": {"page": "/y"}}.items()),
        *(change(column, value) for column, value in {"at": NOON.replace(hour=5), "subject_id": 99}.items()),
        *(change(column, "f" * 64) for column in ("previous", "digest")),
    ],
)
def test_a_row_that_was_changed_is_named(engine: Engine, id: int, tamper: Callable[[Connection, int], None]) -> None:
    write(engine)
    with engine.begin() as connection:
        tamper(connection, id)
    assert verified(engine) == Broken(id)


def test_a_row_that_was_changed_with_its_digest_breaks_the_one_after_it(engine: Engine) -> None:
    write(engine)
    with engine.begin() as connection:
        change_and_seal(connection, 4)
    assert verified(engine) == Broken(5)


@pytest.mark.parametrize(("tamper", "broken"), [(insert_after, 4), (swap, 3)])
def test_a_row_put_in_or_exchanged_is_named(
    engine: Engine, tamper: Callable[[Connection, int], None], broken: int
) -> None:
    write(engine)
    with engine.begin() as connection:
        tamper(connection, 4)
    assert verified(engine) == Broken(broken)


def test_rows_exchanged_at_the_tail_are_named(engine: Engine) -> None:
    write(engine)
    with engine.begin() as connection:
        swap(connection, ROWS)
    assert verified(engine) == Broken(ROWS - 1)


@pytest.mark.parametrize("id", [1, 4])
def test_a_row_that_was_taken_out_is_missed_by_the_one_after_it(engine: Engine, id: int) -> None:
    write(engine)
    with engine.begin() as connection:
        connection.execute(delete(audit).where(audit.c.id == id))
    assert verified(engine) == Broken(id + 1)


@pytest.mark.parametrize("left", [0, ROWS - 1])
def test_a_tail_that_was_cut_off_is_found_by_what_was_noted_before(engine: Engine, left: int) -> None:
    noted = write(engine)
    with engine.begin() as connection:
        connection.execute(delete(audit).where(audit.c.id > left))
    assert isinstance(verified(engine), Intact), "the chain alone cannot tell"
    assert verified(engine, noted) == Broken(left + 1)


def test_a_tail_that_was_changed_with_its_digest_is_found_by_what_was_noted_before(engine: Engine) -> None:
    noted = write(engine)
    with engine.begin() as connection:
        change_and_seal(connection, ROWS)
    assert isinstance(verified(engine), Intact), "the chain alone cannot tell"
    assert verified(engine, noted) == Broken(ROWS)


def test_what_was_noted_holds_after_more_was_written(engine: Engine) -> None:
    noted = write(engine)
    more = write(engine)
    assert more.rows == 2 * ROWS
    assert verified(engine, noted) == more


def test_writers_at_once_keep_one_chain(engine: Engine) -> None:
    def work(_: Any) -> None:
        for number in range(10):
            with engine.begin() as connection:
                chain.note(connection, OPS, "saw", ("certification", number), NOON, {})

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(work, range(6)))
    found = verified(engine)
    assert isinstance(found, Intact)
    assert found.rows == 60

"""How findings are read: by queries that filter by owner, and by logs in chunks."""

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import Connection, Engine, insert, update

from service.domain.findings import Code, Whose
from service.store import findings
from service.store.found import Asked
from service.store.suspects import suspects
from service.store.tables import certification, enterprise, obligation, unit

TODAY = date(2028, 6, 9)
MANY = 1203


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    """Two units and no unit, each with as many advanced factories, of each of which one matter is open."""
    with engine.begin() as connection:
        connection.execute(
            insert(unit), [{"id": n, "kind": "provincial", "name": f"第{n}省", "name_key": str(n)} for n in (1, 2)]
        )
        ids = range(1, MANY + 1)
        connection.execute(
            insert(enterprise),
            [{"id": n, "identity": str(n), "uscc": "", "name": f"第{n}", "name_key": str(n)} for n in ids],
        )
        plain = {"factory": "", "factory_key": "", "level": "advanced", "batch": "", "proposed": False}
        connection.execute(
            insert(certification),
            [
                {"id": n, "enterprise_id": n, "unit_id": n % 3 or None, "date_basis": "", "source_url": "", **plain}
                for n in ids
            ],
        )
        connection.execute(insert(obligation), [matter(n) for n in ids])
        yield connection


def matter(of: int) -> dict[str, object]:
    return {
        **{"certification_id": of, "kind": "major_change_filing", "occurrence": "0", "revision": 0, "article": "19"},
        **{"holder": "enterprise", "due_on": TODAY, "late_after": TODAY, "safe_due_on": TODAY, "provisional": False},
        **{"policy": "", "trace": (), "pending": False, "closed": "", "idle": "", "check_on": TODAY},
    }


@pytest.mark.parametrize(
    ("whose", "mine"),
    [(Whose.ANYONE, MANY + 2), (Whose.UNIT, 802), (Whose.OPS, 401 + 2), (1, 401), (3, 0)],
)
def test_each_is_shown_what_is_its_own_to_mend(connection: Connection, whose: Whose | int, mine: int) -> None:
    """Besides the enterprises, ops have the two units that have no address themselves."""
    asked = Asked(TODAY, whose)

    assert findings.total(connection, Code.NO_ADDRESS, asked) == mine
    assert findings.listed(connection, Code.NO_ADDRESS, asked, 5).total == mine


def test_no_more_is_read_than_is_shown_and_the_rest_is_counted(connection: Connection) -> None:
    found = findings.listed(connection, Code.NO_ADDRESS, Asked(TODAY, Whose.UNIT), 7)

    assert [row.certification_id for row in found.shown] == [1, 2, 4, 5, 7, 8, 10]
    assert (found.total, found.concerned) == (802, 802)


def test_matters_that_are_farther_off_than_asked_for_are_left_out(connection: Connection) -> None:
    later = update(obligation).where(obligation.c.certification_id > 1)
    connection.execute(later.values(safe_due_on=date(2029, 1, 2)))

    for whose in (Whose.UNIT, Whose.OPS):
        assert findings.total(connection, Code.NO_ADDRESS, Asked(TODAY, whose, until=TODAY)) == 1


def test_the_review_of_an_earlier_period_is_none_of_the_one_that_runs(connection: Connection) -> None:
    renewed = [matter(1) | {"kind": "validity_end", "occurrence": "1"}]
    renewed += [matter(1) | {"kind": "review_application", "occurrence": "0", "closed": "filed"}]
    connection.execute(insert(obligation), renewed)

    assert findings.total(connection, Code.REVIEW_NOT_SET, Asked(TODAY)) == 1


@pytest.mark.parametrize(("whose", "mine"), [(Whose.ANYONE, MANY), (Whose.UNIT, 802), (Whose.OPS, 401), (2, 401)])
def test_the_certifications_to_look_into_come_in_chunks_with_their_units(
    connection: Connection, whose: Whose | int, mine: int
) -> None:
    chunks = []
    for chunk in suspects(connection, Code.VALIDITY_NOT_SET, Asked(TODAY, whose)):
        chunks.append(chunk)
        assert findings.total(connection, Code.UNWATCHED, Asked(TODAY)) == 0  # others may ask meanwhile

    together = {id: of for chunk in chunks for id, of in chunk.items()}
    assert max(map(len, chunks)) <= 500
    assert len(together) == sum(map(len, chunks)) == mine
    assert all(of == (id % 3 or None) for id, of in together.items())

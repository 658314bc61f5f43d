"""How the databases reach what a scan and a call ask for, however much lies in the tables."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, Executable, insert, text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import ClauseElement

from service.domain.delivery import State
from service.store.carriage import waiting_in
from service.store.obligations import due_to_check
from service.store.tables import certification, contact, delivery, enterprise, obligation

MANY, DUE = 20_000, 5_000
TODAY = date(2027, 8, 6)
NOW = datetime(2027, 8, 6, 0, 30, tzinfo=UTC)


class Explain(Executable, ClauseElement):
    """The plan of a statement in place of its rows."""

    inherit_cache = False

    def __init__(self, statement: Any) -> None:
        self.statement = statement


@compiles(Explain, "sqlite")
def _on_sqlite(element: Explain, compiler: Any, **options: Any) -> str:
    return f"EXPLAIN QUERY PLAN {compiler.process(element.statement, **options)}"


@compiles(Explain, "postgresql")
def _on_postgresql(element: Explain, compiler: Any, **options: Any) -> str:
    return f"EXPLAIN {compiler.process(element.statement, **options)}"


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    with engine.begin() as connection:
        connection.execute(insert(enterprise).values(id=1, identity="1", uscc="", name="甲方", name_key="甲方"))
        connection.execute(
            insert(certification).values(
                **{"id": 1, "enterprise_id": 1, "factory": "", "factory_key": "", "level": "excellence", "batch": ""},
                **{"proposed": False, "date_basis": "", "source_url": ""},
            )
        )
        connection.execute(
            insert(contact).values(
                **{"id": 1, "owner_kind": "enterprise", "owner_id": 1, "role": "handler", "name": "经办人"},
                **{"address": "handler@a.example", "language": "zh", "working": True},
            )
        )
        yield connection


def plan(connection: Connection, statement: Any) -> str:
    connection.execute(text("ANALYZE"))
    return "\n".join(str(tuple(row)) for row in connection.execute(Explain(statement)))


def reads_a_range(connection: Connection, found: str, *conditions: str) -> bool:
    """Whether the table is reached by an index of just these conditions, and never read through."""
    if connection.dialect.name == "sqlite":
        return "SEARCH" in found and "SCAN" not in found and f"({' AND '.join(conditions)})" in found.replace("?", "")
    bounds = found.partition("Index Cond")[2].partition("\n")[0]
    return "Seq Scan" not in found and all(condition.rstrip("=<") in bounds for condition in conditions)


def sorts(found: str) -> bool:
    """Whether rows are put in order, rather than read in order."""
    return "TEMP B-TREE" in found or "Sort" in found


def matter(number: int, check_on: date | None) -> dict[str, Any]:
    """An obligation to be looked at on a day."""
    return {
        **{"certification_id": 1, "kind": "review_application", "occurrence": str(number), "revision": 0},
        **{"article": "17(4)", "holder": "enterprise", "due_on": TODAY, "late_after": TODAY, "safe_due_on": TODAY},
        **{"provisional": False, "policy": "", "trace": (), "pending": False, "closed": "", "idle": ""},
        "check_on": check_on,
    }


def message(number: int, state: State, not_before: datetime) -> dict[str, Any]:
    """A delivery in a state, not to be touched before a time."""
    return {
        **{"subject_kind": "obligation", "subject_id": number, "revision": 0, "purpose": "reminder", "stage": "7d"},
        **{"contact_id": 1, "channel": "email", "state": state, "reason": "", "not_before": not_before},
        **{"claim": "", "attempts": 1, "planned_for": TODAY, "planned_at": NOW, "settled_at": None},
    }


def test_a_scan_reads_the_obligations_whose_day_has_come_and_no_other(connection: Connection) -> None:
    later = [matter(number, TODAY + timedelta(days=1 + number % 900)) for number in range(MANY)]
    ended = [matter(MANY + number, None) for number in range(MANY // 10)]
    connection.execute(insert(obligation), [*later, *ended, matter(-1, TODAY)])
    statement = due_to_check(TODAY, 500)

    assert [found.occurrence for found in connection.execute(statement)] == ["-1"]
    assert reads_a_range(connection, plan(connection, statement), "check_on<")


def test_a_scan_with_very_much_to_do_reads_its_batch_in_order(connection: Connection) -> None:
    connection.execute(insert(obligation), [matter(number, TODAY - timedelta(days=number)) for number in range(DUE)])
    found = plan(connection, due_to_check(TODAY, 500))

    assert reads_a_range(connection, found, "check_on<")
    assert not sorts(found)


def test_a_call_reads_what_waits_and_nothing_that_was_settled(connection: Connection) -> None:
    settled = [message(number, State.SENT, NOW - timedelta(minutes=number)) for number in range(MANY)]
    connection.execute(insert(delivery), settled)
    for state in (State.PLANNED, State.CALLED, State.SENDING):
        later = [message(MANY + number, state, NOW + timedelta(minutes=1 + number)) for number in range(MANY // 10)]
        connection.execute(insert(delivery), [row | {"stage": state} for row in later])
        connection.execute(insert(delivery), message(-1, state, NOW) | {"stage": state})
        statement = waiting_in(state, NOW, 2000)

        assert len(connection.execute(statement).all()) == 1
        assert reads_a_range(connection, plan(connection, statement), "state=", "not_before<")


def test_a_call_with_very_much_to_do_reads_its_batch_in_order(connection: Connection) -> None:
    waiting = [message(number, State.PLANNED, NOW - timedelta(minutes=number)) for number in range(DUE)]
    connection.execute(insert(delivery), waiting)
    found = plan(connection, waiting_in(State.PLANNED, NOW, 500))

    assert reads_a_range(connection, found, "state=", "not_before<")
    assert not sorts(found)

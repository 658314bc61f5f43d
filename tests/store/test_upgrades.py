"""A database of an earlier schema is brought to the newest one with all that it holds."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from alembic import command
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from service.domain.errors import RequestRefused
from service.store import migrations, obligations
from service.store.database import open_engine

_NOW = datetime(2026, 11, 22, tzinfo=UTC)
_FIRST = """
INSERT INTO unit VALUES (1, 'provincial', '江苏省', '江苏省');
INSERT INTO enterprise VALUES (1, 'name:甲方', '', '甲方', '甲方');
INSERT INTO certification VALUES (1, 1, '', '', 'excellence', '2025', 1, false, '', '');
INSERT INTO obligation (id, certification_id, kind, occurrence, revision, article, holder, due_on, late_after,
    safe_due_on, provisional, policy, trace, pending, closed, check_on, idle)
  VALUES (7, 1, 'review_application', '0', 2, '17(4)', 'enterprise', '2028-09-09', '2028-09-09', '2028-09-07', true,
    '2026-1', '[{"rule":"roll_back","input":"2028-09-08","output":"2028-09-07","law":"policy","clamped":false,
      "forecast":true,"passed":[]}]', false, '', '2028-03-10', '');
INSERT INTO contact VALUES (1, 'enterprise', 1, 'handler', '演示', 'a@a.example', 'zh', true);
INSERT INTO invite VALUES (7, 1, 3, 'REQUEST', '2028-09-07', '2026-11-22T00:00:00');
"""


@pytest.fixture
def first_schema(bare_database_url: str) -> Iterator[Engine]:
    """A database as the first schema's program left it, with an obligation that an invitation was given for."""
    engine = open_engine(bare_database_url)
    with engine.begin() as connection:
        command.upgrade(migrations.config(connection), "0001")
        for statement in _FIRST.split(";\n"):
            if statement.strip():
                connection.exec_driver_sql(statement)
    yield engine
    engine.dispose()


def test_every_row_is_still_there_and_reads_as_before(first_schema: Engine) -> None:
    with pytest.raises(RequestRefused, match=r"0001.*run duban migrate"):
        migrations.require_newest(first_schema)

    migrations.upgrade(first_schema, _NOW)

    migrations.require_newest(first_schema)
    with first_schema.begin() as connection:
        [stored] = obligations.by_ids(connection, [7]).values()
        assert (stored.subject.kind, stored.subject.id, stored.revision) == ("certification", 1, 2)
        assert stored.obligation.dates.safe_due_on == date(2028, 9, 7)
        assert [step.said for step in stored.obligation.dates.trace] == [""]
        assert connection.execute(text("SELECT sequence FROM invite WHERE obligation_id = 7")).scalar_one() == 3


def test_what_refers_to_what_is_still_held_to(first_schema: Engine) -> None:
    migrations.upgrade(first_schema, _NOW)

    for broken in (
        "DELETE FROM obligation WHERE id = 7",
        "UPDATE obligation SET unit_id = 1 WHERE id = 7",
        "UPDATE obligation SET unit_id = 99, certification_id = NULL WHERE id = 7",
    ):
        with pytest.raises(IntegrityError), first_schema.begin() as connection:
            connection.execute(text(broken))


def test_a_number_that_was_given_is_not_given_again(first_schema: Engine) -> None:
    migrations.upgrade(first_schema, _NOW)
    copy = text(
        "INSERT INTO obligation (unit_id, kind, occurrence, revision, article, holder, due_on, late_after,"
        " safe_due_on, provisional, policy, trace, pending, closed, idle)"
        " SELECT 1, kind, occurrence, revision, article, holder, due_on, late_after,"
        " safe_due_on, provisional, policy, trace, false, '', '' FROM obligation WHERE id = 7 RETURNING id"
    )
    with first_schema.begin() as connection:
        if connection.dialect.name == "postgresql":  # the fixture chose the number, so the sequence does not know it
            connection.execute(text("SELECT setval('obligation_id_seq', 7)"))
        first = connection.execute(copy).scalar_one()
        connection.execute(text("DELETE FROM obligation WHERE id = :id"), {"id": first})
        assert connection.execute(copy).scalar_one() > first > 7

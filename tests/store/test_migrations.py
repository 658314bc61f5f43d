"""The schema's history: it leads to the tables, and every role refuses another schema than its own."""

from datetime import UTC, datetime

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from service.domain.errors import RequestRefused
from service.store import migrations, workdays
from service.store.database import open_engine
from service.store.queue import leader

_NOW = datetime(2026, 11, 22, tzinfo=UTC)


def test_the_migrations_lead_to_exactly_the_tables(bare_database_url: str) -> None:
    engine = open_engine(bare_database_url)
    migrations.upgrade(engine, _NOW)
    with engine.begin() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, leader.metadata) == []
    engine.dispose()


def test_upgrading_again_changes_nothing_and_keeps_the_working_days(bare_database_url: str) -> None:
    engine = open_engine(bare_database_url)
    migrations.upgrade(engine, _NOW)
    migrations.upgrade(engine, _NOW)
    with engine.begin() as connection:
        assert workdays.load(connection).announced_until == 2026
        assert migrations.present(connection) == migrations.newest()
    engine.dispose()


def test_an_empty_database_is_refused_as_older(bare_database_url: str) -> None:
    engine = open_engine(bare_database_url)
    with pytest.raises(RequestRefused, match=r"older.*run duban migrate"):
        migrations.require_newest(engine)
    engine.dispose()


def test_a_database_of_a_later_program_is_refused_as_newer(bare_database_url: str) -> None:
    engine = open_engine(bare_database_url)
    migrations.upgrade(engine, _NOW)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(RequestRefused, match=r"9999.*newer.*upgrade the program"):
        migrations.require_newest(engine)
    engine.dispose()


def test_a_deleted_deliverys_number_is_never_given_again(bare_database_url: str) -> None:
    engine = open_engine(bare_database_url)
    migrations.upgrade(engine, _NOW)
    insert = text(
        "INSERT INTO contact (owner_kind, owner_id, role, name, address, language, working)"
        " VALUES ('unit', 1, 'handler', 'x', :address, 'zh', true) RETURNING id"
    )
    with engine.begin() as connection:
        first = connection.execute(insert, {"address": "a@a.example"}).scalar_one()
        connection.execute(text("DELETE FROM contact"))
        assert connection.execute(insert, {"address": "b@a.example"}).scalar_one() > first
    engine.dispose()

"""A database that is migrated under a running process."""

from threading import Event

import pytest
from dramatiq import actor
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError

from jobs.brokers.database import DatabaseBroker
from jobs.guard import SchemaGuard
from tests.jobs.backends import utc_now, working
from tests.jobs.programs import until


def migrate(engine: Engine, revision: str) -> None:
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})


def test_all_is_well_with_the_schema_of_this_code(engine: Engine) -> None:
    seen: list[int] = []
    broker, guard = DatabaseBroker(engine, utc_now), SchemaGuard(engine)
    broker.add_middleware(guard)
    bell = actor(broker=broker, actor_name="bell")(seen.append)
    with working(broker):
        bell.send(1)
        until(lambda: seen == [1])

    assert not guard.tripped()


@pytest.mark.parametrize(("revision", "said"), [("9999_later", "is newer than"), ("0001", "is older")])
def test_after_a_migration_no_more_is_taken_and_what_is_at_work_ends(engine: Engine, revision: str, said: str) -> None:
    seen: list[int] = []
    begun, may_end = Event(), Event()

    def work(number: int) -> None:
        begun.set()
        assert may_end.wait(10)
        seen.append(number)

    broker, guard = DatabaseBroker(engine, utc_now), SchemaGuard(engine)
    broker.add_middleware(guard)
    bell = actor(broker=broker, actor_name="bell")(work)
    with working(broker):
        bell.send(1)
        assert begun.wait(10)
        migrate(engine, revision)
        bell.send(2)
        until(guard.tripped)
        may_end.set()
        until(lambda: seen == [1])

    assert seen == [1]
    assert guard.refusal is not None
    assert said in guard.refusal.en


def test_an_idle_process_notices_too(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jobs.guard._LOOK_SECONDS", 0.05)
    guard = SchemaGuard(engine)
    assert not guard.tripped()
    migrate(engine, "9999_later")

    until(guard.tripped)


def test_a_database_that_is_away_for_a_moment_is_no_other_one(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jobs.guard._LOOK_SECONDS", 0.0)
    guard = SchemaGuard(engine)
    engine.dispose()
    monkeypatch.setattr(engine, "connect", _away)

    assert not guard.tripped()


def _away() -> None:
    raise OperationalError("SELECT 1", {}, Exception("connection refused"))

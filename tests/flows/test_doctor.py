"""What the doctor finds, and how bad it is."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from service.channels.maildir import Maildir
from service.domain.delivery import Refused
from service.flows.doctor import FAULT, OK, WARNING, Check, examine
from service.flows.post import Post
from service.store import migrations, queue
from service.store.database import open_engine
from service.store.tables import delivery
from tests.house import EXCELLENCE, TODAY, House


@pytest.fixture
def migrated(bare_database_url: str, tmp_path: Path) -> Iterator[House]:
    """A house on a database as ``duban migrate`` leaves it, its clock at the real time."""
    engine = open_engine(bare_database_url)
    house = House(engine, tmp_path)
    house.clock.now = datetime.now(UTC)
    migrations.upgrade(engine, house.clock.now)
    yield house
    engine.dispose()


def found(house: House, today: date = date(2026, 3, 2)) -> dict[str, Check]:
    return {check.name: check for check in examine(house.desk, house.post, today)}


def test_a_new_house_is_sound_but_for_the_scheduler_that_does_not_run(migrated: House) -> None:
    levels = {name: check.level for name, check in found(migrated).items()}

    measured = ("backlog", "refused", "quarantine", "returned", "relays_resting", "canary", "scan", "invariants")
    looked_at = ("schema", "clock", "contacts", "holidays", "relay")
    assert levels == dict.fromkeys((*looked_at, *measured), OK) | {"leader": WARNING}


def test_a_scheduler_leads_until_its_lease_ends(migrated: House) -> None:
    with migrated.engine.begin() as connection:
        queue.take_lead(connection, "scheduler", "somebody", migrated.clock.now, timedelta(seconds=30))
    assert found(migrated)["leader"].level == OK

    migrated.clock.step(seconds=31)
    assert found(migrated)["leader"].level == WARNING


def test_an_older_or_a_newer_schema_is_a_fault_and_nothing_else_is_looked_at(migrated: House) -> None:
    with migrated.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    newer = found(migrated)
    with migrated.engine.begin() as connection:
        connection.execute(text("DELETE FROM alembic_version"))

    for checks in (newer, found(migrated)):
        assert set(checks) == {"schema", "relay"}
        assert checks["schema"].level == FAULT


def test_letters_that_wait_for_more_than_an_hour_are_a_warning(migrated: House) -> None:
    migrated.take_in(EXCELLENCE)
    migrated.scan()
    migrated.clock.step(minutes=60)
    assert found(migrated)["backlog"].level == OK

    migrated.clock.step(minutes=1)
    assert found(migrated)["backlog"].level == WARNING
    assert ": 1," in found(migrated)["backlog"].words
    migrated.deliver()
    assert found(migrated)["backlog"].level == OK


def test_refused_letters_are_a_warning_that_says_how_to_find_them(migrated: House) -> None:
    migrated.take_in(EXCELLENCE)
    migrated.wire.answer = lambda _parcel: Refused("550", 550)
    migrated.sent()

    assert found(migrated)["refused"].level == WARNING
    assert "duban deliveries --state refused" in found(migrated)["refused"].words


@pytest.mark.parametrize(
    ("today", "level"),
    [(date(2026, 10, 31), OK), (date(2026, 11, 1), WARNING), (date(2027, 1, 1), WARNING), (date(2025, 12, 1), OK)],
)
def test_the_next_years_notice_is_asked_for_from_november(migrated: House, today: date, level: str) -> None:
    assert found(migrated, today)["holidays"].level == level


def test_a_clock_apart_from_the_databases_is_a_fault(migrated: House) -> None:
    migrated.clock.step(minutes=-3)
    expected = OK if migrated.engine.dialect.name == "sqlite" else FAULT  # SQLite has no clock of its own

    assert found(migrated)["clock"].level == expected


def test_a_mailbox_that_cannot_be_written_is_a_fault(migrated: House, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    checks = examine(migrated.desk, Post((Maildir(tmp_path / "file" / "mailbox"),)), TODAY)

    assert [(check.name, check.level) for check in checks][-1] == ("relay", FAULT)


def test_a_database_that_does_not_answer_is_a_fault_without_its_password(tmp_path: Path) -> None:
    house = House(open_engine("postgresql+psycopg://duban:a-secret@127.0.0.1:1/duban"), tmp_path)
    checks = found(house)

    assert checks["database"].level == FAULT
    assert "a-secret" not in str(checks)


def test_a_doctor_changes_nothing(migrated: House) -> None:
    before = migrated.sizes()
    found(migrated)

    assert migrated.sizes() == before
    assert migrated.rows(delivery) == []


def test_matters_that_nobody_can_be_told_of_are_a_warning_that_says_how_to_find_them(migrated: House) -> None:
    alone = {"enterprise": "演示甲", "level": "excellence", "listed_on": "2023-06-01"}
    migrated.take_in(alone)
    assert found(migrated)["contacts"].level == WARNING
    assert "duban findings --code no_address" in found(migrated)["contacts"].words

    migrated.take_in(alone | {"contact_name": "经办人", "contact_email": "handler@a.example"})
    assert found(migrated)["contacts"].level == OK


def test_a_unit_that_cannot_be_sent_its_list_is_a_warning(migrated: House) -> None:
    migrated.take_in(EXCELLENCE | {"listed_on": "2023-06-01"})
    assert found(migrated)["contacts"].level == WARNING

    migrated.meet({"owner_kind": "unit", "owner": "江苏省", "name": "联络员", "email": "officer@u.example"})
    assert found(migrated)["contacts"].level == OK


def test_a_matter_that_is_far_off_needs_nobody_yet(migrated: House) -> None:
    migrated.take_in({"enterprise": "演示甲", "level": "excellence", "listed_on": "2025-12-09"})
    assert found(migrated)["contacts"].level == OK

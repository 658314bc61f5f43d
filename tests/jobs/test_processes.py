"""The roles as processes: several of them, stopped, killed, replaced, and refused."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.jobs.programs import PATIENCE_SECONDS, until
from tests.jobs.service import Service, Slowly, children, running_service
from tests.keeping import free_ports


@pytest.fixture
def plain(tmp_path: Path, sqlite_url: str) -> Iterator[Service]:
    """A service on the embedded defaults."""
    with running_service(tmp_path, sqlite_url, "") as running:
        yield running


@pytest.mark.slow
def test_a_rolling_restart_in_mid_batch_loses_nothing_and_doubles_nothing(service: Service) -> None:
    service.relay.script.after_data = Slowly()
    service.plan(range(60))
    service.start("scheduler")
    old = service.start("worker", "--processes", "2", "--threads", "2")
    until(lambda: len(service.relay.received) >= 10)
    service.start("worker", "--processes", "2", "--threads", "2")
    old.terminate()
    code = old.wait(PATIENCE_SECONDS)
    until(lambda: len(service.relay.received) >= 60)
    until(lambda: service.states() == {"sent": 60})

    assert code == 0
    assert set(service.taken().values()) == {1}


def test_a_worker_process_that_is_killed_is_started_again(plain: Service) -> None:
    parent = plain.start("worker", "--processes", "2", "--threads", "2")
    until(lambda: len(children(parent.pid)) == 2)
    first, second = children(parent.pid)
    os.kill(first, signal.SIGKILL)
    until(lambda: len(children(parent.pid)) == 2 and first not in children(parent.pid))

    assert second in children(parent.pid)
    assert "worker_ended" in plain.said


def test_workers_end_with_the_process_that_watches_over_them(plain: Service) -> None:
    parent = plain.start("worker", "--processes", "2", "--threads", "1")
    until(lambda: plain.said.count("Duban is up") == 2)
    parent.kill()

    until(lambda: plain.said.count("Duban has stopped") == 2)


@pytest.mark.parametrize(
    "words", [["worker"], ["worker", "--processes", "2"], ["scheduler"], ["up", "--port", "0"]], ids=" ".join
)
def test_a_role_whose_database_was_migrated_under_it_ends_and_says_so(plain: Service, words: list[str]) -> None:
    role = plain.start(*words)
    until(lambda: "Duban is up" in plain.said)
    with plain.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    assert role.wait(PATIENCE_SECONDS) == 2
    assert "is newer than this program" in plain.said


@pytest.mark.parametrize("words", [["worker"], ["worker", "--processes", "2"], ["scheduler"]], ids=" ".join)
def test_a_broker_that_is_not_there_is_told_in_one_sentence(tmp_path: Path, sqlite_url: str, words: list[str]) -> None:
    [port] = free_ports(1)
    with running_service(tmp_path, sqlite_url, f"redis://:a-secret@127.0.0.1:{port}/0") as service:
        code = service.start(*words).wait(PATIENCE_SECONDS)
        [line] = service.said.splitlines()

    assert code == 1
    assert f"127.0.0.1:{port}" in line
    assert "a-secret" not in line

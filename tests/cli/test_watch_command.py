"""``duban watch``, and the roles' metrics as far as they end before they run."""

import socket
import sqlite3
from pathlib import Path

import pytest

from service.domain.invariants import Invariant
from tests.command import Duban
from tests.house import EXCELLENCE, write_sheet


def test_every_invariant_is_listed_and_whole_is_0(duban: Duban) -> None:
    duban("migrate")
    ended = duban("watch", "--json")

    assert ended.code == 0
    assert [row["invariant"] for row in ended.json] == list(Invariant)
    assert {row["count"] for row in ended.json} == {0}
    assert len(duban("watch").out.splitlines()) == len(Invariant) + 1


def test_a_broken_one_ends_with_1_and_says_what_to_do(duban: Duban, tmp_path: Path) -> None:
    duban("import", write_sheet(tmp_path, EXCELLENCE))
    database = sqlite3.connect(tmp_path / "var/duban.db")
    with database:
        database.execute("UPDATE obligation SET check_on = NULL, idle = ''")
    database.close()
    ended = duban("watch", "--json")
    [broken] = [row for row in ended.json if row["count"]]

    assert ended.code == 1
    assert broken["invariant"] == "unwatched"
    assert len(broken["ids"]) == broken["count"] > 0
    assert broken["message"]
    assert duban("watch").code == 1
    assert duban("doctor").code == 1


@pytest.mark.parametrize("role", ["up", "worker", "scheduler"])
def test_a_port_that_is_taken_is_said_in_one_sentence(
    role: str, duban: Duban, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        monkeypatch.setenv("DUBAN_METRICS_ADDRESS", address)
        ended = duban(role)

    assert ended.refused
    assert address in ended.err

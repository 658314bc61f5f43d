"""``duban runs``, ``doctor``, ``migrate`` and ``demo``."""

import json
import sqlite3
from pathlib import Path

import pytest

from tests.command import Duban
from tests.house import EXCELLENCE, write_sheet
from tests.keeping import free_ports


def test_every_run_of_every_job_is_in_the_log_with_the_newest_first(duban: Duban, tmp_path: Path) -> None:
    sheet = write_sheet(tmp_path, EXCELLENCE)
    for words in (
        *(("import", sheet), ("scan",), ("deliver",), ("escalate",)),
        ("event", "1", "review_applied", "--on", "2028-08-01"),
        ("event", "1", "review_applied", "--on", "2028-08-02"),
    ):
        duban(*words)
    runs = duban("runs", "--json").json

    assert [(run["job"], run["outcome"]) for run in reversed(runs)] == [
        *(("import", "done"), ("scan", "done"), ("deliver", "done"), ("escalate", "done"), ("event", "done")),
        ("event", "failed"),
    ]
    assert {*runs[0]} == {
        *("id", "job", "as_of", "started_at", "seconds", "outcome", "counts", "skipped", "error"),
    }
    assert runs[0]["error"]
    assert runs[0]["started_at"].endswith("+08:00")
    assert [run["job"] for run in duban("runs", "--job", "scan", "--json").json] == ["scan"]


def test_the_log_holds_nobodys_name_or_address(duban: Duban, tmp_path: Path) -> None:
    duban("import", write_sheet(tmp_path, EXCELLENCE))
    duban("scan", "--as-of", "2028-06-09")
    ended = duban("deliver", "--as-of", "2028-06-09")

    for text in (duban("runs", "--json").out, ended.out, ended.err):
        assert "a.example" not in text
        assert "经办人" not in text


def test_the_doctor_shows_settings_with_their_source_and_each_check(
    duban: Duban, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DUBAN_SECRET_KEY", "a-secret-of-sixteen-and-more")
    (tmp_path / ".env").write_text("DUBAN_TIMEZONE=Asia/Urumqi\n")
    duban("migrate")
    ended = duban("doctor", "--json")
    settings = {row["name"]: (row["value"], row["source"]) for row in ended.json["settings"]}

    assert ended.code == 0
    assert settings["DUBAN_SECRET_KEY"] == ("set", "environment")
    assert settings["DUBAN_TIMEZONE"] == ("Asia/Urumqi", ".env")
    assert settings["DUBAN_MAIL_URL"] == ("maildir:var/mailbox", "default")
    assert "a-secret" not in ended.out
    assert {check["name"]: check["level"] for check in ended.json["checks"]}["leader"] == "warning"
    assert {*ended.json["checks"][0]} == {"name", "level", "words"}


def test_a_fault_ends_the_doctor_with_1(duban: Duban, tmp_path: Path) -> None:
    duban("migrate")
    (tmp_path / "var/mailbox").write_text("in the way")

    assert duban("doctor", "--json").code == 1


@pytest.mark.parametrize("scheme", ["redis", "amqp"])
def test_a_broker_that_cannot_be_reached_is_a_fault_that_says_where_and_shows_no_password(
    scheme: str, duban: Duban, monkeypatch: pytest.MonkeyPatch
) -> None:
    [port] = free_ports(1)
    monkeypatch.setenv("DUBAN_SECRET_KEY", "a long random key of the tests")
    monkeypatch.setenv("DUBAN_BROKER_URL", f"{scheme}://duban:hidden@127.0.0.1:{port}")
    duban("migrate")
    ended = duban("doctor", "--json")
    [check] = [check for check in ended.json["checks"] if check["name"] == "broker"]

    assert ended.code == 1
    assert check["level"] == "fault"
    assert all(f"127.0.0.1:{port}" in words and "DUBAN_BROKER_URL" in words for words in check["words"].split(" / "))
    assert "hidden" not in ended.out


def test_a_broker_that_answers_is_named_without_its_password(
    broker_url: str, duban: Duban, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUBAN_SECRET_KEY", "a long random key of the tests")
    monkeypatch.setenv("DUBAN_BROKER_URL", broker_url)
    duban("migrate")
    ended = duban("doctor", "--json")
    [check] = [check for check in ended.json["checks"] if check["name"] == "broker"]

    assert ended.code == 0
    assert check["level"] == "ok"
    place = broker_url.partition("://")[2].rpartition("@")[2].partition("/")[0]
    assert check["words"] == (place or "在数据库内 / in the database")


def test_migrating_again_changes_nothing(duban: Duban) -> None:
    assert duban("migrate").code == 0
    assert duban("migrate").code == 0


def test_a_newer_schema_is_refused_by_every_role(duban: Duban, tmp_path: Path) -> None:
    duban("migrate")
    database = sqlite3.connect(tmp_path / "var/duban.db")
    with database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.close()

    for role in ("scan", "deliver", "up", "worker", "scheduler", "runs"):
        ended = duban(role)
        assert ended.refused
        assert "9999" in ended.err


def test_the_demo_runs_the_main_job_and_again_with_the_same_numbers(duban: Duban, tmp_path: Path) -> None:
    ended = duban("demo", "--no-serve", "--json")
    told = ended.json

    assert ended.code == 0
    assert set(told) == {"import", "scan", "deliver", "lists", "mailbox"}
    assert told["import"]["errors"] == []
    of_the_unit = 1  # it is told of the address that a letter came back from
    assert told["deliver"]["sent"] == told["scan"]["planned"] + told["lists"]["planned"] + of_the_unit > 1
    assert told["mailbox"]["letters"] == told["deliver"]["sent"]
    assert len(list((tmp_path / "var/demo/mailbox/new").iterdir())) == told["deliver"]["sent"]
    assert json.loads(duban("demo", "--no-serve", "--json").out) == told


def test_in_the_demo_a_letter_of_the_day_before_came_back_by_the_real_flow(duban: Duban, tmp_path: Path) -> None:
    assert duban("demo", "--no-serve").code == 0
    [kept] = (tmp_path / "var/demo/returned/cur").iterdir()
    assert b"message/delivery-status" in kept.read_bytes()
    database = sqlite3.connect(tmp_path / "var/demo/duban.db")
    [(state, reason, planned_for, settled_at)] = database.execute(
        "SELECT state, reason, planned_for, settled_at FROM delivery WHERE state = 'bounced'"
    ).fetchall()
    alone = database.execute("SELECT count(*) FROM returned WHERE settled_by = 'duban'").fetchone()
    database.close()
    assert (state, planned_for, settled_at[:10]) == ("bounced", "2027-08-05", "2027-08-05")
    assert "User unknown" in reason
    assert alone == (1,)


def test_a_demo_of_a_day_on_which_nothing_is_due_says_so(duban: Duban) -> None:
    ended = duban("demo", "--no-serve", "--json", "--as-of", "2025-08-01")

    assert (ended.code, ended.json["mailbox"]["letters"]) == (0, 0)


def test_a_demo_heeds_no_database_or_mail_of_the_settings(duban: Duban, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUBAN_DATABASE_URL", "postgresql+psycopg://nobody@127.0.0.1:1/none")
    monkeypatch.setenv("DUBAN_MAIL_URL", "smtp://127.0.0.1:1")

    assert duban("demo", "--no-serve", "--json").json["deliver"]["sent"] > 0


def test_a_demo_that_is_refused_leaves_the_last_one_alone(duban: Duban, tmp_path: Path) -> None:
    (tmp_path / "var/demo").mkdir(parents=True)
    (tmp_path / "var/demo/kept").write_text("")
    assert duban("demo", "--as-of", "soon").refused
    (tmp_path / ".env").write_text("DUBAN_TIMEZONE=Mars\n")
    assert duban("demo").refused

    assert (tmp_path / "var/demo/kept").exists()

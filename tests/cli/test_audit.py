"""``duban verify-audit``, and that a command that changes something is on record."""

from pathlib import Path

import pytest
from sqlalchemy import select, update

from service.cli import app
from service.cli.noted import CHANGING, commands
from service.store.database import open_engine
from service.store.doors import audit
from tests.command import Duban
from tests.house import EXCELLENCE, write_sheet

READING = {
    "demo",
    "up",
    "web",
    "worker",
    "scheduler",
    "migrate",
    "events",
    "escalation",
    "deliveries",
    "explain",
    "findings",
    "forecast",
    "simulate",
    "overrides",
    "overseers",
    "rounds",
    "units",
    "users",
    "runs",
    "watch",
    "doctor",
    "policy preview",
    "verify-audit",
}
"""Those that change nothing that is anybody's; the roles do what jobs do, and leave runs."""
NOTED_BY_THEIR_FLOW = {
    *("user add", "user link", "user close", "user open"),
    *("contacts export", "contacts erase", "contacts revoke-links", "retry", "abort"),
}


def rows(folder: Path) -> list[tuple[str, object]]:
    engine = open_engine(f"sqlite:///{folder}/var/duban.db")
    with engine.begin() as connection:
        found = [(row.action, row.details) for row in connection.execute(select(audit).order_by(audit.c.id))]
    engine.dispose()
    return found


def test_of_every_command_it_is_said_whether_it_changes_anything() -> None:
    words = {name for name, _ in commands(app)}
    assert words - NOTED_BY_THEIR_FLOW == CHANGING | READING


def test_a_command_that_changes_something_is_noted_by_its_name_and_numbers_alone(duban: Duban, tmp_path: Path) -> None:
    sheet = write_sheet(tmp_path, EXCELLENCE)
    assert duban("import", sheet, "--dry-run").code == 0
    assert duban("import", sheet).code == 0
    duban("events", "1")
    assert duban("quarantine", "approve", "41").code == 2
    assert duban("holidays", "import", "nowhere.csv").code == 2
    assert rows(tmp_path) == [
        ("ran", {"command": "import"}),
        ("ran", {"command": "quarantine approve", "id": "41"}),
        ("ran", {"command": "holidays import"}),
    ]
    assert duban("verify-audit").code == 0


def test_an_intact_chain_is_told_with_its_head(duban: Duban, tmp_path: Path) -> None:
    assert duban("verify-audit", "--json").json == {"intact": True, "rows": 0, "head": "0" * 64}
    duban("import", write_sheet(tmp_path, EXCELLENCE))
    told = duban("verify-audit")
    assert told.code == 0
    head = told.out.split()[-1]
    assert head.startswith("1:")
    duban("scan")
    assert duban("verify-audit", "--head", head, "--json").json["rows"] == 2


@pytest.mark.parametrize("head", ["", "1", "1:", "x:" + "0" * 64, "1:" + "0" * 63, "-1:" + "0" * 64])
def test_a_head_that_is_none_is_refused(duban: Duban, head: str) -> None:
    assert duban("verify-audit", "--head", head).refused


def test_a_chain_that_was_tampered_with_fails_and_names_the_row(duban: Duban, tmp_path: Path) -> None:
    duban("import", write_sheet(tmp_path, EXCELLENCE))
    duban("scan")
    head = duban("verify-audit").out.split()[-1]
    engine = open_engine(f"sqlite:///{tmp_path}/var/duban.db")
    with engine.begin() as connection:
        connection.execute(update(audit).where(audit.c.id == 1).values(action="changed"))
    engine.dispose()
    told = duban("verify-audit")
    assert (told.code, "1" in told.out) == (1, True)
    assert duban("verify-audit", "--head", head, "--json").json == {"intact": False, "row": 1}

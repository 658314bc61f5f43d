"""``duban scan``, ``deliver``, ``escalate``, ``escalation`` and the outbox: from a sheet in a folder to letters."""

import shutil
from pathlib import Path

import pytest

from service.store import migrations
from service.store.database import open_engine
from tests.command import Duban
from tests.house import EXCELLENCE, House

DAY = ("--as-of", "2028-06-09")
NEAR = ("--as-of", "2028-08-08")


@pytest.fixture(scope="module")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with two certifications of one unit, each with a handler."""
    folder = tmp_path_factory.mktemp("stock")
    engine = open_engine(f"sqlite:///{folder}/duban.db")
    house = House(engine, folder)
    migrations.upgrade(engine, house.clock())
    second = {"enterprise": "乙方演示有限公司", "contact_email": "handler@b.example"}
    assert house.take_in(EXCELLENCE, EXCELLENCE | second).added == 2
    engine.dispose()
    return folder / "duban.db"


@pytest.fixture
def stocked(duban: Duban, stock: Path, tmp_path: Path) -> Duban:
    """The command, with the stock where it looks."""
    (tmp_path / "var").mkdir()
    shutil.copyfile(stock, tmp_path / "var/duban.db")
    return duban


def test_a_scan_counts_what_it_examined_planned_superseded_and_skipped(stocked: Duban) -> None:
    ended = stocked("scan", *DAY, "--json")

    assert ended.code == 0
    assert ended.json == {
        "examined": 4,
        "planned": 2,
        "superseded": 2,
        "skipped": [{"reason": "not_reached", "count": 2}],
        "quarantined": 0,
    }
    assert stocked("scan", *DAY, "--json").json["planned"] == 0


def test_a_dry_scan_stores_nothing(stocked: Duban) -> None:
    assert stocked("scan", *DAY, "--dry-run", "--json").json["planned"] == 2
    assert stocked("deliveries", "--json").json == []
    assert stocked("scan", *DAY, "--json").json["planned"] == 2


def test_a_delivery_counts_outcomes_and_fills_the_mailbox(stocked: Duban, tmp_path: Path) -> None:
    assert stocked("deliver", *DAY, "--json").json == {
        **{"sent": 0, "retry": 0, "refused": 0, "unknown": 0, "withdrawn": 0}
    }
    stocked("scan", *DAY)
    ended = stocked("deliver", *DAY, "--json")

    assert (ended.code, ended.json["sent"]) == (0, 2)
    assert len(list((tmp_path / "var/mailbox/new").iterdir())) == 2


def test_a_delivery_that_fails_ends_with_1_and_still_writes_its_document(stocked: Duban, tmp_path: Path) -> None:
    (tmp_path / "var/mailbox").write_text("in the way")
    stocked("scan", *DAY)
    ended = stocked("deliver", *DAY, "--json")

    assert (ended.code, ended.json["retry"]) == (1, 2)


def test_the_outbox_shows_each_delivery_without_the_person(stocked: Duban) -> None:
    stocked("scan", *DAY)
    shown = stocked("deliveries", "--state", "planned", "--json")

    assert [row["id"] for row in shown.json] == [4, 3]
    assert shown.json[0] | {"not_before": "", "contact": 0} == {
        **{"id": 4, "state": "planned", "reason": "", "purpose": "reminder", "stage": "90d", "revision": 0},
        **{"subject": "obligation 3", "contact": 0, "role": "handler", "attempts": 0, "planned_for": "2028-06-09"},
        **{"not_before": "", "settled_at": None, "certification": 2, "enterprise": "乙方演示有限公司", "digest": None},
    }
    assert "example" not in shown.out
    assert len(stocked("deliveries", "--certification", "乙方", "--json").json) == 2


def test_a_delivery_is_aborted_and_planned_again_by_its_number(stocked: Duban) -> None:
    stocked("scan", *DAY)
    assert stocked("abort", 3, 4, "--json").json == {"ids": [3, 4]}
    assert stocked("deliver", *DAY, "--json").json["sent"] == 0
    assert stocked("retry", 4, "--json").json == {"ids": [4]}
    assert stocked("deliver", *DAY, "--json").json["sent"] == 1


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(("abort", 1), id="superseded already"),
        pytest.param(("abort", 3, 99), id="one that waits and one that is not there"),
        pytest.param(("retry", 3), id="waiting, not ended"),
        pytest.param(("retry", 99), id="not there"),
    ],
)
def test_a_number_that_does_not_fit_is_refused_and_changes_none_of_them(stocked: Duban, words: tuple[object]) -> None:
    stocked("scan", *DAY)
    before = stocked("deliveries", "--json").out

    assert stocked(*words, "--json").refused
    assert stocked("deliveries", "--json").out == before


@pytest.mark.parametrize("number", ["0", "-1", "x", str(2**31), str(2**63)])
def test_what_is_no_number_of_a_delivery_is_refused(stocked: Duban, number: str) -> None:
    ended = stocked("retry", "--json", "--", number)

    assert ended.code == 2
    assert ended.out == ""


def test_the_units_lists_are_planned_and_written_to_a_file(stocked: Duban, tmp_path: Path) -> None:
    assert stocked("escalate", *NEAR, "--json").json == {"units": 1, "planned": 0, "skipped": {"no_address": 1}}
    ended = stocked("escalation", "江苏", "--xlsx", tmp_path / "list.xlsx", *NEAR)

    assert ended.code == 0
    assert (tmp_path / "list.xlsx").read_bytes().startswith(b"PK")
    assert "by the record as it stands" in ended.err


@pytest.mark.parametrize(
    "words",
    [
        ("escalation", "安徽省", "--xlsx", "list.xlsx"),
        ("escalation", "江苏省", "--xlsx", "no/such/folder/list.xlsx"),
        ("escalation", "江苏省", "--xlsx", "list.xlsx", "--as-of", "tomorrow"),
        ("scan", "--as-of", "2028-13-01"),
        ("deliver", "--as-of", "8 August"),
        ("escalate", "--as-of", ""),
        ("deliveries", "--certification", "没有这家"),
        ("deliveries", "--certification", "演示有限公司"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_one_sentence(stocked: Duban, words: tuple[str, ...]) -> None:
    assert stocked(*words).refused


def test_several_matches_are_refused_with_the_candidates(stocked: Duban) -> None:
    ended = stocked("explain", "演示有限公司")

    assert ended.refused
    assert "1 甲方演示有限公司" in ended.err
    assert "2 乙方演示有限公司" in ended.err

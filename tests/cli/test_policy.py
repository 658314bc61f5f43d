"""``duban policy``, ``policy preview`` and ``policy apply``."""

from pathlib import Path
from typing import Any

import pytest

from service.domain.policy import Policy
from service.domain.policy_document import parsed
from tests.command import Duban
from tests.house import EXCELLENCE, write_sheet

LATER = EXCELLENCE | {"enterprise": "乙方演示有限公司", "listed_on": "2025-12-16"}
ADVANCED = EXCELLENCE | {"level": "advanced", "factory": "另一演示工厂"}


@pytest.fixture
def imported(duban: Duban, tmp_path: Path) -> Duban:
    """Duban with two excellence factories on record."""
    assert duban("import", write_sheet(tmp_path, EXCELLENCE, LATER)).code == 0
    return duban


def write(folder: Path, text: str, version: str = "2028-1") -> Path:
    path = folder / "policy.toml"
    path.write_text(f'version = "{version}"\n{text}\n', encoding="utf-8")
    return path


def test_the_policy_that_is_built_in_has_no_author(duban: Duban) -> None:
    told = duban("policy", "--json").json
    assert {name: told[name] for name in ("version", "since", "author", "unit", "obligation")} == {
        **{"version": Policy().version, "since": None, "author": None, "unit": {}, "obligation": {}}
    }
    assert told["default"]["days_before"] == [180, 90, 60, 30, 15, 7, 3, 1, 0]
    assert told["kind"] == {"annual_round": {"days_before": [60, 30, 15, 7, 1, 0], "weeks_without_end": 0}}


def test_what_is_printed_is_a_document_that_can_be_changed_and_put_in_force(duban: Duban, tmp_path: Path) -> None:
    printed = duban("policy").out
    assert parsed(printed) == Policy()
    path = tmp_path / "policy.toml"
    path.write_text(printed.replace(Policy().version, "2028-1").replace("17:00", "16:30"), encoding="utf-8")
    assert duban("policy", "apply", path).code == 0

    again = duban("policy").out
    assert again.startswith("# 自 since ")
    assert parsed(again) == parsed(path.read_text(encoding="utf-8"))


def test_the_policy_in_force_is_told_with_every_layer_its_author_and_since_when(duban: Duban, tmp_path: Path) -> None:
    duban("import", write_sheet(tmp_path, EXCELLENCE))
    text = '[unit.Jiangsu]\nhour = "12:00"\n[obligation."1/review_application/0"]\nroll = "none"'
    duban("policy", "apply", write(tmp_path, text))
    told = duban("policy", "--json").json

    assert told["version"] == "2028-1"
    assert told["author"].startswith("cli:")
    assert told["since"].endswith("+08:00")
    assert told["unit"] == {"江苏省": {"hour": "12:00"}}
    assert told["obligation"] == {"1/review_application/0": {"roll": "none"}}


def test_a_preview_is_one_document_and_applying_tells_the_same(imported: Duban, tmp_path: Path) -> None:
    path = write(tmp_path, "[default]\nstrict_before = false")
    ended = imported("policy", "preview", path, "--json")
    assert ended.code == 0
    told = ended.json
    counts = {"version": "2028-1", "was": Policy().version, "moved": 2, "opened": 0, "closed": 0}
    counts |= {"unchanged": 2, "replanned": 0, "total": 2}
    assert {name: told[name] for name in told if name != "changes"} == counts
    assert told["changes"][0] == {
        **{"change": "moved", "certification": 1, "enterprise": EXCELLENCE["enterprise"]},
        **{"kind": "review_application", "occurrence": "0"},
        "before": {"due_on": "2028-09-09", "safe_due_on": "2028-09-07"},
        "after": {"due_on": "2028-09-09", "safe_due_on": "2028-09-08"},
    }
    assert [each["certification"] for each in told["changes"]] == [1, 2]

    assert imported("policy", "--json").json["version"] == Policy().version
    assert imported("policy", "apply", path, "--json").json == told
    assert imported("policy", "--json").json["version"] == "2028-1"
    assert imported("explain", "1", "--json").json[0]["policy"] == "2028-1"
    assert [each["counts"] for each in imported("runs", "--job", "policy", "--json").json] == [
        {"moved": 2, "unchanged": 2, "dry_run": 0}, {"moved": 2, "unchanged": 2, "dry_run": 1},
    ]  # fmt: skip


def test_a_units_own_duty_is_told_by_its_unit(duban: Duban, tmp_path: Path) -> None:
    duban("import", write_sheet(tmp_path, ADVANCED))
    path = write(tmp_path, "[kind.list_report]\nworking_days = 10")
    [change] = duban("policy", "preview", path, "--json").json["changes"]
    assert {name: change[name] for name in ("unit", "name", "kind", "occurrence")} == {
        **{"unit": 1, "name": "江苏省", "kind": "list_report", "occurrence": "2025-12-09"}
    }
    assert "江苏省" in duban("policy", "preview", path).out


@pytest.mark.parametrize(("limit", "shown"), [(0, 0), (1, 1), (2, 2)])
def test_only_so_many_changes_are_listed_and_how_many_there_are_is_said(
    imported: Duban, tmp_path: Path, limit: int, shown: int
) -> None:
    path = write(tmp_path, "[default]\nstrict_before = false")
    told = imported("policy", "preview", path, "--limit", limit, "--json").json
    assert (len(told["changes"]), told["total"]) == (shown, 2)
    for_people = imported("policy", "preview", path, "--limit", limit).out
    assert for_people.count("review_application") == shown
    assert (f"2 in all, {shown} shown" in for_people) == (shown < 2)


def test_a_preview_for_people_tells_counts_each_change_and_that_nothing_is_stored(
    imported: Duban, tmp_path: Path
) -> None:
    ended = imported("policy", "preview", write(tmp_path, "[default]\nstrict_before = false"))
    lines = ended.out.splitlines()
    assert (ended.code, lines[1]) == (0, "2\t0\t0\t2\t0")
    assert lines[3].split("\t") == [
        "moved", f"1 {EXCELLENCE['enterprise']}", "review_application 0", "2028-09-09", "2028-09-07 → 2028-09-08",
    ]  # fmt: skip
    assert "nothing is stored" in ended.err


def test_what_is_no_policy_is_refused_in_one_sentence_and_changes_nothing(imported: Duban, tmp_path: Path) -> None:
    before: Any = imported("explain", "1", "--json").out, imported("policy", "--json").out
    for text, words in (
        ('[default]\nroll = "forward"', "roll"),
        ("[default]\nhour = 17", "hour"),
        ("[default", "TOML"),
        ('[unit."某某集团"]', "某某集团"),
        ('[obligation."9/review_application/0"]', "9/review_application/0"),
    ):
        for command in ("preview", "apply"):
            ended = imported("policy", command, write(tmp_path, text), "--json")
            assert ended.refused
            assert words in ended.err
    assert imported("policy", "apply", tmp_path / "missing.toml").refused
    assert imported("policy", "apply", write(tmp_path, "", Policy().version)).refused
    assert (imported("explain", "1", "--json").out, imported("policy", "--json").out) == before


@pytest.mark.parametrize(
    "words", [("preview",), ("apply", "a.toml", "b.toml"), ("drop",), ("preview", "a", "--limit", "-1")]
)
def test_words_that_are_no_command_are_refused(duban: Duban, words: tuple[str, ...]) -> None:
    assert duban("policy", *words).code == 2

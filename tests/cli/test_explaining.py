"""``duban explain``: each date and how it came about."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.command import Duban
from tests.house import EXCELLENCE, write_sheet

LISTED = ("--level", "excellence", "--listed-on")
PRINTED = ("--level", "excellence", "--valid-through")
FIELDS = {
    *("kind", "article", "holder", "anchor_on", "ends_on", "due_on", "late_after", "lapse_after", "safe_due_on"),
    *("provisional", "policy", "trace"),
}


@pytest.mark.parametrize(
    ("words", "kind", "ends_on", "due_on", "late_after", "safe_due_on"),
    [
        ((*LISTED, "2025-12-09"), "review_application", "2028-12-09", "2028-09-09", "2028-09-09", "2028-09-07"),
        (
            ("--level", "pioneer", "--cultivation-from", "2025-11-24", "--months", "24"),
            *("acceptance_application", "2027-11-24", "2027-08-24", "2027-08-24", "2027-08-20"),
        ),
        ((*PRINTED, "2028-05-31"), "review_application", "2028-05-31", "2028-02-29", "2028-02-29", "2028-02-28"),
        ((*PRINTED, "2028-11-30"), "review_application", "2028-11-30", "2028-08-30", "2028-08-30", "2028-08-29"),
        (("--changed-on", "2025-11-30"), "major_change_filing", None, "2026-02-28", "2026-02-28", "2026-02-28"),
        (("--changed-on", "2025-11-15"), "major_change_filing", None, "2026-02-15", "2026-02-24", "2026-02-14"),
        (("--changed-on", "2026-07-01"), "major_change_filing", None, "2026-10-01", "2026-10-08", "2026-09-30"),
    ],
)
def test_the_table_of_dates_is_explained_without_a_database(
    duban: Duban,
    tmp_path: Path,
    words: tuple[str, ...],
    kind: str,
    ends_on: str | None,
    due_on: str,
    late_after: str,
    safe_due_on: str,
) -> None:
    ended = duban("explain", *words, "--json")
    [found] = [each for each in ended.json if each["kind"] == kind]

    assert ended.code == 0
    assert [found[name] for name in ("ends_on", "due_on", "late_after", "safe_due_on")] == [
        *(ends_on, due_on, late_after, safe_due_on)
    ]
    assert set(found) >= FIELDS
    assert {*found["trace"][0]} == {"rule", "input", "output", "note"}
    assert list(tmp_path.iterdir()) == []


def test_people_are_told_in_both_languages(duban: Duban) -> None:
    ended = duban("explain", *LISTED, "2025-12-09")

    assert ended.code == 0
    assert "2028-09-07" in ended.out
    assert "复核申请" in ended.out
    assert "Review application" in ended.out


def test_an_end_that_nobody_gave_is_not_guessed(duban: Duban) -> None:
    ended = duban("explain", "--level", "advanced", "--listed-on", "2025-12-09", "--json")

    assert (ended.code, ended.json) == (0, [])
    assert "not known" in ended.err


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("--level", "excellence"),
        (*LISTED, "2025-02-30"),
        (*LISTED, "9999-01-01"),
        (*LISTED, "0001-01-01"),
        ("--level", "excellence", "--cultivation-from", "2025-11-24", "--months", "24"),
        ("--level", "pioneer", "--cultivation-from", "2025-11-24", "--months", "25"),
        ("--level", "pioneer", "--cultivation-from", "2025-11-24", "--months", "0"),
        ("--level", "pioneer", "--months", "24"),
        (*LISTED, "2025-12-09", "--changed-on", "2026-01-01"),
        (*LISTED, "2025-12-09", "--months", "24"),
        ("甲方", *LISTED, "2025-12-09"),
    ],
)
def test_dates_that_cannot_be_or_are_not_enough_are_refused(duban: Duban, words: tuple[str, ...]) -> None:
    assert duban("explain", *words, "--json").refused


def test_what_is_on_record_is_explained_as_it_is_kept(duban: Duban, tmp_path: Path) -> None:
    assert duban("import", write_sheet(tmp_path, EXCELLENCE)).code == 0
    ended = duban("explain", "甲方", "--json")

    assert {each["kind"]: each["safe_due_on"] for each in ended.json} == {
        "review_application": "2028-09-07",
        "validity_end": "2028-12-08",
    }
    assert [each["closed"] for each in ended.json] == [None, None]


def test_the_command_works_from_any_folder(tmp_path: Path) -> None:
    command = [str(Path(sys.executable).with_name("duban")), "explain", *LISTED, "2025-12-09", "--json"]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert (ended.returncode, ended.stderr) == (0, "")
    assert '"2028-09-07"' in ended.stdout

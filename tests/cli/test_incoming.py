"""``duban import``, ``contacts import`` and ``event``."""

from pathlib import Path

import pytest

from tests.command import Duban
from tests.house import EXCELLENCE, write_sheet

PERSON = {"owner_kind": "enterprise", "owner": "甲方演示有限公司", "name": "负责人（演示）", "email": "d@a.example"}


def test_an_import_is_one_document_of_counts_errors_and_findings(duban: Duban, tmp_path: Path) -> None:
    ended = duban("import", write_sheet(tmp_path, EXCELLENCE | {"颜色": "红"}), "--json")

    assert ended.code == 0
    assert {name: ended.json[name] for name in ("added", "changed", "unchanged", "errors")} == {
        **{"added": 1, "changed": 0, "unchanged": 0, "errors": []}
    }
    assert {finding["code"] for finding in ended.json["findings"]} == {"unknown_column", "unidentified"}
    assert {*ended.json["findings"][0]} == {"code", "row", "message"}
    assert duban("import", tmp_path / "sheet.csv", "--json").json["unchanged"] == 1


def test_an_error_in_the_sheet_ends_with_1_and_names_row_and_column(duban: Duban, tmp_path: Path) -> None:
    ended = duban("import", write_sheet(tmp_path, EXCELLENCE, EXCELLENCE | {"level": "gold"}), "--json")

    assert ended.code == 1
    assert ended.json["added"] == 0
    assert [(error["row"], error["column"]) for error in ended.json["errors"]] == [(3, "level")]
    assert duban("scan", "--as-of", "2028-06-09", "--json").json["examined"] == 0


def test_a_dry_run_ends_as_the_import_would_and_stores_nothing(duban: Duban, tmp_path: Path) -> None:
    path = write_sheet(tmp_path, EXCELLENCE)

    assert duban("import", path, "--dry-run", "--json").json["added"] == 1
    assert duban("import", path, "--json").json["added"] == 1


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("list.pdf", b"%PDF-1.7", id="another format"),
        pytest.param("list.xlsx", b"not a workbook", id="no workbook"),
        pytest.param("list.csv", b"", id="an empty file"),
        pytest.param("list.csv", "企业名称\n甲方".encode(), id="a required column is missing"),
        pytest.param("list.csv", b"\x00\xff\xfe\x00", id="no text"),
        pytest.param("missing.csv", None, id="no file"),
    ],
)
def test_what_is_no_sheet_is_refused(duban: Duban, tmp_path: Path, name: str, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)

    for command in (("import",), ("contacts", "import")):
        ended = duban(*command, tmp_path / name, "--json")
        assert ended.refused
        assert name in ended.err
    assert duban("scan", "--json").json["examined"] == 0


def test_contacts_are_imported_with_the_same_document(duban: Duban, tmp_path: Path) -> None:
    duban("import", write_sheet(tmp_path, EXCELLENCE))
    ended = duban("contacts", "import", write_sheet(tmp_path, PERSON), "--json")
    assert (ended.code, ended.json["added"]) == (0, 1)

    ended = duban("contacts", "import", write_sheet(tmp_path, PERSON | {"owner": "没有这家"}), "--json")
    assert (ended.code, ended.json["errors"][0]["row"]) == (1, 2)


def test_an_event_is_recorded_and_tells_what_it_led_to(duban: Duban, tmp_path: Path) -> None:
    duban("import", write_sheet(tmp_path, EXCELLENCE))
    ended = duban("event", "甲方", "review_applied", "--on", "2028-08-01", "--set", "receipt=A-1", "--json")

    assert ended.code == 0
    assert ended.json == {
        **{"certification": 1, "number": 2, "event": "review_applied", "on": "2028-08-01"},
        **{"opened": 0, "moved": 0, "closed": 1, "cancellations": 0},
    }
    assert [each["closed"] for each in duban("explain", "1", "--json").json] == ["filed", None]


def test_a_particular_that_nothing_reads_is_pointed_out(duban: Duban, tmp_path: Path) -> None:
    duban("import", write_sheet(tmp_path, EXCELLENCE))
    ended = duban("event", "1", "review_applied", "--on", "2025-12-10", "--set", "reciept=7", "--set", "receipt=8")

    assert ended.code == 0
    assert "--set reciept=" in ended.err
    assert "--set receipt=" not in ended.err


def test_an_event_that_cannot_be_is_refused_and_nothing_is_stored(duban: Duban, tmp_path: Path) -> None:
    duban("import", write_sheet(tmp_path, EXCELLENCE))
    before = duban("explain", "1", "--json").out
    for words in (
        ("1", "review_passed", "--on", "2028-08-01"),  # nobody applied
        ("1", "accepted", "--on", "2028-08-01"),  # not in cultivation
        ("1", "review_applied", "--on", "2028-08-32"),
        ("1", "review_applied", "--on", "2028-08-01", "--set", "receipt"),  # no KEY=VALUE
        ("1", "cultivation_listed", "--on", "2028-08-01", "--set", "months=many"),
        ("1", "renamed", "--on", "2028-08-01"),  # no name given
        ("1", "corrected", "--on", "2028-08-01", "--set", "field=colour"),
        ("1", "change_filed", "--on", "2028-08-01"),  # no change to file
        ("9", "review_applied", "--on", "2028-08-01"),  # no such certification
        ("", "review_applied", "--on", "2028-08-01"),  # no certification named
    ):
        assert duban("event", *words, "--json").refused, words
    assert duban("explain", "1", "--json").out == before
    assert duban("event", "1", "review_applied", "--on", "2028-08-01").code == 0


def test_an_event_of_a_type_that_does_not_exist_is_refused(duban: Duban) -> None:
    assert duban("event", "1", "exploded", "--on", "2028-08-01").code == 2

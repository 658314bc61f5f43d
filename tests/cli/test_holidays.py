"""``duban holidays`` and ``holidays import``."""

from pathlib import Path

import pytest

from service.domain.workdays import DayKind
from tests.command import Duban
from tests.house import EXCELLENCE, write_sheet
from tests.notices import NUMBER, document, invented, with_day, without, write_csv, write_json

EIGHTH_OF_JULY = EXCELLENCE | {"listed_on": "", "valid_through": "2027-07-08"}


def test_the_list_tells_each_year_its_source_and_how_far_it_is_official(duban: Duban, tmp_path: Path) -> None:
    before = duban("holidays", "--json").json
    assert before["announced_until"] == before["years"][-1]["year"] == 2026
    assert before["years"][-1]["source"].startswith("chinesecalendar ")

    duban("holidays", "import", write_csv(tmp_path, invented()))
    after = duban("holidays", "--json").json
    assert after["announced_until"] == 2027
    assert after["years"][:-1] == before["years"]
    last = after["years"][-1]
    assert {name: last[name] for name in ("year", "notice", "rest", "work")} == {
        **{"year": 2027, "notice": NUMBER, "rest": 27, "work": 6}
    }
    assert last["source"].startswith("notice.csv (cli:")
    assert {*last} == {"year", "source", "notice", "loaded_at", "rest", "work"}


def test_the_list_for_people_is_a_line_a_year_and_says_what_is_provisional(duban: Duban) -> None:
    ended = duban("holidays")
    lines = ended.out.splitlines()
    assert ended.code == 0
    assert [line.split("\t")[0] for line in lines[1:-1]] == [str(year) for year in range(2004, 2027)]
    assert "2026" in lines[-1]


def test_an_import_is_one_document_of_counts_and_findings(duban: Duban, tmp_path: Path) -> None:
    duban("import", write_sheet(tmp_path, EIGHTH_OF_JULY))
    notice = with_day(invented(), "2027-08-06", DayKind.REST, "虚构纪念日")
    expected = {"year": 2027, "notice": NUMBER, "days": 34, "moved": 1, "settled": 1, "unchanged": 0}

    for path in (write_csv(tmp_path, notice), write_json(tmp_path, document(notice))):
        ended = duban("holidays", "import", path, "--dry-run", "--json")
        assert ended.code == 0
        assert {name: ended.json[name] for name in expected} == expected
        assert [(finding["code"], finding["row"]) for finding in ended.json["findings"]] == [("one_off", None)]
    assert duban("holidays", "--json").json["announced_until"] == 2026
    assert duban("holidays", "import", path, "--json").json == ended.json
    assert duban("holidays", "import", path, "--json").json["moved"] == 0
    assert duban("runs", "--job", "holidays", "--json").json[0]["counts"]["unchanged"] == 2


def test_an_import_for_people_tells_the_counts_and_the_findings_beside(duban: Duban, tmp_path: Path) -> None:
    notice = with_day(invented(), "2027-08-06", DayKind.REST, "虚构纪念日")
    ended = duban("holidays", "import", write_csv(tmp_path, notice))
    assert (ended.code, ended.out.splitlines()[1]) == (0, "34\t0\t0\t0")
    assert "2027-08-06" in ended.err


def test_a_notice_that_cannot_be_is_refused_in_one_sentence_and_changes_nothing(duban: Duban, tmp_path: Path) -> None:
    duban("import", write_sheet(tmp_path, EIGHTH_OF_JULY))
    before = duban("explain", "1", "--json").out, duban("holidays", "--json").out

    for path, words in (
        (write_csv(tmp_path, with_day(invented(), "2027-10-07", DayKind.WORK)), "2027-10-07"),
        (write_json(tmp_path, document(without(invented(), "2027-02-05"))), "2027-02-05"),
        (write_json(tmp_path, "{", "cut.json"), "cut.json"),
        (tmp_path / "missing.csv", "missing.csv"),
    ):
        ended = duban("holidays", "import", path, "--json")
        assert ended.refused
        assert words in ended.err
    assert (duban("explain", "1", "--json").out, duban("holidays", "--json").out) == before


@pytest.mark.parametrize("words", [("import",), ("import", "a.csv", "b.csv"), ("export",)])
def test_words_that_are_no_command_are_refused(duban: Duban, words: tuple[str, ...]) -> None:
    assert duban("holidays", *words).code == 2

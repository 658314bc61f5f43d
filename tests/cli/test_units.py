"""``duban units``, ``unit``, ``rounds`` and ``round``."""

from pathlib import Path
from typing import Any

import pytest

from tests.command import Duban, Ended
from tests.house import EXCELLENCE, write_sheet

ADVANCED = EXCELLENCE | {"level": "advanced", "listed_on": "2026-03-02"}
BASIS = ("--basis", "演示〔2026〕1号")
RULE = ("unit", "rule", "江苏", "--from", "2026-01-01")
SET = (*RULE, "--validity-months", 36, "--review-months-before", 3, "--lapses", *BASIS)
ROUND = ("--announced-on", "2049-05-06", "--apply-by", "2049-06-18", "--recommend-by", "2049-07-09")
ADD = ("round", "add", 2049, "excellence", *ROUND, "--notice", "演示通知")
"""Years ahead, so that it is open on whatever day the tests run."""
LASTING = ADVANCED | {"valid_through": "2049-12-01"}


def refused(ended: Ended, *words: str) -> None:
    assert ended.refused, ended
    for word in words:
        assert word in ended.err


def test_a_rule_is_one_document_with_what_is_in_force_and_what_it_led_to(duban: Duban, tmp_path: Path) -> None:
    duban("import", write_sheet(tmp_path, ADVANCED))
    expected: dict[str, Any] = {
        **{"unit": "江苏省", "from": "2026-01-01", "validity_months": 36, "review_months_before": 3, "lapses": True},
        **{"annual_report": None, "basis": "演示〔2026〕1号", "opened": 2, "moved": 0, "closed": 0},
    }
    foretold = duban(*SET, "--dry-run", "--json")
    assert (foretold.code, foretold.json) == (0, expected)
    assert "nothing was stored" in foretold.err
    assert duban("units", "--json").json[0]["rules"] == []

    assert duban(*SET, "--json").json == expected
    again = duban(*RULE, "--annual-report", "12-20", "--no-lapses", "--basis", "演示〔2026〕2号", "--json").json
    assert {name: again[name] for name in ("lapses", "annual_report", "validity_months", "basis")} == {
        **{"lapses": False, "annual_report": "12-20", "validity_months": 36},
        "basis": "演示〔2026〕1号",
    }
    back = duban(*RULE, "--take-back", "--basis", "误录", "--json").json
    assert (back["validity_months"], back["annual_report"], back["opened"]) == (None, None, 0)
    assert back["closed"] >= 3


def test_the_units_stand_with_rules_people_and_duties(duban: Duban, tmp_path: Path) -> None:
    duban("import", write_sheet(tmp_path, ADVANCED))
    duban("unit", "add", "演示集团")
    duban(*SET)
    province, group = duban("units", "--json").json
    settings = {
        **{"validity_months": 36, "review_months_before": 3, "lapses": True, "annual_report": None},
        "basis": "演示〔2026〕1号",
    }
    assert province == {
        **{"id": 1, "name": "江苏省", "kind": "provincial", "in_force": settings, "contacts": 0},
        "rules": [{"from": "2026-01-01", **settings}],
        "list": {"weekday": 1, "hour": 8},
        "duties": [
            {
                **{"kind": "list_report", "occurrence": "2026-03-02"},
                **{"due_on": "2026-03-30", "safe_due_on": "2026-03-30"},
            }
        ],
    }
    assert (group["name"], group["kind"], group["rules"], group["duties"]) == ("演示集团", "central_group", [], [])

    lines = duban("units").out.splitlines()
    assert [line.split("\t")[0] for line in lines[1:]] == ["江苏省", "演示集团"]
    assert "validity_months=36" in lines[1]
    assert "list_report 2026-03-02 (2026-03-30)" in lines[1]


BAD: list[tuple[tuple[object, ...], list[str]]] = [
    ((*RULE, *BASIS), ["--validity-months", "--take-back"]),
    ((*RULE, "--take-back", "--lapses", *BASIS), ["--take-back"]),
    ((*RULE, "--take-back", *BASIS), ["--take-back", "2026-01-01"]),
    ((*RULE, "--validity-months", 0, *BASIS), ["--validity-months", "120"]),
    ((*RULE, "--validity-months", "x", *BASIS), ["--validity-months"]),
    ((*RULE, "--review-months-before", 121, *BASIS), ["--review-months-before"]),
    ((*RULE, "--validity-months", 2, "--review-months-before", 3, *BASIS), ["--review-months-before"]),
    ((*RULE, "--annual-report", "02-29", *BASIS), ["--annual-report", "02-29"]),
    ((*RULE, "--annual-report", "20-12", *BASIS), ["--annual-report", "20-12"]),
    ((*RULE, "--lapses", "--basis", ""), ["--basis"]),
    ((*RULE, "--lapses"), ["--basis"]),
    (("unit", "rule", "江苏", "--from", "2007-01-01", "--lapses", *BASIS), ["--from", "2007-01-01"]),
    (("unit", "rule", "江苏", "--from", "soon", "--lapses", *BASIS), ["--from", "soon"]),
    (("unit", "rule", "火星省", "--from", "2026-01-01", "--lapses", *BASIS), ["火星省"]),
    (("unit", "done", "江苏", "list_report", "2026-03-03", "--on", "2026-03-09"), ["list_report 2026-03-02"]),
    (("unit", "done", "江苏", "list_report", "2026-03-02", "--on", "2026-03-01"), ["--on"]),
    (("unit", "done", "江苏", "list_report", "2026-03-02", "--on", "2999-01-01"), ["--on"]),
    (("unit", "done", "江苏", "list_report", "2026-03-02"), ["--on", "--take-back"]),
    (("unit", "done", "江苏", "list_report", "2026-03-02", "--take-back"), ["list_report 2026-03-02"]),
    (("unit", "done", "江苏", "validity_end", "0", "--on", "2026-03-09"), ["KIND", "duban event"]),
    (("unit", "done", "江苏", "party", "0", "--on", "2026-03-09"), ["KIND"]),
    (("unit", "add", "江苏省"), ["江苏省"]),
    (("unit", "add", "演示\n集团"), ["NAME"]),
    (("round", "add", 2049, "advanced", *ROUND, "--notice", "演示通知"), ["7(2)"]),
    (("round", "add", 2048, "gold", *ROUND, "--notice", "演示通知"), ["gold"]),
    (("round", "add", "soon", "excellence", *ROUND, "--notice", "演示通知"), ["YEAR"]),
    (("round", "add", 2039, "excellence", *ROUND, "--notice", "演示通知"), ["2039"]),
    ((*ADD, "--apply-by", "2049-05-05"), ["--apply-by"]),
    ((*ADD, "--notice", ""), ["--notice"]),
    (("round", "unit", 2049, "excellence", "江苏", "--apply-by", "2049-06-01"), ["2049"]),
    (("round", "remove", 2049, "excellence"), ["2049"]),
]
"""Words, and what the sentence that refuses them names."""


def test_bad_input_is_refused_in_one_sentence_and_changes_nothing(duban: Duban, tmp_path: Path) -> None:
    duban("import", write_sheet(tmp_path, ADVANCED))
    asked = (("units",), ("rounds",), ("explain", "1"))
    before = [duban(*command, "--json").out for command in asked]
    for words, said in BAD:
        refused(duban(*words), *said)
    assert [duban(*command, "--json").out for command in asked] == before


def test_what_a_unit_has_done_is_recorded_and_taken_back(duban: Duban, tmp_path: Path) -> None:
    duban("import", write_sheet(tmp_path, ADVANCED))
    words = ("unit", "done", "江苏省", "list_report", "2026-03-02")
    made = duban(*words, "--on", "2026-03-09", "--note", "系统外报送", "--json").json
    assert made == {
        **{"unit": "江苏省", "kind": "list_report", "occurrence": "2026-03-02", "on": "2026-03-09"},
        **{"opened": 0, "moved": 0, "closed": 1, "cancellations": 0},
    }
    assert duban("units", "--json").json[0]["duties"] == []
    assert duban(*words, "--take-back", "--json").json["on"] is None
    assert len(duban("units", "--json").json[0]["duties"]) == 1


def test_a_round_is_added_with_a_units_own_day_and_taken_back(duban: Duban, tmp_path: Path) -> None:
    duban("import", write_sheet(tmp_path, LASTING))
    named = {"year": 2049, "level": "excellence"}
    foretold = duban(*ADD, "--dry-run", "--json")
    assert foretold.json == {**named, "opened": 2, "moved": 0, "closed": 0, "set_aside": []}
    assert duban("rounds", "--json").json == []
    assert duban(*ADD, "--json").json == foretold.json

    own = duban("round", "unit", 2049, "excellence", "江苏", "--apply-by", "2049-06-01", "--json").json
    assert own == {**named, "opened": 0, "moved": 1, "closed": 0, "unit": "江苏省", "apply_by": "2049-06-01"}
    [standing] = duban("rounds", "--json").json
    assert standing == {
        **named,
        **{"notice": "演示通知", "announced_on": "2049-05-06", "apply_by": "2049-06-18", "recommend_by": "2049-07-09"},
        "own_days": [{"unit": "江苏省", "apply_by": "2049-06-01"}],
        **{"applications": 1, "recommendations": 1, "recommended": 0},
    }
    assert "江苏省 2049-06-01" in duban("rounds").out
    assert duban(*ADD, "--apply-by", "2049-05-31", "--json").json["set_aside"] == ["江苏省"]

    assert duban("round", "remove", 2049, "excellence", "--json").json == {
        **{**named, "opened": 0, "moved": 0},
        "closed": 2,
    }
    assert duban("rounds", "--json").json == []


def test_for_people_a_round_is_told_in_lines(duban: Duban, tmp_path: Path) -> None:
    duban("import", write_sheet(tmp_path, LASTING))
    assert "opened\t2" in duban(*ADD).out
    assert "set_aside\t–" in duban(*ADD).out
    header, line = duban("rounds").out.splitlines()
    assert dict(zip(header.split("\t"), line.split("\t"), strict=True))["applications"] == "1"


@pytest.mark.parametrize("words", [("unit",), ("round",), ("unit", "rename"), ("round", "2049")])
def test_words_that_are_no_command_are_refused(duban: Duban, words: tuple[str, ...]) -> None:
    assert duban(*words).code == 2


def test_a_unit_sets_the_weekday_and_hour_of_its_lists_and_each_by_itself(duban: Duban, tmp_path: Path) -> None:
    duban("import", write_sheet(tmp_path, ADVANCED))
    assert duban("units", "--json").json[0]["list"] == {"weekday": 1, "hour": 8}
    assert duban("unit", "list", "江苏", "--weekday", 4, "--json").json == {"unit": "江苏省", "weekday": 4, "hour": 8}
    assert duban("unit", "list", "江苏", "--hour", 14, "--json").json == {"unit": "江苏省", "weekday": 4, "hour": 14}
    assert duban("units", "--json").json[0]["list"] == {"weekday": 4, "hour": 14}


@pytest.mark.parametrize("words", [("--weekday", 0), ("--weekday", 8), ("--hour", 7), ("--hour", 19), ("--hour", "x")])
def test_another_weekday_or_hour_is_refused(duban: Duban, words: tuple[Any, ...]) -> None:
    assert duban("unit", "list", "江苏", *words, "--json").refused

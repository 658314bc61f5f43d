"""``duban overseers`` and ``overseer``."""

from pathlib import Path

import pytest

from tests.command import Duban
from tests.house import EXCELLENCE, write_sheet

ADD = ("overseer", "add")
CITY = ("甲市局（演示）", "--rung", "city", "--unit", "江苏")
PROVINCE = ("甲省厅（演示）", "--rung", "province", "--unit", "江苏")
SASAC = ("国资（演示）", "--rung", "sasac", "--unit")


@pytest.fixture
def imported(duban: Duban, tmp_path: Path) -> Duban:
    """Duban with one enterprise of 江苏省 on record."""
    assert duban("import", write_sheet(tmp_path, EXCELLENCE)).code == 0
    return duban


def test_superior_bodies_are_added_shown_and_taken_away(imported: Duban, tmp_path: Path) -> None:
    city = {"name": CITY[0], "rung": "city", "oversees": ["江苏省 甲方演示有限公司"], "contacts": 0}
    assert imported(*ADD, *CITY, "--enterprise", EXCELLENCE["enterprise"], "--json").json == city
    assert imported(*ADD, *CITY, "--enterprise", EXCELLENCE["enterprise"], "--json").json == city, "again is the same"
    imported(*ADD, *PROVINCE)
    person = {"owner_kind": "上级督办单位", "owner": CITY[0], "name": "演示", "email": "city@x.example"}
    assert imported("contacts", "import", write_sheet(tmp_path, person), "--json").json["added"] == 1

    assert imported("overseers", "--json").json == [
        city | {"contacts": 1},
        {"name": PROVINCE[0], "rung": "province", "oversees": ["江苏省"], "contacts": 0},
    ]
    assert [line.split("\t")[0] for line in imported("overseers").out.splitlines()[1:]] == [CITY[0], PROVINCE[0]]
    assert imported("overseer", "remove", PROVINCE[0], "--unit", "江苏省", "--json").json["removed"] == 1
    assert imported("overseer", "remove", CITY[0], "--json").json["removed"] == 1
    left = imported("overseers", "--json").json
    assert [(each["name"], each["oversees"]) for each in left] == [(CITY[0], [])], "it has a person on record"
    assert imported("verify-audit").code == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((*ADD, *CITY), "--enterprise"),
        ((*ADD, *CITY, "--enterprise", "火星公司"), "火星公司"),
        ((*ADD, "甲", "--rung", "unit", "--unit", "江苏"), "--rung"),
        ((*ADD, "甲", "--rung", "moon", "--unit", "江苏"), "--rung"),
        ((*ADD, "甲", "--rung", "ministry", "--unit", "火星省"), "火星省"),
        ((*ADD, " ", "--rung", "ministry", "--unit", "江苏"), "NAME"),
        ((*ADD, *SASAC, "江苏"), "SASAC"),
        (("overseer", "remove", "无此单位"), "无此单位"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_kept(imported: Duban, words: tuple[str, ...], said: str) -> None:
    ended = imported(*words)
    assert ended.refused, ended
    assert said in ended.err
    assert imported("overseers", "--json").json == []


def test_a_body_stands_on_one_rung(imported: Duban) -> None:
    imported(*ADD, *PROVINCE)
    ended = imported(*ADD, PROVINCE[0], "--rung", "ministry", "--unit", "江苏")
    assert ended.refused
    assert "province" in ended.err


def test_a_person_of_a_body_that_is_not_on_record_is_an_error_of_its_row(imported: Duban, tmp_path: Path) -> None:
    person = {"owner_kind": "overseer", "owner": "无此单位", "name": "演示", "email": "city@x.example"}
    ended = imported("contacts", "import", write_sheet(tmp_path, person), "--json")
    assert ended.code == 1
    assert "duban overseer add" in ended.json["errors"][0]["message"]

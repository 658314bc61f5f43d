"""``duban findings``."""

from pathlib import Path

import pytest

from tests.command import Duban
from tests.house import EXCELLENCE, write_sheet

ALONE = {**EXCELLENCE, "contact_name": "", "contact_email": ""}
WITHOUT_UNIT = {**EXCELLENCE, "enterprise": "乙方演示有限公司", "recommending_unit": ""}


@pytest.fixture
def stocked(duban: Duban, tmp_path: Path) -> Duban:
    """A certification that nobody can be told of, and one without a unit."""
    assert duban("import", write_sheet(tmp_path, ALONE, WITHOUT_UNIT)).code == 0
    return duban


def test_a_new_house_has_nothing_to_mend(duban: Duban) -> None:
    assert (duban("findings", "--json").json, duban("findings").code) == ([], 0)


def test_each_finding_says_what_it_is_about_whose_it_is_and_what_to_do(stocked: Duban) -> None:
    ended = stocked("findings", "--code", "no_address", "--owner", "unit", "--json")
    [finding] = ended.json

    assert ended.code == 0
    assert finding | {"message": ""} == {
        **{"code": "no_address", "owner": "江苏省", "certification": 1, "unit": "江苏省", "kind": None, "count": 2},
        **{"enterprise": "甲方演示有限公司", "message": ""},
    }
    assert finding["message"].startswith("甲方演示有限公司：")
    assert finding["message"].endswith("duban contacts import FILE")


def test_people_are_told_how_many_of_each_there_are_before_the_rows(stocked: Duban) -> None:
    lines = stocked("findings", "--owner", "ops").out.splitlines()
    [first, second] = [number for number, line in enumerate(lines) if line.startswith("类别")]

    assert "unit_missing\t1\t1" in lines[first + 1 : second]
    [row] = [line for line in lines[second + 1 :] if line.startswith("unit_missing")]
    assert row.startswith("unit_missing\tops\t2\t乙方演示有限公司 演示智能工厂：")


def test_only_so_many_of_a_code_are_listed_and_the_rest_is_added_up(stocked: Duban) -> None:
    listed = stocked("findings", "--code", "unidentified", "--limit", "1", "--json").json

    assert [(each["owner"], each["enterprise"], each["count"]) for each in listed] == [
        ("ops", "甲方演示有限公司", 1),
        (None, None, 1),
    ]


def test_an_owner_is_a_unit_by_any_of_its_names(stocked: Duban) -> None:
    by_name = stocked("findings", "--owner", "江苏省", "--json").json

    assert by_name == stocked("findings", "--owner", "江苏省工业和信息化厅", "--json").json
    assert {each["owner"] for each in by_name} == {"江苏省"}
    assert {each["code"] for each in by_name} == {"no_address", "annual_report_not_set"}


@pytest.mark.parametrize(
    "words",
    [("--owner", "没有这家"), ("--owner", ""), ("--code", "nosuch"), ("--limit", "0"), ("--limit", "many")],
    ids=" ".join,
)
def test_an_owner_or_a_code_that_there_is_not_is_refused(stocked: Duban, words: tuple[str, str]) -> None:
    assert stocked("findings", *words).refused

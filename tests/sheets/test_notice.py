"""The file of a year's notice: the same from a sheet or from JSON; what is wrong is said with its place."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from service.domain.errors import RequestRefused
from service.domain.notice import check
from service.domain.workdays import DayKind, SpecialDay
from service.sheets.notice import read_notice
from tests.notices import NUMBER, document, invented, rows, with_day, write_csv, write_json

DAY = {"day": "2027-01-01", "kind": "rest", "name": "元旦"}
WHOLE = {"year": 2027, "notice": NUMBER, "days": [DAY]}


def test_sheet_workbook_and_json_give_the_same_notice(tmp_path: Path, workbook: Callable[..., Path]) -> None:
    cells = [list(rows(invented())[0]), *(list(row.values()) for row in rows(invented()))]
    for row in cells[1:]:
        row[0], row[3] = date.fromisoformat(row[0]), 2027  # real dates and numbers, as a workbook has them

    for path in (write_csv(tmp_path, invented()), write_json(tmp_path, document(invented())), workbook(cells)):
        notice, findings = read_notice(path)
        assert (notice, findings) == (invented(), [])
        check(notice)


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("元旦", "new_year"),
        ("春节", "spring_festival"),
        ("清明节", "qingming"),
        ("劳动节", "labour_day"),
        ("端午节", "dragon_boat"),
        ("中秋节", "mid_autumn"),
        ("国庆节", "national_day"),
        ("国庆节、中秋节", "national_day"),
        ("中秋节、国庆节", "national_day"),
        ("national_day", "national_day"),
        ("Mid-Autumn Festival", "mid_autumn"),
        ("元旦、春节", "元旦、春节"),
        ("虚构纪念日", "虚构纪念日"),
    ],
)
def test_a_holiday_is_known_by_its_code_and_other_words_stay_the_notices_own(
    tmp_path: Path, words: str, name: str
) -> None:
    [day] = read_notice(write_json(tmp_path, WHOLE | {"days": [DAY | {"name": words}]}))[0].days
    assert day == SpecialDay(date(2027, 1, 1), DayKind.REST, name)


@pytest.mark.parametrize(
    ("column", "cell", "said"),
    [
        ("日期", "2027-02-30", "日历上没有"),
        ("日期", "", "不能为空"),
        ("日期", "2127-01-01", "不在 2000 至 2050 年之间"),
        ("性质", "半休", "应为：休、班"),
        ("性质", "", "不能为空"),
        ("节日", "", "不能为空"),
        ("节日", "节" * 51, "超过 50 个字符"),
        ("节日", "元\u200b旦", "不可见字符"),
        ("年份", "2026", "与首行的年份或文号不同"),
        ("年份", "二〇二七", "不是年份"),
        ("年份", "", "不能为空"),
        ("文号", "虚构〔2026〕2号", "与首行的年份或文号不同"),
        ("文号", "号" * 101, "超过 100 个字符"),
        ("文号", "", "不能为空"),
    ],
)
def test_a_faulty_cell_refuses_the_sheet_by_row_and_column(tmp_path: Path, column: str, cell: str, said: str) -> None:
    path = write_csv(tmp_path, invented())
    lines = path.read_text(encoding="utf-8").splitlines()
    cells = lines[4].split(",")
    cells[["日期", "性质", "节日", "年份", "文号"].index(column)] = cell
    path.write_text("\n".join([*lines[:4], ",".join(cells), *lines[5:]]), encoding="utf-8")

    with pytest.raises(RequestRefused, match=f"第 5 行，.*{said}.* / row 5, ") as refusal:
        read_notice(path)
    assert column in refusal.value.zh or "year, notice" in refusal.value.zh


@pytest.mark.parametrize("year", ["2027年", "２０２７", " 2027 "])
def test_a_year_may_be_written_as_people_do(tmp_path: Path, year: str) -> None:
    (tmp_path / "n.csv").write_text(f"day,kind,name,year,notice\n2027-01-01,休,元旦,{year},1号\n", encoding="utf-8")
    assert read_notice(tmp_path / "n.csv")[0].year == 2027


def test_a_missing_column_is_named_and_an_unknown_one_reported(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("日期,性质,节日\n2027-01-01,休,元旦\n", encoding="utf-8")
    with pytest.raises(RequestRefused, match="缺少必需的列：年份、文号"):
        read_notice(tmp_path / "a.csv")

    text = "日期,性质,节日,年份,文号,备注\n2027-01-01,休,元旦,2027,1号,放假\n"
    (tmp_path / "b.csv").write_text(text, encoding="utf-8")
    assert [finding.code for finding in read_notice(tmp_path / "b.csv")[1]] == ["unknown_column"]


def test_a_cell_beyond_the_header_refuses_the_row(tmp_path: Path) -> None:
    text = "日期,性质,节日,年份,文号\n2027-01-01,休,元旦,2027,虚构,1号\n"
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    with pytest.raises(RequestRefused, match="row 2, –: this row has more cells"):
        read_notice(tmp_path / "a.csv")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param("{", "no JSON in UTF-8", id="cut off"),
        pytest.param(b"\xff\xfe{", "no JSON in UTF-8", id="no UTF-8"),
        pytest.param("[" * 200_000, "no JSON in UTF-8", id="nested without end"),
        pytest.param('{"year": ' + "9" * 5000 + "}", "no JSON in UTF-8", id="a number without end"),
        pytest.param(" " * 2**20 + "{}", "more than 1048576 bytes", id="too large"),
        pytest.param("", "is empty", id="empty"),
        pytest.param([], "the document must read", id="a list"),
        pytest.param({"year": 2027, "days": [DAY]}, "the document must read", id="no number"),
        pytest.param(WHOLE | {"colour": "red"}, "the document must read", id="a key too many"),
        pytest.param(WHOLE | {"year": "2027"}, "the document must read", id="the year as text"),
        pytest.param(WHOLE | {"year": True}, "the document must read", id="a truth for a year"),
        pytest.param(WHOLE | {"year": 99999}, "row 1, year: not a year", id="no year"),
        pytest.param(WHOLE | {"notice": " "}, "row 1, notice: this cell must not be blank", id="a blank number"),
        pytest.param(WHOLE | {"days": {}}, "the document must read", id="days no list"),
        pytest.param(WHOLE | {"days": []}, "days must read", id="no days"),
        pytest.param(WHOLE | {"days": [DAY, "2027-01-02"]}, "entry 2 of days must read", id="a day as text"),
        pytest.param(WHOLE | {"days": [DAY, {"day": "2027-01-02"}]}, "entry 2 of days", id="a day alone"),
        pytest.param(WHOLE | {"days": [DAY | {"name": ["元旦"]}]}, "entry 1 of days", id="a name as a list"),
        pytest.param(WHOLE | {"days": [DAY | {"day": None}]}, "entry 1 of days", id="no day"),
        pytest.param(WHOLE | {"days": [DAY, DAY | {"day": "2027-13-01"}]}, "row 2, day", id="a day that is none"),
        pytest.param(WHOLE | {"days": [DAY | {"name": "\ud800"}]}, r"row 1, name.*U\+D800", id="half a character"),
    ],
)
def test_json_that_is_no_notice_is_refused_with_its_place(tmp_path: Path, content: Any, said: str) -> None:
    text = content if isinstance(content, str | bytes) else json.dumps(content)
    with pytest.raises(RequestRefused, match=said):
        read_notice(write_json(tmp_path, text))


def test_what_is_not_there_or_of_another_kind_is_refused(tmp_path: Path) -> None:
    for name in ("missing.json", "missing.csv", "notice.pdf"):
        with pytest.raises(RequestRefused, match=name):
            read_notice(tmp_path / name)


def test_words_of_the_notices_own_come_through_every_form(tmp_path: Path) -> None:
    notice = replace(with_day(invented(), "2027-08-06", DayKind.REST, "虚构纪念日"), number="虚构〔2026〕9号")
    assert read_notice(write_csv(tmp_path, notice))[0] == notice
    assert read_notice(write_json(tmp_path, document(notice)))[0] == notice

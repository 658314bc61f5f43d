"""The list's workbook, read back by another library than the one that wrote it."""

import zipfile
from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from service.domain.certification import UnitKind
from service.domain.obligation import Kind
from service.letters.letter import Language, ListLetter, Matter
from service.letters.spreadsheet import list_workbook
from service.letters.writing import write
from tests.letters.cases import list_cases
from tests.letters.facts import by_hand, duty, list_letter, matter, row

TODAY = date(2028, 9, 12)


def _workbook(letter: ListLetter) -> bytes:
    return list_workbook(letter.unit, letter.unit_kind, letter.today, letter.rows, letter.envelope.to.language)


def _rows(letter: ListLetter) -> list[list[object]]:
    workbook = CalamineWorkbook.from_filelike(BytesIO(_workbook(letter)))
    return workbook.get_sheet_by_index(0).to_python()  # type: ignore[return-value]


def _sheet_xml(letter: ListLetter) -> str:
    with zipfile.ZipFile(BytesIO(_workbook(letter))) as archive:
        return archive.read("xl/worksheets/sheet1.xml").decode()


def test_a_row_holds_real_dates_numbers_and_text() -> None:
    about = replace(matter(Kind.REVIEW_APPLICATION), uscc="91370212MA3C0X0000", date_basis="依据公示推定")
    title, _, header, cells = _rows(list_letter((row(about, TODAY),), TODAY))
    assert title[0] == "江苏省工业和信息化厅推荐智能工厂期限督办清单（截至2028年9月12日）"
    told = dict(zip((str(name).split("\n")[0] for name in header), cells, strict=True))
    assert told == {
        "序号": 1,
        "企业名称": "青岛海信日立空调系统有限公司",
        "统一社会信用代码": "91370212MA3C0X0000",
        "工厂名称": "基于物联网的多联机空调智能工厂",
        "级别": "卓越级",
        "批次": "2024年度卓越级智能工厂（第一批）",
        "编号": 12,
        "事项": "复核申请",
        "依据条款": "第十七条第（四）项",
        "截止日（有效期/培育期）": date(2028, 12, 9),
        "最晚日期": date(2028, 9, 9),
        "建议日期": date(2028, 9, 7),
        "剩余工作日": -3,
        "状态": "法定最晚日期已过",
        "提醒次数": 3,
        "最近提醒日期": date(2027, 8, 2),
        "联系人": "经办人（演示）",
        "备注": "依据公示推定\n日期为暂定：相关年度放假安排尚未公布",
    }


@pytest.mark.parametrize(
    "hostile", ["=cmd|' /C calc'!A0", "+1+1", "-1", "@SUM(A1)", "{=1}", "http://x.example/", "00123"]
)
def test_what_looks_like_a_formula_or_a_link_or_a_number_stays_text(hostile: str) -> None:
    about = replace(matter(), enterprise=hostile, factory=hostile, batch=hostile, uscc=hostile, date_basis=hostile)
    letter = list_letter((row(about, TODAY, contacts=hostile),), TODAY)
    cells = _rows(letter)[3]
    assert [cells[number] for number in (1, 2, 3, 5, 16)] == [hostile] * 5
    xml = _sheet_xml(letter)
    assert "<f>" not in xml
    assert "<hyperlink" not in xml


def test_the_header_is_in_both_languages_frozen_filtered_and_repeated_in_print() -> None:
    letter = list_cases()["list"]
    header = _rows(letter)[2]
    assert all(len(str(name).split("\n")) == 2 for name in header)
    xml = _sheet_xml(letter)
    assert 'state="frozen"' in xml
    assert "<autoFilter" in xml
    assert 'orientation="landscape"' in xml
    assert 'paperSize="9"' in xml


@pytest.mark.parametrize("language", list(Language))
def test_every_row_says_in_words_how_it_stands(language: Language) -> None:
    cases = list_cases()["list"]
    letter = replace(cases, envelope=replace(cases.envelope, to=replace(cases.envelope.to, language=language)))
    said = [cells[13] for cells in _rows(letter)[3:]]
    assert len(said) == len(letter.rows)
    assert all(said)
    assert len(set(said)) == 12


def test_an_end_is_not_listed_as_a_day_to_file_by() -> None:
    cells = _rows(list_letter((row(matter(Kind.VALIDITY_END), TODAY),), TODAY))[3]
    assert cells[9:12] == [date(2028, 12, 9), "", ""]


def test_what_is_not_known_is_an_empty_cell() -> None:
    about = row(replace(matter(Kind.MAJOR_CHANGE_FILING), factory="", batch=""), TODAY)
    cells = _rows(list_letter((replace(about, last_reminded_on=None, reminders=0),), TODAY))[3]
    assert [cells[number] for number in (3, 5, 9, 15)] == ["", "", "", ""]
    assert cells[14] == 0


@pytest.mark.parametrize(
    ("about", "told"),
    [
        (
            duty(Kind.LIST_REPORT),
            [
                "先进级",
                "",
                "单位事项#31",
                "先进级名单报送（2026年3月2日公布）",
                "第十六条第（三）项",
                "",
                date(2026, 3, 30),
            ],
        ),
        (
            duty(Kind.ANNUAL_REPORT, of=UnitKind.CENTRAL_GROUP),
            ["", "", "单位事项#31", "年度报送（2026年）", "第十条第（四）项", "", date(2026, 11, 29)],
        ),
        (
            duty(Kind.ANNUAL_ROUND),
            ["卓越级", "", "单位事项#31", "初审推荐（2026年度卓越级）", "第十七条第（二）项", "", date(2026, 6, 30)],
        ),
    ],
)
def test_a_units_own_duty_is_a_row_without_an_enterprise(about: Matter, told: list[object]) -> None:
    cells = _rows(list_letter((row(about, TODAY),), TODAY))[3]
    assert cells[1:4] == ["", "", ""]
    assert cells[4:11] == told


def test_the_remarks_say_whose_day_it_is() -> None:
    remarks = {
        about.kind: _rows(list_letter((row(about, TODAY),), TODAY))[3][17]
        for about in (
            *map(duty, (Kind.LIST_REPORT, Kind.ANNUAL_REPORT, Kind.ANNUAL_ROUND)),
            by_hand(matter(Kind.REVIEW_APPLICATION), date(2028, 9, 1), date(2028, 8, 31)),
        )
    }
    assert remarks == {
        Kind.LIST_REPORT: "由推荐单位办理\n办法未规定期限，最晚日期为参考期限",
        Kind.ANNUAL_REPORT: "由推荐单位办理\n日期由推荐单位自行确定",
        Kind.ANNUAL_ROUND: "由推荐单位办理\n日期以年度通知为准",
        Kind.REVIEW_APPLICATION: "日期为人工设定\n日期为暂定：相关年度放假安排尚未公布",
    }


def test_the_letter_carries_all_rows_in_the_workbook_and_the_worst_in_its_text() -> None:
    letter = list_cases()["list-long"]
    written = write(letter)
    assert written.spreadsheet_name == "督办清单-2028-09-12.xlsx"
    assert len(_rows(letter)) == 3 + 60
    assert "20. " in written.text
    assert "21. " not in written.text
    assert "其余40项见附件" in written.text


def test_a_group_is_told_of_its_own_factories_and_chinese_is_the_default() -> None:
    content = list_workbook("某集团（演示）", UnitKind.CENTRAL_GROUP, TODAY, ())
    sheet = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0)
    assert sheet.to_python()[0][0] == "某集团（演示）所属智能工厂期限督办清单（截至2028年9月12日）"

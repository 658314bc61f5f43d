"""The list's workbook, read back by another library than the one that wrote it."""

import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from service.domain.answer import Answer, Decision
from service.domain.certification import UnitKind
from service.domain.listing import Mark, Said, Section
from service.domain.obligation import Kind
from service.letters.letter import Language, ListLetter, Matter
from service.letters.spreadsheet import list_workbook
from service.letters.writing import write
from tests.letters.cases import list_cases
from tests.letters.facts import by_hand, duty, list_letter, matter, row
from tests.requirements import require

TODAY = date(2028, 9, 12)


def _workbook(letter: ListLetter) -> bytes:
    return list_workbook(letter.unit, letter.unit_kind, letter.today, letter.rows, letter.envelope.to.language)


def _sheets(letter: ListLetter) -> dict[str, list[list[object]]]:
    """Every sheet by its name, in order."""
    workbook = CalamineWorkbook.from_filelike(BytesIO(_workbook(letter)))
    return {name: workbook.get_sheet_by_name(name).to_python() for name in workbook.sheet_names}  # type: ignore[misc]


def _rows(letter: ListLetter) -> list[list[object]]:
    """The first sheet of matters: its title, an empty row, the header, and the rows."""
    return list(_sheets(letter).values())[1]


def _sheets_xml(letter: ListLetter) -> list[str]:
    with zipfile.ZipFile(BytesIO(_workbook(letter))) as archive:
        names = sorted(name for name in archive.namelist() if name.startswith("xl/worksheets/sheet"))
        return [archive.read(name).decode() for name in names]


def test_a_row_holds_real_dates_numbers_and_text() -> None:
    about = replace(matter(Kind.REVIEW_APPLICATION), uscc="91370212MA3C0X0000", date_basis="依据公示推定")
    said = Said(Answer.FILED, date(2028, 9, 11), Decision.WAITING)
    told = row(about, TODAY, mark=Mark.CHANGED, section=Section.CLAIMED, said=said)
    title, _, header, cells = _rows(list_letter((told,), TODAY))
    assert title[0] == "江苏省工业和信息化厅推荐智能工厂期限督办清单（截至2028年9月12日） 复核申请"
    named = [(str(name).split("\n")[0], cell) for name, cell in zip(header, cells, strict=True)]
    assert named == [
        ("序号", 1),
        ("企业名称", "青岛海信日立空调系统有限公司"),
        ("统一社会信用代码", "91370212MA3C0X0000"),
        ("工厂名称", "基于物联网的多联机空调智能工厂"),
        ("级别", "卓越级"),
        ("批次", "2024年度卓越级智能工厂（第一批）"),
        ("所在地/集团", "青岛市工业和信息化局"),
        ("公布日期", date(2025, 12, 9)),
        ("有效期（培育期）截止日", date(2028, 12, 9)),
        ("事项", "复核申请"),
        ("依据条款", "第十七条第（四）项"),
        ("法定最晚日期", date(2028, 9, 9)),
        ("建议日期", date(2028, 9, 7)),
        ("剩余工作日", -3),
        ("状态", "称已办理待确认：法定最晚日期已过"),
        ("提醒次数", 3),
        ("最近提醒日期", date(2027, 8, 2)),
        ("企业是否确认", "称已提交（2028年9月11日），待确认"),
        ("联系人", "经办人（演示）"),
        ("备注", "【变化】\n编号#12\n依据公示推定\n日期为暂定：相关年度放假安排尚未公布"),
    ]


@pytest.mark.parametrize(
    "hostile", ["=cmd|' /C calc'!A0", "+1+1", "-1", "@SUM(A1)", "{=1}", "http://x.example/", "00123"]
)
def test_what_looks_like_a_formula_or_a_link_or_a_number_stays_text(hostile: str) -> None:
    about = replace(matter(), enterprise=hostile, factory=hostile, batch=hostile, uscc=hostile, date_basis=hostile)
    letter = list_letter((row(about, TODAY, contacts=hostile),), TODAY)
    cells = _rows(letter)[3]
    assert [cells[number] for number in (1, 2, 3, 5, 18)] == [hostile] * 5
    for xml in _sheets_xml(letter):
        assert "<f>" not in xml
        assert "<hyperlink" not in xml


def test_the_header_is_in_both_languages_frozen_filtered_and_repeated_in_print() -> None:
    letter = list_cases()["list"]
    sheets = _sheets(letter)
    assert all(len(str(name).split("\n")) == 2 for rows in list(sheets.values())[1:] for name in rows[2])
    xmls = _sheets_xml(letter)
    assert len(xmls) == len(sheets)
    for xml in xmls:
        assert 'state="frozen"' in xml
        assert "<autoFilter" in xml
        assert 'orientation="landscape"' in xml
        assert 'paperSize="9"' in xml
        assert 'fitToHeight="0"' in xml
    with zipfile.ZipFile(BytesIO(_workbook(letter))) as archive:
        names = archive.read("xl/workbook.xml").decode()
    assert names.count("_xlnm.Print_Titles") == len(sheets)


@pytest.mark.parametrize("language", list(Language))
def test_every_row_says_in_words_how_it_stands(language: Language) -> None:
    cases = list_cases()["list"]
    letter = replace(cases, envelope=replace(cases.envelope, to=replace(cases.envelope.to, language=language)))
    matters = list(_sheets(letter).values())[1:]
    said = [str(cells[14]) for rows in matters for cells in rows[3:]]
    assert len(said) == len(letter.rows)
    assert all(said)
    assert len(set(said)) == 12


def test_the_summary_counts_the_rows_of_each_section_and_matter_and_what_is_new() -> None:
    letter = list_cases()["list-monthly"]
    summary = _sheets(letter)["汇总"]
    header, *counts, total = summary[2:]
    assert header == ["类别", "复核申请", "先进级名单报送", "合计", "新增", "变化"]
    assert counts == [
        ["逾期", 1, 0, 1, 0, 1],
        ["多次提醒未答复", 1, 0, 1, 0, 0],
        ["退信或无联系人", 1, 0, 1, 1, 0],
        ["称已办理待确认", 1, 0, 1, 1, 0],
        ["本单位事项", 0, 1, 1, 0, 0],
        ["即将到期", 1, 0, 1, 0, 0],
    ]
    assert total == ["合计", 5, 1, 6, 2, 1]


@pytest.mark.parametrize("language", list(Language))
def test_each_matter_has_a_sheet_of_its_own_and_each_row_is_on_one(language: Language) -> None:
    letter = list_cases()["list"]
    letter = replace(letter, envelope=replace(letter.envelope, to=replace(letter.envelope.to, language=language)))
    _, *matters = _sheets(letter).values()
    assert len(matters) == len({row.matter.kind for row in letter.rows})
    assert sum(len(rows) - 3 for rows in matters) == len(letter.rows)
    assert all([cells[0] for cells in rows[3:]] == list(range(1, len(rows) - 2)) for rows in matters)


def test_what_is_urgent_is_told_in_print_without_colours() -> None:
    letter = list_letter((row(matter(Kind.REVIEW_APPLICATION), TODAY),), TODAY)
    with zipfile.ZipFile(BytesIO(_workbook(letter))) as archive:
        styles = archive.read("xl/styles.xml").decode()
    assert 'patternType="gray0625"' in styles
    assert "逾期" in str(_rows(letter)[3][14])


@pytest.mark.slow
def test_a_spreadsheet_program_opens_it_and_prints_every_row(tmp_path: Path) -> None:
    office = shutil.which("soffice")
    require("libreoffice", office is not None, "no LibreOffice on this machine")
    assert office is not None
    file = tmp_path / "list.xlsx"
    file.write_bytes(_workbook(list_cases()["list-long"]))
    home = f"-env:UserInstallation=file://{tmp_path}/profile"
    words = [office, home, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(file)]
    subprocess.run(words, check=True, capture_output=True, timeout=120)
    printed = (tmp_path / "list.pdf").read_bytes()
    assert printed.startswith(b"%PDF")
    across = re.findall(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]", printed)
    assert across
    assert all(abs(float(wide) - 842) < 1 and abs(float(high) - 595) < 1 for wide, high in across)


def test_an_end_is_not_listed_as_a_day_to_file_by() -> None:
    cells = _rows(list_letter((row(matter(Kind.VALIDITY_END), TODAY),), TODAY))[3]
    assert (cells[8], cells[11], cells[12]) == (date(2028, 12, 9), "", "")


def test_what_is_not_known_is_an_empty_cell() -> None:
    about = row(replace(matter(Kind.MAJOR_CHANGE_FILING), factory="", batch=""), TODAY)
    unknown = replace(about, last_reminded_on=None, reminders=0, listed_on=None)
    cells = _rows(list_letter((unknown,), TODAY))[3]
    assert [cells[number] for number in (3, 5, 7, 8, 16)] == ["", "", "", "", ""]
    assert (cells[15], cells[17]) == (0, "否")


@pytest.mark.parametrize(
    ("about", "told"),
    [
        (
            duty(Kind.LIST_REPORT),
            ["先进级", "", "先进级名单报送（2026年3月2日公布）", "第十六条第（三）项", date(2026, 3, 30)],
        ),
        (
            duty(Kind.ANNUAL_REPORT, of=UnitKind.CENTRAL_GROUP),
            ["", "", "年度报送（2026年）", "第十条第（四）项", date(2026, 11, 29)],
        ),
        (
            duty(Kind.ANNUAL_ROUND),
            ["卓越级", "", "初审推荐（2026年度卓越级）", "第十七条第（二）项", date(2026, 6, 30)],
        ),
    ],
)
def test_a_units_own_duty_is_a_row_without_an_enterprise(about: Matter, told: list[object]) -> None:
    cells = _rows(list_letter((row(about, TODAY),), TODAY))[3]
    assert cells[1:4] == ["", "", ""]
    assert [*cells[4:6], *cells[9:12]] == told
    assert "单位事项#31" in str(cells[19])


def test_the_remarks_say_whose_day_it_is() -> None:
    remarks = {
        about.kind: _rows(list_letter((row(about, TODAY),), TODAY))[3][19]
        for about in (
            *map(duty, (Kind.LIST_REPORT, Kind.ANNUAL_REPORT, Kind.ANNUAL_ROUND)),
            by_hand(matter(Kind.REVIEW_APPLICATION), date(2028, 9, 1), date(2028, 8, 31)),
        )
    }
    assert remarks == {
        Kind.LIST_REPORT: "单位事项#31\n由推荐单位办理\n办法未规定期限，最晚日期为参考期限",
        Kind.ANNUAL_REPORT: "单位事项#31\n由推荐单位办理\n日期由推荐单位自行确定",
        Kind.ANNUAL_ROUND: "单位事项#31\n由推荐单位办理\n日期以年度通知为准",
        Kind.REVIEW_APPLICATION: "编号#12\n日期为人工设定\n日期为暂定：相关年度放假安排尚未公布",
    }


def test_the_letter_carries_all_rows_in_the_workbook_and_the_worst_in_its_text() -> None:
    letter = list_cases()["list-long"]
    written = write(letter)
    assert written.spreadsheet_name == "督办清单-2028-09-12.xlsx"
    _, *matters = _sheets(letter).values()
    assert sum(len(rows) - 3 for rows in matters) == 60
    assert "20. " in written.text
    assert "21. " not in written.text
    assert "其余40项见附件" in written.text


def test_a_group_is_told_of_its_own_factories_and_chinese_is_the_default() -> None:
    content = list_workbook("某集团（演示）", UnitKind.CENTRAL_GROUP, TODAY, ())
    sheet = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0)
    assert sheet.to_python()[0][0] == "某集团（演示）所属智能工厂期限督办清单（截至2028年9月12日）"

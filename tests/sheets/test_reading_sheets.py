import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest

from service.domain.errors import RequestRefused
from service.sheets.certifications import check_certifications
from service.sheets.limits import CELLS, COLUMNS, FILE_BYTES, ROWS
from service.sheets.reading import read_sheet

HEADER = ["企业名称", "级别", "公布日期", "推荐单位"]
ROWS_OF_NAMES = [["甲公司", "卓越级", "2025-12-09", "江苏省"], ["乙公司", "领航级", "2025/1/7", "青岛市"]]
CSV = "\n".join(",".join(row) for row in [HEADER, *ROWS_OF_NAMES]) + "\n"
WriteWorkbook = Callable[..., Path]


def written(tmp_path: Path, content: bytes, name: str = "名单.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(content)
    return path


def with_part(path: Path, part: str, change: Callable[[bytes], bytes]) -> Path:
    """A copy of the workbook with one of its parts changed."""
    copy = path.with_name(f"copy-{path.name}")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(copy, "w") as target:
        for member in source.namelist():
            content = source.read(member)
            changed = change(content) if member == part else content
            assert (changed != content) == (member == part)
            target.writestr(member, changed)
    return copy


def test_every_encoding_separator_and_format_gives_the_same_certifications(
    tmp_path: Path, workbook: WriteWorkbook
) -> None:
    files = [
        written(tmp_path, CSV.encode(), "utf8.csv"),
        written(tmp_path, CSV.encode("utf-8-sig"), "bom.csv"),
        written(tmp_path, CSV.encode("gb18030"), "gb18030.csv"),
        written(tmp_path, CSV.replace("\n", "\r\n").encode("gb18030"), "excel.CSV"),
        written(tmp_path, CSV.replace(",", ";").encode(), "semicolon.csv"),
        written(tmp_path, CSV.replace(",", "\t").encode(), "tab.csv"),
        workbook([HEADER, *ROWS_OF_NAMES], "text.xlsx"),
        workbook(
            [HEADER, ["甲公司", "卓越级", date(2025, 12, 9), "江苏省"], ["乙公司", "领航级", 45664, "青岛市"]],
            "dates.xlsx",
        ),
    ]
    checked = [check_certifications(read_sheet(file)) for file in files]
    assert checked[0].errors == []
    assert [c.stated.facts.listed_on for c in checked[0].certifications] == [date(2025, 12, 9), date(2025, 1, 7)]
    assert all(one == checked[0] for one in checked)


def test_rows_keep_the_numbers_that_a_spreadsheet_shows_and_blank_ones_are_left_out(
    tmp_path: Path, workbook: WriteWorkbook
) -> None:
    rows = [["", ""], ["a", "b"], ["", ""], ["1\n2", "x"], [" ", ""], ["", "y"]]
    text = '\na,b\n,\n"1\n2",x\n , \n,y\n'
    for path in (workbook(rows), written(tmp_path, text.encode())):
        sheet = read_sheet(path)
        assert sheet.header.number == 2
        assert [(row.number, list(row.cells)) for row in sheet.rows] == [(4, ["1\n2", "x"]), (6, ["", "y"])]


def test_a_table_that_stands_apart_from_the_first_column_keeps_its_columns(workbook: WriteWorkbook) -> None:
    sheet = read_sheet(workbook([["", "", "a"], ["", "", "1"]]))
    assert list(sheet.header.cells) == ["", "", "a"]


def test_the_first_sheet_that_people_see_is_read_and_the_others_are_named(workbook: WriteWorkbook) -> None:
    sheet = read_sheet(workbook([["a"], ["1"]], hidden_before="选项", after="第二批"))
    assert sheet.header.cells == ("a",)
    assert sheet.unread == ("第二批",)


def test_real_dates_numbers_and_truth_values_stay_what_they_are(workbook: WriteWorkbook) -> None:
    sheet = read_sheet(workbook([["a", "b", "c", "d"], [date(2025, 12, 9), datetime(2025, 12, 9, 10, 30), 1.5, True]]))  # noqa: DTZ001 -- a spreadsheet has no time zones
    assert list(sheet.rows[0].cells) == [date(2025, 12, 9), datetime(2025, 12, 9, 10, 30), 1.5, True]  # noqa: DTZ001


PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("名单.xls", OLD_EXCEL, "另存为 .xlsx"),
        ("名单.pdf", b"%PDF-1.7", "另存为 .xlsx"),
        ("名单", CSV.encode(), "另存为 .xlsx"),
        ("名单.csv", b"", "空文件"),
        ("名单.csv", b"\r\n  \n", "空文件"),
        ("名单.xlsx", b"", "空文件"),
        ("名单.csv", "企业名称,级别\n".encode(), "没有数据"),
        ("名单.csv", "企业名称,级别\n,\n ,\u3000\n".encode(), "没有数据"),
        ("名单.csv", b"\xef\xbb\xbf\n,,\n", "没有数据"),
        ("名单.xlsx", b"PK\x03\x04 not an archive", "不是可读取的 .xlsx"),
        ("名单.xlsx", OLD_EXCEL, "已加密或为旧版"),
        ("名单.xlsx", PNG, "不是可读取的 .xlsx"),
        ("名单.xlsx", CSV.encode(), "不是可读取的 .xlsx"),
        ("名单.csv", PNG, "不是 UTF-8 或 GB18030"),
        ("名单.csv", b"PK\x03\x04 a workbook", "不是 UTF-8 或 GB18030"),
        ("名单.csv", CSV.encode("utf-16"), "不是 UTF-8 或 GB18030"),
        ("名单.csv", b"a,b\n\xff\xff\xff,1\n", "不是 UTF-8 或 GB18030"),
        ("名单.csv", ("name,unit\n" + "甲公司,江苏省\n" * 9).encode()[:-2], "不是 UTF-8 或 GB18030"),
        ("名单.csv", '企业名称,级别\n甲公司,"卓越级\n'.encode(), "第 2 行的引号"),
        ("名单.csv", '企业名称,级别\n甲公司,"卓越级"甲\n'.encode(), "第 2 行的引号"),
    ],
)
def test_what_is_not_a_sheet_is_refused_with_its_name_and_what_to_do(
    tmp_path: Path, name: str, content: bytes, why: str
) -> None:
    with pytest.raises(RequestRefused, match=why) as refused:
        read_sheet(written(tmp_path, content, name))
    assert f"“{name}”" in refused.value.zh
    assert f'"{name}"' in refused.value.en


def test_a_file_that_is_not_there_or_is_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    for name in ("missing.csv", "folder.csv"):
        with pytest.raises(RequestRefused, match=name):
            read_sheet(tmp_path / name)


def test_a_workbook_with_only_a_header_has_no_data(workbook: WriteWorkbook) -> None:
    with pytest.raises(RequestRefused, match="没有数据"):
        read_sheet(workbook([HEADER]))


def test_an_archive_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "letters.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<document/>")
    with pytest.raises(RequestRefused, match="不是可读取的"):
        read_sheet(path)


def test_a_truncated_workbook_is_refused(workbook: WriteWorkbook) -> None:
    path = workbook([HEADER, *ROWS_OF_NAMES])
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(RequestRefused, match="已损坏"):
        read_sheet(path)


def test_a_file_beyond_the_largest_size_is_not_read(tmp_path: Path) -> None:
    path = written(tmp_path, b"a,b\n")
    os.truncate(path, FILE_BYTES + 1)
    with pytest.raises(RequestRefused, match="过大"):
        read_sheet(path)


def test_a_part_with_one_word_of_many_megabytes_is_refused(workbook: WriteWorkbook) -> None:
    """To read it on would take longer with every chunk: a small file would keep a thread busy for minutes."""
    path = workbook([HEADER, *ROWS_OF_NAMES])
    longer = b"<!--" + b"0" * (8 * 2**20) + b"--></worksheet>"
    with pytest.raises(RequestRefused, match="不是可读取的"):
        read_sheet(with_part(path, "xl/worksheets/sheet1.xml", lambda part: part.replace(b"</worksheet>", longer)))


def test_an_archive_that_unpacks_without_end_is_refused_before_it_is_unpacked(
    tmp_path: Path, workbook: WriteWorkbook
) -> None:
    path = tmp_path / "bomb.xlsx"
    shutil.copy(workbook([HEADER, *ROWS_OF_NAMES]), path)
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("xl/media.xml", "w", force_zip64=True) as member,
    ):
        for _ in range(513):
            member.write(bytes(2**20))
    assert path.stat().st_size < FILE_BYTES
    with pytest.raises(RequestRefused, match="解压后不超过 512 MiB"):
        read_sheet(path)


def test_too_many_rows_are_refused(tmp_path: Path) -> None:
    path = written(tmp_path, b"a,b\n" + b"1,2\n" * ROWS)
    assert len(read_sheet(path).rows) == ROWS
    path.write_bytes(path.read_bytes() + b"1,2\n")
    with pytest.raises(RequestRefused, match=f"超过 {ROWS} 行"):
        read_sheet(path)


def test_too_many_columns_are_refused(tmp_path: Path, workbook: WriteWorkbook) -> None:
    columns = [str(number) for number in range(COLUMNS + 1)]
    for path in (workbook([columns, columns]), written(tmp_path, b"a,b\n" + ",".join(columns).encode())):
        with pytest.raises(RequestRefused, match=f"超过 {COLUMNS} 列"):
            read_sheet(path)


def test_a_line_without_end_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RequestRefused, match="过大"):
        read_sheet(written(tmp_path, b"a,b\n" + b"," * 2_000_000))


SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        (b'r="A3"', b'r="XFD3"', "超过 200 列"),
        (b'<row r="3"', b'<row r="1048576"', "不是可读取的"),
        (b'<row r="3"', b'<row r="9000001"', "不是可读取的"),
        (b'<row r="3"', b'<row r="2"', "不是可读取的"),
        (b'r="A3"', b'r="A4"', "不是可读取的"),
        (b"<sheetData>", b'<sheetData><c r="XFD1048576"><v>1</v></c>', "不是可读取的"),
        (b"<worksheet", b"<!DOCTYPE worksheet []><worksheet", "不是可读取的"),
        (b"</worksheet>", b"", "不是可读取的"),
    ],
)
def test_a_sheet_that_no_program_writes_is_refused_before_it_is_laid_out(
    workbook: WriteWorkbook, old: bytes, new: bytes, why: str
) -> None:
    path = with_part(workbook([HEADER, *ROWS_OF_NAMES]), SHEET, lambda part: part.replace(old, new, 1))
    with pytest.raises(RequestRefused, match=why):
        read_sheet(path)


def test_two_cells_in_far_corners_are_refused_before_they_are_laid_out(workbook: WriteWorkbook) -> None:
    def far(part: bytes) -> bytes:
        last = CELLS // COLUMNS + 1
        return part.replace(b"</sheetData>", b'<row r="%d"><c r="GR%d"><v>1</v></c></row></sheetData>' % (last, last))

    with pytest.raises(RequestRefused, match=f"单元格不超过 {CELLS} 个"):
        read_sheet(with_part(workbook([HEADER, *ROWS_OF_NAMES]), SHEET, far))


def test_empty_cells_with_a_format_may_reach_as_far_as_they_like(workbook: WriteWorkbook) -> None:
    formatted = b'<row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>'
    path = with_part(workbook([HEADER, *ROWS_OF_NAMES]), SHEET, lambda part: part.replace(b"</sheetData>", formatted))
    assert len(read_sheet(path).rows) == len(ROWS_OF_NAMES)


def test_a_workbook_that_announces_texts_without_end_is_refused(workbook: WriteWorkbook) -> None:
    path = with_part(
        workbook([HEADER, *ROWS_OF_NAMES]),
        "xl/sharedStrings.xml",
        lambda part: part.replace(b'uniqueCount="', b'uniqueCount="99999999'),
    )
    with pytest.raises(RequestRefused, match="过大"):
        read_sheet(path)


def test_a_part_that_is_there_twice_is_refused(workbook: WriteWorkbook) -> None:
    path = workbook([HEADER, *ROWS_OF_NAMES])
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(path, "a") as archive:
        archive.writestr(SHEET, b"<worksheet/>")
    with pytest.raises(RequestRefused, match="不是可读取的"):
        read_sheet(path)


def test_the_error_of_a_formula_is_not_taken_for_an_empty_cell(workbook: WriteWorkbook) -> None:
    def failed(part: bytes) -> bytes:
        return part.replace(b'<c r="B2"><v>2', b'<c r="B2" t="e"><v>#N/A')

    path = with_part(workbook([["a", "b"], ["1", 2]]), SHEET, failed)
    with pytest.raises(RequestRefused, match="第 2 行单元格 B2 是公式错误值"):
        read_sheet(path)


READ_AND_COUNT = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30))
from pathlib import Path
from service.sheets.certifications import check_certifications
from service.sheets.reading import read_sheet
sheet = read_sheet(Path(sys.argv[1]))
checked = check_certifications(sheet)
print(len(sheet.rows), len(checked.certifications), len(checked.errors))
"""


def large_row(number: int) -> list[str]:
    return [f"第{number}公司", "卓越级", "2025-12-09", "江苏省"]


def large_csv(path: Path, _: Path) -> Path:
    rows = [HEADER, *map(large_row, range(100_000))]
    path.write_text("\n".join(map(",".join, rows)), encoding="gb18030")
    return path


def large_xlsx(_: Path, small: Path) -> Path:
    def many(part: bytes) -> bytes:
        texts = (
            "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in large_row(row)) for row in range(100_000)
        )
        rows = "".join(f"<row>{cells}</row>" for cells in texts)
        return part.replace(b"</sheetData>", rows.encode() + b"</sheetData>")

    return with_part(small, SHEET, many)


@pytest.mark.parametrize("large", [large_csv, large_xlsx])
def test_100000_rows_are_read_and_checked_within_a_gigabyte(
    tmp_path: Path, workbook: WriteWorkbook, large: Callable[[Path, Path], Path]
) -> None:
    path = large(tmp_path / "large.csv", workbook([HEADER]))
    done = subprocess.run(
        [sys.executable, "-c", READ_AND_COUNT, str(path)],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
        check=False,
    )
    assert done.stderr == ""
    assert done.stdout.split() == ["100000", "100000", "0"]

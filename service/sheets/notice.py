"""A year's notice of rest days as a file: a sheet with one row a day, or JSON that says the same."""

import re
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn, TypeVar

from service.domain.certification import normalise_name
from service.domain.errors import DubanError, RequestRefused
from service.domain.notice import HOLIDAYS, Notice
from service.domain.workdays import DayKind, SpecialDay
from service.sheets import cells
from service.sheets.columns import Column, Columns
from service.sheets.dates import day
from service.sheets.notice_json import read_json
from service.sheets.reading import read_sheet
from service.sheets.sheet import Cell, CellFaulty, Finding, Remarks, Row

T = TypeVar("T")

COLUMNS = (
    Column("day", "日期", required=True),
    Column("kind", "性质", required=True),
    Column("name", "节日", required=True),
    Column("year", "年份", required=True),
    Column("notice", "文号", required=True),
)

_CODES = {normalise_name(word): code for code, named in HOLIDAYS.items() for word in (code, named.zh, named.en)}
_kind = cells.choice(
    {"休": DayKind.REST, "班": DayKind.WORK, "rest": DayKind.REST, "work": DayKind.WORK}, "性质", "kind of day"
)


def read_notice(path: Path) -> tuple[Notice, list[Finding]]:
    """The notice in a .csv, .xlsx or .json, not yet checked as a whole, and what of the file was not taken in.

    Raises RequestRefused at the first fault, naming its row (in JSON the place among the days, from 1) and column.
    """
    sheet = read_json(path) if path.suffix.lower() == ".json" else read_sheet(path)
    remarks = Remarks()
    columns = Columns(sheet, COLUMNS, remarks)
    year, number = _head(columns, sheet.rows[0])
    days = []
    for row in sheet.rows:
        if any(not cells.is_blank(cell) for cell in row.cells[len(sheet.header.cells) :]):
            _refuse(row, "–", CellFaulty("本行的列数多于表头", "this row has more cells than the header"))
        if _head(columns, row) != (year, number):
            _refuse(row, "year, notice", CellFaulty("与首行的年份或文号不同", "not that of the first row"))
        on, kind = _cell(columns, row, "day", day), _cell(columns, row, "kind", _kind)
        days.append(SpecialDay(on, kind, _cell(columns, row, "name", _holiday)))
    return Notice(year, number, tuple(days)), remarks.findings


def _head(columns: Columns, row: Row) -> tuple[int, str]:
    return _cell(columns, row, "year", _year), _cell(columns, row, "notice", _at_most(100))


def _cell(columns: Columns, row: Row, name: str, reader: Callable[[Cell], T]) -> T:
    cell = row.cells[columns.at[name]] if columns.at[name] < len(row.cells) else ""
    try:
        if cells.is_blank(cell):
            raise CellFaulty("此项不能为空", "this cell must not be blank")
        return reader(cell)
    except DubanError as fault:
        _refuse(row, columns.header(name), fault)


def _refuse(row: Row, column: str, fault: DubanError) -> NoReturn:
    place_zh, place_en = f"第 {row.number} 行，{column}", f"row {row.number}, {column}"
    raise RequestRefused(f"{place_zh}：{fault.zh}", f"{place_en}: {fault.en}") from None


def _year(cell: Cell) -> int:
    written = re.fullmatch("([0-9]{4})年?", unicodedata.normalize("NFKC", cells.text(cell)))
    if written is None:
        raise CellFaulty("不是年份，请写作 2027", "not a year: write it as 2027")
    return int(written[1])


def _at_most(characters: int) -> Callable[[Cell], str]:
    def read(cell: Cell) -> str:
        given = cells.text(cell)
        if len(given) > characters:
            raise CellFaulty(f"超过 {characters} 个字符，请缩短", f"more than {characters} characters: shorten it")
        return given

    return read


def _holiday(cell: Cell) -> str:
    """The holiday's code, of two in one stretch (国庆节、中秋节) that of National Day; else the notice's own words."""
    given = _at_most(50)(cell)
    codes = [_CODES.get(normalise_name(word), "") for word in given.split("、")]
    if codes in (["national_day", "mid_autumn"], ["mid_autumn", "national_day"]):
        return "national_day"
    return codes[0] if len(codes) == 1 and codes[0] else given

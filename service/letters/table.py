"""A list as a file to keep: real dates, and text that stays text whatever it begins with."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO, StringIO

import xlsxwriter  # type: ignore[import-untyped]

Cell = str | int | date | datetime | None
_ACTIVE = ("=", "+", "-", "@", "\t", "\r")
_WIDEST, _NARROWEST = 48, 8
_LONGEST_CELL = 32_000


@dataclass(frozen=True)
class Table:
    """A header and rows; a time is in the zone that it is shown in."""

    header: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def as_csv(table: Table) -> bytes:
    """UTF-8 with a byte order mark, by which spreadsheets know it.

    A text that a spreadsheet would run is led by an apostrophe (OWASP, CSV injection).
    """
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(table.header)
    writer.writerows([_written(cell) for cell in row] for row in table.rows)
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(table: Table) -> bytes:
    """A workbook of one sheet: frozen header, filters, codes and names as text."""
    file = BytesIO()
    workbook = xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = workbook.add_worksheet()
    bold = workbook.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    day = workbook.add_format({"num_format": "yyyy-mm-dd", "align": "left"})
    moment = workbook.add_format({"num_format": "yyyy-mm-dd hh:mm", "align": "left"})
    for column, title in enumerate(table.header):
        sheet.write_string(0, column, title, bold)
    for number, row in enumerate(table.rows, start=1):
        for column, cell in enumerate(row):
            match cell:
                case datetime():
                    sheet.write_datetime(number, column, cell.replace(tzinfo=None), moment)
                case date():
                    sheet.write_datetime(number, column, cell, day)
                case int():
                    sheet.write_number(number, column, cell)
                case str() if cell:
                    sheet.write_string(number, column, cell[:_LONGEST_CELL])
    for column, title in enumerate(table.header):
        longest = max([len(title), *(_length(row[column]) for row in table.rows[:200])])
        sheet.set_column(column, column, min(max(longest * 1.7, _NARROWEST), _WIDEST))
    sheet.freeze_panes(1, 0)
    if table.rows:
        sheet.autofilter(0, 0, len(table.rows), len(table.header) - 1)
    workbook.close()
    return file.getvalue()


def _written(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ", timespec="minutes")
    text = str(cell)
    return f"'{text}" if isinstance(cell, str) and text.startswith(_ACTIVE) else text


def _length(cell: Cell) -> int:
    return 0 if cell is None else len(_written(cell))

"""Which column of a sheet is which: by header, Chinese or English, in any order."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from service.domain.certification import normalise_name
from service.domain.errors import DubanError, RequestRefused
from service.sheets.cells import is_blank
from service.sheets.sheet import CellFaulty, Remarks, Row, Sheet, shown

T = TypeVar("T")


@dataclass(frozen=True)
class Column:
    """A column that a sheet may have, by its names; the first Chinese one is used where the sheet has none."""

    name: str
    zh: str
    required: bool = False
    also: tuple[str, ...] = ()


class Columns:
    """The columns of one sheet, found by its header; ``at`` is the place of each that the sheet has, from 0."""

    def __init__(self, sheet: Sheet, columns: Iterable[Column], remarks: Remarks) -> None:
        """Reports a column that nobody knows; raises RequestRefused where one is missing or there twice."""
        known = {_key(header): column for column in columns for header in (column.name, column.zh, *column.also)}
        self.at: dict[str, int] = {}
        self._headers = {column.name: column.zh for column in known.values()}
        for index, cell in enumerate(sheet.header.cells):
            column = known.get(_key(str(cell)))
            if column is None:
                _report_unknown(sheet, index, remarks)
            elif column.name in self.at:
                raise RequestRefused(
                    f"“{sheet.file}”第 {sheet.header.number} 行表头中“{column.zh}”出现两次，请只保留一列",
                    f'"{sheet.file}" has the column "{column.name}" twice (row {sheet.header.number}): keep one',
                )
            else:
                self.at[column.name] = index
                self._headers[column.name] = shown(" ".join(str(cell).lstrip("\ufeff").split()))
        missing = [c for c in dict.fromkeys(known.values()) if c.required and c.name not in self.at]
        if missing:
            raise RequestRefused(
                f"“{sheet.file}”第 {sheet.header.number} 行应为表头，其中缺少必需的列："
                f"{'、'.join(column.zh for column in missing)}",
                f'row {sheet.header.number} of "{sheet.file}" should be the header, and these columns are missing: '
                f"{', '.join(column.name for column in missing)}",
            )

    def header(self, name: str) -> str:
        """The header as the sheet has it."""
        return self._headers[name]


def _key(header: str) -> str:
    return re.sub(r"[\s_*\ufeff-]", "", normalise_name(header))


def _report_unknown(sheet: Sheet, index: int, remarks: Remarks) -> None:
    """A column without a header matters only where something stands in it."""
    given = shown(str(sheet.header.cells[index]).strip())
    if given:
        remarks.finding(
            "unknown_column",
            sheet.header.number,
            f"未知的列“{given}”，其内容未导入",
            f'the column "{given}" is unknown and was not taken in',
        )
        return
    filled = next((row.number for row in sheet.rows if index < len(row.cells) and not is_blank(row.cells[index])), None)
    if filled is not None:
        remarks.finding(
            "unknown_column",
            filled,
            f"第 {index + 1} 列没有表头，其内容（自第 {filled} 行起）未导入",
            f"column {index + 1} has no header; what stands in it (from row {filled}) was not taken in",
        )


@dataclass
class RowCells:
    """The cells of one row by column, while they are read; each fault goes to the remarks."""

    columns: Columns
    row: Row
    remarks: Remarks
    faulty: set[str] = field(default_factory=set)

    def read(self, name: str, reader: Callable[..., T], empty: T) -> T:
        """What the cell holds; ``empty`` where the cell is blank, faulty, or the sheet has no such column."""
        index = self.columns.at.get(name)
        if index is None or index >= len(self.row.cells) or is_blank(self.row.cells[index]):
            return empty
        try:
            return reader(self.row.cells[index])
        except DubanError as fault:
            self.fault(name, fault)
            return empty

    def fault(self, name: str, fault: DubanError) -> None:
        """Say what is wrong with the cell of this column."""
        self.faulty.add(name)
        self.remarks.error(self.row.number, self.columns.header(name), fault)

    def needed(self, name: str, value: object, zh: str, en: str) -> None:
        """Say so where a cell has to be filled and is blank; a faulty one has been reported already."""
        if not value and name not in self.faulty:
            self.fault(name, CellFaulty(zh, en))

    def refuse_overlong(self, width: int) -> None:
        """A row with something beyond the last header has its cells shifted, most often by a stray separator."""
        if len(self.row.cells) > width and any(not is_blank(cell) for cell in self.row.cells[width:]):
            self.remarks.error(
                self.row.number,
                f"第 {width + 1} 列",
                CellFaulty(
                    "本行的列数多于表头，可能有未加引号的分隔符",
                    "this row has more cells than the header: a separator may lack its quotation marks",
                ),
            )

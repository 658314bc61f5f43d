"""Builders of sheets: quiet defaults, one valid row of each kind."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from service.sheets.certifications import CheckedSheet, check_certifications
from service.sheets.sheet import Row, Sheet

EXCELLENCE = {
    "企业名称": "甲方演示有限公司",
    "智能工厂名称": "演示智能工厂",
    "级别": "卓越级",
    "推荐单位": "江苏省",
    "批次": "2025年度",
    "公布日期": "2025-12-09",
}
PIONEER = {
    "企业名称": "乙方演示有限公司",
    "级别": "领航级",
    "推荐单位": "青岛市",
    "批次": "2025年度",
    "培育期起": "2025-11-24",
    "培育月数": "24",
}
CONTACT = {"联系人": "经办人（演示）", "邮箱": "handler@a.example"}

Rows = Sequence[Mapping[str, Any]]


def in_memory(rows: Rows) -> Sheet:
    """The rows as a sheet whose header is at row 1; a column is there where any row has it."""
    header = list(dict.fromkeys(column for row in rows for column in row))
    body = [Row(number, tuple(row.get(column, "") for column in header)) for number, row in enumerate(rows, 2)]
    return Sheet("名单.csv", Row(1, tuple(header)), body)


@pytest.fixture
def check() -> Callable[..., CheckedSheet]:
    """Check rows given as mappings from header to cell."""

    def checked(*rows: Mapping[str, Any], known_units: Sequence[str] = ()) -> CheckedSheet:
        return check_certifications(in_memory(rows), known_units)

    return checked


@pytest.fixture
def excellence() -> dict[str, Any]:
    return dict(EXCELLENCE)


@pytest.fixture
def pioneer() -> dict[str, Any]:
    return dict(PIONEER)


@pytest.fixture
def contact() -> dict[str, Any]:
    return dict(CONTACT)


@pytest.fixture
def workbook(tmp_path: Path) -> Callable[..., Path]:
    """Write cells, row by row, into a workbook; its path."""

    def write(rows: Sequence[Sequence[Any]], name: str = "名单.xlsx", hidden_before: str = "", after: str = "") -> Path:
        path = tmp_path / name
        with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as book:
            if hidden_before:
                book.add_worksheet(hidden_before).hide()
            sheet = book.add_worksheet("名单")
            sheet.activate()
            sheet.set_first_sheet()
            if after:
                book.add_worksheet(after)
            for row, cells in enumerate(rows):
                for column, cell in enumerate(cells):
                    if cell != "":
                        sheet.write(row, column, cell)
        return path

    return write

"""The import sheet of certifications: one row a certification, or one more contact of it."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from service.domain.certification import Level, normalise_name
from service.domain.units import find_unit
from service.sheets import cells
from service.sheets.cells import remembered
from service.sheets.columns import Column, Columns, RowCells
from service.sheets.facts import read_facts
from service.sheets.gaps import report_gaps
from service.sheets.grouping import SheetCertification, SheetRow, grouped
from service.sheets.people import read_contact
from service.sheets.sheet import Cell, CellFaulty, Finding, Remarks, RowError, Sheet, shown

COLUMNS = (
    Column("uscc", "统一社会信用代码"),
    Column("enterprise", "企业名称", required=True, also=("建设单位",)),
    Column("factory", "智能工厂名称"),
    Column("level", "级别", required=True),
    Column("recommending_unit", "推荐单位"),
    Column("batch", "批次"),
    Column("listed_on", "公布日期"),
    Column("valid_through", "有效期至"),
    Column("cultivation_from", "培育期起"),
    Column("cultivation_months", "培育月数"),
    Column("cultivation_until", "培育期至"),
    Column("status", "状态"),
    Column("date_basis", "日期依据"),
    Column("contact_name", "联系人"),
    Column("contact_email", "邮箱"),
    Column("contact_role", "联系人角色"),
    Column("language", "语言"),
    Column("source_url", "来源"),
)


@dataclass(frozen=True)
class CheckedSheet:
    """What a sheet states, and all that is wrong with it; to be taken in only where ``errors`` is empty."""

    certifications: list[SheetCertification]
    errors: list[RowError]
    findings: list[Finding]


def check_certifications(sheet: Sheet, known_units: Collection[str] = ()) -> CheckedSheet:
    """Check every cell of the sheet and bring the rows of each certification together.

    ``known_units`` are the names of the units on record: a unit is one of them or a provincial one. Raises
    RequestRefused where a required column is missing or any column is there twice.
    """
    remarks = Remarks()
    columns = Columns(sheet, COLUMNS, remarks)
    unit = unit_reader(known_units)
    rows = []
    for row in sheet.rows:
        of_row = RowCells(columns, row, remarks)
        of_row.refuse_overlong(len(sheet.header.cells))
        stated = _read_row(of_row, unit)
        if stated is not None:
            rows.append(stated)
    if sheet.unread:
        remarks.finding(
            "sheets_not_read",
            None,
            f"只读取了第一个工作表，未读取：{'、'.join(shown(name) for name in sheet.unread)}",
            f"only the first sheet was read, not: {', '.join(shown(name) for name in sheet.unread)}",
        )
    certifications = grouped(rows, columns, remarks)
    for certification in certifications:
        report_gaps(certification, remarks)
    return CheckedSheet(certifications, remarks.errors, remarks.findings)


def unit_reader(known_units: Collection[str]) -> Callable[[Cell], str]:
    """A reader of recommending units, which gives a unit's name as on record or in the registry of provinces."""
    known = {normalise_name(name): name for name in known_units}

    @remembered
    def read(cell: Cell) -> str:
        given = cells.name(cell)
        if found := known.get(normalise_name(given)):
            return found
        if province := find_unit(given):
            return province.name
        raise CellFaulty(
            f"推荐单位“{shown(given)}”不是省级推荐单位，也不是已登记的中央企业集团；请核对名称，或先登记该集团",
            f'the recommending unit "{shown(given)}" is no provincial unit and no group on record: check its name, '
            "or have the group registered first",
        )

    return read


def _read_row(row: RowCells, unit: Callable[[Cell], str]) -> SheetRow | None:
    """The row, or None where any of it is faulty."""
    enterprise = row.read("enterprise", cells.name, "")
    row.needed("enterprise", enterprise, "企业名称不能为空", "the name of the enterprise is missing")
    level: Level | None = row.read("level", cells.level, None)
    row.needed("level", level, "级别不能为空", "the level is missing")
    uscc = row.read("uscc", cells.code, "")
    factory = row.read("factory", cells.name, "")
    unit_name = row.read("recommending_unit", unit, "")
    batch = row.read("batch", cells.name, "")
    facts, proposed = read_facts(row, level)
    date_basis = row.read("date_basis", cells.text, "")
    source_url = row.read("source_url", cells.text, "")
    contact = read_contact(row, "contact_name", "contact_email", "contact_role")
    if row.faulty or level is None:
        return None
    return SheetRow(
        row=row.row.number,
        uscc=uscc,
        enterprise=enterprise,
        factory=factory,
        level=level,
        unit=unit_name,
        batch=batch,
        facts=facts,
        proposed=proposed,
        date_basis=date_basis,
        contact=contact,
        source_url=source_url,
    )

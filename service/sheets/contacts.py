"""The import sheet of contacts: one row a person of an enterprise, of a recommending unit or of an overseer."""

from collections.abc import Collection
from dataclasses import dataclass

from service.domain.certification import normalise_name
from service.domain.people import OwnerKind
from service.sheets import cells
from service.sheets.certifications import unit_reader
from service.sheets.columns import Column, Columns, RowCells
from service.sheets.people import SheetContact, read_contact
from service.sheets.sheet import Cell, CellFaulty, Finding, Remarks, RowError, Sheet

COLUMNS = (
    Column("owner_kind", "归属类型", required=True),
    Column("owner", "归属单位", required=True),
    Column("role", "角色", also=("联系人角色",)),
    Column("name", "姓名", required=True, also=("联系人",)),
    Column("email", "邮箱", required=True),
    Column("language", "语言"),
)


@dataclass(frozen=True)
class OwnedContact:
    """A person and whose: ``owner`` is a unit's name on record or in the registry, an enterprise's uscc or name, or an
    overseer's name."""

    row: int
    owner_kind: OwnerKind
    owner: str
    contact: SheetContact


@dataclass(frozen=True)
class CheckedContacts:
    """The contacts of a sheet, and all that is wrong with it; to be taken in only where ``errors`` is empty."""

    contacts: list[OwnedContact]
    errors: list[RowError]
    findings: list[Finding]


def check_contacts(sheet: Sheet, known_units: Collection[str] = ()) -> CheckedContacts:
    """Check every cell of the sheet; whether an enterprise is on record is for the caller to say.

    Raises RequestRefused where a required column is missing or any column is there twice.
    """
    remarks = Remarks()
    columns = Columns(sheet, COLUMNS, remarks)
    unit = unit_reader(known_units)
    readers = {OwnerKind.UNIT: unit, OwnerKind.ENTERPRISE: _enterprise, OwnerKind.OVERSEER: cells.name}
    contacts: dict[tuple[OwnerKind, str, str], OwnedContact] = {}
    for row in sheet.rows:
        of_row = RowCells(columns, row, remarks)
        of_row.refuse_overlong(len(sheet.header.cells))
        kind: OwnerKind | None = of_row.read("owner_kind", cells.owner_kind, None)
        owner = of_row.read("owner", readers[kind] if kind else cells.name, "")
        contact = read_contact(of_row, "name", "email", "role")
        for name, value in (("owner_kind", kind), ("owner", owner), ("name", contact), ("email", contact)):
            of_row.needed(name, value, "此项不能为空", "this cell must not be blank")
        if of_row.faulty or kind is None or contact is None:
            continue
        key = kind, normalise_name(owner), contact.address.casefold()
        first = contacts.setdefault(key, OwnedContact(row.number, kind, owner, contact))
        if first.row != row.number:
            fault = CellFaulty(f"与第 {first.row} 行重复", f"repeats row {first.row}")
            of_row.fault("email", fault)
    return CheckedContacts(list(contacts.values()), remarks.errors, remarks.findings)


def _enterprise(cell: Cell) -> str:
    """A name as given, or a code verified: anything of 18 letters and digits is meant as a code."""
    given = cells.name(cell)
    return cells.code(cell) if len(given) == 18 and given.isascii() and given.isalnum() else given

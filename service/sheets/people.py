"""A contact as a row of a sheet gives it."""

from dataclasses import dataclass

from service.domain.people import Role
from service.letters.letter import Language
from service.sheets import cells
from service.sheets.columns import RowCells


@dataclass(frozen=True)
class SheetContact:
    """``address`` has its domain in ASCII; the role is handler and the language Chinese unless the row says else."""

    name: str
    address: str
    role: Role
    language: Language


def read_contact(row: RowCells, name_column: str, address_column: str, role_column: str) -> SheetContact | None:
    """The contact of the row; None where it names none, or where a fault has been reported."""
    name = row.read(name_column, cells.name, "")
    address = row.read(address_column, cells.address, "")
    role = row.read(role_column, cells.role, Role.HANDLER)
    language = row.read("language", cells.language, Language.ZH)
    if not name and not address:
        return None
    row.needed(name_column, name, "填了邮箱，缺少联系人姓名", "an address without a name")
    row.needed(address_column, address, "填了联系人，缺少邮箱", "a contact without an address")
    return SheetContact(name, address, role, language)

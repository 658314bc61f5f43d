"""Rows that state the same certification: brought together where they agree, errors naming both where they do not."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from service.domain.certification import Facts, Level, normalise_name
from service.sheets.columns import Columns
from service.sheets.people import SheetContact
from service.sheets.sheet import CellFaulty, Remarks


@dataclass(frozen=True)
class SheetRow:
    """A row without fault; ``unit`` is a unit's name on record or in the registry, empty where the row has none."""

    row: int
    uscc: str
    enterprise: str
    factory: str
    level: Level
    unit: str
    batch: str
    facts: Facts
    proposed: bool
    date_basis: str
    contact: SheetContact | None
    source_url: str


@dataclass(frozen=True)
class SheetCertification:
    """A certification as its rows state it: ``stated`` is the first of them, ``rows`` the numbers of all.

    ``stated.uscc`` is filled in where only another row of the same enterprise gives it.
    """

    stated: SheetRow
    rows: tuple[int, ...]
    contacts: tuple[SheetContact, ...]


_Key = tuple[str, str, Level, str]

_AGREEING_FACTS = ("listed_on", "valid_through", "cultivation_from", "cultivation_months", "cultivation_until")
_AGREEING = (
    ("recommending_unit", "unit"),
    ("status", "proposed"),
    ("date_basis", "date_basis"),
    ("source_url", "source_url"),
)


def grouped(rows: Sequence[SheetRow], columns: Columns, remarks: Remarks) -> list[SheetCertification]:
    """The certifications in the order of their first rows."""
    by_key: dict[_Key, list[SheetRow]] = defaultdict(list)
    for row in _identified(rows, remarks):
        by_key[_key(row)].append(row)
    return [_together(same, columns, remarks) for same in by_key.values()]


def _identified(rows: Sequence[SheetRow], remarks: Remarks) -> Iterator[SheetRow]:
    """The rows, a blank uscc filled in where exactly one code stands beside the same name in this sheet.

    Where two codes share the name, nobody can tell whose row it is: it stays unidentified, and is reported.
    """
    codes: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if row.uscc:
            codes[normalise_name(row.enterprise)].add(row.uscc)
    for row in rows:
        found = set() if row.uscc else codes.get(normalise_name(row.enterprise), set())
        if len(found) > 1:
            remarks.finding(
                "ambiguous_enterprise",
                row.row,
                "本行未填统一社会信用代码，而表中同名企业有多个代码，无法判断是哪一家",
                "no unified social credit code here, and several in this sheet share the name: whose is it?",
            )
        yield replace(row, uscc=next(iter(found))) if len(found) == 1 else row


def _key(row: SheetRow) -> _Key:
    identity = row.uscc or f"name:{normalise_name(row.enterprise)}"
    return identity, normalise_name(row.factory), row.level, row.batch


def _together(same: Sequence[SheetRow], columns: Columns, remarks: Remarks) -> SheetCertification:
    first = same[0]
    contacts: dict[str, tuple[int, SheetContact]] = {}
    if first.contact:
        contacts[first.contact.address.casefold()] = (first.row, first.contact)
    for row in same[1:]:
        differing = _differing(first, row, columns)
        if differing:
            _report(
                remarks,
                row,
                differing,
                f"与第 {first.row} 行是同一认定，但“{differing}”不一致，请核对两行",
                f'the same certification as row {first.row}, but "{differing}" differs: check both rows',
            )
        elif row.contact is None:
            _report_repeated(remarks, row, first.row, columns)
        else:
            _add_contact(contacts, row, row.contact, columns, remarks)
    return SheetCertification(first, tuple(row.row for row in same), tuple(contact for _, contact in contacts.values()))


def _differing(first: SheetRow, row: SheetRow, columns: Columns) -> str:
    """The header of the first column in which two rows of one certification do not agree; empty where they do."""
    for column in _AGREEING_FACTS:
        if getattr(first.facts, column) != getattr(row.facts, column):
            return columns.header(column)
    if normalise_name(first.enterprise) != normalise_name(row.enterprise):
        return columns.header("enterprise")
    for column, attribute in _AGREEING:
        if getattr(first, attribute) != getattr(row, attribute):
            return columns.header(column)
    return ""


def _add_contact(
    contacts: dict[str, tuple[int, SheetContact]],
    row: SheetRow,
    contact: SheetContact,
    columns: Columns,
    remarks: Remarks,
) -> None:
    earlier, same = contacts.setdefault(contact.address.casefold(), (row.row, contact))
    if earlier == row.row:
        return
    if same == contact:
        _report_repeated(remarks, row, earlier, columns)
        return
    header = columns.header("contact_email")
    _report(
        remarks,
        row,
        header,
        f"与第 {earlier} 行是同一认定的同一邮箱，但姓名、角色或语言不一致",
        f"the same address for the same certification as row {earlier}, but name, role or language differ",
    )


def _report_repeated(remarks: Remarks, row: SheetRow, earlier: int, columns: Columns) -> None:
    _report(
        remarks,
        row,
        columns.header("enterprise"),
        f"与第 {earlier} 行重复：同一认定且没有新的联系人，请删除其中一行",
        f"repeats row {earlier}: the same certification and no other contact; delete one of the two",
    )


def _report(remarks: Remarks, row: SheetRow, column: str, zh: str, en: str) -> None:
    remarks.error(row.row, column, CellFaulty(zh, en))

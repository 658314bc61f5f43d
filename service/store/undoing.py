"""Rows on their way back to what they were before an import changed them, where they still are what it made of them."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Table, delete, select, update

from service.store import certifications
from service.store.certifications import named_identity
from service.store.doors import session, sign_in
from service.store.intakes import Change
from service.store.tables import certification, contact, enterprise, event, metadata

_AT_ONCE = 5000
_COLUMNS = ("unit_id", "proposed", "date_basis", "source_url")
Outcome = tuple[list[int], list[int]]
"""The rows that went back, and those that were left, since they are not any more what the import made of them."""


def certifications_of(connection: Connection, events: Collection[int]) -> set[int]:
    """The certifications in whose logs these events are."""
    found: set[int] = set()
    for chunk in _chunks(sorted(events)):
        found |= set(connection.scalars(select(event.c.certification_id).where(event.c.id.in_(chunk)).distinct()))
    return found


def enterprises_back(connection: Connection, changes: Sequence[Change]) -> Outcome:
    """Enterprises with their former code and name; left also where another has come to be known by that name."""
    back, left = [], []
    for change in reversed(changes):
        row = _now(connection, enterprise, [change.id]).get(change.id)
        code, name = (change.was or {})["uscc"], (change.was or {})["name"]
        others = certifications.enterprises(connection, [code or named_identity(name)], [])
        if row is None or not _is_still(row, change) or any(each.id != change.id for each in others):
            left.append(change.id)
            continue
        certifications.identify_enterprise(connection, change.id, code, name)
        back.append(change.id)
    return back, left


def columns_back(connection: Connection, changes: Sequence[Change]) -> Outcome:
    """Certifications with their columns as they were."""
    back, left, rows = [], [], []
    known = _now(connection, certification, [change.id for change in changes])
    for change in changes:
        row = known[change.id]
        if not _is_still(row, change):
            left.append(change.id)
            continue
        back.append(change.id)
        rows.append({"key": change.id, **{name: getattr(row, name) for name in _COLUMNS}, **(change.was or {})})
    certifications.change(connection, rows)
    return back, left


def contacts_back(connection: Connection, changes: Sequence[Change]) -> Outcome:
    """Contacts with their role, name and language as they were."""
    back, left = [], []
    known = _now(connection, contact, [change.id for change in changes])
    for change in reversed(changes):
        row = known.get(change.id)
        if row is None or not _is_still(row, change):
            left.append(change.id)
            continue
        connection.execute(update(contact).where(contact.c.id == change.id).values(**(change.was or {})))
        back.append(change.id)
    return back, left


def remove_contacts(connection: Connection, ids: Sequence[int]) -> tuple[list[int], list[int]]:
    """Take contacts off the record, and sign them out: those removed, and those only held back since mail went to them.

    Whoever came in as one of them does so no more, and sees nothing more.
    """
    removed: list[int] = []
    held_back: list[int] = []
    for chunk in _chunks(ids):
        for door in (session, sign_in):
            connection.execute(delete(door).where(door.c.contact_id.in_(chunk)))
        referred = _referred(connection, chunk)
        gone = [id for id in chunk if id not in referred]
        connection.execute(delete(contact).where(contact.c.id.in_(gone)))
        connection.execute(update(contact).where(contact.c.id.in_(referred)).values(working=False))
        removed += gone
        held_back += sorted(referred)
    return removed, held_back


def _referred(connection: Connection, ids: Sequence[int]) -> set[int]:
    """Those of the contacts that some other row is about."""
    columns = [key.parent for table in metadata.sorted_tables for key in table.foreign_keys if key.references(contact)]
    found: set[int] = set()
    for column in columns:
        found |= set(connection.scalars(select(column).where(column.in_(ids)).distinct()))
    return found


def _now(connection: Connection, table: Table, ids: Sequence[int]) -> dict[int, Row[Any]]:
    return {row.id: row for chunk in _chunks(ids) for row in connection.execute(_with(table, chunk))}


def _with(table: Table, ids: Sequence[int]) -> Any:
    return select(table).where(table.c.id.in_(ids))


def _is_still(row: Row[Any], change: Change) -> bool:
    return all(getattr(row, name) == value for name, value in (change.became or {}).items())


def _chunks(ids: Sequence[int]) -> list[Sequence[int]]:
    return [ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE)]

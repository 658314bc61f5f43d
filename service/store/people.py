"""Contacts, and the recommending units."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from service.domain.certification import RecommendingUnit, UnitKind, normalise_name
from service.domain.people import Contact, OwnerKind, Role
from service.store.database import among, new_keys
from service.store.tables import contact, enterprise, unit


def contacts_of(connection: Connection, kind: OwnerKind, owner_ids: Collection[int]) -> dict[int, list[Contact]]:
    """The contacts of each owner, in the order in which they came."""
    found: dict[int, list[Contact]] = defaultdict(list)
    for row in connection.execute(_OF_OWNERS, {"kind": kind, "among": list(owner_ids)}) if owner_ids else ():
        found[row.owner_id].append(_contact(row))
    return found


_OF_OWNERS = (
    select(contact).where(contact.c.owner_kind == bindparam("kind"), among(contact.c.owner_id)).order_by(contact.c.id)
)
_BY_IDS = select(contact).where(among(contact.c.id))


def hold_contacts(connection: Connection, kind: OwnerKind, owner_id: int) -> None:
    """Keep an owner's contacts from others until the transaction ends: two at once would each leave one, and none."""
    theirs = select(contact.c.id).where(contact.c.owner_kind == kind, contact.c.owner_id == owner_id)
    connection.execute(theirs.order_by(contact.c.id).with_for_update(key_share=True))


def contacts_by_ids(connection: Connection, ids: Collection[int]) -> dict[int, Contact]:
    """The contacts with these ids."""
    rows = connection.execute(_BY_IDS, {"among": list(ids)}) if ids else ()
    return {row.id: _contact(row) for row in rows}


def addresses(connection: Connection, ids: Collection[int]) -> dict[int, str]:
    """The addresses of these contacts."""
    statement = select(contact.c.id, contact.c.address).where(contact.c.id.in_(ids))
    return {row.id: row.address for row in connection.execute(statement)} if ids else {}


def add_contacts(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Insert the contacts (owner_kind, owner_id, role, name, address, language) that are new; their numbers."""
    return new_keys(connection, contact, [{**row, "working": True} for row in rows])


def change_contact(connection: Connection, id: int, *, role: Role, name: str, language: str) -> None:
    """Set a contact's role, name and language; the address is what it is known by. One who was erased stays so."""
    living = (contact.c.id == id, contact.c.owner_kind != OwnerKind.ERASED)
    connection.execute(update(contact).where(*living).values(role=role, name=name, language=language))


def of_address(connection: Connection, id: int) -> list[Contact]:
    """A contact, and every other one on record with the same address: one reader, of several enterprises."""
    address = select(contact.c.address).where(contact.c.id == id).scalar_subquery()
    living = (contact.c.address == address, contact.c.owner_kind.not_in((OwnerKind.HOUSE, OwnerKind.ERASED)))
    return [_contact(row) for row in connection.execute(select(contact).where(*living).order_by(contact.c.id))]


def set_urgent_only(connection: Connection, ids: Collection[int], *, urgent_only: bool) -> None:
    """Note that these people want urgent letters alone, or every one."""
    connection.execute(update(contact).where(contact.c.id.in_(ids)).values(urgent_only=urgent_only))


def units(connection: Connection) -> dict[str, tuple[int, UnitKind, str]]:
    """Every unit on record: (id, kind, name) by normalised name."""
    return {
        row.name_key: (row.id, UnitKind(row.kind), row.name)
        for row in connection.execute(select(unit).order_by(unit.c.id))
    }


def units_by_ids(connection: Connection, ids: Collection[int]) -> dict[int, RecommendingUnit]:
    """The units with these ids."""
    return {
        row.id: RecommendingUnit(row.id, UnitKind(row.kind), row.name)
        for row in connection.execute(select(unit).where(unit.c.id.in_(ids)))
    }


def enterprise_names(connection: Connection, ids: Collection[int]) -> dict[int, str]:
    """The present names of these enterprises."""
    return {row.id: row.name for row in connection.execute(select(enterprise).where(enterprise.c.id.in_(ids)))}


def hold_units(connection: Connection, ids: Collection[int]) -> None:
    """Keep these units from others until the transaction ends: two at once would each open the same duty.

    Who only names one, as a new certification does, is not in the way: two that each wait for the other would be.
    """
    theirs = select(unit.c.id).where(unit.c.id.in_(ids)).order_by(unit.c.id)
    connection.execute(theirs.with_for_update(key_share=True))


def add_unit(connection: Connection, kind: UnitKind, name: str) -> int:
    """Insert a unit; its id."""
    statement = insert(unit).values(kind=kind, name=name, name_key=normalise_name(name)).returning(unit.c.id)
    id: int = connection.execute(statement).scalar_one()
    return id


def _contact(row: Row[Any]) -> Contact:
    return Contact(
        id=row.id,
        owner_kind=OwnerKind(row.owner_kind),
        owner_id=row.owner_id,
        role=Role(row.role),
        name=row.name,
        address=row.address,
        language=row.language,
        working=row.working,
        urgent_only=row.urgent_only,
    )

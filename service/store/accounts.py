"""Accounts of the console, and the links that sign somebody in once."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from service.domain.people import OwnerKind
from service.domain.visitors import VisitorRole
from service.store.doors import account, session, sign_in
from service.store.tables import contact

SUBJECT = "sign_in"


@dataclass(frozen=True)
class Account:
    """A local account; ``password`` is an argon2 hash, empty until one is set; ``unit_id`` is 0 but for an officer."""

    id: int
    name: str
    role: VisitorRole
    unit_id: int
    password: str
    active: bool
    failures: int
    locked_until: datetime | None


@dataclass(frozen=True)
class SignIn:
    """A link that signs an account or a contact in once: the number of the other is 0. Times in UTC."""

    id: int
    account_id: int
    contact_id: int
    ends_at: datetime
    used_at: datetime | None


def add(connection: Connection, name: str, role: VisitorRole, unit_id: int | None, now: datetime) -> int | None:
    """Insert an account without a password; its id, None where the name is taken."""
    row = {
        "name": name,
        "role": role,
        "unit_id": unit_id,
        "password": "",
        "active": True,
        "failures": 0,
        "made_at": now,
    }
    try:
        with connection.begin_nested():
            id: int = connection.execute(insert(account).values(row).returning(account.c.id)).scalar_one()
    except IntegrityError:
        return None
    return id


def all_accounts(connection: Connection) -> list[Account]:
    """Every account, by name."""
    return [_account(row) for row in connection.execute(select(account).order_by(account.c.name))]


def by_id(connection: Connection, id: int) -> Account | None:
    """The account of this number."""
    row = connection.execute(select(account).where(account.c.id == id)).first()
    return None if row is None else _account(row)


def open_ops(connection: Connection) -> list[int]:
    """The open accounts of ops, kept from others until the transaction ends: so that two do not close each other."""
    which = select(account.c.id).where(account.c.role == VisitorRole.OPS, account.c.active)
    return list(connection.scalars(which.order_by(account.c.id).with_for_update()))


def by_name(connection: Connection, name: str) -> Account | None:
    """The account of this name, kept from others until the transaction ends: its failures are being counted."""
    row = connection.execute(select(account).where(account.c.name == name).with_for_update()).first()
    return None if row is None else _account(row)


def count_failure(connection: Connection, id: int, failures: int, locked_until: datetime | None) -> None:
    """Note how many sign-ins in a row have failed, and until when none is tried; 0 and None forget them."""
    connection.execute(update(account).where(account.c.id == id).values(failures=failures, locked_until=locked_until))


def set_password(connection: Connection, id: int, password: str) -> None:
    """Set the hash, forget failures, and end every other way in: sessions, and links that were not used."""
    connection.execute(
        update(account).where(account.c.id == id).values(password=password, failures=0, locked_until=None)
    )
    _shut_out(connection, id)


def set_active(connection: Connection, id: int, *, active: bool) -> None:
    """Open or close an account; a closed one loses its sessions, and its links, also for when it is opened again."""
    connection.execute(update(account).where(account.c.id == id).values(active=active))
    if not active:
        _shut_out(connection, id)


def _shut_out(connection: Connection, id: int) -> None:
    connection.execute(delete(session).where(session.c.account_id == id))
    connection.execute(delete(sign_in).where(sign_in.c.account_id == id, sign_in.c.used_at.is_(None)))


def offer_link(
    connection: Connection, account_id: int | None, contact_id: int | None, now: datetime, ends_at: datetime
) -> int:
    """Make a link that signs an account or a contact in once; its number."""
    row = {"account_id": account_id, "contact_id": contact_id, "made_at": now, "ends_at": ends_at}
    id: int = connection.execute(insert(sign_in).values(row).returning(sign_in.c.id)).scalar_one()
    return id


def open_links(connection: Connection, contact_id: int, now: datetime) -> int:
    """How many links of a contact still sign in."""
    which = (sign_in.c.contact_id == contact_id, sign_in.c.used_at.is_(None), sign_in.c.ends_at > now)
    return connection.scalar(select(func.count()).select_from(sign_in).where(*which)) or 0


def links_by_ids(connection: Connection, ids: set[int]) -> dict[int, SignIn]:
    """The links of these numbers."""
    rows = connection.execute(select(sign_in).where(sign_in.c.id.in_(ids))) if ids else ()
    return {row.id: SignIn(row.id, row.account_id or 0, row.contact_id or 0, row.ends_at, row.used_at) for row in rows}


def use_link(connection: Connection, id: int, now: datetime) -> SignIn | None:
    """Use a link up; None where it has ended or was used, also by another at the same moment."""
    which = (sign_in.c.id == id, sign_in.c.used_at.is_(None), sign_in.c.ends_at > now)
    done = connection.execute(update(sign_in).where(*which).values(used_at=now)).rowcount
    return links_by_ids(connection, {id})[id] if done == 1 else None


def contacts_at(connection: Connection, address: str) -> list[int]:
    """The contacts of enterprises and units whose working address this is, letter case apart."""
    owners = (OwnerKind.ENTERPRISE, OwnerKind.UNIT)
    which = (func.lower(contact.c.address) == address.lower(), contact.c.working, contact.c.owner_kind.in_(owners))
    return list(connection.scalars(select(contact.c.id).where(*which).order_by(contact.c.id)))


def _account(row: Row[Any]) -> Account:
    return Account(
        id=row.id,
        name=row.name,
        role=VisitorRole(row.role),
        unit_id=row.unit_id or 0,
        password=row.password,
        active=row.active,
        failures=row.failures,
        locked_until=row.locked_until,
    )

"""Sessions of the console: who has signed in. A session ends with its account, its contact, or by lying idle."""

import hashlib
from datetime import datetime

from sqlalchemy import Connection, delete, insert, or_, select, update

from service.domain.people import OwnerKind
from service.domain.visitors import EVERYTHING as ALL_ROWS
from service.domain.visitors import Actor, ActorKind, Scope, Visitor, VisitorRole
from service.store.doors import account, session
from service.store.tables import contact


def begin(connection: Connection, token: str, csrf: str, who: Actor, now: datetime) -> None:
    """Begin a session that the browser holds ``token`` of."""
    ours = {ActorKind.ACCOUNT: "account_id", ActorKind.CONTACT: "contact_id"}
    row = {"token": _kept(token), "csrf": csrf, "made_at": now, "seen_at": now, ours[who.kind]: who.id}
    connection.execute(insert(session).values(row))


def end(connection: Connection, token: str) -> None:
    """End a session."""
    connection.execute(delete(session).where(session.c.token == _kept(token)))


def end_old(connection: Connection, idle_since: datetime, made_before: datetime) -> int:
    """End the sessions that were not used since, or that are older; how many."""
    old = or_(session.c.seen_at < idle_since, session.c.made_at < made_before)
    return connection.execute(delete(session).where(old)).rowcount


def seen(connection: Connection, token: str, now: datetime) -> None:
    """Note that a session is in use."""
    connection.execute(update(session).where(session.c.token == _kept(token)).values(seen_at=now))


def visitor(
    connection: Connection, token: str, idle_since: datetime, made_after: datetime
) -> tuple[Visitor, datetime] | None:
    """Who holds this token, and when the session was last noted to be in use; None where it has ended.

    Role and scope are read anew each time: an account that is closed, or an address held back, is out at once.
    """
    statement = (
        select(
            session.c.account_id,
            session.c.contact_id,
            session.c.csrf,
            session.c.seen_at,
            account.c.name,
            account.c.role,
            account.c.unit_id,
            account.c.active,
            contact.c.owner_kind,
            contact.c.owner_id,
            contact.c.name.label("contact_name"),
            contact.c.working,
        )
        .select_from(session)
        .outerjoin(account, account.c.id == session.c.account_id)
        .outerjoin(contact, contact.c.id == session.c.contact_id)
        .where(session.c.token == _kept(token), session.c.seen_at > idle_since, session.c.made_at > made_after)
    )
    row = connection.execute(statement).first()
    if row is None or not (row.active or row.working):
        return None
    if row.account_id is not None:
        role = VisitorRole(row.role)
        scope = Scope.of_unit(row.unit_id) if role is VisitorRole.OFFICER else ALL_ROWS
        return Visitor(Actor(ActorKind.ACCOUNT, row.account_id), role, scope, row.name, row.csrf), row.seen_at
    is_unit = row.owner_kind == OwnerKind.UNIT
    role = VisitorRole.OFFICER if is_unit else VisitorRole.CONTACT
    scope = Scope.of_unit(row.owner_id) if is_unit else Scope.of_enterprise(row.owner_id)
    return Visitor(Actor(ActorKind.CONTACT, row.contact_id), role, scope, row.contact_name, row.csrf), row.seen_at


def _kept(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()

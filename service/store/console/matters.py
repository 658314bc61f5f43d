"""Matters within a scope: one, those of a certification, or those that come first."""

from datetime import date

from sqlalchemy import Connection, select

from service.domain.visitors import Scope
from service.store.obligations import Stored, by_ids
from service.store.scoped import obligations_in
from service.store.tables import obligation


def visible(connection: Connection, scope: Scope, id: int) -> Stored | None:
    """The matter of this number; None where it is outside the scope."""
    found = select(obligation.c.id).where(obligation.c.id == id, obligations_in(scope))
    return by_ids(connection, {id})[id] if connection.execute(found).first() else None


def of_certification(connection: Connection, scope: Scope, certification_id: int) -> list[Stored]:
    """The matters of a certification by their safe days, those that are open first."""
    which = (obligation.c.certification_id == certification_id, obligations_in(scope))
    ids = set(connection.scalars(select(obligation.c.id).where(*which)))
    return sorted(by_ids(connection, ids).values(), key=_order)


def open_ones(connection: Connection, scope: Scope, limit: int) -> list[Stored]:
    """The open matters of a scope by their safe days."""
    which = (obligation.c.closed == "", obligations_in(scope))
    statement = select(obligation.c.id).where(*which).order_by(obligation.c.safe_due_on, obligation.c.id).limit(limit)
    return sorted(by_ids(connection, set(connection.scalars(statement))).values(), key=_order)


def next_open(connection: Connection, scope: Scope, today: date) -> Stored | None:
    """The open matter that is due next."""
    which = (obligation.c.closed == "", obligation.c.safe_due_on >= today, obligations_in(scope))
    statement = select(obligation.c.id).where(*which).order_by(obligation.c.safe_due_on, obligation.c.id).limit(1)
    id = connection.execute(statement).scalar()
    return None if id is None else by_ids(connection, {id})[id]


def _order(stored: Stored) -> tuple[bool, date, int]:
    return stored.obligation.closed is not None, stored.obligation.dates.safe_due_on, stored.id

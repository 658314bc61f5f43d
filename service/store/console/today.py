"""The figures of the first page: each of a scope, and each a range of an index."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from sqlalchemy import ColumnElement, Connection, Select, case, func, select

from service.domain.delivery import FAILED, State
from service.domain.obligation import INFORMATION, Holder, Kind
from service.domain.visitors import Scope
from service.store.scoped import contacts_in, deliveries_in, obligations_in
from service.store.tables import certification, contact, delivery, enterprise, obligation, unit

_MOST = 1000
_ENDED = (State.SENT, *FAILED)


@dataclass(frozen=True)
class Gone:
    """How many letters of a span of time a relay has accepted, and how many failed."""

    accepted: int
    failed: int


def went_out(connection: Connection, scope: Scope, edges: Sequence[datetime]) -> list[Gone]:
    """What ended between each two of these moments (UTC), by when it ended."""
    at = delivery.c.settled_at
    spans = list(pairwise(edges))
    which = case(*[(at < end, number) for number, (_, end) in enumerate(spans)]).label("span")
    statement = (
        select(which, delivery.c.state, func.count().label("letters"))
        .where(at >= edges[0], at < edges[-1], delivery.c.state.in_(_ENDED), deliveries_in(scope))
        .group_by(which, delivery.c.state)
    )
    counted = {(row.span, row.state): row.letters for row in connection.execute(statement)}
    return [
        Gone(counted.get((number, State.SENT), 0), sum(counted.get((number, state), 0) for state in FAILED))
        for number in range(len(spans))
    ]


def coming(connection: Connection, scope: Scope, edges: Sequence[date]) -> list[int]:
    """How many open matters have their safe day from each of these days until before the next."""
    day = obligation.c.safe_due_on
    spans = list(pairwise(edges))
    which = case(*[(day < end, number) for number, (_, end) in enumerate(spans)]).label("span")
    statement = select(which, func.count().label("matters")).where(
        *_open_between(edges[0], edges[-1]), obligations_in(scope)
    )
    counted = {row.span: row.matters for row in connection.execute(statement.group_by(which))}
    return [counted.get(number, 0) for number in range(len(spans))]


def factories_due(connection: Connection, scope: Scope, first: date, until: date) -> int:
    """How many certifications have an open matter whose safe day is from ``first`` until before ``until``."""
    factories = func.count(obligation.c.certification_id.distinct())
    return connection.scalar(select(factories).where(*_open_between(first, until), obligations_in(scope))) or 0


def dead_addresses(connection: Connection, scope: Scope) -> int:
    """How many addresses are held back, counted no further than 1000."""
    held_back = select(contact.c.id).where(contact.c.working.is_(False), contacts_in(scope)).limit(_MOST)
    return connection.scalar(select(func.count()).select_from(held_back.subquery())) or 0


@dataclass(frozen=True)
class Coming:
    """An open matter: of a certification, or of a unit as its own duty, whose name is then in ``unit``."""

    kind: Kind
    holder: Holder
    safe_due_on: date
    due_on: date
    certification_id: int | None
    enterprise: str | None
    factory: str | None
    unit: str | None


def next_matters(connection: Connection, scope: Scope, first: date, until: date, limit: int) -> list[Coming]:
    """The open matters of a scope that come next, the overdue ones since ``first`` among them."""
    which = (*_open_between(first, until), obligations_in(scope))
    statement = _matters().where(*which).order_by(obligation.c.safe_due_on, obligation.c.id).limit(limit)
    return [
        Coming(
            Kind(row.kind),
            Holder(row.holder),
            row.safe_due_on,
            row.due_on,
            row.certification_id,
            row.enterprise,
            row.factory,
            row.unit,
        )
        for row in connection.execute(statement)
    ]


def _matters() -> Select[tuple[str, str, date, date, int, str, str, str]]:
    return (
        select(
            obligation.c.kind,
            obligation.c.holder,
            obligation.c.safe_due_on,
            obligation.c.due_on,
            obligation.c.certification_id,
            enterprise.c.name.label("enterprise"),
            certification.c.factory,
            unit.c.name.label("unit"),
        )
        .select_from(obligation)
        .outerjoin(certification, certification.c.id == obligation.c.certification_id)
        .outerjoin(enterprise, enterprise.c.id == certification.c.enterprise_id)
        .outerjoin(unit, unit.c.id == obligation.c.unit_id)
    )


def _open_between(first: date, until: date) -> tuple[ColumnElement[bool], ...]:
    """What is open and asks for something, by safe day from ``first`` until before ``until``."""
    day = obligation.c.safe_due_on
    return obligation.c.closed == "", day >= first, day < until, obligation.c.kind.not_in(INFORMATION)

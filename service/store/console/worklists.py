"""A unit's worklist: whose it is, which of its rows fit, and what waits for a word."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, Connection, func, or_, select

from service.domain.answer import Answer, Decision
from service.domain.certification import RecommendingUnit, normalise_name
from service.domain.obligation import Kind
from service.domain.visitors import Scope
from service.store.answering import answer
from service.store.people import units_by_ids
from service.store.scoped import obligations_in, units_in
from service.store.tables import certification, enterprise, obligation, unit


def the_unit(connection: Connection, scope: Scope, id: int) -> RecommendingUnit | None:
    """The unit of this number; None where its rows are not the scope's."""
    found = connection.scalars(select(unit.c.id).where(unit.c.id == id, units_in(scope)))
    return next(iter(units_by_ids(connection, list(found)).values()), None)


def units(connection: Connection, scope: Scope) -> list[RecommendingUnit]:
    """Every unit of the scope, in the order in which they came."""
    found = connection.scalars(select(unit.c.id).where(units_in(scope)))
    return [each for _, each in sorted(units_by_ids(connection, list(found)).items())]


def fitting(connection: Connection, scope: Scope, ids: Collection[int], kind: Kind | None, words: str) -> set[int]:
    """Those of the matters that are of the scope, of this kind, and of an enterprise or factory with these words."""
    which = [obligation.c.id.in_(ids), obligations_in(scope)]
    if kind is not None:
        which.append(obligation.c.kind == kind)
    if words:
        which.append(_speaks_of(words))
    statement = (
        select(obligation.c.id)
        .outerjoin(certification, certification.c.id == obligation.c.certification_id)
        .outerjoin(enterprise, enterprise.c.id == certification.c.enterprise_id)
    )
    return set(connection.scalars(statement.where(*which)))


def _speaks_of(words: str) -> ColumnElement[bool]:
    key = normalise_name(words)
    return or_(
        enterprise.c.name_key.contains(key, autoescape=True),
        certification.c.factory_key.contains(key, autoescape=True),
        enterprise.c.uscc == words.upper(),
    )


def claims(connection: Connection, scope: Scope, obligation_ids: Collection[int]) -> dict[int, int]:
    """The newest claim of each of these matters that waits to be confirmed, by the matter."""
    which = (answer.c.kind == Answer.FILED, answer.c.decision == Decision.WAITING)
    statement = (
        select(answer.c.obligation_id, func.max(answer.c.id).label("id"))
        .join(obligation, obligation.c.id == answer.c.obligation_id)
        .where(answer.c.obligation_id.in_(obligation_ids), *which, obligations_in(scope))
        .group_by(answer.c.obligation_id)
    )
    return {row.obligation_id: row.id for row in connection.execute(statement)}

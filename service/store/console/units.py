"""Recommending units as the console lists them: how much each recommends; only the house sees them all."""

from collections.abc import Mapping

from sqlalchemy import Connection, func, select

from service.domain.visitors import Scope
from service.store.scoped import certifications_in
from service.store.tables import certification


def recommended(connection: Connection, scope: Scope, unit_id: int | None = None) -> Mapping[int, int]:
    """How many certifications each unit recommends, or one of them does; a unit that recommends none is left out."""
    which = [certifications_in(scope), certification.c.unit_id.is_not(None)]
    if unit_id is not None:
        which.append(certification.c.unit_id == unit_id)
    statement = select(certification.c.unit_id, func.count().label("number")).where(*which)
    rows = connection.execute(statement.group_by(certification.c.unit_id))
    return {row.unit_id: row.number for row in rows}

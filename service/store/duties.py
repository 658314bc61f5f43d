"""Which units lack a duty of the year, and whose round is over: what a day that comes brings by itself."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from sqlalchemy import BindParameter, ColumnElement, Connection, Select, and_, bindparam, exists, func, or_, select

from service.domain.obligation import Closed, Holder, Kind
from service.store.rulebook import unit_rule
from service.store.tables import obligation, unit


def stands() -> ColumnElement[bool]:
    """Whether a unit's rule was not taken back: by a later one of the same day that sets nothing."""
    later = unit_rule.alias()
    settings = (later.c.validity_months, later.c.review_months_before, later.c.lapses, later.c.annual_report)
    taken_back = exists().where(
        later.c.unit_id == unit_rule.c.unit_id,
        later.c.effective_on == unit_rule.c.effective_on,
        later.c.id > unit_rule.c.id,
        *(setting.is_(None) for setting in settings),
    )
    return ~taken_back


def lacking(connection: Connection, year: int, occurrences: Collection[str]) -> list[int]:
    """The units with a day for their yearly report but none on record for ``year``, or without one of these rounds."""
    units = connection.scalars(_lacking(tuple(occurrences)), {"year": str(year)})
    return list(units)


@lru_cache(maxsize=16)
def _lacking(occurrences: tuple[str, ...]) -> Select[int]:
    """Made once for the rounds that are coming: to build it takes longer than to run it."""
    has_a_day = exists().where(unit_rule.c.unit_id == unit.c.id, unit_rule.c.annual_report.is_not(None), stands())
    without = [and_(has_a_day, ~_on_record(Kind.ANNUAL_REPORT, bindparam("year")))]
    without += [~_on_record(Kind.ANNUAL_ROUND, occurrence) for occurrence in occurrences]
    return select(unit.c.id).where(or_(*without)).order_by(unit.c.id)


def _on_record(kind: Kind, occurrence: str | BindParameter[str]) -> ColumnElement[bool]:
    return exists().where(
        obligation.c.unit_id == unit.c.id, obligation.c.kind == kind, obligation.c.occurrence == occurrence
    )


def yearly(connection: Connection, unit_ids: Collection[int]) -> dict[int, set[tuple[Kind, str]]]:
    """The reports and recommendations of each unit that are on record, by kind and occurrence."""
    statement = select(obligation.c.unit_id, obligation.c.kind, obligation.c.occurrence).where(
        obligation.c.unit_id.in_(unit_ids), obligation.c.kind.in_((Kind.ANNUAL_REPORT, Kind.ANNUAL_ROUND))
    )
    found: dict[int, set[tuple[Kind, str]]] = {id: set() for id in unit_ids}
    for row in connection.execute(statement):
        found[row.unit_id].add((Kind(row.kind), row.occurrence))
    return found


def over(connection: Connection, today: date, limit: int) -> list[int]:
    """At most ``limit`` certifications with an open application in a round whose day has passed."""
    statement = select(obligation.c.certification_id).where(
        obligation.c.closed == "",
        obligation.c.safe_due_on < today,
        obligation.c.due_on < today,
        obligation.c.kind == Kind.ANNUAL_ROUND,
        obligation.c.holder == Holder.ENTERPRISE,
    )
    return list(connection.scalars(statement.order_by(obligation.c.certification_id).distinct().limit(limit)))


@dataclass(frozen=True)
class Counted:
    """How many applications in a round are open, and how many recommendations are open and recorded as done."""

    applications: int = 0
    recommendations: int = 0
    recommended: int = 0


def counted(connection: Connection) -> dict[str, Counted]:
    """What has become of the matters of each round, by occurrence."""
    columns = (obligation.c.occurrence, obligation.c.holder, obligation.c.closed)
    of_rounds = select(*columns, func.count().label("matters")).where(obligation.c.kind == Kind.ANNUAL_ROUND)
    counts = {tuple(row)[:3]: row.matters for row in connection.execute(of_rounds.group_by(*columns))}
    return {
        occurrence: Counted(
            counts.get((occurrence, Holder.ENTERPRISE, ""), 0),
            counts.get((occurrence, Holder.UNIT, ""), 0),
            counts.get((occurrence, Holder.UNIT, Closed.FILED), 0),
        )
        for occurrence, _, _ in counts
    }

"""Certifications as the console lists them: found by what people type, or by the day of what is open."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, false, func, or_, select

from service.domain.certification import Level, RecommendingUnit, UnitKind, normalise_name
from service.domain.obligation import MILESTONES, Holder, Kind
from service.domain.visitors import Scope
from service.store.scoped import certifications_in, units_in
from service.store.tables import certification, enterprise, obligation, unit

_MOST_WORDS = 5
_CHUNK = 1000


@dataclass(frozen=True)
class Filter:
    """What is looked for: words of names, a code, a number or initials; a unit; a level. Empty or None: any."""

    words: str = ""
    unit_id: int | None = None
    level: Level | None = None


@dataclass(frozen=True)
class OpenMatter:
    """An open obligation of a certification, as a list shows it."""

    id: int
    kind: Kind
    holder: Holder
    occurrence: str
    due_on: date
    safe_due_on: date
    pending: bool

    @property
    def asks(self) -> bool:
        """Whether somebody still has to act: no milestone, nothing applied for already, nothing voluntary."""
        voluntary = self.kind is Kind.ANNUAL_ROUND and self.holder is Holder.ENTERPRISE
        return not (self.pending or voluntary or self.kind in MILESTONES)


@dataclass(frozen=True)
class Listed:
    """A certification of a list; ``matter`` is the open one that is most urgent, or in a list by day the row's own."""

    id: int
    enterprise: str
    uscc: str
    factory: str
    level: Level
    batch: str
    unit: str
    proposed: bool
    matter: OpenMatter | None


@dataclass(frozen=True)
class Span:
    """A list by day: what is open with a safe day between these; of one kind, or all that somebody has to act on."""

    first: date
    last: date
    kind: Kind | None = None


Place = tuple[date, int]
"""Where a list by day goes on: after the row with this day and number of the obligation."""


def found(connection: Connection, scope: Scope, wanted: Filter, limit: int, before: int | None = None) -> list[Listed]:
    """The newest certifications that fit, at most ``limit`` below the number ``before``, each with what is urgent."""
    statement = _whole(certification.join(enterprise).outerjoin(unit)).where(*_fits(scope, wanted))
    if before is not None:
        statement = statement.where(certification.c.id < before)
    rows = connection.execute(statement.order_by(certification.c.id.desc()).limit(limit)).all()
    urgent = _urgent(connection, [row.id for row in rows])
    return [_listed(row, urgent.get(row.id)) for row in rows]


def by_day(
    connection: Connection, scope: Scope, wanted: Filter, span: Span, limit: int, after: Place | None = None
) -> list[Listed]:
    """What is open within a span of days, the first day first: a row for each matter, at most ``limit`` of them."""
    held = obligation.join(certification, certification.c.id == obligation.c.certification_id)
    statement = _whole(held.join(enterprise).outerjoin(unit, unit.c.id == certification.c.unit_id)).add_columns(
        *_matter_columns()
    )
    which = [obligation.c.closed == "", obligation.c.safe_due_on.between(span.first, span.last)]
    which += [_asks()] if span.kind is None else [obligation.c.kind == span.kind]
    if after is not None:
        day, id = after
        later = or_(obligation.c.safe_due_on > day, and_(obligation.c.safe_due_on == day, obligation.c.id > id))
        which += [obligation.c.safe_due_on >= day, later]
    statement = statement.where(*which, *_fits(scope, wanted))
    rows = connection.execute(statement.order_by(obligation.c.safe_due_on, obligation.c.id).limit(limit))
    return [_listed(row, _matter(row)) for row in rows]


def units_of(connection: Connection, scope: Scope) -> list[RecommendingUnit]:
    """The units by which one may filter, in the order of their names on record."""
    rows = connection.execute(select(unit).where(units_in(scope)).order_by(unit.c.id))
    return [RecommendingUnit(row.id, UnitKind(row.kind), row.name) for row in rows]


def _fits(scope: Scope, wanted: Filter) -> list[ColumnElement[bool]]:
    which = [certifications_in(scope)]
    if wanted.unit_id is not None:
        which.append(certification.c.unit_id == wanted.unit_id)
    if wanted.level is not None:
        which.append(certification.c.level == wanted.level)
    words = [key for key in map(normalise_name, wanted.words.split()) if key][:_MOST_WORDS]
    if wanted.words.strip() and not words:
        return [false()]
    return [*which, *map(_speaks_of, words)]


def _speaks_of(word: str) -> ColumnElement[bool]:
    """Whether enterprise or factory has the word in its name or initials, or it begins its code, or is its number.

    The enterprises are asked for by themselves: then each name is looked at once, however many factories it has.
    """
    theirs = [enterprise.c.name_key.contains(word, autoescape=True)]
    its_own = [certification.c.factory_key.contains(word, autoescape=True)]
    if word.isascii():
        theirs.append(enterprise.c.uscc.startswith(word.upper(), autoescape=True))
        if not word.isdecimal():
            theirs.append(enterprise.c.initials.contains(word, autoescape=True))
            its_own.append(certification.c.initials.contains(word, autoescape=True))
        elif len(word) < 10:
            its_own.append(certification.c.id == int(word))
    return or_(certification.c.enterprise_id.in_(select(enterprise.c.id).where(or_(*theirs))), *its_own)


def _asks() -> ColumnElement[bool]:
    """As ``OpenMatter.asks`` has it."""
    voluntary = and_(obligation.c.kind == Kind.ANNUAL_ROUND, obligation.c.holder == Holder.ENTERPRISE)
    return and_(~obligation.c.pending, ~voluntary, obligation.c.kind.not_in(sorted(MILESTONES)))


def _whole(source: Any) -> Select[Any]:
    columns = [certification.c[name] for name in ("id", "factory", "level", "batch", "proposed")]
    names = (enterprise.c.name.label("enterprise"), enterprise.c.uscc, unit.c.name.label("unit"))
    return select(*columns, *names).select_from(source)


def _matter_columns() -> list[ColumnElement[Any]]:
    names = ("kind", "holder", "occurrence", "due_on", "safe_due_on", "pending")
    return [obligation.c.id.label("matter_id"), *(obligation.c[name] for name in names)]


def _urgent(connection: Connection, ids: Collection[int]) -> dict[int, OpenMatter]:
    """Of each certification the open matter with the first safe day; one that asks for something before the others."""
    matters: dict[int, list[OpenMatter]] = defaultdict(list)
    for chunk in _chunks(list(ids)):
        # Written so that SQLite looks for the certification, and not among all that is open.
        which = (obligation.c.certification_id.in_(chunk), func.length(obligation.c.closed) == 0)
        for row in connection.execute(select(obligation.c.certification_id, *_matter_columns()).where(*which)):
            matters[row.certification_id].append(_matter(row))
    return {id: min(theirs, key=lambda each: (not each.asks, each.safe_due_on)) for id, theirs in matters.items()}


def _chunks(ids: Sequence[int]) -> list[Sequence[int]]:
    return [ids[start : start + _CHUNK] for start in range(0, len(ids), _CHUNK)]


def _matter(row: Row[Any]) -> OpenMatter:
    days = row.due_on, row.safe_due_on
    return OpenMatter(row.matter_id, Kind(row.kind), Holder(row.holder), row.occurrence, *days, row.pending)


def _listed(row: Row[Any], matter: OpenMatter | None) -> Listed:
    names = row.enterprise, row.uscc, row.factory, Level(row.level), row.batch, row.unit or ""
    return Listed(row.id, *names, row.proposed, matter)

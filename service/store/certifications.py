"""Enterprises, their certifications, and the logs of events."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, bindparam, exists, insert, or_, select, text, update

from service.domain.certification import Certification, Level, UnitKind, normalise_name
from service.domain.lifecycle import Event, EventType
from service.store.database import among
from service.store.initials import initials
from service.store.tables import certification, enterprise, event, unit


@dataclass(frozen=True)
class Enterprise:
    """A holder as stored; ``identity`` is its uscc, or ``name:`` and the normalised name until that is known."""

    id: int
    identity: str
    uscc: str
    name: str
    name_key: str


@dataclass(frozen=True)
class Author:
    """Who recorded an event, and when (UTC)."""

    name: str
    at: datetime


def named_identity(name: str) -> str:
    """The identity of an enterprise whose uscc is not known."""
    return f"name:{normalise_name(name)}"


def enterprises(connection: Connection, identities: Collection[str], name_keys: Collection[str]) -> list[Enterprise]:
    """The enterprises with one of these identities or normalised names."""
    rows = connection.execute(
        select(enterprise).where(or_(enterprise.c.identity.in_(identities), enterprise.c.name_key.in_(name_keys)))
    )
    return [Enterprise(row.id, row.identity, row.uscc, row.name, row.name_key) for row in rows]


def add_enterprises(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Insert enterprises (identity, uscc, name, name_key); their ids by identity."""
    if not rows:
        return {}
    connection.execute(insert(enterprise), [{**row, "initials": initials(row["name_key"])} for row in rows])
    found = connection.execute(
        select(enterprise.c.identity, enterprise.c.id).where(enterprise.c.identity.in_([r["identity"] for r in rows]))
    )
    return {row.identity: row.id for row in found}


def identify_enterprise(connection: Connection, id: int, uscc: str, name: str) -> None:
    """Set an enterprise's code and present name; its certifications stay its own."""
    key = normalise_name(name)
    known_as = {"identity": uscc or named_identity(name), "uscc": uscc}
    named = {"name": name, "name_key": key, "initials": initials(key)}
    connection.execute(update(enterprise).where(enterprise.c.id == id).values(**known_as, **named))


def one_at_a_time(connection: Connection) -> None:
    """Let imports wait for one another until the transaction ends: two at once would each add the same enterprise."""
    if connection.dialect.name == "postgresql":  # on SQLite every transaction that writes is alone
        connection.execute(text("LOCK TABLE enterprise IN SHARE ROW EXCLUSIVE MODE"))


def held(connection: Connection, enterprise_ids: Collection[int], factory_keys: Collection[str]) -> list[Row[Any]]:
    """The rows of these factories of these enterprises, kept from others until the transaction ends.

    Who adds to a log has to hold its certification: two who had read the same log might add what does not fit together.
    """
    which = and_(certification.c.enterprise_id.in_(enterprise_ids), certification.c.factory_key.in_(factory_keys))
    return list(connection.execute(select(certification).where(which).with_for_update()))


def hold(connection: Connection, ids: Collection[int]) -> None:
    """Keep certifications from others until the transaction ends, as ``held`` does."""
    mine = select(certification.c.id).where(certification.c.id.in_(ids))
    connection.execute(mine.order_by(certification.c.id).with_for_update())


def add(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Insert certifications; their ids in the order of the rows."""
    if not rows:
        return []
    statement = insert(certification).returning(certification.c.id, sort_by_parameter_order=True)
    return list(connection.scalars(statement, [{**row, "initials": initials(row["factory_key"])} for row in rows]))


def change(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Set unit, proposed, date basis and source of the certifications named by ``key``."""
    if rows:
        statement = update(certification).where(certification.c.id == bindparam("key"))
        connection.execute(statement, list(rows))


def logs(connection: Connection, ids: Collection[int]) -> dict[int, list[Event]]:
    """The log of each certification, in the order of recording."""
    found: dict[int, list[Event]] = defaultdict(list)
    for row in connection.execute(select(event).where(event.c.certification_id.in_(ids)).order_by(event.c.id)):
        found[row.certification_id].append(event_of(row))
    return found


def event_of(row: Row[Any]) -> Event:
    """The event in a row of its table."""
    return Event(EventType(row.type), row.on_day, row.until_day, row.details, row.id)


def record(connection: Connection, events: Iterable[tuple[int, Event]], author: Author, note: str = "") -> list[int]:
    """Append events to the logs of the certifications they are paired with; their numbers, in the same order."""
    rows = [
        {
            "certification_id": id,
            "type": happened.type,
            "on_day": happened.on,
            "until_day": happened.until,
            "details": dict(happened.details),
            "note": note,
            "author": author.name,
            "recorded_at": author.at,
        }
        for id, happened in events
    ]
    if not rows:
        return []
    return list(connection.scalars(insert(event).returning(event.c.id, sort_by_parameter_order=True), rows))


def _whole() -> Select[Any]:
    return select(
        certification,
        enterprise.c.name.label("enterprise"),
        enterprise.c.uscc,
        unit.c.name.label("unit"),
        unit.c.kind.label("unit_kind"),
    ).select_from(certification.join(enterprise).outerjoin(unit))


def _value(row: Row[Any]) -> Certification:
    return Certification(
        id=row.id,
        enterprise_id=row.enterprise_id,
        enterprise=row.enterprise,
        uscc=row.uscc,
        factory=row.factory,
        level=Level(row.level),
        batch=row.batch,
        unit_id=row.unit_id or 0,
        unit=row.unit or "",
        unit_kind=UnitKind(row.unit_kind) if row.unit_kind else None,
        proposed=row.proposed,
        date_basis=row.date_basis,
        source_url=row.source_url,
    )


def by_ids(connection: Connection, ids: Collection[int]) -> dict[int, Certification]:
    """The certifications with these ids."""
    return {row.id: _value(row) for row in connection.execute(_by_ids(), {"among": list(ids)})}


@cache
def _by_ids() -> Select[Any]:
    return _whole().where(among(certification.c.id))


def same_factory(connection: Connection, ids: Collection[int], levels: Collection[Level]) -> list[tuple[int, int]]:
    """Each of these certifications with each of the same factory of the same enterprise at one of these levels."""
    other = certification.alias()
    same = and_(
        other.c.enterprise_id == certification.c.enterprise_id, other.c.factory_key == certification.c.factory_key
    )
    statement = select(certification.c.id, other.c.id.label("other")).join(other, same)
    rows = connection.execute(statement.where(certification.c.id.in_(ids), other.c.level.in_(levels))) if ids else ()
    return [(row.id, row.other) for row in rows]


def at_level(connection: Connection, level: Level, unit_id: int | None = None) -> list[int]:
    """The certifications at a level, in order: all, or those of a unit."""
    statement = select(certification.c.id).where(certification.c.level == level).order_by(certification.c.id)
    if unit_id is not None:
        statement = statement.where(certification.c.unit_id == unit_id)
    return list(connection.scalars(statement))


def advanced_lists(connection: Connection, unit_id: int) -> tuple[set[date], list[int]]:
    """The days of a unit's advanced listings that stand as recorded; and the certifications whose log corrects one."""
    theirs = (certification.c.unit_id == unit_id, certification.c.level == Level.ADVANCED)
    events = select(event.c.on_day).join(certification).where(*theirs)
    later = event.alias()
    corrects = exists().where(later.c.certification_id == certification.c.id, later.c.type == EventType.CORRECTED)
    days = events.where(event.c.type == EventType.LISTED, event.c.on_day.is_not(None), ~corrects).distinct()
    corrected = select(certification.c.id).where(*theirs, corrects).order_by(certification.c.id)
    return set(connection.scalars(days)), list(connection.scalars(corrected))


def matching(connection: Connection, words: str, limit: int = 21) -> list[Certification]:
    """The certifications of this id, or of this enterprise's code, or with these words in enterprise or factory."""
    if words.isdecimal() and len(words) < 10:
        return list(by_ids(connection, [int(words)]).values())
    key = normalise_name(words)
    if not key:
        return []
    statement = _whole().where(
        or_(
            enterprise.c.name_key.contains(key, autoescape=True),
            certification.c.factory_key.contains(key, autoescape=True),
            enterprise.c.uscc == key.upper(),
        )
    )
    return [_value(row) for row in connection.execute(statement.order_by(certification.c.id).limit(limit))]

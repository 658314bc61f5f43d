"""Enterprises, their certifications, and the logs of events."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, String, bindparam, cast, insert, or_, select, update

from service.domain.certification import Certification, Level, normalise_name
from service.domain.lifecycle import Event, EventType
from service.store.tables import certification, enterprise, event, unit

_CHUNK = 500


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
    connection.execute(insert(enterprise), rows)
    found = connection.execute(
        select(enterprise.c.identity, enterprise.c.id).where(enterprise.c.identity.in_([r["identity"] for r in rows]))
    )
    return {row.identity: row.id for row in found}


def identify_enterprise(connection: Connection, id: int, uscc: str, name: str) -> None:
    """Set an enterprise's code and present name; its certifications stay its own."""
    connection.execute(
        update(enterprise)
        .where(enterprise.c.id == id)
        .values(identity=uscc or named_identity(name), uscc=uscc, name=name, name_key=normalise_name(name))
    )


def of_enterprises(connection: Connection, enterprise_ids: Collection[int]) -> list[Row[Any]]:
    """The certification rows of these enterprises."""
    return list(connection.execute(select(certification).where(certification.c.enterprise_id.in_(enterprise_ids))))


def add(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Insert certifications; their ids in the order of the rows."""
    if not rows:
        return []
    statement = insert(certification).returning(certification.c.id, sort_by_parameter_order=True)
    return list(connection.scalars(statement, rows))


def change(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Set unit, proposed, date basis and source of the certifications named by ``key``."""
    if rows:
        statement = update(certification).where(certification.c.id == bindparam("key"))
        connection.execute(statement, list(rows))


def logs(connection: Connection, ids: Collection[int]) -> dict[int, list[Event]]:
    """The log of each certification, in the order of recording."""
    found: dict[int, list[Event]] = defaultdict(list)
    for row in connection.execute(select(event).where(event.c.certification_id.in_(ids)).order_by(event.c.id)):
        found[row.certification_id].append(Event(EventType(row.type), row.on_day, row.until_day, row.details, row.id))
    return found


def record(connection: Connection, events: Iterable[tuple[int, Event]], author: Author, note: str = "") -> None:
    """Append events to the logs of the certifications they are paired with."""
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
    if rows:
        connection.execute(insert(event), rows)


def _whole() -> Select[Any]:
    return select(
        certification,
        enterprise.c.name.label("enterprise"),
        enterprise.c.uscc,
        unit.c.name.label("unit"),
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
        proposed=row.proposed,
        date_basis=row.date_basis,
        source_url=row.source_url,
    )


def by_ids(connection: Connection, ids: Collection[int]) -> dict[int, Certification]:
    """The certifications with these ids."""
    return {row.id: _value(row) for row in connection.execute(_whole().where(certification.c.id.in_(ids)))}


def matching(connection: Connection, text: str, limit: int = 21) -> list[Certification]:
    """The certifications whose id is ``text``, or whose enterprise, code, factory or level's name contains it."""
    if text.isdecimal() and len(text) < 10:
        return list(by_ids(connection, [int(text)]).values())
    statement = _whole().where(
        or_(
            enterprise.c.name.contains(text, autoescape=True),
            enterprise.c.name_key.contains(normalise_name(text), autoescape=True),
            certification.c.factory.contains(text, autoescape=True),
            cast(enterprise.c.uscc, String) == text.upper(),
        )
    )
    return [_value(row) for row in connection.execute(statement.order_by(certification.c.id).limit(limit))]

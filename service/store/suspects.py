"""Certifications whose log alone can tell whether there is a finding: at least those, found by what a query sees."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, exists, or_, select

from service.domain.certification import Level
from service.domain.findings import Code
from service.domain.lifecycle import EventType
from service.domain.obligation import Kind
from service.store.found import OPEN_OF_IT, OPS, Asked, mended_by
from service.store.tables import certification, event, obligation

_CHUNK = 500


def suspects(connection: Connection, code: Code, asked: Asked) -> Iterator[dict[int, int | None]]:
    """The certifications to look into, with the unit of each, in chunks: of all of them only the ids are read at once.

    A cursor of the server's would take PostgreSQL to plans that are quick for the first rows and slow for all.
    """
    owner, suspected = _SUSPECTED[code]
    which = mended_by(owner, asked.whose), suspected(asked)
    found = connection.execute(select(certification.c.id, certification.c.unit_id).where(*which)).all()
    for start in range(0, len(found), _CHUNK):
        yield {row.id: row.unit_id for row in found[start : start + _CHUNK]}


def _endless(_asked: Asked) -> ColumnElement[bool]:
    ends = exists().where(OPEN_OF_IT, obligation.c.kind == Kind.VALIDITY_END)
    return and_(certification.c.level == Level.ADVANCED, ~certification.c.proposed, ~ends)


def _cultivated_endlessly(_asked: Asked) -> ColumnElement[bool]:
    listed, months = event.c.type == EventType.CULTIVATION_LISTED, event.c.details["months"].as_string()
    return _in_log(listed, event.c.until_day.is_(None), months.is_(None))


def _asked_without_day(_asked: Asked) -> ColumnElement[bool]:
    demands = (EventType.INQUIRY_RECEIVED, EventType.RECTIFICATION_ORDERED)
    return _in_log(event.c.type.in_(demands), event.c.until_day.is_(None))


def _ahead(asked: Asked) -> ColumnElement[bool]:
    """Dated after today, or corrected to what may be such a day: all of these sort after today as text."""
    said = and_(event.c.type == EventType.CORRECTED, event.c.details["value"].as_string() > str(asked.today))
    return _in_log(or_(event.c.on_day > asked.today, said))


def _in_log(*which: ColumnElement[bool]) -> ColumnElement[bool]:
    return certification.c.id.in_(select(event.c.certification_id).where(*which))


_SUSPECTED: Mapping[Code, tuple[ColumnElement[Any], Callable[[Asked], ColumnElement[bool]]]] = {
    Code.VALIDITY_NOT_SET: (certification.c.unit_id, _endless),
    Code.CULTIVATION_END_UNKNOWN: (OPS, _cultivated_endlessly),
    Code.REPLY_DAY_UNKNOWN: (certification.c.unit_id, _asked_without_day),
    Code.DATE_AHEAD: (OPS, _ahead),
}

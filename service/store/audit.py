"""The audit: who saw and who changed what, in rows that are only ever added, each sealed by the one before it.

Invariant: the rows are numbered from 1 without a gap, and ``digest`` is that of the row's own content together with
the digest before it; so a row that is changed, taken out or put in between breaks every one after it.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, text

from service.domain.visitors import Actor
from service.store.doors import audit

_FIRST = "0" * 64
_AT_ONCE = 5000
_ENCODED = json.JSONEncoder(ensure_ascii=True, sort_keys=True, separators=(",", ":"), default=str).encode
Details = Mapping[str, str | int | bool | None]


@dataclass(frozen=True)
class Broken:
    """Where the chain does not hold: the first row that does not fit what stands before it, or is not there."""

    id: int


@dataclass(frozen=True)
class Intact:
    """A chain that holds: how many rows it has, and the digest of the last, by which a later look can tell a cut."""

    rows: int
    head: str


def note(
    connection: Connection, actor: Actor, action: str, subject: tuple[str, int], now: datetime, details: Details
) -> None:
    """Add a row. ``details`` hold numbers and codes, never a name or an address. Others wait until this commits."""
    if connection.dialect.name == "postgresql":  # on SQLite every transaction that writes is alone
        connection.execute(text("LOCK TABLE audit IN SHARE ROW EXCLUSIVE MODE"))
    last = connection.execute(select(audit.c.id, audit.c.digest).order_by(audit.c.id.desc()).limit(1)).first()
    row = {
        "id": last.id + 1 if last else 1,
        "at": now,
        "actor_kind": actor.kind,
        "actor_id": actor.id,
        "action": action,
        "subject_kind": subject[0],
        "subject_id": subject[1],
        "details": dict(details),
        "previous": last.digest if last else _FIRST,
    }
    connection.execute(insert(audit).values(**row, digest=_digest(row)))


def verify(connection: Connection, noted: Intact | None = None) -> Intact | Broken:
    """Walk the whole chain in the order of its numbers.

    ``noted`` is what an earlier look found, as it was written down elsewhere: a chain that was cut off since, or made
    anew from some row on, does not hold it any more.
    """
    before, expected = _FIRST, 1
    statement = select(audit).order_by(audit.c.id).execution_options(yield_per=_AT_ONCE)
    names = tuple(audit.c.keys())
    with connection.execute(statement) as rows:
        for row in rows:
            fits = row.id == expected and row.previous == before
            if not fits or row.digest != _digest(dict(zip(names, row, strict=True))):
                return Broken(row.id)
            if noted is not None and row.id == noted.rows and row.digest != noted.head:
                return Broken(row.id)
            before, expected = row.digest, row.id + 1
    return Broken(expected) if noted is not None and noted.rows >= expected else Intact(expected - 1, before)


def _digest(row: Mapping[str, Any]) -> str:
    content = dict(row)
    content.pop("digest", None)
    content["at"] = content["at"].astimezone(UTC).isoformat(timespec="microseconds")
    return hashlib.sha256(_ENCODED(content).encode()).hexdigest()


def newest(
    connection: Connection, limit: int, before: int | None = None, subject: tuple[str, int] | None = None
) -> list[Row[Any]]:
    """The newest rows, below the number ``before``, of one subject or of all."""
    statement = select(audit).order_by(audit.c.id.desc()).limit(limit)
    if before is not None:
        statement = statement.where(audit.c.id < before)
    if subject is not None:
        statement = statement.where(audit.c.subject_kind == subject[0], audit.c.subject_id == subject[1])
    return list(connection.execute(statement))

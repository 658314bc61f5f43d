"""Sheets that were imported, what each did to every row, and sheets that somebody has only looked at so far."""

import hashlib
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from service.domain.errors import RequestRefused
from service.store.doors import audit
from service.store.kept import intake, intake_change

_AT_ONCE = 5000
_NAME_CHARACTERS = 200
STAGED = "seen_"
"""How the kind of a sheet begins that nothing was taken in of."""
_LOOKS = ("saw", "exported")


@dataclass(frozen=True)
class Sheet:
    """A file as it came."""

    name: str
    content: bytes


class Kind(StrEnum):
    """What a sheet is of."""

    CERTIFICATIONS = "certifications"
    CONTACTS = "contacts"


class On(StrEnum):
    """What kind of row an import did something to."""

    CERTIFICATION = "certification"
    EVENT = "event"
    CONTACT = "contact"
    ENTERPRISE = "enterprise"


@dataclass(frozen=True)
class Change:
    """What an import did to a row: the columns as they ``was`` and ``became``; both are empty where it added it."""

    on: On
    id: int
    was: Mapping[str, Any] | None = None
    became: Mapping[str, Any] | None = None

    @property
    def added(self) -> bool:
        """Whether the row came by the import."""
        return self.was is None


def begin(connection: Connection, kind: str, file: Sheet, author: str, now: datetime) -> int:
    """Keep a sheet; its number."""
    row = {
        "kind": kind,
        "file_name": file.name[:_NAME_CHARACTERS],
        "digest": hashlib.sha256(file.content).hexdigest(),
        "sheet": zlib.compress(file.content),
        "counts": {},
        "author": author,
        "at": now,
        "undone_by": "",
        "undone_at": None,
    }
    id: int = connection.execute(insert(intake).values(row).returning(intake.c.id)).scalar_one()
    return id


def note(connection: Connection, id: int, changes: Iterable[Change]) -> None:
    """Add what an import did to rows."""
    rows = [
        {
            "intake_id": id,
            "subject_kind": change.on,
            "subject_id": change.id,
            "before": None if change.added else {"was": change.was, "became": change.became},
        }
        for change in changes
    ]
    if rows:
        connection.execute(insert(intake_change), rows)


def finish(connection: Connection, id: int, counts: Mapping[str, int]) -> None:
    """Keep how much came of an import."""
    connection.execute(update(intake).where(intake.c.id == id).values(counts=dict(counts)))


def changes(connection: Connection, id: int, on: On) -> Iterator[Change]:
    """What an import did to the rows of a kind, in the order in which it did."""
    which = (intake_change.c.intake_id == id, intake_change.c.subject_kind == on)
    for row in connection.execute(select(intake_change).where(*which).order_by(intake_change.c.id)).all():
        before = row.before or {"was": None, "became": None}
        yield Change(on, row.subject_id, before["was"], before["became"])


def file_of(connection: Connection, id: int, kinds: Collection[str]) -> Sheet | None:
    """The sheet as it came; None where there is none of these kinds."""
    which = (intake.c.id == id, intake.c.kind.in_(kinds))
    row = connection.execute(select(intake.c.file_name, intake.c.sheet).where(*which)).one_or_none()
    return None if row is None else Sheet(row.file_name, zlib.decompress(row.sheet))


def end(connection: Connection, id: int, author: str, now: datetime) -> Row[Any]:
    """Mark an import as taken back, by one alone. Raises RequestRefused where there is none, or it was before."""
    which = (intake.c.id == id, intake.c.undone_at.is_(None), intake.c.kind.in_(list(Kind)))
    marked = update(intake).where(*which).values(undone_by=author, undone_at=now)
    row = connection.execute(marked.returning(intake.c.id, intake.c.kind, intake.c.at)).one_or_none()
    if row is None:
        raise RequestRefused(
            f"没有可撤回的导入 {id}：不存在，或已经撤回",
            f"there is no import {id} to take back: it is not on record, or was taken back before",
        )
    return row


def changed_since(connection: Connection, id: int, on: On, ids: Collection[int], at: datetime) -> set[int]:
    """Those of these rows that a later import (and it still stands) or a person in the console has changed since."""
    found: set[int] = set()
    numbers = sorted(ids)
    standing = select(intake.c.id).where(intake.c.id > id, intake.c.undone_at.is_(None))
    for start in range(0, len(numbers), _AT_ONCE):
        chunk = numbers[start : start + _AT_ONCE]
        later = select(intake_change.c.subject_id).where(
            intake_change.c.intake_id.in_(standing),
            intake_change.c.subject_kind == on,
            intake_change.c.subject_id.in_(chunk),
        )
        by_hand = select(audit.c.subject_id).where(
            audit.c.subject_kind == on,
            audit.c.subject_id.in_(chunk),
            audit.c.action.not_in(_LOOKS),
            audit.c.at >= at,
        )
        found |= set(connection.scalars(later)) | set(connection.scalars(by_hand))
    return found


def stage(connection: Connection, kind: Kind, file: Sheet, author: str, now: datetime, before: datetime) -> int:
    """Keep a sheet that was only looked at, for its author to take in; its number. Those from ``before`` go."""
    connection.execute(delete(intake).where(intake.c.kind.startswith(STAGED), intake.c.at < before))
    return begin(connection, f"{STAGED}{kind}", file, author, now)


def staged(connection: Connection, id: int, author: str, since: datetime) -> tuple[Kind, Sheet] | None:
    """The sheet that its author had looked at; None where it is another's, too old, or was taken in."""
    which = (intake.c.id == id, intake.c.author == author, intake.c.at >= since, intake.c.kind.startswith(STAGED))
    kind: str | None = connection.execute(select(intake.c.kind).where(*which)).scalar()
    file = file_of(connection, id, [kind]) if kind else None
    return None if kind is None or file is None else (Kind(kind.removeprefix(STAGED)), file)


def unstage(connection: Connection, id: int) -> None:
    """A staged sheet is taken in, or left: it waits no longer. RequestRefused where it is none (any more)."""
    gone = delete(intake).where(intake.c.id == id, intake.c.kind.startswith(STAGED)).returning(intake.c.id)
    if connection.execute(gone).one_or_none() is None:
        raise RequestRefused(
            "这份文件已经导入、放弃或过期，请重新上传", "this file was taken in, left or is too old: upload it again"
        )

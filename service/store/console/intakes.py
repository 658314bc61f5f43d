"""Imports as the console lists them, and what each did, row by row; only the house sees them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, null, select

from service.store.doors import account
from service.store.intakes import Kind, On
from service.store.kept import intake, intake_change
from service.store.tables import certification, contact, enterprise, event

_KEPT = [column for column in intake.c if column.name != "sheet"]


@dataclass(frozen=True)
class Kept:
    """An import without its sheet; ``author`` as records name them, and the account's name where it was one."""

    id: int
    kind: Kind
    file_name: str
    digest: str
    counts: Mapping[str, int]
    author: str
    at: datetime
    undone_by: str
    undone_at: datetime | None


@dataclass(frozen=True)
class Changed:
    """What an import did to one row: ``about`` names it as it is called today, empty where it is gone."""

    id: int
    on: On
    subject_id: int
    certification_id: int | None
    about: str
    was: Mapping[str, Any] | None
    became: Mapping[str, Any] | None


def listed(connection: Connection, limit: int, before: int | None = None) -> list[Kept]:
    """The newest imports below the number ``before``."""
    statement = select(*_KEPT).where(intake.c.kind.in_(list(Kind))).order_by(intake.c.id.desc()).limit(limit)
    if before is not None:
        statement = statement.where(intake.c.id < before)
    return _kept(connection, connection.execute(statement).all())


def one(connection: Connection, id: int) -> Kept | None:
    """The import of this number."""
    which = (intake.c.id == id, intake.c.kind.in_(list(Kind)))
    found = _kept(connection, connection.execute(select(*_KEPT).where(*which)).all())
    return found[0] if found else None


def changes(connection: Connection, id: int, limit: int, before: int | None = None) -> list[Changed]:
    """What an import did to rows, the last first."""
    statement = select(intake_change).where(intake_change.c.intake_id == id)
    if before is not None:
        statement = statement.where(intake_change.c.id < before)
    rows = connection.execute(statement.order_by(intake_change.c.id.desc()).limit(limit)).all()
    about = names(connection, [(On(row.subject_kind), row.subject_id) for row in rows])
    return [_changed(row, about) for row in rows]


Named = tuple[On, int]


def names(connection: Connection, rows: Collection[Named]) -> dict[Named, tuple[int | None, str]]:
    """What rows are called today, each with the certification that it is of."""
    found: dict[Named, tuple[int | None, str]] = {}
    for on in On:
        ids = {id for kind, id in rows if kind is on}
        if not ids:
            continue
        statement = _STATEMENTS[on]
        for row in connection.execute(statement.where(next(iter(statement.selected_columns)).in_(ids))):
            found[on, row[0]] = row[1], " · ".join(filter(None, row[2:]))
    return found


def _changed(row: Row[Any], about: Mapping[Named, tuple[int | None, str]]) -> Changed:
    on = On(row.subject_kind)
    certification_id, name = about.get((on, row.subject_id), (None, ""))
    before = row.before or {"was": None, "became": None}
    return Changed(row.id, on, row.subject_id, certification_id, name, before["was"], before["became"])


def _kept(connection: Connection, rows: Sequence[Row[Any]]) -> list[Kept]:
    authors = {author for row in rows for author in (row.author, row.undone_by)}
    numbers = {int(author.removeprefix("account:")) for author in authors if author.startswith("account:")}
    named = connection.execute(select(account.c.id, account.c.name).where(account.c.id.in_(numbers))) if numbers else ()
    called = {f"account:{row.id}": row.name for row in named}
    return [
        Kept(
            row.id,
            Kind(row.kind),
            row.file_name,
            row.digest,
            row.counts,
            called.get(row.author, row.author),
            row.at,
            called.get(row.undone_by, row.undone_by),
            row.undone_at,
        )
        for row in rows
    ]


_HELD = certification.join(enterprise)
_STATEMENTS: Mapping[On, Select[Any]] = {
    On.CERTIFICATION: select(
        certification.c.id, certification.c.id, enterprise.c.name, certification.c.factory
    ).select_from(_HELD),
    On.EVENT: select(
        event.c.id, event.c.certification_id, enterprise.c.name, certification.c.factory, event.c.type
    ).select_from(event.join(certification).join(enterprise)),
    On.CONTACT: select(contact.c.id, null(), contact.c.name),
    On.ENTERPRISE: select(enterprise.c.id, null(), enterprise.c.name),
}

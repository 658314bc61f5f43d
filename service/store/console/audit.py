"""The audit as people read it: filtered, the newest first, with the names that its numbers stand for today."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from service.domain.visitors import ActorKind
from service.store.doors import account, audit
from service.store.tables import certification, contact, enterprise, unit

Named = tuple[str, int]
"""A kind of row and its number, as the audit names an actor or a subject."""
Names = Mapping[Named, str]
AuditRow = Row[Any]


@dataclass(frozen=True)
class Wanted:
    """Which rows: of a subject, an actor or an action; a kind without a number is every row of that kind."""

    subject: Named | None = None
    actor: Named | None = None
    action: str = ""


def newest(connection: Connection, wanted: Wanted, limit: int, before: int | None = None) -> list[AuditRow]:
    """The newest rows, below the number ``before``."""
    statement = select(audit).order_by(audit.c.id.desc()).limit(limit)
    if before is not None:
        statement = statement.where(audit.c.id < before)
    for named, kind, number in (
        (wanted.subject, audit.c.subject_kind, audit.c.subject_id),
        (wanted.actor, audit.c.actor_kind, audit.c.actor_id),
    ):
        if named is not None:
            statement = statement.where(kind == named[0])
            statement = statement.where(number == named[1]) if named[1] else statement
    if wanted.action:
        statement = statement.where(audit.c.action == wanted.action)
    return list(connection.execute(statement))


def about_contact(connection: Connection, contact_id: int) -> list[AuditRow]:
    """Every row that a contact acted in or is the subject of, in order."""
    found: dict[int, AuditRow] = {}
    for kind, number in ((audit.c.subject_kind, audit.c.subject_id), (audit.c.actor_kind, audit.c.actor_id)):
        which = select(audit).where(kind == ActorKind.CONTACT, number == contact_id)
        found |= {row.id: row for row in connection.execute(which)}
    return [found[id] for id in sorted(found)]


def names(connection: Connection, rows: Iterable[AuditRow]) -> Names:
    """What the numbers of these rows are called now, for display alone; an erased contact has no name any more."""
    wanted: dict[str, set[int]] = {}
    for row in rows:
        for kind, id in ((row.actor_kind, row.actor_id), (row.subject_kind, row.subject_id)):
            wanted.setdefault(kind, set()).add(id)
    found: dict[Named, str] = {}
    for kind, statement in _NAMES.items():
        found |= _named(connection, kind, statement, wanted.get(kind, ()))
    return found


def _named(connection: Connection, kind: str, statement: Select[Any], ids: Collection[int]) -> dict[Named, str]:
    if not ids:
        return {}
    column = next(iter(statement.selected_columns))
    return {(kind, id): name for id, name in connection.execute(statement.where(column.in_(ids)))}


_NAMES: Mapping[str, Select[Any]] = {
    "account": select(account.c.id, account.c.name),
    "contact": select(contact.c.id, contact.c.name),
    "unit": select(unit.c.id, unit.c.name),
    "enterprise": select(enterprise.c.id, enterprise.c.name),
    "certification": select(certification.c.id, enterprise.c.name).join(enterprise),
}

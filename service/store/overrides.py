"""Dates that people have set; the newest entry of an obligation stands."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, insert, select

from service.domain.obligation import Kind, Subject, SubjectKind
from service.domain.override import Override
from service.store.certifications import Author
from service.store.obligations import subject_columns, subject_of
from service.store.rulebook import override

_COLUMN = {SubjectKind.CERTIFICATION: override.c.certification_id, SubjectKind.UNIT: override.c.unit_id}


@dataclass(frozen=True)
class SetByHand:
    """An override that stands: what it is of, who set it and when (UTC)."""

    of: Subject
    override: Override
    by: Author


def standing(
    connection: Connection, kind: SubjectKind | None = None, ids: Collection[int] | None = None
) -> list[SetByHand]:
    """What people have set and not lifted again: for these certifications or units, or for all."""
    statement = select(override).order_by(override.c.id)
    if kind is not None and ids is not None:
        statement = statement.where(_COLUMN[kind].in_(ids))
    newest = {
        (row.certification_id, row.unit_id, row.kind, row.occurrence): row for row in connection.execute(statement)
    }
    return [
        SetByHand(
            subject_of(row.certification_id, row.unit_id),
            Override(Kind(row.kind), row.occurrence, row.due_on, row.safe_due_on, row.reason),
            Author(row.author, row.recorded_at),
        )
        for row in newest.values()
        if row.due_on is not None
    ]


def of_subjects(connection: Connection, kind: SubjectKind, ids: Collection[int]) -> dict[int, list[Override]]:
    """What stands for each of these certifications or units."""
    found: dict[int, list[Override]] = defaultdict(list)
    for each in standing(connection, kind, ids):
        found[each.of.id].append(each.override)
    return found


def record(
    connection: Connection,
    of: Subject,
    kind: Kind,
    occurrence: str,
    days: tuple[date, date] | None,
    reason: str,
    by: Author,
) -> None:
    """Set the statutory and the safe day of an obligation; None lifts what was set."""
    due_on, safe_due_on = days or (None, None)
    row = {"kind": kind, "occurrence": occurrence, "due_on": due_on, "safe_due_on": safe_due_on, "reason": reason}
    connection.execute(insert(override), {**subject_columns(of), **row, "author": by.name, "recorded_at": by.at})

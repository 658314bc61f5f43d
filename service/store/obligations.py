"""Obligations, with the day on which a scan next has to look at each."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, func, insert, select, update

from service.domain.obligation import Closed, Holder, Kind, Obligation, Subject, SubjectKind
from service.domain.people import OwnerKind
from service.domain.periods import Dates
from service.store.database import among
from service.store.tables import certification, obligation

SUBJECT = "obligation"


SUBJECT_COLUMN = {SubjectKind.CERTIFICATION: obligation.c.certification_id, SubjectKind.UNIT: obligation.c.unit_id}
unit_of_it = func.coalesce(obligation.c.unit_id, certification.c.unit_id)


def subject_columns(subject: Subject) -> dict[str, int | None]:
    """The two columns that say what a row is of."""
    ids = dict.fromkeys(SubjectKind) | {subject.kind: subject.id}
    return {"certification_id": ids[SubjectKind.CERTIFICATION], "unit_id": ids[SubjectKind.UNIT]}


@dataclass(frozen=True)
class Stored:
    """An obligation on record; ``revision`` rises when a date moves. ``check_on`` None: ``idle`` says why."""

    id: int
    subject: Subject
    revision: int
    obligation: Obligation
    policy: str
    check_on: date | None
    idle: str


def of_subjects(connection: Connection, kind: SubjectKind, ids: Collection[int]) -> dict[int, list[Stored]]:
    """The obligations of each of these certifications or units, in the order of their safe days."""
    found: dict[int, list[Stored]] = defaultdict(list)
    statement = select(obligation).where(SUBJECT_COLUMN[kind].in_(ids))
    for row in connection.execute(statement.order_by(obligation.c.safe_due_on, obligation.c.id)):
        stored = stored_of(row)
        found[stored.subject.id].append(stored)
    return found


def by_ids(connection: Connection, ids: Collection[int]) -> dict[int, Stored]:
    """The obligations with these ids."""
    rows = connection.execute(_BY_IDS, {"among": list(ids)}) if ids else ()
    return {row.id: stored_of(row) for row in rows}


_BY_IDS = select(obligation).where(among(obligation.c.id))


def due_to_check(today: date, limit: int) -> Select[Any]:
    """The obligations whose ``check_on`` has come; an index range, whatever the number of obligations."""
    return (
        select(obligation)
        .where(obligation.c.check_on <= today)
        .order_by(obligation.c.check_on)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )


def count_due(connection: Connection, today: date) -> int:
    """How many obligations there are to look at."""
    return connection.scalar(_COUNT_DUE, {"today": today}) or 0


_COUNT_DUE = select(func.count()).where(obligation.c.check_on <= bindparam("today"))


def take_due(connection: Connection, today: date, limit: int) -> list[Stored]:
    """At most ``limit`` obligations to look at, kept from other scanners until the transaction ends."""
    return [stored_of(row) for row in connection.execute(due_to_check(today, limit))]


def with_open(connection: Connection, kind: SubjectKind) -> list[int]:
    """The certifications, or the units, that have an open obligation, in order."""
    column = SUBJECT_COLUMN[kind]
    statement = select(column).where(obligation.c.closed == "", column.is_not(None)).distinct().order_by(column)
    return list(connection.scalars(statement))


def add(connection: Connection, rows: Sequence[tuple[Subject, Obligation, str, date | None]]) -> None:
    """Insert obligations: (subject, obligation, policy version, day of the first look)."""
    if rows:
        connection.execute(
            insert(obligation),
            [
                {**subject_columns(of), "revision": 0, "policy": policy, **_columns(new), **_next(new, check_on)}
                for of, new, policy, check_on in rows
            ],
        )


def replace(connection: Connection, rows: Sequence[tuple[int, Obligation, str, int, date | None]]) -> None:
    """Overwrite obligations: (id, obligation, policy version, revision, day of the next look)."""
    if rows:
        connection.execute(
            update(obligation).where(obligation.c.id == bindparam("key")),
            [
                {"key": id, "revision": revision, "policy": policy, **_columns(new), **_next(new, check_on)}
                for id, new, policy, revision, check_on in rows
            ],
        )


def look_next(connection: Connection, days: Mapping[int, date | None]) -> None:
    """Set the next day to look at each obligation; None where its plan has no further stage."""
    if days:
        connection.execute(
            _LOOK_NEXT,
            [{"key": id, "check_on": day, "idle": "" if day else "plan_finished"} for id, day in days.items()],
        )


_LOOK_NEXT = update(obligation).where(obligation.c.id == bindparam("key"))


def look_again(connection: Connection, kind: OwnerKind, owner_ids: Collection[int]) -> None:
    """Let the next scan look at every open obligation of these enterprises or units: their contacts have changed.

    Nobody else has any: who an overseer's people are is asked when a ladder comes to it.
    """
    if kind not in (OwnerKind.ENTERPRISE, OwnerKind.UNIT):
        return
    owner = certification.c.enterprise_id if kind is OwnerKind.ENTERPRISE else unit_of_it
    theirs = (
        select(obligation.c.id)
        .outerjoin(certification, certification.c.id == obligation.c.certification_id)
        .where(owner.in_(owner_ids), obligation.c.closed == "")
    )
    if kind is OwnerKind.UNIT:
        theirs = theirs.where(obligation.c.holder == Holder.UNIT)
    if owner_ids:
        ids = list(connection.scalars(theirs))
        connection.execute(update(obligation).where(obligation.c.id.in_(ids)).values(check_on=AT_ONCE, idle=""))


AT_ONCE = date(2000, 1, 1)


def _next(new: Obligation, check_on: date | None) -> dict[str, Any]:
    if new.closed is not None:
        return {"check_on": None, "idle": "closed"}
    return {"check_on": check_on, "idle": "" if check_on else "plan_finished"}


def _columns(value: Obligation) -> dict[str, Any]:
    dates = value.dates
    return {
        "kind": value.kind,
        "occurrence": value.occurrence,
        "article": value.article,
        "holder": value.holder,
        "pending": value.pending,
        "closed": value.closed or "",
        "anchor_on": dates.anchor_on,
        "ends_on": dates.ends_on,
        "due_on": dates.due_on,
        "late_after": dates.late_after,
        "lapse_after": dates.lapse_after,
        "safe_due_on": dates.safe_due_on,
        "provisional": dates.provisional,
        "trace": dates.trace,
    }


def stored_of(row: Row[Any]) -> Stored:
    """The obligation in a row of its table."""
    dates = Dates(
        anchor_on=row.anchor_on,
        ends_on=row.ends_on,
        due_on=row.due_on,
        late_after=row.late_after,
        lapse_after=row.lapse_after,
        safe_due_on=row.safe_due_on,
        provisional=row.provisional,
        trace=row.trace,
    )
    closed = Closed(row.closed) if row.closed else None
    value = Obligation(Kind(row.kind), row.occurrence, row.article, Holder(row.holder), dates, closed, row.pending)
    return Stored(
        row.id, subject_of(row.certification_id, row.unit_id), row.revision, value, row.policy, row.check_on, row.idle
    )


def subject_of(certification_id: int | None, unit_id: int) -> Subject:
    """What a row with these two columns is of."""
    if certification_id is None:
        return Subject(SubjectKind.UNIT, unit_id)
    return Subject(SubjectKind.CERTIFICATION, certification_id)

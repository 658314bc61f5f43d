"""The job log: a row for every run of every job, also an empty one."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, String, bindparam, cast, func, insert, select, update

from service.store.database import among
from service.store.tables import run

RUNNING, DONE, FAILED = "running", "done", "failed"

IS_REAL = func.coalesce(cast(run.c.counts["dry_run"].as_string(), String), "0").in_(("0", "false"))
"""Which runs were no dry runs: some jobs count it, others say true or false."""


@dataclass(frozen=True)
class Run:
    """One run: what it counted, what it skipped and why. ``outcome`` running with an old start: its process is gone."""

    id: int
    job: str
    as_of: date
    started_at: datetime
    seconds: float | None
    outcome: str
    counts: Mapping[str, int]
    skipped: Mapping[str, int]
    error: str


def start(connection: Connection, job: str, as_of: date, now: datetime) -> int:
    """Note that a run has begun; its id."""
    row = {"job": job, "as_of": as_of, "started_at": now, "outcome": RUNNING, "counts": {}, "skipped": {}, "error": ""}
    id: int = connection.execute(_START, row).scalar_one()
    return id


_START = insert(run).returning(run.c.id)
_FINISH = update(run).where(run.c.id == bindparam("key"))


def finish(
    connection: Connection,
    id: int,
    seconds: float,
    counts: Mapping[str, int],
    skipped: Mapping[str, int],
    error: str = "",
) -> None:
    """Note how a run ended."""
    connection.execute(
        _FINISH,
        {
            "key": id,
            "seconds": seconds,
            "counts": dict(counts),
            "skipped": dict(skipped),
            "error": error[:300],
            "outcome": FAILED if error else DONE,
        },
    )


def counted_by_day(connection: Connection, job: str, what: str, first: date, last: date) -> dict[date, int]:
    """How many of something the runs of a job counted on each business day that it ran on, dry runs left out."""
    days: dict[date, int] = {}
    for row in connection.execute(_COUNTED, {"job": job, "first": first, "last": last}):
        if not row.counts.get("dry_run"):
            days[row.as_of] = days.get(row.as_of, 0) + row.counts.get(what, 0)
    return days


def newest_of(
    connection: Connection, job: str, outcomes: Collection[str], first: date = date.min, last: date = date.max
) -> Run | None:
    """The newest run of a job with one of these outcomes, for a business day between these, dry runs left out."""
    which = {"job": job, "among": list(outcomes), "first": first, "last": last}
    row = connection.execute(_NEWEST_OF, which).first()
    return None if row is None else value(row)


_OF_JOB = run.c.job == bindparam("job"), run.c.as_of.between(bindparam("first"), bindparam("last"))
_NEWEST_OF = select(run).where(*_OF_JOB, among(run.c.outcome), IS_REAL).order_by(run.c.id.desc()).limit(1)
_COUNTED = select(run.c.as_of, run.c.counts).where(*_OF_JOB)


def newest(connection: Connection, job: str | None, limit: int, before: int | None = None) -> list[Run]:
    """The newest runs, of one job or of all; those below the number ``before`` where it is given."""
    statement = select(run).order_by(run.c.id.desc()).limit(limit)
    if job is not None:
        statement = statement.where(run.c.job == job)
    if before is not None:
        statement = statement.where(run.c.id < before)
    return [value(row) for row in connection.execute(statement)]


def value(row: Row[Any]) -> Run:
    """The run in a row of its table."""
    return Run(row.id, row.job, row.as_of, row.started_at, row.seconds, row.outcome, row.counts, row.skipped, row.error)

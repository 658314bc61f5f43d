"""The job log: a row for every run of every job, also an empty one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from service.store.tables import run

RUNNING, DONE, FAILED = "running", "done", "failed"


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
    statement = insert(run).values(
        job=job, as_of=as_of, started_at=now, outcome=RUNNING, counts={}, skipped={}, error=""
    )
    id: int = connection.execute(statement.returning(run.c.id)).scalar_one()
    return id


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
        update(run)
        .where(run.c.id == id)
        .values(
            seconds=seconds,
            counts=dict(counts),
            skipped=dict(skipped),
            error=error[:300],
            outcome=FAILED if error else DONE,
        )
    )


def newest(connection: Connection, job: str | None, limit: int) -> list[Run]:
    """The newest runs, of one job or of all."""
    statement = select(run).order_by(run.c.id.desc()).limit(limit)
    if job is not None:
        statement = statement.where(run.c.job == job)
    return [_value(row) for row in connection.execute(statement)]


def _value(row: Row[Any]) -> Run:
    return Run(row.id, row.job, row.as_of, row.started_at, row.seconds, row.outcome, row.counts, row.skipped, row.error)

"""The job log as the console lists it. Runs are nobody's: who may see one may see all."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, func, select

from service.store.runs import DONE, Run, value
from service.store.tables import run


@dataclass(frozen=True)
class Wanted:
    """Which runs; what is empty or None leaves out nothing."""

    job: str = ""
    outcome: str = ""
    as_of: date | None = None


def listed(connection: Connection, wanted: Wanted, limit: int, before: int | None = None) -> list[Run]:
    """The newest runs, those below the number ``before`` where it is given."""
    statement = select(run).order_by(run.c.id.desc()).limit(limit)
    if wanted.job:
        statement = statement.where(run.c.job == wanted.job)
    if wanted.outcome:
        statement = statement.where(run.c.outcome == wanted.outcome)
    if wanted.as_of is not None:
        statement = statement.where(run.c.as_of == wanted.as_of)
    if before is not None:
        statement = statement.where(run.c.id < before)
    return [value(row) for row in connection.execute(statement)]


def one(connection: Connection, id: int) -> Run | None:
    """A run by its number."""
    row = connection.execute(select(run).where(run.c.id == id)).first()
    return None if row is None else value(row)


def day_before(connection: Connection, of: Run) -> Run | None:
    """The last real run of the same job for an earlier business day, before this one began."""
    real = func.coalesce(run.c.counts["dry_run"].as_integer(), 0) == 0
    earlier = (run.c.job == of.job, run.c.id < of.id, run.c.as_of < of.as_of, run.c.outcome == DONE)
    row = connection.execute(select(run).where(*earlier, real).order_by(run.c.id.desc()).limit(1)).first()
    return None if row is None else value(row)


def newest_dry(connection: Connection, job: str) -> int:
    """The number of the newest dry run of a job; there must be one."""
    dry = run.c.counts["dry_run"].as_integer() == 1
    statement = select(run.c.id).where(run.c.job == job, dry).order_by(run.c.id.desc()).limit(1)
    id: int = connection.execute(statement).scalar_one()
    return id

"""What every flow works with, and the job log that every run leaves a row in."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import Connection, Engine

from service.domain.errors import RequestRefused
from service.domain.plan import Policy
from service.domain.workdays import Workdays
from service.store import runs, workdays

Clock = Callable[[], datetime]
Progress = Callable[[int], None]


@dataclass(frozen=True)
class Desk:
    """The database, the real clock (UTC), the policy, and the address that letters are sent from.

    Business days are never read from ``clock``: they are arguments. ``host`` is the right-hand side of Message-IDs.
    """

    engine: Engine
    clock: Clock
    policy: Policy
    sender_name: str
    sender: str
    host: str


@dataclass
class Tally:
    """What a run counts while it goes."""

    counts: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)


@contextmanager
def recorded(desk: Desk, job: str, today: date) -> Iterator[Tally]:
    """Keep a row of this run in the job log, whatever becomes of it; a request refused leaves none but its error."""
    started = desk.clock()
    with desk.engine.begin() as connection:
        id = runs.start(connection, job, today, started)
    tally, error = Tally(), ""
    try:
        yield tally
    except BaseException as failure:
        # Only the kind of an unexpected failure is kept: its text may hold a name or an address.
        error = failure.en if isinstance(failure, RequestRefused) else type(failure).__name__
        raise
    finally:
        seconds = (desk.clock() - started).total_seconds()
        with desk.engine.begin() as connection:
            runs.finish(connection, id, seconds, tally.counts, tally.skipped, error)


@dataclass(frozen=True)
class Moment:
    """The inside of one transaction: its connection, the time it began (UTC), and the working-day table it sees."""

    connection: Connection
    now: datetime
    workdays: Workdays
    policy: Policy


@contextmanager
def moment(desk: Desk, *, dry_run: bool = False) -> Iterator[Moment]:
    """A transaction, undone at its end when it is a dry run."""
    with desk.engine.connect() as connection, connection.begin() as transaction:
        yield Moment(connection, desk.clock(), workdays.load(connection), desk.policy)
        if dry_run and transaction.is_active:
            transaction.rollback()

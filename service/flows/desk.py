"""What every flow works with, and the job log that every run leaves a row in."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine

from service.domain.digest import LETTERS_A_DAY, Hours
from service.domain.errors import RequestRefused
from service.domain.flood import DEFAULT_GUARD, Flood
from service.domain.rulebook import Rulebook
from service.domain.workdays import Workdays
from service.letters.links import Links
from service.letters.return_address import ReturnAddress
from service.store import rules, runs, workdays
from service.store.database import reading

LEGAL_ZONE = ZoneInfo("Asia/Shanghai")
"""Where the days of the law are days."""

Clock = Callable[[], datetime]
Progress = Callable[[int], None]


@dataclass(frozen=True)
class Desk:
    """The database, the real clock (UTC), and the address that letters are sent from.

    Business days are never read from ``clock``: they are arguments. ``host`` is the right-hand side of Message-IDs,
    ``links`` what signs addresses of our own pages.
    ``returns`` is where undeliverable mail goes, None where it goes to the sender; ``flood`` how many letters a day
    may have without a person's word, ``letters_a_day`` how many one reader may, 0 as many as there are.
    """

    engine: Engine
    clock: Clock
    sender_name: str
    sender: str
    host: str
    links: Links
    returns: ReturnAddress | None = None
    flood: Flood = DEFAULT_GUARD
    letters_a_day: int = LETTERS_A_DAY


@dataclass
class Tally:
    """What a run counts while it goes; ``error`` is what it found to be wrong where it did not fail itself."""

    counts: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    error: str = ""


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
            runs.finish(connection, id, seconds, tally.counts, tally.skipped, error or tally.error)


@dataclass(frozen=True)
class Moment:
    """The inside of one transaction: its connection, and the time it began (UTC)."""

    connection: Connection
    now: datetime

    @cached_property
    def workdays(self) -> Workdays:
        """The working-day table it sees; read when it is first asked for."""
        return workdays.load(self.connection)

    @cached_property
    def rulebook(self) -> Rulebook:
        """All else that dates lean on; read when it is first asked for."""
        return rules.load(self.connection)

    def with_rulebook_changed(self) -> "Moment":
        """The same transaction, with the rulebook as it stands now."""
        return Moment(self.connection, self.now)


def opening(now: Moment, hours: Hours | None) -> datetime | None:
    """From when on a letter that can wait may go, if it keeps to ``hours``; None where it keeps to none."""
    return None if hours is None else hours.next(now.now.astimezone(LEGAL_ZONE), now.workdays)


@contextmanager
def looking(desk: Desk) -> Iterator[Moment]:
    """A transaction that only reads, so that on SQLite it waits for no writer."""
    with reading(desk.engine) as connection:
        yield _begun(desk, connection)


@contextmanager
def moment(desk: Desk, *, dry_run: bool = False) -> Iterator[Moment]:
    """A transaction, undone at its end when it is a dry run."""
    with desk.engine.connect() as connection, connection.begin() as transaction:
        yield _begun(desk, connection)
        if dry_run and transaction.is_active:
            transaction.rollback()


@contextmanager
def changing_rulebook(desk: Desk, *, dry_run: bool = False) -> Iterator[Moment]:
    """A transaction that is alone with the rulebook; its moment keeps the one that was, to tell what moves."""
    with desk.engine.connect() as connection, connection.begin() as transaction:
        then = Moment(connection, desk.clock())
        rules.change_alone(connection)
        _ = then.rulebook  # read before anything of it is changed
        yield then
        if dry_run:
            transaction.rollback()


def _begun(desk: Desk, connection: Connection) -> Moment:
    rules.keep(connection)
    return Moment(connection, desk.clock())

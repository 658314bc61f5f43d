"""Watch: look whether every invariant holds, and leave on record which does not."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from service.domain.invariants import Invariant
from service.flows.desk import Desk, recorded
from service.letters.invariants import SENTENCES
from service.store import runs
from service.store import watch as store
from service.store.database import reading
from service.store.watch import LIMIT, Asked


@dataclass(frozen=True)
class Looked:
    """What was found of one invariant: the numbers of what breaks it, at most 1,000 of them."""

    invariant: Invariant
    ids: list[int]

    @property
    def holds(self) -> bool:
        """Whether nothing breaks it."""
        return not self.ids

    @property
    def count(self) -> str:
        """How many break it, for people."""
        return f"{LIMIT}+" if len(self.ids) >= LIMIT else str(len(self.ids))

    @property
    def message(self) -> str:
        """What it means and what to do, in both languages; empty where it holds."""
        return "" if self.holds else " / ".join(SENTENCES[self.invariant])


def watch(desk: Desk, today: date) -> list[Looked]:
    """Look at every invariant. The run is on record with the count of each, as failed where one is broken."""
    with recorded(desk, "watch", today) as tally:
        with reading(desk.engine) as connection:
            asked = _asked(connection, desk, today)
            found = [Looked(each, store.broken(connection, each, asked)) for each in Invariant]
        tally.counts.update({each.invariant: len(each.ids) for each in found})
        broken = ", ".join(f"{each.invariant} ({each.count})" for each in found if not each.holds)
        tally.error = f"broken: {broken}" if broken else ""
    return found


def _asked(connection: Connection, desk: Desk, today: date) -> Asked:
    scan = runs.newest_of(connection, "scan", [runs.DONE], last=today)
    return Asked(desk.clock(), today, scan, store.last_attempt(connection))

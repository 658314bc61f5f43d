"""How far the ladder of a matter has come, as pages show it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from service.domain.ladder import next_look
from service.flows.desk import Moment
from service.letters.rungs import RUNGS
from service.store import answers, ladders
from service.store.obligations import Stored
from service.web.asked import Asked


@dataclass(frozen=True)
class Climb:
    """How far a matter's ladder has come, since when, past whom, and when it comes to the next rung (None: no more)."""

    rung: str
    since: date
    passed: Sequence[str]
    on: date | None
    to: str


def climbing(asked: Asked, now: Moment, stored: Sequence[Stored]) -> dict[int, Climb]:
    """The ladders of those of the matters that are open."""
    ids = [each.id for each in stored if each.obligation.closed is None]
    quiet, names = answers.quiet(now.connection, ids), RUNGS[asked.language]
    return {
        id: Climb(
            rung=names[ladder.rung],
            since=ladder.since,
            passed=[names[rung] for rung in ladder.passed],
            on=next_look(ladder, quiet.get(id), now.workdays),
            to=names[ladder.above[0]] if ladder.above else "",
        )
        for id, ladder in ladders.present(now.connection, ids).items()
    }

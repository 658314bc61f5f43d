"""Rounds: a year's notice, and a unit's own earlier day in it; those who may apply, and the units, follow.

Invariant: of a round that is over nothing new is opened, neither for an enterprise nor for a unit.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection

from service.domain.certification import Level, RecommendingUnit
from service.domain.errors import RequestRefused
from service.domain.rounds import FROM, Round, check, check_own
from service.domain.rulebook import Rulebook
from service.flows.desk import Desk, Progress, changing_rulebook, looking, recorded
from service.flows.recount import Told, recount, told
from service.flows.typed import line
from service.store import certifications, people, rules
from service.store.certifications import Author
from service.store.duties import Counted, counted

_NOTICE_CHARACTERS = 100


@dataclass(frozen=True)
class Changed:
    """What a round led to; ``set_aside`` are the units whose own day no longer lies within it."""

    told: Told
    set_aside: tuple[str, ...] = ()


def add(
    desk: Desk,
    round: Round,
    author: str,
    today: date,
    *,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> Changed:
    """Record a year's notice for a level, or what it says now. Raises RequestRefused, with nothing stored."""
    round = replace(round, notice=line("--notice", round.notice, _NOTICE_CHARACTERS))
    check(round)
    with recorded(desk, "round", today) as tally:
        with changing_rulebook(desk, dry_run=dry_run) as then:
            rules.put_round(then.connection, round, Author(author, then.now))
            now = then.with_rulebook_changed()
            done = told(recount(then, now, _below(then.connection, round), _units(then.connection), today, progress))
            outside = _outside(now.rulebook, round)
            names = tuple(each.name for each in people.units_by_ids(then.connection, outside).values())
        tally.counts.update(vars(done), dry_run=dry_run)
    return Changed(done, names)


def remove(
    desk: Desk,
    year: int,
    level: Level,
    today: date,
    *,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> Told:
    """Take back a notice that was recorded by mistake, and the units' own days in it; what it opened is closed."""
    with recorded(desk, "round", today) as tally:
        with changing_rulebook(desk, dry_run=dry_run) as then:
            round = _known(then.rulebook, year, level)
            rules.remove_round(then.connection, round)
            now = then.with_rulebook_changed()
            done = told(recount(then, now, _below(then.connection, round), _units(then.connection), today, progress))
        tally.counts.update(vars(done), dry_run=dry_run)
    return done


def set_own_day(
    desk: Desk,
    year: int,
    level: Level,
    of: RecommendingUnit,
    apply_by: date,
    author: str,
    today: date,
    *,
    dry_run: bool = False,
) -> Told:
    """Record a unit's own day for its enterprises in a round. Raises RequestRefused, with nothing stored."""
    with recorded(desk, "round", today) as tally:
        with changing_rulebook(desk, dry_run=dry_run) as then:
            round = _known(then.rulebook, year, level)
            check_own(round, apply_by)
            rules.put_own_day(then.connection, of.id, round, apply_by, Author(author, then.now))
            theirs = certifications.at_level(then.connection, FROM[level], of.id)
            done = told(recount(then, then.with_rulebook_changed(), theirs, [], today))
        tally.counts.update(vars(done), dry_run=dry_run)
    return done


def _known(rulebook: Rulebook, year: int, level: Level) -> Round:
    for round in rulebook.rounds:
        if (round.year, round.level) == (year, level):
            return round
    known = "、".join(f"{round.year} {round.level}" for round in rulebook.rounds) or "–"
    raise RequestRefused(
        f"没有登记过 {year} 年度 {level} 的申报；已登记的有：{known}",
        f"no round {year} {level} is on record; there are: {known}",
    )


def _below(connection: Connection, round: Round) -> list[int]:
    return certifications.at_level(connection, FROM[round.level])


def _units(connection: Connection) -> list[int]:
    return [id for id, _, _ in people.units(connection).values()]


def _outside(rulebook: Rulebook, round: Round) -> list[int]:
    days = {id: day for (id, occurrence), day in rulebook.own_days.items() if occurrence == round.occurrence}
    return [id for id, day in days.items() if round.with_own(day).own is None]


@dataclass(frozen=True)
class Standing:
    """A round as it stands: the units' own days by name, and what has become of its matters."""

    round: Round
    own_days: Sequence[tuple[str, date]]
    counted: Counted


def standings(desk: Desk) -> list[Standing]:
    """Every round on record, in order."""
    with looking(desk) as now:
        book, counts = now.rulebook, counted(now.connection)
        names = people.units_by_ids(now.connection, {id for id, _ in book.own_days})
        return [
            Standing(
                round,
                [
                    (names[id].name, day)
                    for (id, occurrence), day in sorted(book.own_days.items())
                    if occurrence == round.occurrence and round.with_own(day).own is not None
                ],
                counts.get(round.occurrence, Counted()),
            )
            for round in book.rounds
        ]

"""Ladders: how far each matter has climbed, and the day on which a scan next has to look at each."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, select, update

from service.domain.ladder import Ladder
from service.domain.rungs import Rung
from service.store.climbing import ladder, passed_rung
from service.store.database import add_new, among
from service.store.tables import obligation

Key = tuple[int, int]
"""An obligation and its revision."""


@dataclass(frozen=True)
class Begun:
    """A ladder that begins: of which obligation and revision, by which policy, and when it is looked at next."""

    key: Key
    ladder: Ladder
    policy: str
    look_on: date | None


def begin(connection: Connection, rows: Sequence[Begun], today: date) -> None:
    """Let ladders begin ``today``; one that has begun already stays as it is."""
    begun = [
        {
            "obligation_id": each.key[0],
            "revision": each.key[1],
            "began_on": today,
            "rungs": list(each.ladder.rungs),
            "grace": each.ladder.grace,
            "policy": each.policy,
            "rung": each.ladder.rung,
            "since": each.ladder.since,
            "look_on": each.look_on,
        }
        for each in rows
    ]
    add_new(connection, ladder, begun)
    _pass(connection, [(each.key, each.ladder) for each in rows], today)


def present(connection: Connection, obligation_ids: Collection[int]) -> dict[int, Ladder]:
    """The ladder of each of these obligations, where one has begun for its present dates."""
    if not obligation_ids:
        return {}
    rows = connection.execute(_PRESENT, {"among": list(obligation_ids)}).all()
    return {key[0]: found for key, found in _read(connection, rows).items()}


_PRESENT = (
    select(ladder)
    .join(obligation, and_(obligation.c.id == ladder.c.obligation_id, obligation.c.revision == ladder.c.revision))
    .where(among(ladder.c.obligation_id))
)


def take_due(connection: Connection, today: date, limit: int) -> dict[Key, Ladder]:
    """At most ``limit`` ladders to look at, kept from other scanners until the transaction ends."""
    due = select(ladder).where(ladder.c.look_on <= today).order_by(ladder.c.look_on).limit(limit)
    return _read(connection, connection.execute(due.with_for_update(skip_locked=True)).all())


def keep(connection: Connection, rows: Sequence[tuple[Key, Ladder, date | None]], today: date) -> None:
    """Keep how ladders stand after a look ``today``, and the day of the next; None ends the looking."""
    if not rows:
        return
    connection.execute(
        update(ladder)
        .where(ladder.c.obligation_id == bindparam("key"), ladder.c.revision == bindparam("of_revision"))
        .values(rung=bindparam("to_rung"), since=bindparam("from_day"), look_on=bindparam("then")),
        [
            {"key": key[0], "of_revision": key[1], "to_rung": found.rung, "from_day": found.since, "then": look_on}
            for key, found, look_on in rows
        ],
    )
    _pass(connection, [(key, found) for key, found, _ in rows], today)


def look_again(connection: Connection, obligation_ids: Collection[int], today: date) -> None:
    """Let the next scan look at these matters' ladders: what kept them where they are may do so no more."""
    if obligation_ids:
        theirs = ladder.c.obligation_id.in_(obligation_ids)
        connection.execute(update(ladder).where(theirs).values(look_on=today))


def _pass(connection: Connection, rows: Iterable[tuple[Key, Ladder]], today: date) -> None:
    passed = [
        {"obligation_id": key[0], "revision": key[1], "rung": rung, "on_day": today}
        for key, found in rows
        for rung in found.passed
    ]
    add_new(connection, passed_rung, passed)


def _read(connection: Connection, rows: Sequence[Row[Any]]) -> dict[Key, Ladder]:
    keys = [(row.obligation_id, row.revision) for row in rows]
    passed: dict[Key, list[Rung]] = defaultdict(list)
    if keys:
        for row in connection.execute(_PASSED, {"among": [id for id, _ in keys]}):
            passed[row.obligation_id, row.revision].append(Rung(row.rung))
    return {key: _ladder(row, passed[key]) for key, row in zip(keys, rows, strict=True)}


_PASSED = select(passed_rung).where(among(passed_rung.c.obligation_id))


def _ladder(row: Row[Any], passed: Sequence[Rung]) -> Ladder:
    rungs = tuple(Rung(each) for each in row.rungs)
    reached = Rung(row.rung)
    left_out = tuple(rung for rung in rungs if rung in passed and rung is not reached)
    return Ladder(rungs, row.grace, reached, row.since, left_out)

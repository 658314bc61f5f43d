"""Recount: bring obligations in line after something changed that many dates lean on.

Invariant: nobody is told of a date that only stopped being provisional; whose date moved is told by the next scan.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from service.domain.obligation import Obligation, Subject, SubjectKind
from service.domain.plan import Stage, reached, stages
from service.flows.desk import Moment, Progress
from service.flows.duties import refresh_duties
from service.flows.grounds import lives_of
from service.flows.matters import About, choices_of
from service.flows.refresh import refresh_alone
from service.store import obligations
from service.store.obligations import AT_ONCE, Stored
from service.store.subjects import by_subjects

_CHUNK = 500
OPENED, MOVED, CLOSED, REPLANNED, UNCHANGED = "opened", "moved", "closed", "replanned", "unchanged"


@dataclass(frozen=True)
class Change:
    """An obligation before and after; ``before`` is None where it is new. ``moved``: people will be told.

    ``replanned``: the dates stay, but the day on which it is looked at next is another.
    """

    subject: Subject
    before: Obligation | None
    after: Obligation
    moved: bool
    replanned: bool = False

    @property
    def word(self) -> str:
        """What becomes of the obligation; what is closed before and after is ``unchanged``."""
        was = self.before is not None and self.before.closed is None
        stands = self.after.closed is None
        if was != stands:
            return OPENED if stands else CLOSED
        if stands and self.moved:
            return MOVED
        return REPLANNED if self.replanned else UNCHANGED


@dataclass(frozen=True)
class Told:
    """How many matters people will be told of: new or open again, with another date, or closed."""

    opened: int = 0
    moved: int = 0
    closed: int = 0


def told(changes: Iterable[Change]) -> Told:
    """What these changes come to."""
    counts = Counter(change.word for change in changes)
    return Told(counts[OPENED], counts[MOVED], counts[CLOSED])


def leaning(connection: Connection) -> tuple[list[int], list[int]]:
    """The certifications and the units with an open obligation, whose dates lean on the table and the policy."""
    of_kind = obligations.with_open
    return of_kind(connection, SubjectKind.CERTIFICATION), of_kind(connection, SubjectKind.UNIT)


def recount(
    then: Moment,
    now: Moment,
    certification_ids: Sequence[int],
    unit_ids: Sequence[int],
    today: date,
    progress: Progress | None = None,
) -> Iterator[Change]:
    """Derive and store anew, chunk by chunk; every obligation that was or is open, before and after.

    ``then`` and ``now`` see what was and what is, in the same transaction.
    """
    for start in range(0, len(certification_ids), _CHUNK):
        chunk = certification_ids[start : start + _CHUNK]
        stood = obligations.of_subjects(now.connection, SubjectKind.CERTIFICATION, chunk)
        refresh_alone(now, lives_of(now, chunk), today)
        stand = obligations.of_subjects(now.connection, SubjectKind.CERTIFICATION, chunk)
        yield from _changes(then, now, _flat(stood), _flat(stand), today)
        if progress is not None:
            progress(start + len(chunk))
    stood = obligations.of_subjects(now.connection, SubjectKind.UNIT, unit_ids)
    refresh_duties(now, unit_ids, today)
    stand = obligations.of_subjects(now.connection, SubjectKind.UNIT, unit_ids)
    yield from _changes(then, now, _flat(stood), _flat(stand), today)


def _flat(found: dict[int, list[Stored]]) -> dict[int, Stored]:
    return {each.id: each for theirs in found.values() for each in theirs}


def _changes(
    then: Moment, now: Moment, stood: dict[int, Stored], stand: dict[int, Stored], today: date
) -> Iterator[Change]:
    abouts = by_subjects(now.connection, {each.subject for each in stand.values()})
    next_looks: dict[int, date | None] = {}
    for id, after in stand.items():
        before = stood.get(id)
        if before is None:
            yield Change(after.subject, None, after.obligation, moved=True)
            continue
        if before.obligation.closed is not None and after.obligation.closed is not None:
            continue
        moved, replanned = after.revision != before.revision, False
        if after.obligation.closed is None:
            about = abouts[after.subject]
            plan = _stages(now, after, about)  # a stage beyond the table is refused here, and not in every scan
            if not moved:
                next_looks[id] = _next_look(after, _stages(then, before, about), plan, today)
                replanned = next_looks[id] != before.check_on
        yield Change(after.subject, before.obligation, after.obligation, moved, replanned)
    obligations.look_next(now.connection, next_looks)


def _next_look(after: Stored, was_planned: list[Stage], plan: list[Stage], today: date) -> date | None:
    """When to look next at what has not moved: at once where a step of its plan has come to lie in the past."""
    if after.check_on is not None and after.check_on <= today:
        return after.check_on
    was, stands = reached(was_planned, today).newest, reached(plan, today)
    to_come = {stage.name for stage in was_planned if stage.on > today}
    newest = stands.newest
    if newest is not None and (newest.name in to_come or was is None or newest.on > was.on):
        return AT_ONCE
    return stands.next_on


def _stages(seen: Moment, stored: Stored, about: About) -> list[Stage]:
    plan = choices_of(seen, stored, about).plan
    return stages(stored.obligation.kind, stored.obligation.dates, plan, seen.workdays)

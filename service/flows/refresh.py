"""Refresh: bring the obligations on record in line with what the logs, the rulebook and the working days imply.

Invariant: a revision rises only where a date moved or a matter is open again; then reminders are planned anew.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from service.domain.delivery import Purpose
from service.domain.lifecycle import Life
from service.domain.obligation import Closed, Obligation, Subject, SubjectKind
from service.domain.periods import Dates
from service.domain.plan import CLOSED
from service.domain.regulations import derive
from service.domain.regulations.annual_round import is_over
from service.domain.rounds import AT_OR_ABOVE, FROM
from service.flows import grounds
from service.flows.desk import Moment
from service.flows.grounds import Ground
from service.letters.letter import Method
from service.store import certifications, deliveries, invites, obligations
from service.store.deliveries import Plan
from service.store.obligations import AT_ONCE, SUBJECT, Stored

Derived = Mapping[int, tuple[Ground, list[Obligation]]]
"""What each certification, or each unit, has to do by what it leans on."""


@dataclass(frozen=True)
class Refreshed:
    """How many obligations opened, moved and closed, and how many cancellations that made."""

    opened: int = 0
    moved: int = 0
    closed: int = 0
    cancellations: int = 0

    def __add__(self, other: "Refreshed") -> "Refreshed":
        return Refreshed(
            self.opened + other.opened,
            self.moved + other.moved,
            self.closed + other.closed,
            self.cancellations + other.cancellations,
        )


def refresh(now: Moment, lives: Mapping[int, Life], today: date) -> Refreshed:
    """Derive the obligations of these certifications and store what differs from the record.

    While a round is on record, what a factory may apply for at a lower level follows too.
    """
    if not lives:
        return Refreshed()
    done = refresh_alone(now, lives, today)
    return done + refresh(now, _below(now, lives), today)


def refresh_alone(now: Moment, lives: Mapping[int, Life], today: date) -> Refreshed:
    """The same for these certifications and no other."""
    leans_on = grounds.of_certifications(now, list(lives), today)
    derived = {id: (leans_on[id], leans_on[id].implied(life, today)) for id, life in lives.items()}
    return store(now, SubjectKind.CERTIFICATION, derived, today)


def _below(now: Moment, lives: Mapping[int, Life]) -> dict[int, Life]:
    found: set[int] = set()
    for level in {round.level for round in now.rulebook.rounds}:
        ids = [id for id, life in lives.items() if life.level in AT_OR_ABOVE[level]]
        found |= {below for _, below in certifications.same_factory(now.connection, ids, [FROM[level]])}
    if found:
        certifications.hold(now.connection, found)
    return grounds.lives_of(now, found) if found else {}


def foresee(now: Moment, unit_id: int, life: Life) -> None:
    """Raises RequestRefused where a date or a stage of these obligations is beyond the working-day table."""
    ground = grounds.of_new(now, unit_id)
    for derived in derive(life, ground.counting):
        ground.first_look(derived)


@dataclass
class _Differences:
    added: list[tuple[Subject, Obligation, str, date | None]] = field(default_factory=list)
    changed: list[tuple[int, Obligation, str, int, date | None]] = field(default_factory=list)
    closed: list[int] = field(default_factory=list)
    moved: int = 0


def store(now: Moment, kind: SubjectKind, derived: Derived, today: date) -> Refreshed:
    """Store what differs from the record, and end what is on record and no longer follows from anything."""
    on_record = obligations.of_subjects(now.connection, kind, list(derived))
    found, version = _Differences(), now.rulebook.policy.version
    for id, (ground, theirs) in derived.items():
        stored = {(each.obligation.kind, each.obligation.occurrence): each for each in on_record.get(id, [])}
        for new in theirs:
            before = stored.pop((new.kind, new.occurrence), None)
            if before is None:
                found.added.append((ground.subject, new, version, ground.first_look(new)))
            elif new != before.obligation:
                _compare(before, new, version, found)
        for gone in stored.values():
            if gone.obligation.closed is None:
                why = Closed.ENDED if is_over(gone.obligation, today) else Closed.NO_LONGER_APPLIES
                _compare(gone, replace(gone.obligation, closed=why), version, found)
    obligations.add(now.connection, found.added)
    obligations.replace(now.connection, found.changed)
    opened = sum(new.closed is None for _, new, _, _ in found.added)
    return Refreshed(opened, found.moved, len(found.closed), close(now, found.closed, today))


def _compare(before: Stored, new: Obligation, version: str, found: _Differences) -> None:
    """The row as it is to be: a new revision and a look at once where a date moved or the matter is open again.

    Dates that are the same, step by step, keep the version of the policy that made them.
    """
    reopened = new.closed is None and before.obligation.closed is not None
    rises = reopened or days(new.dates) != days(before.obligation.dates)
    revision, check_on = (before.revision + 1, AT_ONCE) if rises else (before.revision, before.check_on)
    made_by = before.policy if new.dates == before.obligation.dates else version
    found.changed.append((before.id, new, made_by, revision, check_on))
    found.moved += rises
    if new.closed is not None and before.obligation.closed is None:
        found.closed.append(before.id)


def close(moment: Moment, obligation_ids: Iterable[int], today: date) -> int:
    """Withdraw what waits for obligations just closed, and plan a cancellation of each invitation given for them.

    An invitation to what is over by itself stays: its day has passed, and there is nothing to call off.
    The withdrawal comes first: it waits for a worker that is claiming one of these letters, and since claim and offer
    are one transaction, the invitations read after it are all there are.
    """
    ids = list(obligation_ids)
    if not ids:
        return 0
    deliveries.withdraw(moment.connection, ids, "closed", moment.now)
    found = obligations.by_ids(moment.connection, ids)
    called_off = {id: each.revision for id, each in found.items() if not is_over(each.obligation, today)}
    plans = [
        Plan(
            SUBJECT,
            offered.obligation_id,
            called_off[offered.obligation_id],
            Purpose.CANCELLATION,
            CLOSED,
            offered.contact_id,
        )
        for offered in invites.of_obligations(moment.connection, ids).values()
        if offered.method is Method.REQUEST and offered.obligation_id in called_off
    ]
    return deliveries.plan(moment.connection, plans, today, moment.now)


def days(dates: Dates) -> tuple[date | None, ...]:
    """The days whose move people are told of."""
    return dates.ends_on, dates.due_on, dates.late_after, dates.lapse_after, dates.safe_due_on

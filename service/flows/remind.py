"""Remind: look at the obligations whose day has come, and plan the letters of the stage that each has reached.

Invariant: an obligation is looked at once for each stage of its plan, whatever number of days the scanner was down:
the newest stage that is reached is planned, older ones are recorded as superseded by it.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import partial
from typing import TypeVar

from service.domain.delivery import Purpose, State
from service.domain.digest import Hours, count, urgent_until
from service.domain.people import NO_UNIT, Contact, audience, owner_of
from service.domain.plan import MOVED, Stage, aloud, ideal, reached, stages
from service.flows.climb import begin, climb
from service.flows.desk import Desk, Moment, Progress, Tally, moment, opening, recorded
from service.flows.duties import end_rounds, open_coming
from service.flows.matters import choices_of, contacts_by_owner
from service.flows.quarantine import Guard, guard, let_go
from service.letters.letter import Method
from service.store import answers, deliveries, digests, invites, obligations, runs
from service.store.deliveries import Plan
from service.store.invites import Offered
from service.store.obligations import SUBJECT, Stored
from service.store.runs import Run
from service.store.subjects import by_subjects

_Done = TypeVar("_Done")
_BATCH = 500
NO_ADDRESS, NOT_REACHED = "no_address", "not_reached"


@dataclass(frozen=True)
class Scanned:
    """What a scan did; ``planned`` and ``superseded`` count messages, ``skipped`` obligations by reason."""

    examined: int
    planned: int
    superseded: int
    quarantined: int
    skipped: Mapping[str, int]


def scan(
    desk: Desk, today: date, *, dry_run: bool = False, hours: Hours | None = None, progress: Progress | None = None
) -> Scanned:
    """Plan what ``today`` has reached, batch by batch; a second scan of the same day plans nothing.

    Outside ``hours`` what is not urgent waits until they begin; None: it may go at any hour, as a person wants it who
    asks for a scan by hand.
    """
    with recorded(desk, "scan", today) as tally, ExitStack() as stack:
        undone = stack.enter_context(moment(desk, dry_run=True)) if dry_run else None
        more = _in_moment(desk, undone, partial(_begin_day, today=today))
        while more:
            more = _in_moment(desk, undone, partial(end_rounds, today=today))
        on_guard, last, before = _in_moment(desk, undone, partial(_before_looking, desk, today=today))
        scanned_on = last.as_of if last else None
        look = partial(_look, today=today, scanned_on=scanned_on, held_in=on_guard.held_in, hours=hours, tally=tally)
        more = True
        while more:
            more = _in_moment(desk, undone, look)
            _told(progress, tally)
        climbing = partial(climb, today=today, held_in=on_guard.held_in, hours=hours, tally=tally)
        while _in_moment(desk, undone, climbing):
            pass
        planned = tally.counts["planned"]
        closing = partial(_after_looking, desk, today=today, on_guard=on_guard, planned=planned, before=before)
        more_letters, held = _in_moment(desk, undone, closing)
        tally.counts.update(planned=more_letters, quarantined=held)
        tally.counts["dry_run"] = int(dry_run)
    counts = tally.counts
    return Scanned(
        counts["examined"], counts["planned"], counts["superseded"], counts["quarantined"], dict(tally.skipped)
    )


def _after_looking(desk: Desk, now: Moment, today: date, on_guard: Guard, planned: int, before: int) -> tuple[int, int]:
    """How many letters more go than were ``planned``, and how many are held. They are fewer than deliveries: what this
    scan planned for one reader, above the number ``before``, goes together."""
    gone, held = let_go(now, on_guard, today, planned)
    if not planned + gone:
        return 0, held
    new = digests.planned_after(now.connection, before, today, urgent_until(today, now.workdays))
    return gone - sum(map(sum, new)) + count(new, desk.letters_a_day), held


def _begin_day(now: Moment, today: date) -> bool:
    """What comes with the day by itself; whether more may be over."""
    open_coming(now, today)
    return end_rounds(now, today)


def _before_looking(desk: Desk, now: Moment, today: date) -> tuple[Guard, Run | None, int]:
    """What this scan has to hold, the last one that was done, and the newest number in the outbox."""
    last = runs.newest_of(now.connection, "scan", [runs.DONE], last=today)
    return guard(desk, now, today), last, digests.newest(now.connection)


def _in_moment(desk: Desk, undone: Moment | None, step: Callable[[Moment], _Done]) -> _Done:
    """Each step in a transaction of its own; all in the one that is undone, where nothing is to be stored."""
    if undone is not None:
        return step(undone)
    with moment(desk) as now:
        return step(now)


def _told(progress: Progress | None, tally: Tally) -> None:
    if progress is not None:
        progress(tally.counts["examined"])


@dataclass
class _Plans:
    """What one batch leads to; ``scanned_on`` is the business day of the last scan.

    What has its safe day after ``near`` is not urgent, and waits until ``opens_at`` (None: it may go now).
    """

    scanned_on: date | None
    near: date
    opens_at: datetime | None
    superseded: list[Plan] = field(default_factory=list)
    newest: dict[int, str] = field(default_factory=dict)
    planned: list[Plan] = field(default_factory=list)
    next_look: dict[int, date | None] = field(default_factory=dict)
    climbing: list[Stored] = field(default_factory=list)


def _look(
    now: Moment, today: date, scanned_on: date | None, held_in: int | None, hours: Hours | None, tally: Tally
) -> bool:
    """Look at one batch; whether there may be another."""
    due = obligations.take_due(now.connection, today, _BATCH)
    abouts = by_subjects(now.connection, {stored.subject for stored in due})
    contacts = contacts_by_owner(now.connection, abouts.values())
    offered: dict[int, list[Offered]] = defaultdict(list)
    for offer in invites.of_obligations(now.connection, [stored.id for stored in due]).values():
        offered[offer.obligation_id].append(offer)
    quiet = answers.quiet(now.connection, [stored.id for stored in due])
    plans = _Plans(scanned_on, urgent_until(today, now.workdays), opening(now, hours))
    for stored in due:
        about = abouts[stored.subject]
        owner = owner_of(stored.obligation.holder, about)
        planned = stages(
            stored.obligation.kind, stored.obligation.dates, choices_of(now, stored, about).plan, now.workdays
        )
        left = aloud(planned, quiet.get(stored.id))
        reason = _decide(now, today, stored, left, contacts.get(owner, []), offered[stored.id], plans)
        if reason == NOT_REACHED and len(left) < len(planned):
            reason = "answered"
        if reason == NO_ADDRESS and owner == NO_UNIT:
            reason = "no_unit"
        if reason:
            tally.skipped[reason] += 1
    tally.counts["examined"] += len(due)
    _write(now, today, plans, held_in, tally)
    begin(now, today, plans.climbing, abouts, contacts)
    return len(due) == _BATCH


def _decide(
    now: Moment,
    today: date,
    stored: Stored,
    plan_stages: Sequence[Stage],
    contacts: Sequence[Contact],
    offered: Sequence[Offered],
    plans: _Plans,
) -> str:
    """Add to ``plans`` what an obligation has reached; the reason where nothing is planned for it."""
    found = reached(plan_stages, today)
    plans.next_look[stored.id] = found.next_on
    urgent = stored.obligation.dates.safe_due_on <= plans.near
    not_before = None if urgent else plans.opens_at
    told = [] if found.newest is None else _audience_of(found.newest, contacts, urgent=urgent)
    theirs = {contact.id for contact in contacts}
    stale = _stale(stored, offered, theirs - {contact.id for contact in told})
    plans.planned += [
        replace(_plan(stored, Purpose.CORRECTION, MOVED, contact_id), not_before=not_before) for contact_id in stale
    ]
    if found.newest is None:
        return "" if stale else NOT_REACHED
    if found.newest.director_too:
        plans.climbing.append(stored)
    if not told:
        return NO_ADDRESS
    for stage in found.older:
        if stored.check_on is not None and stage.on < stored.check_on:
            continue  # it was looked at when its day came
        passed = _audience_of(stage, contacts, urgent=urgent)
        plans.superseded += [_reminder(stored, stage, contact) for contact in passed]
    plans.newest[stored.id] = found.newest.name
    ideal_at = ideal(found.newest, plans.scanned_on, now.now)
    reminders = (_reminder(stored, found.newest, contact) for contact in told)
    plans.planned += [replace(each, ideal_at=ideal_at, not_before=not_before) for each in reminders]
    return ""


def _audience_of(stage: Stage, contacts: Sequence[Contact], *, urgent: bool) -> list[Contact]:
    return audience(contacts, director_too=stage.director_too, urgent=urgent)


def _stale(stored: Stored, offered: Sequence[Offered], untold: set[int]) -> list[int]:
    """Those of the contacts who get no reminder to mend it whose calendar shows a day that is not the obligation's."""
    day = stored.obligation.dates.safe_due_on
    return [
        offer.contact_id
        for offer in offered
        if (offer.method is not Method.REQUEST or offer.on != day) and offer.contact_id in untold
    ]


def _reminder(stored: Stored, stage: Stage, contact: Contact) -> Plan:
    return _plan(stored, Purpose.REMINDER, stage.name, contact.id)


def _plan(stored: Stored, purpose: Purpose, stage: str, contact_id: int) -> Plan:
    return Plan(SUBJECT, stored.id, stored.revision, purpose, stage, contact_id)


def _write(now: Moment, today: date, plans: _Plans, held_in: int | None, tally: Tally) -> None:
    """Older stages first, so that of two rows about one matter the later id is the newer stage.

    ``held_in`` is the quarantine that holds what is planned, None where it may go.
    """
    ended = [
        Plan(p.subject_kind, p.subject_id, p.revision, p.purpose, p.stage, p.contact_id, State.SUPERSEDED)
        for p in plans.superseded
    ]
    tally.counts["superseded"] += deliveries.plan(now.connection, ended, today, now.now)
    tally.counts["superseded"] += deliveries.supersede(now.connection, plans.newest, now.now)
    if held_in is not None:
        plans.planned = [replace(plan, state=State.HELD, held_in=held_in) for plan in plans.planned]
    planned = deliveries.plan(now.connection, plans.planned, today, now.now)
    tally.counts["planned"] += planned if held_in is None else 0
    if len(plans.planned) > planned:
        tally.skipped["already_planned"] += len(plans.planned) - planned
    obligations.look_next(now.connection, plans.next_look)

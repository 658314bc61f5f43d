"""Remind: look at the obligations whose day has come, and plan the letters of the stage that each has reached.

Invariant: an obligation is looked at once for each stage of its plan, whatever number of days the scanner was down:
the newest stage that is reached is planned, older ones are recorded as superseded by it.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from service.domain.delivery import Purpose, State
from service.domain.people import NO_UNIT, Contact, audience, owner_of
from service.domain.plan import MOVED, Stage, reached, stages
from service.flows.desk import Desk, Moment, Progress, Tally, moment, recorded
from service.flows.matters import contacts_by_owner
from service.letters.letter import Method
from service.store import certifications, deliveries, invites, obligations
from service.store.deliveries import Plan
from service.store.invites import Offered
from service.store.obligations import SUBJECT, Stored

_BATCH = 500
NO_ADDRESS = "no_address"


@dataclass(frozen=True)
class Scanned:
    """What a scan did; ``planned`` and ``superseded`` count messages, ``skipped`` obligations by reason."""

    examined: int
    planned: int
    superseded: int
    quarantined: int
    skipped: Mapping[str, int]


def scan(desk: Desk, today: date, *, dry_run: bool = False, progress: Progress | None = None) -> Scanned:
    """Plan what ``today`` has reached, batch by batch; a second scan of the same day plans nothing."""
    with recorded(desk, "scan", today) as tally:
        if dry_run:
            with moment(desk, dry_run=True) as now:
                while _look(now, today, tally):
                    _told(progress, tally)
        else:
            more = True
            while more:
                with moment(desk) as now:
                    more = _look(now, today, tally)
                _told(progress, tally)
        tally.counts["dry_run"] = int(dry_run)
    counts = tally.counts
    return Scanned(
        counts["examined"], counts["planned"], counts["superseded"], counts["quarantined"], dict(tally.skipped)
    )


def _told(progress: Progress | None, tally: Tally) -> None:
    if progress is not None:
        progress(tally.counts["examined"])


@dataclass
class _Plans:
    """What one batch leads to."""

    superseded: list[Plan] = field(default_factory=list)
    newest: dict[str, list[int]] = field(default_factory=dict)
    planned: list[Plan] = field(default_factory=list)
    next_look: dict[int, date | None] = field(default_factory=dict)


def _look(now: Moment, today: date, tally: Tally) -> bool:
    """Look at one batch; whether there may be another."""
    due = obligations.take_due(now.connection, today, _BATCH)
    holders = certifications.by_ids(now.connection, {stored.certification_id for stored in due})
    contacts = contacts_by_owner(now.connection, holders.values())
    offered: dict[int, list[Offered]] = defaultdict(list)
    for offer in invites.of_obligations(now.connection, [stored.id for stored in due]).values():
        offered[offer.obligation_id].append(offer)
    plans = _Plans()
    for stored in due:
        owner = owner_of(stored.obligation.holder, holders[stored.certification_id])
        reason = _decide(now, today, stored, contacts.get(owner, []), offered[stored.id], plans)
        if reason == NO_ADDRESS and owner == NO_UNIT:
            reason = "no_unit"
        if reason:
            tally.skipped[reason] += 1
    tally.counts["examined"] += len(due)
    _write(now, today, plans, tally)
    return len(due) == _BATCH


def _decide(
    now: Moment, today: date, stored: Stored, contacts: Sequence[Contact], offered: Sequence[Offered], plans: _Plans
) -> str:
    """Add to ``plans`` what an obligation has reached; the reason where nothing is planned for it."""
    plan_stages = stages(stored.obligation.kind, stored.obligation.dates, now.policy.plan, now.workdays)
    found = reached(plan_stages, today)
    plans.next_look[stored.id] = found.next_on
    told = [] if found.newest is None else audience(contacts, director_too=found.newest.director_too)
    theirs = {contact.id for contact in contacts}
    stale = _stale(stored, offered, theirs - {contact.id for contact in told})
    plans.planned += [_plan(stored, Purpose.CORRECTION, MOVED, contact_id) for contact_id in stale]
    if found.newest is None:
        return "" if stale else "not_reached"
    if not told:
        return NO_ADDRESS
    for stage in found.older:
        plans.superseded += [_reminder(stored, stage, contact) for contact in _audience_of(stage, contacts)]
    plans.newest.setdefault(found.newest.name, []).append(stored.id)
    plans.planned += [_reminder(stored, found.newest, contact) for contact in told]
    return ""


def _audience_of(stage: Stage, contacts: Sequence[Contact]) -> list[Contact]:
    return audience(contacts, director_too=stage.director_too)


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


def _write(now: Moment, today: date, plans: _Plans, tally: Tally) -> None:
    """Older stages first, so that of two rows about one matter the later id is the newer stage."""
    ended = [
        Plan(p.subject_kind, p.subject_id, p.revision, p.purpose, p.stage, p.contact_id, State.SUPERSEDED)
        for p in plans.superseded
    ]
    tally.counts["superseded"] += deliveries.plan(now.connection, ended, today, now.now)
    for stage, ids in plans.newest.items():
        tally.counts["superseded"] += deliveries.supersede(now.connection, ids, stage, now.now)
    planned = deliveries.plan(now.connection, plans.planned, today, now.now)
    tally.counts["planned"] += planned
    if len(plans.planned) > planned:
        tally.skipped["already_planned"] += len(plans.planned) - planned
    obligations.look_next(now.connection, plans.next_look)

"""Refresh: bring the obligations on record in line with what a certification's life implies now.

Invariant: the revision rises only when a date moves, or when the matter is open again; with it the reminders are
planned anew and the invitation is updated. A closed obligation has no waiting reminder, and every invitation given for
it is cancelled.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from service.domain.delivery import Purpose
from service.domain.lifecycle import Life
from service.domain.obligation import Closed, Obligation
from service.domain.periods import Dates
from service.domain.plan import CLOSED, stages
from service.domain.regulations import derive
from service.flows.desk import Moment
from service.letters.letter import Method
from service.store import deliveries, invites, obligations
from service.store.deliveries import Plan
from service.store.obligations import AT_ONCE, SUBJECT, Stored


@dataclass(frozen=True)
class Refreshed:
    """How many obligations opened, moved and closed, and how many cancellations that made."""

    opened: int
    moved: int
    closed: int
    cancellations: int


def refresh(moment: Moment, lives: Mapping[int, Life], today: date) -> Refreshed:
    """Derive the obligations of these certifications and store what differs from the record."""
    on_record = obligations.of_certifications(moment.connection, list(lives))
    added: list[tuple[int, Obligation, str, date | None]] = []
    changed: list[tuple[int, Obligation, str, int, date | None]] = []
    closed: list[int] = []
    moved = 0
    version = moment.policy.version
    for certification_id, life in lives.items():
        stored = {(s.obligation.kind, s.obligation.occurrence): s for s in on_record.get(certification_id, [])}
        for derived in derive(life, moment.workdays):
            before = stored.pop((derived.kind, derived.occurrence), None)
            if before is None:
                added.append((certification_id, derived, version, _first_look(moment, derived)))
            elif derived != before.obligation:
                change = _changed(moment, before, derived)
                changed.append(change)
                moved += change[3] != before.revision
                if derived.closed is not None and before.obligation.closed is None:
                    closed.append(before.id)
        for gone in stored.values():
            if gone.obligation.closed is None:
                ended = replace(gone.obligation, closed=Closed.NO_LONGER_APPLIES)
                changed.append((gone.id, ended, version, gone.revision, None))
                closed.append(gone.id)
    obligations.add(moment.connection, added)
    obligations.replace(moment.connection, changed)
    opened = sum(new.closed is None for _, new, _, _ in added)
    return Refreshed(opened, moved, len(closed), close(moment, closed, today))


def foresee(moment: Moment, life: Life) -> None:
    """Raises RequestRefused where a date or a stage of these obligations is beyond the working-day table."""
    for derived in derive(life, moment.workdays):
        _first_look(moment, derived)


def close(moment: Moment, obligation_ids: Iterable[int], today: date) -> int:
    """Withdraw what waits for obligations just closed, and plan a cancellation of each invitation given for them.

    The withdrawal comes first: it waits for a worker that is claiming one of these letters, and since claim and offer
    are one transaction, the invitations read after it are all there are.
    """
    ids = list(obligation_ids)
    if not ids:
        return 0
    deliveries.withdraw(moment.connection, ids, "closed", moment.now)
    revisions = {id: stored.revision for id, stored in obligations.by_ids(moment.connection, ids).items()}
    plans = [
        Plan(
            SUBJECT,
            offered.obligation_id,
            revisions[offered.obligation_id],
            Purpose.CANCELLATION,
            CLOSED,
            offered.contact_id,
        )
        for offered in invites.of_obligations(moment.connection, ids).values()
        if offered.method is Method.REQUEST
    ]
    return deliveries.plan(moment.connection, plans, today, moment.now)


def _first_look(moment: Moment, new: Obligation) -> date | None:
    return stages(new.kind, new.dates, moment.policy.plan, moment.workdays)[0].on if new.closed is None else None


def _changed(moment: Moment, before: Stored, derived: Obligation) -> tuple[int, Obligation, str, int, date | None]:
    """The row as it is to be: a new revision and a look at once where a date moved or the matter is open again."""
    date_moved = _days(derived.dates) != _days(before.obligation.dates)
    reopened = derived.closed is None and before.obligation.closed is not None
    if date_moved or reopened:
        return before.id, derived, moment.policy.version, before.revision + 1, AT_ONCE
    return before.id, derived, moment.policy.version, before.revision, before.check_on


def _days(dates: Dates) -> tuple[date | None, ...]:
    return dates.ends_on, dates.due_on, dates.late_after, dates.lapse_after, dates.safe_due_on

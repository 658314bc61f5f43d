"""Record that a matter was done, by the event of its certification or as a unit's own duty.

Invariant: what an enterprise claims and a unit confirms, and what a unit records by itself, come to the same record.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from service.domain.answer import Answer, answers_of
from service.domain.certification import Certification
from service.domain.errors import RequestRefused
from service.domain.filing import DONE, filed
from service.domain.obligation import SubjectKind
from service.domain.visitors import Actor, Scope
from service.flows import close
from service.flows.desk import Desk, Moment, looking, moment
from service.flows.matters import About, matter_of
from service.flows.recount import Change
from service.flows.refresh import Refreshed
from service.flows.said import checked_filing
from service.flows.units import record_done_in
from service.letters.letter import Matter
from service.store import answers, audit
from service.store.console import matters
from service.store.obligations import Stored
from service.store.rules import Act
from service.store.subjects import by_subjects


@dataclass(frozen=True)
class Filed:
    """What a record led to among the matters of the same certification or unit, and how much in all."""

    changes: tuple[Change, ...]
    refreshed: Refreshed


def can(stored: Stored) -> tuple[Answer, ...]:
    """What can be answered now: a unit's own duty is of no factory that could change, and an opportunity to apply is
    closed by nobody's filing."""
    if stored.obligation.closed is not None:
        return ()
    kind, of_unit = stored.obligation.kind, stored.subject.kind is SubjectKind.UNIT
    fits = {Answer.CHANGED: not of_unit, Answer.FILED: of_unit or kind in DONE}
    return tuple(each for each in answers_of(kind, pending=stored.obligation.pending) if fits.get(each, True))


@dataclass(frozen=True)
class Fileable:
    """A matter whose filing can be recorded, and the unit on whose list it stands; 0 where it has none."""

    matter: Matter
    unit_id: int


def fileable(desk: Desk, scope: Scope, id: int) -> Fileable | None:
    """The matter of this number; None where it is not of the scope, or there is nothing to record."""
    with looking(desk) as now:
        stored = matters.visible(now.connection, scope, id)
        if stored is None or Answer.FILED not in can(stored):
            return None
        about = by_subjects(now.connection, {stored.subject})[stored.subject]
        unit_id = about.unit_id if isinstance(about, Certification) else about.id
        return Fileable(matter_of(now, stored, about), unit_id or 0)


def record(
    desk: Desk, scope: Scope, id: int, said: Mapping[str, str], actor: Actor, today: date, *, dry_run: bool = False
) -> Filed:
    """Record the filing of a matter: ``said`` has ``on`` and ``receipt``. What was claimed of it is settled by that.

    A dry run tells what it would lead to, and leaves nothing behind. Raises RequestRefused, with nothing stored.
    """
    with moment(desk, dry_run=dry_run) as now:
        stored = matters.visible(now.connection, scope, id)
        if stored is None or Answer.FILED not in can(stored):
            raise RequestRefused(
                "此事项不存在、已办结或正在等待结果，无须登记",
                "there is no such matter, it is closed, or its result is awaited: nothing to record",
            )
        about = by_subjects(now.connection, {stored.subject})[stored.subject]
        on, details = checked_filing(said, today)
        answers.settle_claims(now.connection, id, actor.author, now.now)  # before the log, as who confirms a claim does
        done = file_in(now, stored, about, on, details, actor.author, today)
        audit.note(now.connection, actor, "filing_recorded", ("obligation", id), now.now, {"on": str(on)})
    return done


def file_in(
    now: Moment, stored: Stored, about: About, on: date, details: Mapping[str, str], author: str, today: date
) -> Filed:
    """The same within a transaction, which has to be given up where it is refused."""
    receipt, note = details.get("receipt", ""), details.get("note", "")
    if isinstance(about, Certification):
        event = filed(stored.obligation, on, receipt)
        if event is None:
            raise RequestRefused("此事项无须登记", "this matter needs no record")
        recorded = close.record_in(now, about, event, author, note, today)
        return Filed(recorded.changes, recorded.refreshed)
    before = close.on_record(now, stored.subject)
    act = Act(about.id, stored.obligation.kind, stored.obligation.occurrence, on)
    refreshed = record_done_in(now, act, " ".join(filter(None, (receipt, note))), author, today)
    return Filed(close.compared(before, close.on_record(now, stored.subject)), refreshed)

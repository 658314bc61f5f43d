"""Record what happened to a certification, and let its obligations follow: close, move, or open."""

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection

from service.domain.certification import Certification, Level
from service.domain.errors import RequestRefused
from service.domain.history import live
from service.domain.lifecycle import Event, EventType
from service.domain.obligation import Subject, SubjectKind
from service.flows.desk import Desk, Moment, Tally, moment, recorded
from service.flows.duties import refresh_duties
from service.flows.recount import Change
from service.flows.refresh import Refreshed, foresee, refresh
from service.sheets import cells
from service.sheets.sheet import CellFaulty
from service.store import certifications, obligations
from service.store.certifications import Author, named_identity
from service.store.obligations import Stored

_OF_LISTS = (EventType.LISTED, EventType.CORRECTED)
"""The events by which a unit's lists change, and with them its reports."""


@dataclass(frozen=True)
class Recorded:
    """What an event led to; by its ``number`` it can be taken back.

    ``changes`` are those of the certification's own obligations; ``refreshed`` counts also what follows elsewhere.
    """

    number: int
    refreshed: Refreshed
    changes: tuple[Change, ...] = ()


def record(
    desk: Desk,
    certification: Certification,
    event: Event,
    author: str,
    note: str,
    today: date,
    *,
    dry_run: bool = False,
) -> Recorded:
    """Add an event to a certification's log; refused, with nothing stored, where it does not fit what came before.

    A dry run tells what it would lead to, and leaves nothing behind.
    """
    logged = nullcontext(Tally()) if dry_run else recorded(desk, "event", today)
    with logged as tally, moment(desk, dry_run=dry_run) as now:
        done = record_in(now, certification, event, author, note, today)
        refreshed = done.refreshed
        tally.counts.update(moved=refreshed.moved, closed=refreshed.closed, planned=refreshed.cancellations)
    return done


def record_in(now: Moment, certification: Certification, event: Event, author: str, note: str, today: date) -> Recorded:
    """The same within a transaction, which has to be given up where the event is refused."""
    certifications.hold(now.connection, [certification.id])
    of = Subject(SubjectKind.CERTIFICATION, certification.id)
    before = on_record(now, of)
    log = certifications.logs(now.connection, [certification.id]).get(certification.id, [])
    life = live(certification.level, [*log, _last(event, log)], now.rulebook.footing(certification.unit_id))
    foresee(now, certification.unit_id, life)
    certifications.record(now.connection, [(certification.id, event)], Author(author, now.now), note)
    if event.type in (EventType.LISTED, EventType.CULTIVATION_LISTED):
        certifications.change(now.connection, [{"key": certification.id, "proposed": False}])
    if event.type is EventType.RENAMED:
        _rename(now.connection, certification, event)
    refreshed = refresh(now, {certification.id: life}, today)
    if certification.level is Level.ADVANCED and certification.unit_id and event.type in _OF_LISTS:
        refreshed += refresh_duties(now, [certification.unit_id], today)
    number = certifications.logs(now.connection, [certification.id])[certification.id][-1].order
    return Recorded(number, refreshed, compared(before, on_record(now, of)))


def on_record(now: Moment, subject: Subject) -> list[Stored]:
    """The matters of a certification or unit as they stand in this transaction."""
    return obligations.of_subjects(now.connection, subject.kind, [subject.id]).get(subject.id, [])


def compared(before: Sequence[Stored], after: Sequence[Stored]) -> tuple[Change, ...]:
    """What is new or not as it was."""
    stood = {each.id: each for each in before}
    changes = []
    for each in after:
        was = stood.get(each.id)
        if was is None or was.obligation != each.obligation:
            moved = was is None or was.revision != each.revision
            changes.append(Change(each.subject, was.obligation if was else None, each.obligation, moved))
    return tuple(changes)


def _last(event: Event, log: list[Event]) -> Event:
    """The event with its place in the order of recording: after all that is on record."""
    return replace(event, order=max((known.order for known in log), default=0) + 1)


def _rename(connection: Connection, certification: Certification, event: Event) -> None:
    try:
        name = cells.name(event.details.get("name", ""))
    except CellFaulty as fault:
        raise RequestRefused(f"--set name：{fault.zh}", f"--set name: {fault.en}") from None
    if not name:
        raise RequestRefused("renamed 事件须用 --set name=新名称 给出新名称", "a renaming takes --set name=NEW_NAME")
    namesakes = certifications.enterprises(connection, [named_identity(name)], [])
    if not certification.uscc and any(each.id != certification.enterprise_id for each in namesakes):
        raise RequestRefused(
            f"已另有名为“{name}”且同样没有统一社会信用代码的企业，两者将无法区分；请先导入其代码",
            f'another enterprise without a code is named "{name}": nothing would tell them apart; import a code first',
        )
    certifications.identify_enterprise(connection, certification.enterprise_id, certification.uscc, name)

"""Holidays: a year's notice into the working-day table, and every open date counted anew, all of it or nothing.

Invariant: nobody is told of a date that only stopped being provisional; whose date moved is told by the next scan.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from service.domain.history import live
from service.domain.notice import Notice, check, days_of, unforeseen
from service.domain.plan import ReminderPlan, stages
from service.domain.workdays import Workdays
from service.flows.desk import Desk, Moment, Progress, recorded
from service.flows.refresh import refresh
from service.sheets.notice import read_notice
from service.sheets.sheet import Finding, said, shown
from service.store import certifications, obligations, workdays
from service.store.obligations import AT_ONCE, Stored

_CHUNK = 500


@dataclass(frozen=True)
class Loaded:
    """What a notice did to the open obligations; ``settled``: the date stayed and is no longer provisional."""

    notice: Notice
    moved: int
    settled: int
    unchanged: int
    findings: list[Finding]


def load_notice(
    desk: Desk,
    path: Path,
    today: date,
    author: str,
    *,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> Loaded:
    """Put a notice in the place of what the table held of its year. Raises RequestRefused, with nothing changed."""
    with recorded(desk, "holidays", today) as tally:
        notice, findings = read_notice(path)
        check(notice)
        with desk.engine.connect() as connection, connection.begin() as transaction:
            workdays.change_alone(connection)
            before, began = workdays.load(connection), desk.clock()
            workdays.replace_year(connection, notice, f"{shown(path.name)} ({author})"[:100], began)
            now = Moment(connection, began, workdays.load(connection), desk.policy)
            counts = _count_anew(now, before, notice.year, today, progress)
            if dry_run:
                transaction.rollback()
        tally.counts.update(counts, days=len(notice.days), dry_run=dry_run)
    return Loaded(notice, counts["moved"], counts["settled"], counts["unchanged"], findings + _one_offs(notice))


def _one_offs(notice: Notice) -> list[Finding]:
    return [
        Finding(
            "one_off",
            None,
            said(
                f"{named.day}（{named.name}）不在任何节日可能的放假范围内，请与通知核对；推算到此日的期限会提前",
                f"{named.day} ({named.name}) is a rest day that no holiday explains: compare it with the notice; "
                "a date that fell on it comes earlier",
            ),
        )
        for named in unforeseen(notice)
    ]


def _count_anew(now: Moment, before: Workdays, year: int, today: date, progress: Progress | None) -> Counter[str]:
    """Bring every open obligation in line with the new table, chunk by chunk; how many moved, settled, or neither."""
    lost = {day for day in days_of(year) if before.read(day).working and not now.workdays.read(day).working}
    counts = Counter[str]()
    levels = workdays.leaning_on_it(now.connection)
    ids = list(levels)
    for start in range(0, len(ids), _CHUNK):
        chunk = ids[start : start + _CHUNK]
        stood = _on_record(now, chunk)
        logs = certifications.logs(now.connection, chunk)
        refresh(now, {id: live(levels[id], logs[id]) for id in chunk}, today)
        stand = _on_record(now, chunk)
        is_open = [id for id, each in stood.items() if each.obligation.closed is None]
        counts.update(_change(stood[id], stand[id]) for id in is_open)
        early = [id for id in is_open if lost and _has_a_stage_on(lost, stand[id], now.policy.plan, before)]
        obligations.look_next(now.connection, dict.fromkeys(early, AT_ONCE))
        if progress is not None:
            progress(start + len(chunk))
    return counts


def _on_record(now: Moment, ids: Collection[int]) -> dict[int, Stored]:
    found = obligations.of_certifications(now.connection, ids)
    return {each.id: each for of_one in found.values() for each in of_one}


def _change(stood: Stored, stands: Stored) -> str:
    if stands.revision != stood.revision:
        return "moved"
    settled = stood.obligation.dates.provisional and not stands.obligation.dates.provisional
    return "settled" if settled else "unchanged"


def _has_a_stage_on(lost: Collection[date], stands: Stored, plan: ReminderPlan, before: Workdays) -> bool:
    """Whether a step still to come was to fall on a day that is now a rest day: it moves to the working day before."""
    coming = stands.check_on
    if coming is None:
        return False
    planned = stages(stands.obligation.kind, stands.obligation.dates, plan, before)
    return any(stage.on in lost and stage.on >= coming for stage in planned)

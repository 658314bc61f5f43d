"""Holidays: a year's notice into the working-day table, and every open date counted anew, all of it or nothing.

Invariant: nobody is told of a date that only stopped being provisional; whose date moved is told by the next scan.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from service.domain.notice import Notice, check, unforeseen
from service.flows.desk import Desk, Moment, Progress, recorded
from service.flows.recount import Change, leaning, recount
from service.sheets.notice import read_notice
from service.sheets.sheet import Finding, said, shown
from service.store import workdays


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
            then = Moment(connection, desk.clock())
            _ = then.workdays  # read before anything of it is changed
            workdays.replace_year(connection, notice, f"{shown(path.name)} ({author})"[:100], then.now)
            now = Moment(connection, then.now)
            counts = Counter(_word(each) for each in recount(then, now, *leaning(connection), today, progress))
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


def _word(change: Change) -> str:
    if change.moved:
        return "moved"
    was = change.before is not None and change.before.dates.provisional
    return "settled" if was and not change.after.dates.provisional else "unchanged"

"""Override: a person sets the days of an open obligation, or lifts what was set; it beats every rule until then."""

from collections import Counter
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import date

from service.domain import override as domain
from service.domain.errors import RequestRefused
from service.domain.obligation import Kind, Subject, SubjectKind
from service.domain.override import Override
from service.flows.desk import Desk, Moment, Tally, moment, recorded
from service.flows.duties import refresh_duties
from service.flows.grounds import lives_of
from service.flows.refresh import refresh
from service.flows.typed import line
from service.store import certifications, obligations, overrides, people
from service.store.certifications import Author
from service.store.obligations import Stored

_REASON_CHARACTERS = 300


@dataclass(frozen=True)
class Which:
    """Which obligation: ``occurrence`` may be empty where only one of the kind is open."""

    of: Subject
    kind: Kind
    occurrence: str = ""


def set_days(
    desk: Desk,
    which: Which,
    due_on: date | None,
    safe_due_on: date | None,
    reason: str,
    author: str,
    today: date,
    *,
    dry_run: bool = False,
) -> Stored:
    """Set the statutory day, the day to work towards, or both; the obligation as it stands then.

    A dry run tells how it would stand, and leaves nothing behind.
    The day to work towards that is not given is the last working day up to the statutory one that is.
    Raises RequestRefused, with nothing stored, where the days cannot be those of the obligation.
    """
    reason = line("--reason", reason, _REASON_CHARACTERS)
    if due_on is None and safe_due_on is None:
        raise RequestRefused("请给出 --due-on、--safe-due-on 或两者", "give --due-on, --safe-due-on, or both")
    with _logged(desk, today, dry_run) as tally, moment(desk, dry_run=dry_run) as now:
        found = _open(now, which)
        dates = found.obligation.dates
        due = due_on or dates.due_on
        safe = safe_due_on or now.workdays.roll_back(due).day
        override = Override(which.kind, found.obligation.occurrence, due, safe, reason)
        domain.check(override, dates)
        return _stored(now, found, (due, safe), reason, Author(author, now.now), today, tally.counts)


def lift(desk: Desk, which: Which, reason: str, author: str, today: date, *, dry_run: bool = False) -> Stored:
    """Let the counted days stand again; a dry run as above. Raises RequestRefused where none were set."""
    reason = line("--reason", reason, _REASON_CHARACTERS)
    with _logged(desk, today, dry_run) as tally, moment(desk, dry_run=dry_run) as now:
        found = _open(now, which)
        name = found.obligation.kind, found.obligation.occurrence
        standing = overrides.of_subjects(now.connection, which.of.kind, [which.of.id]).get(which.of.id, [])
        if name not in {(each.kind, each.occurrence) for each in standing}:
            raise RequestRefused(
                f"{which.kind} {name[1]} 没有人工设定的日期", f"no day was set by hand for {which.kind} {name[1]}"
            )
        return _stored(now, found, None, reason, Author(author, now.now), today, tally.counts)


def _logged(desk: Desk, today: date, dry_run: bool) -> AbstractContextManager[Tally]:
    return nullcontext(Tally()) if dry_run else recorded(desk, "override", today)


def _open(now: Moment, which: Which) -> Stored:
    """The open obligation that is meant, its subject kept from others."""
    if which.of.kind is SubjectKind.UNIT:
        people.hold_units(now.connection, [which.of.id])
    else:
        certifications.hold(now.connection, [which.of.id])
    theirs = obligations.of_subjects(now.connection, which.of.kind, [which.of.id]).get(which.of.id, [])
    of_kind = [each for each in theirs if each.obligation.kind is which.kind and each.obligation.closed is None]
    meant = [each for each in of_kind if which.occurrence in ("", each.obligation.occurrence)]
    if len(meant) != 1:
        known = "、".join(each.obligation.occurrence for each in of_kind) or "–"
        raise RequestRefused(
            f"须指明一项未办结的 {which.kind}，用 --occurrence 给出；未办结的有：{known}",
            f"name one open {which.kind} by --occurrence; open are: {known}",
        )
    return meant[0]


def _stored(
    now: Moment,
    found: Stored,
    days: tuple[date, date] | None,
    reason: str,
    author: Author,
    today: date,
    counts: Counter[str],
) -> Stored:
    name = found.obligation.kind, found.obligation.occurrence
    overrides.record(now.connection, found.subject, *name, days, reason, author)
    id = found.subject.id
    if found.subject.kind is SubjectKind.UNIT:
        done = refresh_duties(now, [id], today)
    else:
        done = refresh(now, lives_of(now, [id]), today)
    counts.update(moved=done.moved, closed=done.closed)
    return obligations.by_ids(now.connection, [found.id])[found.id]

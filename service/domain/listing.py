"""The rows of a unit's list: which section each stands in, what was told of it, and what is new since."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from service.domain.answer import Answer, Decision
from service.domain.escalation import Window
from service.domain.obligation import MILESTONES, Holder, Obligation
from service.domain.rungs import Rung

SILENT_AFTER = 3
"""[policy] After so many reminders without any answer an enterprise is called silent."""


class Section(StrEnum):
    """逾期, 多次提醒未答复, 退信或无联系人, 称已办理待确认, 本单位事项, 即将到期: in the order of a list."""

    OVERDUE = "overdue"
    SILENT = "silent"
    UNDELIVERABLE = "undeliverable"
    CLAIMED = "claimed"
    OWN = "own"
    COMING = "coming"


ORDER = {section: place for place, section in enumerate(Section)}


class Mark(StrEnum):
    """What is different from the unit's last list: nothing, 新增, 变化."""

    NONE = ""
    NEW = "new"
    CHANGED = "changed"


@dataclass(frozen=True)
class Reached:
    """How far reminders have come: letters sent and the last one's day, stages sent since the last answer, and since
    when (the day of the first of these).

    ``reachable`` is false where nobody has an address that works, or the last letter failed.
    """

    letters: int
    last_on: date | None
    unanswered: int
    reachable: bool
    silent_since: date | None = None


def section_of(matter: Obligation, today: date, reached: Reached, *, claimed: bool, climbed: bool = False) -> Section:
    """The one section of a row: what the unit does itself, what it has to confirm, and then what is worst.

    ``climbed`` says that its ladder has come to the unit: then one reminder without an answer is silence. Nobody is
    called late before ``late_after`` has passed, nor where an application is on record.
    """
    if matter.holder is Holder.UNIT and matter.kind not in MILESTONES:
        return Section.OWN
    if matter.pending:
        return Section.COMING
    if claimed:
        return Section.CLAIMED
    dates = matter.dates
    late_after = dates.lapse_after or dates.late_after if matter.kind in MILESTONES else dates.late_after
    if today > late_after:
        return Section.OVERDUE
    if not reached.reachable:
        return Section.UNDELIVERABLE
    return Section.SILENT if reached.unanswered >= (1 if climbed else SILENT_AFTER) else Section.COMING


@dataclass(frozen=True)
class Said:
    """The last answer to a matter's letters: what, on which day, and what became of it."""

    answer: Answer
    on: date
    decision: Decision


@dataclass(frozen=True)
class Told:
    """A row as a list tells it: numbers, codes and days, and no names. ``rung`` is where its ladder has come to, None
    below the unit."""

    obligation_id: int
    revision: int
    section: Section
    mark: Mark
    pending: bool
    provisional: bool
    ends_on: date | None
    due_on: date
    late_after: date
    lapse_after: date | None
    safe_due_on: date
    reminders: int
    last_reminded_on: date | None
    said: Said | None
    contact_ids: tuple[int, ...]
    rung: Rung | None = None


@dataclass(frozen=True)
class PastList:
    """A list as it was told: which rows it could take, and those that it had, by their obligation."""

    window: Window
    rows: dict[int, Told]


def mark_of(row: Told, before: Sequence[PastList]) -> Mark:
    """What is different since the unit was last told; nothing where it was told nothing yet.

    ``before`` are the newest list of each cadence, the newest first: a narrow one leaves out what it does not take, so
    a row that it could not have had is looked for in the one before.
    """
    for past in before:
        known = past.rows.get(row.obligation_id)
        if known is not None:
            return Mark.CHANGED if _what_counts(known) != _what_counts(row) else Mark.NONE
        if past.window.takes(row.safe_due_on, row.lapse_after, pending=row.pending):
            return Mark.NEW
    return Mark.NEW if before else Mark.NONE


def _what_counts(row: Told) -> tuple[object, ...]:
    """What of a row makes it a changed one; that it was reminded once more does not."""
    days = (row.ends_on, row.due_on, row.late_after, row.lapse_after, row.safe_due_on)
    return row.section, row.pending, row.said, *days

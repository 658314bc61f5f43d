"""Restored: an older database takes the place of one that was lost, and does not say again what that one said.

Only a person can know of a restore: to the program it looks as an outage does, after which everything due must go.
So the person says until when the lost database worked, and what it had reached by then counts as sent.

Invariant: nothing that the lost database gave away is given again for something else, neither a number nor a SEQUENCE.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time

from service.domain.delivery import Delivery
from service.domain.errors import RequestRefused
from service.domain.flood import NO_GUARD
from service.flows.desk import LEGAL_ZONE, Desk, Moment, moment, recorded
from service.flows.escalate import escalate
from service.flows.facts import is_to_its_holder, told
from service.flows.remind import scan
from service.store import invites, obligations, queue, restored, runs
from service.store.database import reading
from service.store.invites import Offered
from service.store.snapshot import copied

_COUNTED_FROM = datetime(2026, 1, 1, tzinfo=UTC)
_BATCH = 500
_MORE = 1_000_000
"""So many numbers of each kind are passed over at least."""


@dataclass(frozen=True)
class Restored:
    """How many letters count as sent, by purpose and stage, and from which SEQUENCE on calendars are told."""

    assumed: Mapping[tuple[str, str], int]
    sequence: int


def take_over(desk: Desk, until: date, today: date, *, dry_run: bool = False) -> Restored:
    """Take what the lost database had reached by the end of ``until`` for sent; again, it takes nothing.

    A dry run does it on a copy. Raises RequestRefused where ``until`` is ahead, or behind what the record shows, or a
    scheduler is running.
    """
    _check(desk, until, today)
    if dry_run:
        with copied(desk.engine) as copy:
            return _take_over(replace(desk, engine=copy), until, today)
    return _take_over(desk, until, today)


def _check(desk: Desk, until: date, today: date) -> None:
    with reading(desk.engine) as connection:
        lead = queue.lead(connection, "scheduler")
        last = runs.newest_of(connection, "scan", [runs.DONE])
    if lead is not None and lead.until > desk.clock():
        raise RequestRefused(
            "调度正在运行，请先停止全部进程，再运行 duban restored",
            "a scheduler is running: stop all roles first, then run duban restored",
        )
    if until > today:
        raise RequestRefused(f"--until：{until} 尚未到来", f"--until: {until} is still ahead")
    if last is not None and until < last.as_of:
        raise RequestRefused(
            f"--until：库内已有 {last.as_of} 的扫描，日期不能早于此日",
            f"--until: the record has a scan of {last.as_of}, and cannot be older than that",
        )


def _take_over(desk: Desk, until: date, today: date) -> Restored:
    lost_at = min(desk.clock(), datetime.combine(until, time.max, LEGAL_ZONE))
    then = replace(desk, clock=lambda: lost_at, flood=NO_GUARD)
    assumed: Counter[tuple[str, str]] = Counter()
    with recorded(desk, restored.JOB, today) as tally:
        sequence = _seconds(desk) // 60
        tally.counts.update(restored.counted(sequence))
        _number_anew(desk, sequence)
        assumed.update(_take_as_sent(desk, lost_at, sequence))
        scan(then, until)
        escalate(then, until)
        assumed.update(_take_as_sent(desk, lost_at, sequence))
        tally.counts["assumed"] = assumed.total()
    return Restored(dict(assumed), sequence)


def _number_anew(desk: Desk, sequence: int) -> None:
    """Both rise with the real clock, so that a second restore of the same backup begins above the first again.

    No calendar was told something new once a minute since 2026, and no kind of number was given once a second.
    """
    with desk.engine.begin() as connection:
        restored.raise_sequences(connection, sequence)
        restored.raise_numbers(connection, _MORE, _seconds(desk))


def _seconds(desk: Desk) -> int:
    return int((desk.clock() - _COUNTED_FROM).total_seconds())


def _take_as_sent(desk: Desk, lost_at: datetime, sequence: int) -> Counter[tuple[str, str]]:
    """End what waits, and note that each calendar was told what the letter would have said."""
    with moment(desk) as now:
        ended = restored.take_as_sent(now.connection, lost_at, now.now)
        matters = [delivery for delivery in ended if is_to_its_holder(delivery)]
        for start in range(0, len(matters), _BATCH):
            _note_as_told(now, matters[start : start + _BATCH], sequence)
    return Counter((str(delivery.purpose), delivery.stage) for delivery in ended)


def _note_as_told(now: Moment, ended: Sequence[Delivery], sequence: int) -> None:
    """The last of several letters to one calendar is what it was told."""
    found = obligations.by_ids(now.connection, {delivery.subject_id for delivery in ended})
    before = invites.of_obligations(now.connection, list(found))
    offers: dict[tuple[int, int], Offered] = {}
    for delivery in ended:
        key = (delivery.subject_id, delivery.contact_id)
        offers[key] = told(delivery, found[delivery.subject_id], offers.get(key, before.get(key)), sequence)
    invites.offer(now.connection, list(offers.values()), now.now)

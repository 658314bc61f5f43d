"""Deliver: call what waits, and carry it batch by batch."""

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date

from service.flows.carry import Composing, carry, composed
from service.flows.desk import Desk, Progress, recorded
from service.flows.post import Post
from service.store import carriage, people

CALLED_AT_ONCE = 2000
_BATCH = 200


def call(desk: Desk, post: Post) -> list[list[int]]:
    """Call what waits, in batches of ids; the letters of one mailbox stay in one batch.

    Called and not yet taken are never more than ``CALLED_AT_ONCE``: what waits longer for a worker than its lease
    lasts would be called again and again.
    """
    with desk.engine.begin() as connection:
        now = desk.clock()
        room = post.room(connection, now, CALLED_AT_ONCE)
        called = carriage.call(connection, now, room) if room else []
        mailbox = people.addresses(connection, {contact_id for _, contact_id in called})
    waiting = sorted((mailbox[contact_id], id) for id, contact_id in called)
    batches: list[list[int]] = []
    previous = None
    for address, id in waiting:
        if not batches or (len(batches[-1]) >= _BATCH and address != previous):
            batches.append([])
        batches[-1].append(id)
        previous = address
    return batches


def deliver_batch(
    desk: Desk, post: Post, ids: Sequence[int], today: date, stop: Callable[[], bool] = lambda: False
) -> Mapping[str, int]:
    """Carry one called batch, with its row in the job log."""
    with recorded(desk, "deliver", today) as tally:
        carry(desk, post, ids, today, tally, stop)
    return dict(tally.counts)


def deliver_waiting(
    desk: Desk, post: Post, today: date, progress: Progress | None = None, compose: Composing = composed
) -> Counter[str]:
    """Deliver all that waits now, waiting out a lease that a process which is gone still holds (15 s at most)."""
    with recorded(desk, "deliver", today) as tally:
        while True:
            batches = call(desk, post)
            for ids in batches:
                carry(desk, post, ids, today, tally, compose=compose)
                if progress is not None:
                    progress(tally.counts["sent"])
            if batches:
                continue
            with desk.engine.begin() as connection:
                held_until = carriage.lease_end(connection)
            if held_until is None:
                break
            time.sleep(max((held_until - desk.clock()).total_seconds(), 0.1))
    return tally.counts

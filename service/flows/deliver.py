"""Deliver: call what waits, claim it, write each letter from facts read anew, carry it, settle what became of it.

Invariants: the claim is committed before the wire is touched; ``sent`` is written only after the channel's answer;
whatever ends the process in between, the lease ends and the row is called again under the same Message-ID.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from itertools import takewhile
from uuid import uuid4

import structlog
from sqlalchemy.exc import SQLAlchemyError

from service.channels.channel import Channel, Parcel
from service.domain.delivery import Outcome, Refused, Sent, State, TryAgain, Unknown, retry_after
from service.flows.desk import Desk, Progress, Tally, moment, recorded
from service.flows.facts import Prepared, prepare
from service.letters.letter import ListLetter, MatterLetter
from service.letters.message import encode
from service.letters.writing import write
from service.store import carriage, deliveries, invites

_log = structlog.get_logger()
_CALLED_AT_ONCE = 2000
_BATCH = 200
_SETTLE_AT_LEAST = 50
_SETTLE_EVERY = timedelta(seconds=0.25)
_RENEW_EVERY = 10.0


def call(desk: Desk) -> list[list[int]]:
    """Call what waits, in batches of ids; a person's letters stay in one batch.

    Called and not yet taken are never more than ``_CALLED_AT_ONCE``: what waits longer for a worker than its lease
    lasts would be called again and again.
    """
    with desk.engine.begin() as connection:
        called = carriage.call(connection, desk.clock(), _CALLED_AT_ONCE)
    called.sort(key=lambda pair: (pair[1], pair[0]))
    batches: list[list[int]] = []
    previous = None
    for id, contact_id in called:
        if not batches or (len(batches[-1]) >= _BATCH and contact_id != previous):
            batches.append([])
        batches[-1].append(id)
        previous = contact_id
    return batches


def carry(
    desk: Desk,
    channel: Channel,
    ids: Sequence[int],
    today: date,
    tally: Tally,
    stop: Callable[[], bool] = lambda: False,
) -> None:
    """Carry one called batch. Rows that another process has taken are left to it.

    Once ``stop`` says so no further letter is begun, and those that were not are given back.
    """
    token = uuid4().hex
    with moment(desk) as now:
        claimed = carriage.claim(now.connection, ids, token, now.now)
        prepared = prepare(desk, now, claimed, today)
        for (state, reason), ended in prepared.ended.items():
            carriage.settle(now.connection, ended, token, state, reason, now.now)
            tally.counts[str(state)] += len(ended)
        invites.offer(now.connection, prepared.offers, now.now)
    attempts = {delivery.id: delivery.attempts for delivery in claimed}
    begun: set[int] = set()
    with _lease_kept(desk, list(attempts), token):
        for outcomes in _in_groups(desk, _carried(channel, prepared, begun, stop)):
            _settle(desk, token, outcomes, attempts, tally)
    left = [letter.envelope.delivery_id for letter in prepared.letters if letter.envelope.delivery_id not in begun]
    if left:
        with desk.engine.begin() as connection:
            carriage.settle(connection, left, token, State.PLANNED, "given_back", desk.clock(), desk.clock())


def deliver_batch(
    desk: Desk, channel: Channel, ids: Sequence[int], today: date, stop: Callable[[], bool] = lambda: False
) -> Mapping[str, int]:
    """Carry one called batch, with its row in the job log."""
    with recorded(desk, "deliver", today) as tally:
        carry(desk, channel, ids, today, tally, stop)
    return dict(tally.counts)


def deliver_waiting(desk: Desk, channel: Channel, today: date, progress: Progress | None = None) -> Counter[str]:
    """Deliver all that waits now, waiting out a lease that a process which is gone still holds (30 s at most)."""
    with recorded(desk, "deliver", today) as tally:
        while True:
            batches = call(desk)
            for ids in batches:
                carry(desk, channel, ids, today, tally)
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


def _carried(
    channel: Channel,
    prepared: Prepared,
    begun: set[int],
    stop: Callable[[], bool],
) -> Iterator[tuple[int, Outcome]]:
    """The outcome of each letter as it comes; a letter that cannot be written is refused, the others still go."""
    unwritten: list[tuple[int, Outcome]] = []
    wanted = takewhile(lambda _: not stop(), prepared.letters)
    for parcel, outcome in channel.carry(_parcels(wanted, begun, unwritten)):
        yield parcel.delivery_id, outcome
    yield from unwritten


def _parcels(
    letters: Iterable[MatterLetter | ListLetter],
    begun: set[int],
    unwritten: list[tuple[int, Outcome]],
) -> Iterator[Parcel]:
    for letter in letters:
        envelope = letter.envelope
        begun.add(envelope.delivery_id)
        try:
            message = encode(envelope, write(letter))
        except Exception as failure:  # one letter's fault, whatever it is, must not stop the others
            _log.error("letter_not_written", delivery=envelope.delivery_id, failure=type(failure).__name__)
            unwritten.append((envelope.delivery_id, Refused(f"not written: {type(failure).__name__}")))
            continue
        yield Parcel(envelope.delivery_id, envelope.message_id, envelope.sender, envelope.to.address, message)


def _in_groups(desk: Desk, outcomes: Iterator[tuple[int, Outcome]]) -> Iterator[list[tuple[int, Outcome]]]:
    """Outcomes in groups large enough to commit cheaply, small enough that a crash leaves few in doubt."""
    group: list[tuple[int, Outcome]] = []
    since = desk.clock()
    for outcome in outcomes:
        group.append(outcome)
        if len(group) >= _SETTLE_AT_LEAST or desk.clock() - since >= _SETTLE_EVERY:
            yield group
            group, since = [], desk.clock()
    if group:
        yield group


def _settle(
    desk: Desk, token: str, outcomes: Sequence[tuple[int, Outcome]], attempts: Mapping[int, int], tally: Tally
) -> None:
    now = desk.clock()
    groups: dict[tuple[State, str, datetime | None], list[int]] = {}
    tried: list[tuple[int, str, int | None, str]] = []
    for id, outcome in outcomes:
        word, state, again = _consequence(outcome, attempts[id], now)
        reason = "" if isinstance(outcome, Sent) else outcome.answer
        groups.setdefault((state, reason, again), []).append(id)
        tried.append((id, word, getattr(outcome, "code", None), outcome.answer))
        tally.counts[word] += 1
    with desk.engine.begin() as connection:
        deliveries.record_attempts(connection, tried, now)
        for (state, reason, again), ids in groups.items():
            carriage.settle(connection, ids, token, state, reason, now, again)


def _consequence(outcome: Outcome, attempts: int, now: datetime) -> tuple[str, State, datetime | None]:
    """The word for the count, the state that follows, and when to go again; an unknown is resent by default."""
    match outcome:
        case Sent():
            return "sent", State.SENT, None
        case Refused():
            return "refused", State.REFUSED, None
        case TryAgain():
            return "retry", State.PLANNED, now + retry_after(attempts)
        case Unknown():
            return "unknown", State.PLANNED, now + retry_after(attempts)


@contextmanager
def _lease_kept(desk: Desk, ids: Sequence[int], token: str) -> Iterator[None]:
    """Renew the lease of a batch while it is carried, so that a slow relay does not make a second worker take it."""
    done = threading.Event()

    def keep() -> None:
        while not done.wait(_RENEW_EVERY):
            try:
                with desk.engine.begin() as connection:
                    carriage.renew(connection, ids, token, desk.clock())
            except SQLAlchemyError as failure:  # the next turn may succeed, and comes well before the lease ends
                _log.warning("lease_not_renewed", failure=type(failure).__name__)

    keeper = threading.Thread(target=keep, name="lease", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        done.set()
        keeper.join()

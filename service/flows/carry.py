"""Carry one called batch: claim it, write each letter from facts read anew, carry it, settle what became of it.

Invariants: the claim is committed before the wire is touched; ``sent`` is written only after the channel's answer;
whatever ends the process in between, the lease ends and the row is called again under the same Message-ID.
"""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import takewhile
from uuid import uuid4

import structlog
from sqlalchemy.exc import SQLAlchemyError

from service.channels.channel import Channel, Parcel
from service.domain.delivery import (
    LEASE,
    OF_THE_RELAY,
    Delivery,
    Outcome,
    Purpose,
    Refused,
    Sent,
    State,
    TryAgain,
    Unknown,
    Verdict,
    gives_up_at,
    retry_after,
)
from service.domain.undeliverable import Failed
from service.flows.desk import Desk, Tally, moment
from service.flows.digest import together
from service.flows.due import Due
from service.flows.facts import prepare
from service.flows.post import Post, Route
from service.flows.undeliverable import undeliverable
from service.letters.message import encode
from service.letters.writing import write
from service.store import carriage, deliveries, invites, letters
from service.store.deliveries import Attempt

_log = structlog.get_logger()
_SETTLE_EVERY = timedelta(seconds=0.25)
_RENEW_EVERY = 5.0

Composing = Callable[[Due], bytes]
"""Makes the message of a letter that is due; what it raises is the fault of that letter alone."""


def composed(letter: Due) -> bytes:
    """The message as it goes on the wire, of the facts as they are now."""
    return encode(letter.envelope, write(letter.facts()))


@dataclass
class _Batch:
    """A claimed batch on its way: its rows by id, by which relay they go, when its lease ends, the letters begun.

    Letters are known by their number here; ``written`` holds those that are on the wire and not settled yet.
    """

    token: str
    rows: Mapping[int, Delivery]
    route: Route
    held_until: datetime
    begun: set[int] = field(default_factory=set)
    written: dict[int, bytes] = field(default_factory=dict)

    def due(self, number: int) -> Due:
        return self.route.by_id[number]


def carry(
    desk: Desk,
    post: Post,
    ids: Sequence[int],
    today: date,
    tally: Tally,
    stop: Callable[[], bool] = lambda: False,
    compose: Composing = composed,
) -> None:
    """Carry one called batch. Rows that another process has taken are left to it.

    Once ``stop`` says so, or the lease has ended (the process was suspended, or the clock leapt) and another may have
    the rows, no further letter is begun, and those that were not are given back.
    """
    batch = _claimed(desk, post, ids, today, tally)
    if batch.route.channel is None:
        return

    def over() -> bool:
        return stop() or desk.clock() >= batch.held_until

    with _lease_kept(desk, batch):
        for outcomes in _in_groups(
            desk, batch.route.channel.at_once, _carried(batch.route.channel, batch, over, compose)
        ):
            _settle(desk, batch, outcomes, today, tally)
    left = [id for number, due in batch.route.by_id.items() if number not in batch.begun for id in due.deliveries]
    if left:
        with desk.engine.begin() as connection:
            carriage.put_off(connection, left, batch.token, "given_back", desk.clock())


def _claimed(desk: Desk, post: Post, ids: Sequence[int], today: date, tally: Tally) -> _Batch:
    """Claim the rows, end those that need no letter any more, and put off those that no relay takes now."""
    token = uuid4().hex
    with moment(desk) as now:
        claimed = carriage.claim(now.connection, ids, token, now.now)
        prepared = prepare(desk, now, claimed, today)
        for (state, reason), ended in prepared.ended.items():
            carriage.settle(now.connection, ended, token, state, reason, now.now)
            tally.counts[str(state)] += len(ended)
        rows = {delivery.id: delivery for delivery in claimed}
        gathered = together(desk, now, prepared.letters, rows, today)
        route = post.route(now, gathered.letters)
        for (until, reason), put_off in [*route.put_off.items(), *gathered.put_off.items()]:
            carriage.put_off(now.connection, put_off, token, reason, until)
            tally.skipped[reason] += len(put_off)
        offers = [offer for letter in route.by_id.values() for offer in letter.offers]
        invites.offer(now.connection, offers, now.now)
    return _Batch(token, rows, route, now.now + LEASE)


def _carried(
    channel: Channel, batch: _Batch, stop: Callable[[], bool], compose: Composing
) -> Iterator[tuple[int, Outcome]]:
    """The outcome of each letter as it comes; a letter that cannot be written is refused, the others still go."""
    unwritten: list[tuple[int, Outcome]] = []
    wanted = takewhile(lambda _: not stop(), batch.route.by_id.values())
    for parcel, outcome in channel.carry(_parcels(wanted, batch, unwritten, compose)):
        yield parcel.delivery_id, outcome
    yield from unwritten


def _parcels(
    wanted: Iterable[Due],
    batch: _Batch,
    unwritten: list[tuple[int, Outcome]],
    compose: Composing,
) -> Iterator[Parcel]:
    for letter in wanted:
        envelope = letter.envelope
        batch.begun.add(letter.id)
        try:
            message = compose(letter)
        except Exception as failure:  # one letter's fault, whatever it is, must not stop the others
            _log.error("letter_not_written", delivery=letter.id, failure=type(failure).__name__)
            fault = Refused(f"not written: {type(failure).__name__}", verdict=Verdict.OURS)
            unwritten.append((letter.id, fault))
            continue
        batch.written[letter.id] = message
        returns_to = envelope.returns_to or envelope.sender
        yield Parcel(letter.id, envelope.message_id, returns_to, envelope.to.address, message)


def _in_groups(desk: Desk, size: int, outcomes: Iterator[tuple[int, Outcome]]) -> Iterator[list[tuple[int, Outcome]]]:
    """Outcomes in groups large enough to commit cheaply, small enough that a crash leaves few in doubt."""
    group: list[tuple[int, Outcome]] = []
    since = desk.clock()
    for outcome in outcomes:
        group.append(outcome)
        if len(group) >= size or desk.clock() - since >= _SETTLE_EVERY:
            yield group
            group, since = [], desk.clock()
    if group:
        yield group


def _settle(desk: Desk, batch: _Batch, outcomes: Sequence[tuple[int, Outcome]], today: date, tally: Tally) -> None:
    now, relay = desk.clock(), batch.route.name
    groups: dict[tuple[State, str, datetime | None], list[int]] = {}
    tried, failed, kept = [], [], {}
    for number, outcome in outcomes:
        word, state, again = _consequence(outcome, batch, number, now)
        ids, reason = batch.due(number).deliveries, "" if isinstance(outcome, Sent) else outcome.answer
        groups.setdefault((state, reason, again), []).extend(ids)
        code, verdict = getattr(outcome, "code", None), getattr(outcome, "verdict", Verdict.UNSAID)
        tried += [Attempt(id, word, code, outcome.answer, verdict, relay) for id in ids]
        tally.counts[word] += 1
        message = batch.written.pop(number, b"")
        if batch.rows[ids[0]].purpose is not Purpose.SIGN_IN:  # its link is for its reader alone
            kept[number] = message
        if state is State.REFUSED and verdict is not Verdict.OURS:
            failed += [Failed(id, verdict, outcome.answer) for id in ids]
    with desk.engine.begin() as connection:
        deliveries.record_attempts(connection, tried, now)
        letters.keep(connection, {id: message for id, message in kept.items() if message}, now)
        for (state, reason, again), alike in groups.items():
            carriage.settle(connection, alike, batch.token, state, reason, now, again)
        batch.route.note(connection, [outcome for _, outcome in outcomes], now)
        undeliverable(connection, failed, today, now)


def _consequence(outcome: Outcome, batch: _Batch, number: int, now: datetime) -> tuple[str, State, datetime | None]:
    """The word for the count, the state that follows, and when to go again; an unknown is resent by default.

    What the relay is at fault for goes by another at once, where there is one. What was put off for long enough is
    refused, and so comes before a person.
    """
    match outcome:
        case Sent():
            return "sent", State.SENT, None
        case Refused():
            return "refused", State.REFUSED, None
    due = batch.due(number)
    row, word = batch.rows[due.deliveries[0]], "unknown" if isinstance(outcome, Unknown) else "retry"
    verdict = outcome.verdict if isinstance(outcome, TryAgain) else Verdict.LATER
    again = now + retry_after(row.attempts, verdict)
    if verdict in OF_THE_RELAY and batch.route.has_another:
        again = now
    if again > gives_up_at(row.planned_at, due.deadline):
        return "refused", State.REFUSED, None
    return word, State.PLANNED, again


@contextmanager
def _lease_kept(desk: Desk, batch: _Batch) -> Iterator[None]:
    """Renew the lease of a batch while it is carried, so that a slow relay does not make a second worker take it."""
    done = threading.Event()

    def keep() -> None:
        while not done.wait(_RENEW_EVERY):
            now = desk.clock()
            if now >= batch.held_until:
                return  # another may have the rows: what is in flight ends as an unknown there, and no more is begun
            try:
                with desk.engine.begin() as connection:
                    carriage.renew(connection, list(batch.rows), batch.token, now)
                batch.held_until = now + LEASE
            except SQLAlchemyError as failure:  # the next turn may succeed, and comes well before the lease ends
                _log.warning("lease_not_renewed", failure=type(failure).__name__)

    keeper = threading.Thread(target=keep, name="lease", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        done.set()
        keeper.join()

"""The outbox on its way out: calling what waits, claiming it with a lease, settling what became of it.

Invariants: a row is carried only by the process whose claim it bears while its lease lasts; the claim is committed
before the wire is touched; a lease that ends unsettled leaves an attempt of unknown outcome and is called again.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache

from sqlalchemy import Connection, Integer, Select, and_, bindparam, exists, select, update

from service.domain.delivery import LEASE, Delivery, Purpose, State, Verdict
from service.store import deliveries
from service.store.database import among
from service.store.deliveries import Attempt
from service.store.tables import delivery

_CALLABLE = (State.SENDING, State.CALLED, State.PLANNED)
"""What a process that is gone has left comes first, or a flood of new letters would keep it waiting."""


def waiting_in(state: State, now: datetime, limit: int) -> Select[tuple[int, int]]:
    """What waits in one state; a range of the index on state and time, however many rows were settled before."""
    return _WAITING.params(state=state, now=now, limit=limit)


_WAITING = (
    select(delivery.c.id, delivery.c.contact_id)
    .where(delivery.c.state == bindparam("state"), delivery.c.not_before <= bindparam("now"))
    .order_by(delivery.c.not_before, delivery.c.id)
    .limit(bindparam("limit", type_=Integer))
    .with_for_update(skip_locked=True)
)


def call(connection: Connection, now: datetime, limit: int) -> list[tuple[int, int]]:
    """Mark as called what waits: new, retry due, or left by a process that is gone; (id, contact id) of each.

    ``limit`` counts those that were called before and wait for a worker.
    """
    limit -= _awaiting_a_worker(connection, now, limit)
    called: list[tuple[int, int]] = []
    for state in _CALLABLE:
        if len(called) >= limit:
            break
        waiting = connection.execute(_WAITING, {"state": state, "now": now, "limit": limit - len(called)})
        found = [(row.id, row.contact_id) for row in waiting]
        found += _mates(connection, state, now, found)
        if found and state is State.SENDING:
            gone = "the process that carried it was gone"
            lost = [Attempt(id, "unknown", None, gone, Verdict.UNSAID, "") for id, _ in found]
            deliveries.record_attempts(connection, lost, now)
        called += found
    if called:
        connection.execute(_CALL, {"among": [id for id, _ in called], "until": now + LEASE})
    return called


def _mates(
    connection: Connection, state: State, now: datetime, found: Sequence[tuple[int, int]]
) -> list[tuple[int, int]]:
    """What went in one letter with any of these and waits too, whatever the limit: in parts it would be other letters
    under the same Message-ID."""
    ids = [id for id, _ in found]
    rows = connection.execute(_MATES, {"among": ids, "state": state, "now": now}) if ids else ()
    return [(row.id, row.contact_id) for row in rows]


def _awaiting_a_worker(connection: Connection, now: datetime, limit: int) -> int:
    return len(connection.execute(_AWAITING, {"now": now, "limit": limit}).all())


# Made once: to build a statement takes longer than to run it.
_AWAITING = (
    select(delivery.c.id)
    .where(delivery.c.state == State.CALLED, delivery.c.not_before > bindparam("now"))
    .limit(bindparam("limit", type_=Integer))
)
_found = delivery.alias()
_MATES = (
    select(delivery.c.id, delivery.c.contact_id)
    .where(
        delivery.c.digest_id.in_(select(_found.c.digest_id).where(among(_found.c.id), _found.c.digest_id.is_not(None))),
        delivery.c.state == bindparam("state"),
        delivery.c.not_before <= bindparam("now"),
        ~among(delivery.c.id),
    )
    .with_for_update(skip_locked=True)
)
_CALL = update(delivery).where(among(delivery.c.id)).values(state=State.CALLED, not_before=bindparam("until"), claim="")
_CLAIM = (
    update(delivery)
    .where(among(delivery.c.id), delivery.c.state == State.CALLED)
    .values(
        state=State.SENDING,
        claim=bindparam("token"),
        not_before=bindparam("until"),
        attempts=delivery.c.attempts + 1,
    )
    .returning(delivery)
)


def claim(connection: Connection, ids: Collection[int], token: str, now: datetime) -> list[Delivery]:
    """Take called rows to send them; those that somebody else has taken are left out."""
    rows = connection.execute(_CLAIM, {"among": list(ids), "token": token, "until": now + LEASE})
    return sorted((deliveries.value(row) for row in rows), key=lambda taken: taken.id)


def renew(connection: Connection, ids: Collection[int], token: str, now: datetime) -> None:
    """Lengthen the lease of what is still being carried. A row that is being settled is passed over: to wait for it
    while the settling waits for another row renewed here would be a deadlock."""
    held = and_(delivery.c.id.in_(ids), delivery.c.claim == token, delivery.c.state == State.SENDING)
    free = select(delivery.c.id).where(held).with_for_update(skip_locked=True)
    connection.execute(update(delivery).where(delivery.c.id.in_(free), held).values(not_before=now + LEASE))


def overtaken(connection: Connection, ids: Collection[int]) -> set[int]:
    """Which of these reminders a newer one to the same person about the same matter has overtaken."""
    return set(connection.scalars(_overtaken(), {"among": list(ids)})) if ids else set()


@cache
def _overtaken() -> Select[int]:
    newer = delivery.alias()
    alive = (State.PLANNED, State.CALLED, State.SENDING, State.SENT)
    reminding = (Purpose.REMINDER, Purpose.CORRECTION)
    return select(delivery.c.id).where(
        among(delivery.c.id),
        delivery.c.purpose.in_(reminding),
        exists().where(
            and_(
                newer.c.subject_kind == delivery.c.subject_kind,
                newer.c.subject_id == delivery.c.subject_id,
                newer.c.contact_id == delivery.c.contact_id,
                newer.c.purpose.in_(reminding),
                newer.c.state.in_(alive),
                newer.c.id > delivery.c.id,
            )
        ),
    )


def settle(
    connection: Connection,
    ids: Sequence[int],
    token: str,
    state: State,
    reason: str,
    now: datetime,
    not_before: datetime | None = None,
) -> None:
    """Put claimed rows into the state that their outcome leads to; ``not_before`` for those that go again."""
    columns = {
        "to_state": state,
        "why": reason[:300],
        "then": not_before or now,
        "settled": None if not_before else now,
    }
    connection.execute(_SETTLE, {"among": list(ids), "token": token, **columns})


_SETTLE = (
    update(delivery)
    .where(
        among(delivery.c.id),
        delivery.c.claim == bindparam("token"),
        delivery.c.state == State.SENDING,
    )
    .values(
        state=bindparam("to_state"),
        reason=bindparam("why"),
        claim="",
        not_before=bindparam("then"),
        settled_at=bindparam("settled"),
    )
)


def put_off(connection: Connection, ids: Sequence[int], token: str, reason: str, until: datetime) -> None:
    """Give claimed rows back untried: they wait until then, and it counts as no attempt."""
    connection.execute(
        update(delivery)
        .where(delivery.c.id.in_(ids), delivery.c.claim == token, delivery.c.state == State.SENDING)
        .values(state=State.PLANNED, reason=reason, claim="", not_before=until, attempts=delivery.c.attempts - 1)
    )


def lease_end(connection: Connection) -> datetime | None:
    """When the first lease that is held ends; None where none is held."""
    return connection.execute(_LEASE_END).scalar_one_or_none()


_LEASE_END = (
    select(delivery.c.not_before)
    .where(delivery.c.state.in_((State.CALLED, State.SENDING)))
    .order_by(delivery.c.not_before)
    .limit(1)
)

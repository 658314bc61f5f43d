"""What the measures ask of the database; by an index each, for they are asked again and again."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, exists, func, or_, select

from service.domain.delivery import OF_THE_RELAY, Purpose, State, Verdict
from service.store.failures import RESTORED
from service.store.postal import relay
from service.store.tables import attempt, delivery

WAITING = (State.HELD, State.PLANNED, State.CALLED, State.SENDING)
RELAYS_REST = "relays_rest"
_OUTCOMES = {"sent": "2xx", "unknown": "unknown"}
_NO_ANSWER_OF_A_RELAY = ("bounced", RESTORED)
_CARRIED = (State.PLANNED, State.CALLED, State.SENDING)
_TRIED_AGAIN = timedelta(minutes=70)  # what a relay puts off is tried again within the hour


def counted(connection: Connection, states: Sequence[State]) -> dict[State, int]:
    """How many deliveries are in each of these states."""
    statement = select(delivery.c.state, func.count()).where(delivery.c.state.in_(states)).group_by(delivery.c.state)
    found = {row[0]: row[1] for row in connection.execute(statement)}
    return {state: found.get(state, 0) for state in states}


def overdue(connection: Connection, since: datetime) -> int:
    """How many letters could have been carried since then, and were not: not those that are put off until later."""
    which = (delivery.c.state.in_(_CARRIED), delivery.c.not_before < since)
    count: int = connection.execute(select(func.count()).select_from(delivery).where(*which)).scalar_one()
    return count


def kept_by_relay(connection: Connection, since: datetime, now: datetime) -> int:
    """How many letters planned before ``since`` wait because a relay, our standing with it, or this system is at fault.

    What is wrong with one recipient's mailbox keeps one letter, and is not counted.
    """
    at_fault = exists().where(
        attempt.c.delivery_id == delivery.c.id,
        attempt.c.at > now - _TRIED_AGAIN,
        attempt.c.verdict.in_(OF_THE_RELAY | {Verdict.OURS}),
    )
    kept = or_(delivery.c.reason == RELAYS_REST, and_(delivery.c.attempts > 0, at_fault))
    which = (delivery.c.state == State.PLANNED, delivery.c.planned_at < since, kept)
    count: int = connection.execute(select(func.count()).select_from(delivery).where(*which)).scalar_one()
    return count


def reminders_sent(connection: Connection, since: datetime) -> list[tuple[str, datetime, datetime, int]]:
    """The reminders that a relay has accepted since then: stage, when they had best gone, when they went, how many."""
    columns = (delivery.c.stage, delivery.c.ideal_at, delivery.c.settled_at)
    statement = select(*columns, func.count()).where(
        delivery.c.state == State.SENT,
        delivery.c.not_before > since,
        delivery.c.purpose == Purpose.REMINDER,
        delivery.c.ideal_at.is_not(None),
    )
    return [tuple(row) for row in connection.execute(statement.group_by(*columns))]


def relays_resting(connection: Connection, now: datetime) -> int:
    """How many relays get no letters at present."""
    resting = select(func.count()).select_from(relay).where(relay.c.rests_until > now)
    count: int = connection.execute(resting).scalar_one()
    return count


def last_attempt_before(connection: Connection, moment: datetime, after: int) -> int:
    """The number of the last attempt before a moment, of those numbered above ``after``; that itself if none is."""
    statement = select(attempt.c.id).where(attempt.c.id > after, attempt.c.at < moment).order_by(attempt.c.id.desc())
    return connection.execute(statement.limit(1)).scalar_one_or_none() or after


def answers(connection: Connection, after: int, until: int | None = None) -> Counter[str]:
    """How many attempts numbered above ``after``, up to ``until``, met which class of answer.

    ``2xx``, ``4xx``, ``5xx``; ``no_answer`` of a relay that could not be talked to; ``unknown`` where it was lost.
    """
    numbered = [attempt.c.id > after] if until is None else [attempt.c.id > after, attempt.c.id <= until]
    columns = (attempt.c.outcome, attempt.c.code, attempt.c.verdict)
    statement = select(*columns, func.count()).where(*numbered).group_by(*columns)
    found: Counter[str] = Counter()
    for outcome, code, verdict, count in connection.execute(statement):
        if outcome in _OUTCOMES:
            found[_OUTCOMES[outcome]] += count
        elif code is not None:
            found[f"{code // 100}xx"] += count
        elif outcome not in _NO_ANSWER_OF_A_RELAY and verdict != Verdict.OURS:
            found["no_answer"] += count
    return found

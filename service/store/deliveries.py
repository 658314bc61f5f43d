"""The outbox: what is planned, and what people ask of it.

Invariants: a row reaches ``sent`` only after the channel said so; a row is inserted once for its unique key, so
that planning again plans nothing; only waiting rows are withdrawn, superseded or aborted.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, func, or_, select, update

from service.domain.delivery import EMAIL, FAILED, RETRIABLE, WAITING, Delivery, Purpose, State, Verdict
from service.store.database import add_new, among
from service.store.obligations import SUBJECT
from service.store.tables import attempt, certification, contact, delivery, enterprise, obligation


@dataclass(frozen=True)
class Plan:
    """A message to be planned, or recorded as ``superseded`` by a newer one planned with it.

    ``ideal_at`` is when a reminder had best gone (UTC); ``not_before`` until when it is kept (UTC), None for now.
    """

    subject_kind: str
    subject_id: int
    revision: int
    purpose: Purpose
    stage: str
    contact_id: int
    state: State = State.PLANNED
    held_in: int | None = None
    ideal_at: datetime | None = None
    not_before: datetime | None = None


def plan(connection: Connection, plans: Sequence[Plan], day: date, now: datetime) -> int:
    """Insert the messages that are not in the outbox yet; how many were new."""
    return add_new(
        connection,
        delivery,
        [
            {
                "subject_kind": new.subject_kind,
                "subject_id": new.subject_id,
                "revision": new.revision,
                "purpose": new.purpose,
                "stage": new.stage,
                "contact_id": new.contact_id,
                "channel": EMAIL,
                "state": new.state,
                "reason": "",
                "not_before": new.not_before or now,
                "claim": "",
                "attempts": 0,
                "planned_for": day,
                "planned_at": now,
                "ideal_at": new.ideal_at,
                "settled_at": now if new.state is State.SUPERSEDED else None,
                "quarantine_id": new.held_in,
            }
            for new in plans
        ],
    )


def supersede(connection: Connection, newest: Mapping[int, str], now: datetime) -> int:
    """End the waiting reminders of these obligations that are not of the newest stage, or of dates that have moved."""
    overtaken = [
        row.id
        for row in (connection.execute(_WAITING, {"among": list(newest)}) if newest else ())
        if (row.stage, row.revision) != (newest[row.subject_id], row.present)
    ]
    return _end(connection, delivery.c.id.in_(overtaken), State.SUPERSEDED, "newer_stage", now) if overtaken else 0


_WAITING = (
    select(
        delivery.c.id,
        delivery.c.subject_id,
        delivery.c.stage,
        delivery.c.revision,
        obligation.c.revision.label("present"),
    )
    .join(obligation, obligation.c.id == delivery.c.subject_id)
    .where(
        delivery.c.subject_kind == SUBJECT,
        among(delivery.c.subject_id),
        delivery.c.purpose == Purpose.REMINDER,
        delivery.c.state.in_(WAITING),
    )
)


def withdraw(connection: Connection, obligation_ids: Collection[int], reason: str, now: datetime) -> int:
    """End the waiting letters of these obligations: they need no reminding any more."""
    return _end(connection, and_(*_about(obligation_ids)), State.WITHDRAWN, reason, now)


def _about(obligation_ids: Collection[int]) -> tuple[ColumnElement[bool], ...]:
    return delivery.c.subject_kind == SUBJECT, delivery.c.subject_id.in_(obligation_ids)


def _end(connection: Connection, which: ColumnElement[bool], state: State, reason: str, now: datetime) -> int:
    statement = (
        update(delivery)
        .where(which, delivery.c.state.in_(WAITING))
        .values(state=state, reason=reason, settled_at=now)
        .returning(delivery.c.id)
    )
    return len(connection.execute(statement).all())


@dataclass(frozen=True)
class Listed:
    """A delivery as ``duban deliveries`` shows it, without the person's name or address.

    ``certification_id`` is 0 and ``enterprise`` empty where it is not about a certification.
    """

    delivery: Delivery
    role: str
    certification_id: int
    enterprise: str
    not_before: datetime
    settled_at: datetime | None


def listed(
    connection: Connection, state: State | None, certification_ids: Collection[int] | None, limit: int
) -> list[Listed]:
    """The newest deliveries, in a state, or about these certifications."""
    about = and_(delivery.c.subject_kind == SUBJECT, obligation.c.id == delivery.c.subject_id)
    statement = (
        select(delivery, contact.c.role, certification.c.id.label("certification_id"), enterprise.c.name)
        .join(contact, contact.c.id == delivery.c.contact_id)
        .outerjoin(obligation, about)
        .outerjoin(certification, certification.c.id == obligation.c.certification_id)
        .outerjoin(enterprise, enterprise.c.id == certification.c.enterprise_id)
    )
    if state is not None:
        statement = statement.where(delivery.c.state == state)
    if certification_ids is not None:
        statement = statement.where(certification.c.id.in_(certification_ids))
    rows = connection.execute(statement.order_by(delivery.c.id.desc()).limit(limit))
    return [
        Listed(value(row), row.role, row.certification_id or 0, row.name or "", row.not_before, row.settled_at)
        for row in rows
    ]


def retry(connection: Connection, ids: Collection[int], now: datetime) -> list[int]:
    """Plan ended deliveries again, under the same Message-ID, with all that failed with them in one letter; the ids
    that could be. One whose digest went without it goes by itself."""
    mate = delivery.alias()
    theirs = select(mate.c.digest_id).where(mate.c.id.in_(ids), mate.c.digest_id.is_not(None))
    failed_with = and_(delivery.c.digest_id.in_(theirs), delivery.c.state.in_(FAILED))
    statement = (
        update(delivery)
        .where(delivery.c.state.in_(RETRIABLE), or_(delivery.c.id.in_(ids), failed_with))
        .values(state=State.PLANNED, not_before=now, reason="retried", settled_at=None)
        .returning(delivery.c.id)
    )
    retried = list(connection.scalars(statement))
    went = select(mate.c.digest_id).where(mate.c.state == State.SENT, mate.c.digest_id.is_not(None))
    left = and_(delivery.c.id.in_(retried), delivery.c.digest_id.in_(went))
    connection.execute(update(delivery).where(left).values(digest_id=None))
    return retried


def abort(connection: Connection, ids: Collection[int], now: datetime) -> list[int]:
    """End waiting deliveries at a person's word; the ids that could be."""
    statement = (
        update(delivery)
        .where(delivery.c.id.in_(ids), delivery.c.state.in_(WAITING))
        .values(state=State.ABORTED, reason="by_hand", settled_at=now)
        .returning(delivery.c.id)
    )
    return list(connection.scalars(statement))


def oldest_waiting(connection: Connection) -> datetime | None:
    """When the oldest delivery that still waits was planned."""
    waiting = (State.PLANNED, State.CALLED, State.SENDING)
    statement = select(func.min(delivery.c.planned_at)).where(delivery.c.state.in_(waiting))
    oldest: datetime | None = connection.execute(statement).scalar_one()
    return oldest


@dataclass(frozen=True)
class Attempt:
    """What became of one try: by which relay, its outcome, and what its answer finds fault with."""

    delivery_id: int
    outcome: str
    code: int | None
    answer: str
    verdict: Verdict
    relay: str


def record_attempts(connection: Connection, attempts: Sequence[Attempt], now: datetime) -> None:
    """Note attempts."""
    if attempts:
        rows = [{**vars(each), "answer": each.answer[:300], "at": now} for each in attempts]
        connection.execute(attempt.insert(), rows)


def value(row: Row[Any]) -> Delivery:
    """The delivery in a row of its table."""
    return Delivery(
        id=row.id,
        subject_kind=row.subject_kind,
        subject_id=row.subject_id,
        revision=row.revision,
        purpose=Purpose(row.purpose),
        stage=row.stage,
        contact_id=row.contact_id,
        channel=row.channel,
        state=State(row.state),
        reason=row.reason,
        attempts=row.attempts,
        planned_for=row.planned_for,
        planned_at=row.planned_at,
        digest_id=row.digest_id,
    )

"""Answers: what people said, what of it waits for a decision, and whose reminders are kept back."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Connection, Row, exists, false, func, insert, or_, select, update

from service.domain.answer import Answer, Decision
from service.domain.visitors import Scope
from service.store.answering import answer
from service.store.database import among
from service.store.scoped import obligations_in
from service.store.tables import attempt, certification, contact, delivery, enterprise, obligation


@dataclass(frozen=True)
class Answered:
    """An answer on record. ``on`` is the day that it speaks of, ``until`` the last day without reminders.

    ``delivery_id`` is the letter that it came from; None where it was given in the console.
    """

    id: int
    delivery_id: int | None
    obligation_id: int
    contact_id: int
    kind: Answer
    on: date | None
    until: date | None
    details: Mapping[str, str]
    at: datetime
    decision: Decision
    decided_by: str


def add(
    connection: Connection,
    told_by: int | None,
    about: tuple[int, int],
    contact_id: int,
    kind: Answer,
    now: datetime,
    *,
    on: date | None = None,
    until: date | None = None,
    details: Mapping[str, str] | None = None,
    decision: Decision = Decision.NONE,
) -> int:
    """Note an answer ``about`` an obligation and its revision, to the letter ``told_by`` or to none; its number."""
    row = {
        "delivery_id": told_by,
        "obligation_id": about[0],
        "revision": about[1],
        "contact_id": contact_id,
        "kind": kind,
        "on_day": on,
        "until_day": until,
        "details": dict(details or {}),
        "at": now,
        "decision": decision,
        "decided_by": "",
    }
    id: int = connection.execute(insert(answer).values(row).returning(answer.c.id)).scalar_one()
    return id


def quiet(connection: Connection, obligation_ids: Collection[int]) -> dict[int, date]:
    """Until when the reminders of each of these obligations are kept back; a claim that was reopened keeps none."""
    rows = connection.execute(_QUIET, {"among": list(obligation_ids)}) if obligation_ids else ()
    return {row.obligation_id: row.until for row in rows}


_QUIET = (
    select(answer.c.obligation_id, func.max(answer.c.until_day).label("until"))
    .join(obligation, obligation.c.id == answer.c.obligation_id)
    .where(
        among(answer.c.obligation_id),
        answer.c.revision == obligation.c.revision,
        answer.c.until_day.is_not(None),
        answer.c.decision != Decision.REOPENED,
    )
    .group_by(answer.c.obligation_id)
)


def of_obligations(connection: Connection, ids: Collection[int]) -> dict[int, list[Answered]]:
    """What was answered about each of these obligations, the newest first."""
    found: dict[int, list[Answered]] = {}
    statement = select(answer).where(answer.c.obligation_id.in_(ids)).order_by(answer.c.id.desc())
    for row in connection.execute(statement):
        found.setdefault(row.obligation_id, []).append(_value(row))
    return found


def by_id(connection: Connection, scope: Scope, id: int) -> Answered | None:
    """An answer about a matter within the scope, kept from others until the transaction ends."""
    statement = select(answer).join(obligation, obligation.c.id == answer.c.obligation_id)
    row = connection.execute(
        statement.where(answer.c.id == id, obligations_in(scope)).with_for_update(of=answer)
    ).first()
    return None if row is None else _value(row)


@dataclass(frozen=True)
class Waiting:
    """An answer that waits for a decision, with what it is about."""

    answered: Answered
    certification_id: int
    enterprise: str
    factory: str
    matter: str
    safe_due_on: date
    contact: str


def to_decide(connection: Connection, scope: Scope, limit: int, before: int | None = None) -> list[Waiting]:
    """The answers within the scope that wait for a decision, the newest first."""
    statement = (
        select(
            answer,
            certification.c.id.label("certification_id"),
            certification.c.factory,
            enterprise.c.name.label("enterprise"),
            obligation.c.kind.label("matter"),
            obligation.c.safe_due_on,
            contact.c.name.label("contact"),
        )
        .join(obligation, obligation.c.id == answer.c.obligation_id)
        .join(contact, contact.c.id == answer.c.contact_id)
        .outerjoin(certification, certification.c.id == obligation.c.certification_id)
        .outerjoin(enterprise, enterprise.c.id == certification.c.enterprise_id)
        .where(answer.c.decision == Decision.WAITING, obligations_in(scope))
        .order_by(answer.c.id.desc())
        .limit(limit)
    )
    if before is not None:
        statement = statement.where(answer.c.id < before)
    return [
        Waiting(
            _value(row),
            row.certification_id or 0,
            row.enterprise or "",
            row.factory or "",
            row.matter,
            row.safe_due_on,
            row.contact,
        )
        for row in connection.execute(statement)
    ]


def decide(connection: Connection, id: int, decision: Decision, author: str, now: datetime) -> bool:
    """Set the decision of an answer that waits; False where somebody has decided already."""
    which = (answer.c.id == id, answer.c.decision == Decision.WAITING)
    done = update(answer).where(*which).values(decision=decision, decided_by=author, decided_at=now)
    return connection.execute(done).rowcount == 1


def settle_claims(connection: Connection, obligation_id: int, author: str, now: datetime) -> None:
    """Confirm the claims about a matter that wait: somebody has recorded by other means that it was done."""
    which = (answer.c.obligation_id == obligation_id, answer.c.kind == Answer.FILED)
    done = update(answer).where(*which, answer.c.decision == Decision.WAITING)
    connection.execute(done.values(decision=Decision.CONFIRMED, decided_by=author, decided_at=now))


@dataclass(frozen=True)
class Letter:
    """The letter that an answer link stands in: what it was about and to whom; ``good`` is false once it is revoked."""

    delivery_id: int
    obligation_id: int
    contact_id: int
    good: bool


def letter_of(connection: Connection, delivery_id: int, since: datetime) -> Letter | None:
    """The letter of this number, where it is about a matter; links in letters planned before ``since`` have ended."""
    row = connection.execute(
        select(delivery, contact.c.working, contact.c.links_from, _carried_before(contact.c.links_from).label("old"))
        .join(contact, contact.c.id == delivery.c.contact_id)
        .where(delivery.c.id == delivery_id, delivery.c.subject_kind == "obligation")
    ).first()
    if row is None:
        return None
    good = row.working and row.planned_at > since and not row.old
    return Letter(row.id, row.subject_id, row.contact_id, good)


def _carried_before(moment: ColumnElement[datetime]) -> ColumnElement[bool]:
    """Whether somebody may have read the letter then; never where there is no such moment."""
    tried = exists().where(attempt.c.delivery_id == delivery.c.id, attempt.c.at < moment)
    return func.coalesce(or_(delivery.c.settled_at < moment, tried), false())


def revoke_links(connection: Connection, contact_id: int, now: datetime) -> None:
    """Let no link in a letter that this person may have by now be good any more; those of later letters are."""
    connection.execute(update(contact).where(contact.c.id == contact_id).values(links_from=now))


def _value(row: Row[tuple[object, ...]]) -> Answered:
    named = row._mapping
    return Answered(
        id=named["id"],
        delivery_id=named["delivery_id"],
        obligation_id=named["obligation_id"],
        contact_id=named["contact_id"],
        kind=Answer(named["kind"]),
        on=named["on_day"],
        until=named["until_day"],
        details=named["details"],
        at=named["at"],
        decision=Decision(named["decision"]),
        decided_by=named["decided_by"],
    )

"""Letters that failed for good: how they end, who else was told, and how often an address has failed.

Invariant: a delivery is ``bounced`` only after it was on its way.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, func, insert, select, update

from service.domain.certification import UnitKind
from service.domain.delivery import Delivery, Purpose, State, Verdict
from service.domain.people import OwnerKind
from service.domain.undeliverable import Failed
from service.store import deliveries
from service.store.tables import attempt, certification, contact, delivery, enterprise, unit

SUBJECT = "contact"
"""What a letter is about that tells of an address that fails."""

RESTORED = "restored"
"""The outcome of an attempt that is none: a person let the address work again."""

_ON_ITS_WAY = (State.SENT, State.UNKNOWN, State.PLANNED, State.CALLED)
_FAILED = (State.BOUNCED, State.REFUSED)
_ALIVE = (State.HELD, State.PLANNED, State.CALLED, State.SENDING, State.SENT)
_REMINDING = (Purpose.REMINDER, Purpose.CORRECTION)


def bounce(connection: Connection, failed: Failed, now: datetime) -> bool:
    """Let a delivery end as bounced, with an attempt that says why; False where it was not on its way (any more)."""
    words = failed.words[:300]
    on_its_way = (delivery.c.id == failed.delivery_id, delivery.c.state.in_(_ON_ITS_WAY), delivery.c.attempts > 0)
    ended = {"state": State.BOUNCED, "reason": words, "settled_at": now, "claim": ""}
    if not connection.execute(update(delivery).where(*on_its_way).values(ended).returning(delivery.c.id)).all():
        return False
    met = {"delivery_id": failed.delivery_id, "at": now, "outcome": "bounced", "code": None, "answer": words}
    connection.execute(insert(attempt).values(**met, verdict=failed.verdict))
    return True


def found(connection: Connection, ids: Collection[int]) -> dict[int, Delivery]:
    """The deliveries with these ids."""
    rows = connection.execute(select(delivery).where(delivery.c.id.in_(ids)))
    return {row.id: deliveries.value(row) for row in rows}


def told(connection: Connection, failed: Sequence[Delivery]) -> dict[int, set[int]]:
    """For each of these deliveries (by id) the contacts to whom the same letter was planned, or a newer reminder of
    the same matter."""
    about: dict[tuple[str, int], list[Delivery]] = defaultdict(list)
    for kind in {each.subject_kind for each in failed}:
        subjects = {each.subject_id for each in failed if each.subject_kind == kind}
        statement = select(delivery).where(delivery.c.subject_kind == kind, delivery.c.subject_id.in_(subjects))
        for row in connection.execute(statement):
            about[kind, row.subject_id].append(deliveries.value(row))
    return {each.id: _told(each, about[each.subject_kind, each.subject_id]) for each in failed}


def _told(failed: Delivery, others: Iterable[Delivery]) -> set[int]:
    letter = (failed.revision, failed.purpose, failed.stage)
    return {
        other.contact_id
        for other in others
        if (other.revision, other.purpose, other.stage) == letter
        or (other.purpose in _REMINDING and other.id > failed.id and other.state in _ALIVE)
    }


def against(connection: Connection, contact_ids: Collection[int]) -> dict[int, list[tuple[datetime, date]]]:
    """The answers against each address, of letters that ended with one: the time, and the letter's business day."""
    statement = (
        select(delivery.c.contact_id, attempt.c.at, delivery.c.planned_for)
        .join(attempt, attempt.c.delivery_id == delivery.c.id)
        .where(
            delivery.c.state.in_(_FAILED),
            delivery.c.contact_id.in_(contact_ids),
            attempt.c.verdict == Verdict.ADDRESS,
            attempt.c.outcome.in_(_FAILED),
        )
    )
    answers: dict[int, list[tuple[datetime, date]]] = defaultdict(list)
    for row in connection.execute(statement):
        answers[row.contact_id].append((row.at, row.planned_for))
    return answers


def counted_from(connection: Connection, contact_ids: Collection[int]) -> dict[int, datetime]:
    """From when on the answers against each address count: a letter to it was last accepted and has not come back, or
    a person said that it works."""
    whose, last = delivery.c.contact_id, func.max(delivery.c.settled_at).label("last")
    accepted = select(whose, last).where(whose.in_(contact_ids), delivery.c.state == State.SENT).group_by(whose)
    restored = (
        select(whose, func.max(attempt.c.at).label("last"))
        .join(attempt, attempt.c.delivery_id == delivery.c.id)
        .where(whose.in_(contact_ids), attempt.c.outcome == RESTORED)
        .group_by(whose)
    )
    found: dict[int, datetime] = {}
    for row in (*connection.execute(accepted), *connection.execute(restored)):
        found[row.contact_id] = max(row.last, found.get(row.contact_id, row.last))
    return found


def note_restored(connection: Connection, contact_ids: Collection[int], now: datetime) -> None:
    """Note beside the last letter that speaks against each address that a person said since that it works."""
    against = (delivery.c.contact_id.in_(contact_ids), attempt.c.verdict == Verdict.ADDRESS)
    newest = (
        select(func.max(delivery.c.id))
        .join(attempt, attempt.c.delivery_id == delivery.c.id)
        .where(*against)
        .group_by(delivery.c.contact_id)
    )
    met = {"at": now, "outcome": RESTORED, "code": None, "answer": "", "verdict": Verdict.UNSAID}
    rows = [{"delivery_id": id, **met} for id in connection.scalars(newest).all()]
    if rows:
        connection.execute(insert(attempt), rows)


def set_working(connection: Connection, contact_ids: Collection[int], working: bool) -> list[int]:
    """Hold addresses back, or let them work again; those that were not so already. What was erased has none."""
    theirs = (contact.c.id.in_(contact_ids), contact.c.owner_kind != OwnerKind.ERASED)
    statement = (
        update(contact).where(*theirs, contact.c.working != working).values(working=working).returning(contact.c.id)
    )
    return sorted(connection.scalars(statement))


@dataclass(frozen=True)
class Recommended:
    """An enterprise and a unit that recommends it, by name."""

    enterprise: str
    unit: str
    unit_kind: UnitKind


def recommended(connection: Connection, enterprise_id: int, unit_id: int) -> Recommended | None:
    """The two by name; None where the unit recommends no factory of that enterprise (any more)."""
    statement = (
        select(enterprise.c.name, unit.c.name.label("unit"), unit.c.kind)
        .select_from(certification.join(enterprise).join(unit))
        .where(enterprise.c.id == enterprise_id, unit.c.id == unit_id)
        .limit(1)
    )
    row = connection.execute(statement).one_or_none()
    return None if row is None else Recommended(row.name, row.unit, UnitKind(row.kind))

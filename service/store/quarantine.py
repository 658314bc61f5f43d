"""Letters held because a day would send far more than is usual, until a person lets them go or drops them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection, and_, delete, func, insert, select, update

from service.domain.delivery import State
from service.store.obligations import SUBJECT
from service.store.postal import quarantine
from service.store.runs import counted_by_day
from service.store.tables import delivery, obligation

_DAYS_LOOKED_BACK = timedelta(days=28)
UNDECIDED, BELOW, APPROVED, DROPPED = "", "below_bound", "approved", "dropped"


@dataclass(frozen=True)
class Quarantine:
    """A day's held letters: how many still are, how many a day usually has, and what was decided by whom."""

    id: int
    on: date
    usual: int
    held: int
    decision: str
    decided_by: str


def usual(connection: Connection, today: date) -> float:
    """The letters of a usual day: the mean of the days of the last four weeks on which a scan ran."""
    days = counted_by_day(connection, "scan", "planned", today - _DAYS_LOOKED_BACK, today - timedelta(days=1))
    return sum(days.values()) / len(days) if days else 0.0


def planned_on(connection: Connection, today: date) -> int:
    """The letters that this day's scans have planned and not held."""
    return counted_by_day(connection, "scan", "planned", today, today).get(today, 0)


def begin(connection: Connection, today: date, usually: int, now: datetime) -> int:
    """Begin a quarantine; its id."""
    row = {"on_day": today, "made_at": now, "usual": usually, "decision": UNDECIDED, "decided_by": ""}
    id: int = connection.execute(insert(quarantine).values(row).returning(quarantine.c.id)).scalar_one()
    return id


def held(connection: Connection, near: date | None = None) -> dict[str, int]:
    """How many letters are held without a decision, by stage; of those only whose safe day is ``near`` or before."""
    statement = select(delivery.c.stage, func.count().label("letters")).where(_HELD).group_by(delivery.c.stage)
    if near is not None:
        statement = statement.join(obligation, _MATTER).where(obligation.c.safe_due_on <= near)
    return {row.stage: row.letters for row in connection.execute(statement.order_by(delivery.c.stage))}


def release_near(connection: Connection, shares: Mapping[str, int], near: date) -> int:
    """Let so many letters of each stage go, the nearest deadline first; how many went."""
    released = 0
    for stage, count in shares.items():
        first = (
            select(delivery.c.id)
            .join(obligation, _MATTER)
            .where(_HELD, delivery.c.stage == stage, obligation.c.safe_due_on <= near)
            .order_by(obligation.c.safe_due_on, delivery.c.id)
            .limit(count)
        )
        released += _let_go(connection, list(connection.scalars(first)) if count else [])
    return released


def decide(connection: Connection, id: int | None, decision: str, by: str, now: datetime) -> int | None:
    """Decide on one quarantine, or on all that are undecided: its letters go, or are aborted; how many there were.

    None where there is no such quarantine, or it is decided already.
    """
    which = quarantine.c.decision == UNDECIDED
    if id is not None:
        which = and_(which, quarantine.c.id == id)
    found = list(connection.scalars(select(quarantine.c.id).where(which)))
    if not found:
        return None
    ended = _end(connection, found, decision, now)
    connection.execute(
        update(quarantine).where(quarantine.c.id.in_(found)).values(decision=decision, decided_by=by, decided_at=now)
    )
    return ended


def follow_decisions(connection: Connection, now: datetime) -> int:
    """Let go, or drop, what a scan still put into a quarantine after a person had decided on it; how many went."""
    decided = (
        select(quarantine.c.id, quarantine.c.decision)
        .join(delivery, delivery.c.quarantine_id == quarantine.c.id)
        .where(delivery.c.state == State.HELD, quarantine.c.decision != UNDECIDED)
        .distinct()
    )
    went = 0
    for row in connection.execute(decided).all():
        ended = _end(connection, [row.id], row.decision, now)
        went += ended if row.decision != DROPPED else 0
    return went


def _end(connection: Connection, ids: list[int], decision: str, now: datetime) -> int:
    """Do with the letters held in these quarantines what was decided; how many there were."""
    mine = and_(delivery.c.quarantine_id.in_(ids), delivery.c.state == State.HELD)
    values: dict[str, object] = {"state": State.PLANNED}
    if decision == DROPPED:
        values = {"state": State.ABORTED, "reason": DROPPED, "settled_at": now}
    return len(connection.execute(update(delivery).where(mine).values(values).returning(delivery.c.id)).all())


def forget_empty(connection: Connection) -> None:
    """Drop the quarantines that wait for a decision and never held a letter."""
    holds = select(delivery.c.id).where(delivery.c.quarantine_id == quarantine.c.id).exists()
    connection.execute(delete(quarantine).where(quarantine.c.decision == UNDECIDED, ~holds))


def listed(connection: Connection) -> list[Quarantine]:
    """Every quarantine that held something, the newest first."""
    count = select(func.count()).where(delivery.c.quarantine_id == quarantine.c.id, delivery.c.state == State.HELD)
    statement = select(quarantine, count.scalar_subquery().label("held")).where(quarantine.c.decision != BELOW)
    return [
        Quarantine(row.id, row.on_day, row.usual, row.held, row.decision, row.decided_by)
        for row in connection.execute(statement.order_by(quarantine.c.id.desc()))
    ]


def _let_go(connection: Connection, ids: list[int]) -> int:
    if ids:
        connection.execute(update(delivery).where(delivery.c.id.in_(ids)).values(state=State.PLANNED))
    return len(ids)


_HELD = and_(
    delivery.c.state == State.HELD,
    delivery.c.quarantine_id.in_(select(quarantine.c.id).where(quarantine.c.decision == UNDECIDED)),
)
_MATTER = and_(delivery.c.subject_kind == SUBJECT, obligation.c.id == delivery.c.subject_id)

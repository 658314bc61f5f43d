"""What a database is told after a restore: which letters count as sent, and which numbers were given since."""

from datetime import datetime

from sqlalchemy import Connection, func, or_, select, text, update

from service.domain.delivery import WAITING, Delivery, State
from service.store import deliveries, runs
from service.store.postal import quarantine, returned
from service.store.tables import certification, contact, delivery, event, invite, obligation

JOB = "restored"
REASON = "restored"
_NUMBERED = (certification, event, obligation, contact, delivery, returned, quarantine)
"""Whose numbers leave the house, in a Message-ID, a UID or a person's notes."""
_SEQUENCE = "sequence"


def take_as_sent(connection: Connection, lost_at: datetime, now: datetime) -> list[Delivery]:
    """End what the lost database had tried by ``lost_at``, and what was planned since: a person may plan it again.

    What was put off until later than ``lost_at`` cannot have gone, and waits on.
    """
    could_go = or_(delivery.c.not_before <= lost_at, delivery.c.planned_at > lost_at)
    statement = (
        update(delivery)
        .where(delivery.c.state.in_((*WAITING, State.SENDING)), could_go)
        .values(state=State.ABORTED, reason=REASON, claim="", settled_at=now)
        .returning(delivery)
    )
    return sorted((deliveries.value(row) for row in connection.execute(statement)), key=lambda ended: ended.id)


def raise_sequences(connection: Connection, least: int) -> None:
    """Let no invitation be behind ``least``: calendars may have been told more than is on record."""
    connection.execute(update(invite).where(invite.c.sequence < least).values(sequence=least))


def first_sequence(connection: Connection) -> int:
    """The SEQUENCE of a calendar's first invitation: 0, or what the last restore began with."""
    last = runs.newest_of(connection, JOB, [runs.DONE])
    return last.counts[_SEQUENCE] if last else 0


def counted(sequence: int) -> dict[str, int]:
    """What the run in the job log has to count for ``first_sequence``."""
    return {_SEQUENCE: sequence}


def raise_numbers(connection: Connection, by: int, least: int) -> None:
    """Let the next numbers be ``by`` higher than they would be, and no less than ``least``."""
    for table in _NUMBERED:
        if connection.dialect.name == "postgresql":
            sequence = func.pg_get_serial_sequence(table.name, "id")
            connection.execute(select(func.setval(sequence, func.greatest(func.nextval(sequence) + by, least))))
            continue
        name = {"name": table.name}
        connection.execute(
            text(
                "INSERT INTO sqlite_sequence (name, seq) SELECT :name, 0"
                " WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = :name)"
            ),
            name,
        )
        connection.execute(
            text("UPDATE sqlite_sequence SET seq = max(seq + :by, :least) WHERE name = :name"),
            {**name, "by": by, "least": least},
        )

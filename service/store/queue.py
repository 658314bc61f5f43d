"""The SQL of our own broker, and of the lease that makes one scheduler the leader."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    and_,
    delete,
    false,
    func,
    insert,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from service.store.instant import Instant
from service.store.tables import metadata

# Invariant: a message is claimed while `owner` is not empty and `available_at`, then the end of its lease, lies ahead.
# A lease that ran out needs no repair: the message is simply available again.
# Of a dead message, `available_at` is when it died. `seq` is never given twice.
queue_message = Table(
    "queue_message",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("message_id", String(40), nullable=False),
    Column("queue", String(60), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("available_at", Instant, nullable=False),
    Column("owner", String(40), nullable=False),
    Column("dead", Boolean, nullable=False),
    Index("ix_queue_message_queue_dead_available_at_seq", "queue", "dead", "available_at", "seq"),
    sqlite_autoincrement=True,
)

leader = Table(
    "leader",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("holder", String(40), nullable=False),
    Column("until", Instant, nullable=False),
)

_m = queue_message.c


@dataclass(frozen=True)
class ClaimedMessage:
    """A message that its claimer holds until the lease ends."""

    seq: int
    body: bytes


@dataclass(frozen=True)
class Lead:
    """Who leads, and until when (UTC) unless it is renewed."""

    holder: str
    until: datetime


def put(connection: Connection, queue: str, message_id: str, body: bytes, available_at: datetime) -> None:
    """Put one message at the end of ``queue``; nobody can claim it before ``available_at``."""
    row = {"message_id": message_id, "queue": queue, "body": body, "available_at": available_at}
    connection.execute(insert(queue_message), row | {"owner": "", "dead": False})


def claim(
    connection: Connection, queue: str, owner: str, now: datetime, lease: timedelta, limit: int
) -> list[ClaimedMessage]:
    """Take up to ``limit`` available messages, oldest first, for ``owner`` (a token) until ``now`` + ``lease``.

    Messages that another connection is claiming at this moment are passed over, not waited for.
    """
    # A CTE, since PostgreSQL may run a plain subquery more than once and then lock more rows than the limit.
    picked = (
        select(_m.seq)
        .where(_m.queue == queue, _m.dead == false(), _m.available_at <= now)
        .order_by(_m.available_at, _m.seq)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("picked")
    )
    statement = (
        update(queue_message)
        .where(_m.seq.in_(select(picked.c.seq)))
        .values(owner=owner, available_at=now + lease)
        .returning(_m.seq, _m.body)
    )
    return sorted(
        (ClaimedMessage(seq, body) for seq, body in connection.execute(statement)), key=lambda message: message.seq
    )


def renew(connection: Connection, owner: str, seqs: Collection[int], until: datetime) -> None:
    """Move the end of the leases that ``owner`` still holds to ``until``."""
    connection.execute(update(queue_message).where(_held(owner, seqs)).values(available_at=until))


def settle(connection: Connection, owner: str, seq: int) -> None:
    """The message is done with: delete it, unless its lease ran out and another owner claimed it."""
    connection.execute(delete(queue_message).where(_held(owner, [seq])))


def bury(connection: Connection, owner: str, seq: int, now: datetime) -> None:
    """The message failed: keep it as a dead letter, which nobody can claim, until it is purged."""
    connection.execute(update(queue_message).where(_held(owner, [seq])).values(dead=True, owner="", available_at=now))


def give_back(connection: Connection, owner: str, seqs: Collection[int], now: datetime) -> None:
    """Let others claim these messages at once."""
    connection.execute(update(queue_message).where(_held(owner, seqs)).values(owner="", available_at=now))


def waiting(connection: Connection, queue: str) -> int:
    """How many messages of ``queue`` are not done with, claimed ones included, dead ones not."""
    statement = select(func.count()).select_from(queue_message).where(_m.queue == queue, _m.dead == false())
    return connection.execute(statement).scalar_one()


def purge(connection: Connection, before: datetime) -> int:
    """Delete the dead letters that died before ``before``; how many there were."""
    return connection.execute(delete(queue_message).where(_m.dead == true(), _m.available_at < before)).rowcount


def take_lead(connection: Connection, name: str, holder: str, now: datetime, lease: timedelta) -> bool:
    """Take or renew the lead called ``name`` until ``now`` + ``lease``; False while another holds it."""
    upsert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = upsert(leader).values(name=name, holder=holder, until=now + lease)
    statement = statement.on_conflict_do_update(
        index_elements=[leader.c.name],
        set_={"holder": statement.excluded.holder, "until": statement.excluded.until},
        where=or_(leader.c.holder == holder, leader.c.until <= now),
    )
    return connection.execute(statement.returning(leader.c.holder)).first() is not None


def give_up_lead(connection: Connection, name: str, holder: str) -> None:
    """Let another take the lead at once; nothing happens if ``holder`` does not hold it."""
    connection.execute(delete(leader).where(leader.c.name == name, leader.c.holder == holder))


def lead(connection: Connection, name: str) -> Lead | None:
    """Who holds the lead called ``name``, or held it last; None where nobody does."""
    row = connection.execute(select(leader.c.holder, leader.c.until).where(leader.c.name == name)).first()
    return Lead(row.holder, row.until) if row else None


def _held(owner: str, seqs: Collection[int]) -> ColumnElement[bool]:
    return and_(_m.seq.in_(seqs), _m.owner == owner)

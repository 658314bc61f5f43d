"""The tables of the post: relays and their limits, returned mail, letters held in quarantine, the canary."""

from sqlalchemy import Column, Date, Float, ForeignKey, Index, Integer, String, Table

from service.store.instant import Instant
from service.store.tables import metadata

# A relay as it was last met. Nothing goes to it before `rests_until`.
relay = Table(
    "relay",
    metadata,
    Column("name", String(200), primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("rests_until", Instant, nullable=True),
    Column("reason", String(300), nullable=False),
    Column("changed_at", Instant, nullable=False),
)

# A token bucket: so many letters may go at once, and more as time passes. `name` is `relay:…` or `domain:…`.
allowance = Table(
    "allowance",
    metadata,
    Column("name", String(300), primary_key=True),
    Column("tokens", Float, nullable=False),
    Column("counted_at", Instant, nullable=False),
)

# Mail that came back. `source` names the message in its mailbox, so that one is taken in once; `delivery_id` is null
# where nobody can tell whose it is. `settled_by` is empty while it waits for a person.
returned = Table(
    "returned",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("source", String(200), nullable=False, unique=True),
    Column("received_at", Instant, nullable=False),
    Column("delivery_id", ForeignKey("delivery.id"), nullable=True, index=True),
    Column("verdict", String(20), nullable=False),
    Column("status", String(20), nullable=False),
    Column("words", String(300), nullable=False),
    Column("settled_by", String(100), nullable=False),
    Index("ix_returned_settled_by_verdict", "settled_by", "verdict"),
    sqlite_autoincrement=True,
)

# Letters held because a day planned far more than is usual; a person lets them go, or drops them.
quarantine = Table(
    "quarantine",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("on_day", Date, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("usual", Integer, nullable=False),
    Column("decision", String(20), nullable=False),
    Column("decided_by", String(100), nullable=False),
    Column("decided_at", Instant, nullable=True),
    sqlite_autoincrement=True,
)

# The letter of a day that we write to ourselves; `arrived_at` is null until our own mailbox has it.
canary = Table(
    "canary",
    metadata,
    Column("on_day", Date, primary_key=True),
    Column("delivery_id", ForeignKey("delivery.id"), nullable=False),
    Column("arrived_at", Instant, nullable=True),
)

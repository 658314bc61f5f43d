"""The tables of the doors: accounts, sign-in links, sessions, and the audit of who saw and changed what."""

from sqlalchemy import JSON, Boolean, CheckConstraint, Column, ForeignKey, Index, Integer, String, Table

from service.store.instant import Instant
from service.store.tables import metadata

# A local account of the console. `password` is an argon2 hash, empty until its holder sets one by a link.
account = Table(
    "account",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(100), nullable=False, unique=True),
    Column("role", String(20), nullable=False),
    Column("unit_id", ForeignKey("unit.id"), nullable=True),
    Column("password", String(200), nullable=False),
    Column("active", Boolean, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("locked_until", Instant, nullable=True),
    Column("made_at", Instant, nullable=False),
    CheckConstraint("(role = 'officer') = (unit_id IS NOT NULL)", name="officer_of_a_unit"),
    sqlite_autoincrement=True,
)

# A link that signs somebody in once: an account or a contact, exactly one. The link itself is signed, not stored.
sign_in = Table(
    "sign_in",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("account_id", ForeignKey("account.id"), nullable=True),
    Column("contact_id", ForeignKey("contact.id"), nullable=True, index=True),
    Column("made_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    Column("used_at", Instant, nullable=True),
    CheckConstraint("(account_id IS NULL) <> (contact_id IS NULL)", name="one_person"),
    sqlite_autoincrement=True,
)

# `token` is the SHA-256 of what the browser holds: who reads the database cannot take a session over.
session = Table(
    "session",
    metadata,
    Column("token", String(64), primary_key=True),
    Column("account_id", ForeignKey("account.id"), nullable=True, index=True),
    Column("contact_id", ForeignKey("contact.id"), nullable=True, index=True),
    Column("csrf", String(64), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    CheckConstraint("(account_id IS NULL) <> (contact_id IS NULL)", name="one_person"),
)

# Rows are only ever added, numbered without a gap, each with the digest of the one before it. Ids and codes alone:
# a person can be erased and the chain still holds.
audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("actor_kind", String(20), nullable=False),
    Column("actor_id", Integer, nullable=False),
    Column("action", String(40), nullable=False),
    Column("subject_kind", String(20), nullable=False),
    Column("subject_id", Integer, nullable=False),
    Column("details", JSON, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("digest", String(64), nullable=False),
    Index("ix_audit_subject_kind_subject_id_id", "subject_kind", "subject_id", "id"),
    Index("ix_audit_actor_kind_actor_id_id", "actor_kind", "actor_id", "id"),
    Index("ix_audit_action_id", "action", "id"),
)

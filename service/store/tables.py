"""The tables. Times are stored in UTC, days are Asia/Shanghai days.

Ids that leave the house (in a Message-ID, a UID, or as a number that people quote) are never given twice, also after
rows were deleted: on SQLite that takes AUTOINCREMENT.
"""

from sqlalchemy import (
    JSON,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from service.store.instant import Instant
from service.store.trace import Trace

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)


# Recommending units 推荐单位. `name_key` is the normalised name. The weekday (Monday is 0) and hour are of their lists.
unit = Table(
    "unit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("name", String(200), nullable=False),
    Column("name_key", String(200), nullable=False, unique=True),
    Column("list_weekday", Integer, nullable=True),
    Column("list_hour", Integer, nullable=True),
)

# Enterprises 建设单位. `identity` is the uscc, or `name:` and the normalised name until the code is known.
# `initials` are those of the name's pinyin, here and of the factory below, by which people search.
enterprise = Table(
    "enterprise",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("identity", String(210), nullable=False, unique=True),
    Column("uscc", String(18), nullable=False),
    Column("name", String(200), nullable=False),
    Column("name_key", String(200), nullable=False, index=True),
    Column("initials", String(200), nullable=False, server_default=""),
)

certification = Table(
    "certification",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("enterprise_id", ForeignKey("enterprise.id"), nullable=False),
    Column("factory", String(200), nullable=False),
    Column("factory_key", String(200), nullable=False),
    Column("level", String(20), nullable=False),
    Column("batch", String(200), nullable=False),
    Column("unit_id", ForeignKey("unit.id"), nullable=True, index=True),
    Column("proposed", Boolean, nullable=False),
    Column("date_basis", String(2000), nullable=False),
    Column("source_url", String(2000), nullable=False),
    Column("initials", String(200), nullable=False, server_default=""),
    UniqueConstraint("enterprise_id", "factory_key", "level", "batch"),
    sqlite_autoincrement=True,
)

# The log from which a certification's state is derived; rows are only ever added.
# `on_day` is null where a listing's own day is not known, only the end that it printed.
event = Table(
    "event",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("certification_id", ForeignKey("certification.id"), nullable=False, index=True),
    Column("type", String(30), nullable=False),
    Column("on_day", Date, nullable=True),
    Column("until_day", Date, nullable=True),
    Column("details", JSON, nullable=False),
    Column("note", Text, nullable=False),
    Column("author", String(100), nullable=False),
    Column("recorded_at", Instant, nullable=False),
    sqlite_autoincrement=True,
)

# A matter is of one certification or, as its own duty, of one unit: exactly one of the two is set.
# `check_on` is the next day on which a scan has to look; null only with a reason in `idle`.
obligation = Table(
    "obligation",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("certification_id", ForeignKey("certification.id"), nullable=True),
    Column("unit_id", ForeignKey("unit.id"), nullable=True),
    Column("kind", String(30), nullable=False),
    Column("occurrence", String(30), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("article", String(30), nullable=False),
    Column("holder", String(20), nullable=False),
    Column("anchor_on", Date, nullable=True),
    Column("ends_on", Date, nullable=True),
    Column("due_on", Date, nullable=False),
    Column("late_after", Date, nullable=False),
    Column("lapse_after", Date, nullable=True),
    Column("safe_due_on", Date, nullable=False),
    Column("provisional", Boolean, nullable=False),
    Column("policy", String(30), nullable=False),
    Column("trace", Trace, nullable=False),
    Column("pending", Boolean, nullable=False),
    Column("closed", String(30), nullable=False),
    Column("check_on", Date, nullable=True, index=True),
    Column("idle", String(30), nullable=False),
    CheckConstraint("(certification_id IS NULL) <> (unit_id IS NULL)", name="one_subject"),
    UniqueConstraint("certification_id", "kind", "occurrence"),
    UniqueConstraint("unit_id", "kind", "occurrence"),
    Index("ix_obligation_closed_safe_due_on", "closed", "safe_due_on"),
    sqlite_autoincrement=True,
)

# Links in letters that were carried before `links_from` are good no more. `urgent_only`: who reads it wants no digests.
contact = Table(
    "contact",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("owner_kind", String(20), nullable=False),
    Column("owner_id", Integer, nullable=False),
    Column("role", String(20), nullable=False),
    Column("name", String(200), nullable=False),
    Column("address", String(254), nullable=False),
    Column("language", String(2), nullable=False),
    Column("working", Boolean, nullable=False),
    Column("links_from", Instant, nullable=True),
    Column("urgent_only", Boolean, nullable=False, server_default=false()),
    UniqueConstraint("owner_kind", "owner_id", "address"),
    Index("ix_contact_address", "address"),
    sqlite_autoincrement=True,
)

_IN_A_DIGEST = text("digest_id IS NOT NULL")

# One row is one message to one person through one channel. The unique key is what makes it go once only.
# `not_before` is the one clock column: hold, retry and lease. `claim` is the token of the worker that holds the lease.
# `ideal_at` is when a reminder had best gone: its lateness counts from there. `digest_id` is the number of the letter
# in which it goes with others, the lowest of their ids: the same on every retry, also once that row is not among them.
delivery = Table(
    "delivery",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("subject_kind", String(20), nullable=False),
    Column("subject_id", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("purpose", String(20), nullable=False),
    Column("stage", String(20), nullable=False),
    Column("contact_id", ForeignKey("contact.id"), nullable=False),
    Column("channel", String(20), nullable=False),
    Column("state", String(20), nullable=False),
    Column("reason", String(300), nullable=False),
    Column("not_before", Instant, nullable=False),
    Column("claim", String(40), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("planned_for", Date, nullable=False),
    Column("planned_at", Instant, nullable=False),
    Column("ideal_at", Instant, nullable=True),
    Column("settled_at", Instant, nullable=True),
    Column("quarantine_id", Integer, nullable=True, index=True),
    Column("digest_id", Integer, nullable=True),
    UniqueConstraint(
        "subject_kind", "subject_id", "revision", "purpose", "stage", "contact_id", "channel", name="uq_delivery_once"
    ),
    Index("ix_delivery_state_not_before_id", "state", "not_before", "id"),
    Index("ix_delivery_contact_id_id", "contact_id", "id"),
    Index("ix_delivery_settled_at", "settled_at"),
    Index("ix_delivery_digest_id", "digest_id", sqlite_where=_IN_A_DIGEST, postgresql_where=_IN_A_DIGEST),
    sqlite_autoincrement=True,
)

attempt = Table(
    "attempt",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("delivery_id", ForeignKey("delivery.id"), nullable=False, index=True),
    Column("at", Instant, nullable=False),
    Column("outcome", String(20), nullable=False),
    Column("code", Integer, nullable=True),
    Column("answer", String(300), nullable=False),
    Column("verdict", String(20), nullable=False, server_default=""),
    Column("relay", String(200), nullable=False, server_default=""),
)

# What the recipient's calendar was last told, written before the letter is carried: a lost answer may hide a
# received invitation. `sequence` only rises.
invite = Table(
    "invite",
    metadata,
    Column("obligation_id", ForeignKey("obligation.id"), primary_key=True),
    Column("contact_id", ForeignKey("contact.id"), primary_key=True),
    Column("sequence", Integer, nullable=False),
    Column("method", String(10), nullable=False),
    Column("on_day", Date, nullable=False),
    Column("offered_at", Instant, nullable=False),
)

# A unit's list, as planned; `period` is the month, ISO week or day it is for. `content` are its rows as they were last
# told (numbers, codes and days), null while they were not.
unit_list = Table(
    "unit_list",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("unit_id", ForeignKey("unit.id"), nullable=False),
    Column("period", String(10), nullable=False),
    Column("on_day", Date, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("content", JSON(none_as_null=True), nullable=True),
    UniqueConstraint("unit_id", "period"),
)

run = Table(
    "run",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("job", String(30), nullable=False),
    Column("as_of", Date, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("seconds", Float, nullable=True),
    Column("outcome", String(20), nullable=False),
    Column("counts", JSON, nullable=False),
    Column("skipped", JSON, nullable=False),
    Column("error", String(300), nullable=False),
    Index("ix_run_job_id", "job", "id"),
)

"""The tables of what is kept as it was: letters as they went, sheets as they came and what each of them changed."""

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, LargeBinary, String, Table

from service.store.instant import Instant
from service.store.tables import metadata

# The letter of a delivery as it was last written, compressed: written before it is carried.
letter = Table(
    "letter",
    metadata,
    Column("delivery_id", ForeignKey("delivery.id"), primary_key=True),
    Column("written_at", Instant, nullable=False),
    Column("message", LargeBinary, nullable=False),
)

# A sheet that was imported: `kind` certifications or contacts, `sheet` the file as it came, compressed. `undone_at` is
# set once it was taken back. One whose kind begins with `seen_` was only looked at, and waits to be taken in.
intake = Table(
    "intake",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("file_name", String(200), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("sheet", LargeBinary, nullable=False),
    Column("counts", JSON, nullable=False),
    Column("author", String(100), nullable=False),
    Column("at", Instant, nullable=False),
    Column("undone_by", String(100), nullable=False),
    Column("undone_at", Instant, nullable=True),
    sqlite_autoincrement=True,
)

# What an import did to a row: `before` has what it changed as it was and as it became, null where it added the row.
intake_change = Table(
    "intake_change",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("intake_id", ForeignKey("intake.id"), nullable=False),
    Column("subject_kind", String(20), nullable=False),
    Column("subject_id", Integer, nullable=False),
    Column("before", JSON(none_as_null=True), nullable=True),
    Index("ix_intake_change_intake_id_id", "intake_id", "id"),
    sqlite_autoincrement=True,
)

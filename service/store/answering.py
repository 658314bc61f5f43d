"""The table of what people answered, from their letters or in the console."""

from sqlalchemy import JSON, Column, Date, ForeignKey, Index, Integer, String, Table

from service.store.instant import Instant
from service.store.tables import metadata

# Rows are only added; of one only the decision is set later. `revision` is the obligation's at that time: once a date
# has moved, an answer about the earlier one keeps no reminder back. `until_day` is the last day without reminders.
# `delivery_id` is the letter that it came from, null where it was given in the console.
answer = Table(
    "answer",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("delivery_id", ForeignKey("delivery.id"), nullable=True, index=True),
    Column("obligation_id", ForeignKey("obligation.id"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("contact_id", ForeignKey("contact.id"), nullable=False, index=True),
    Column("kind", String(20), nullable=False),
    Column("on_day", Date, nullable=True),
    Column("until_day", Date, nullable=True),
    Column("details", JSON, nullable=False),
    Column("at", Instant, nullable=False),
    Column("decision", String(20), nullable=False),
    Column("decided_by", String(100), nullable=False),
    Column("decided_at", Instant, nullable=True),
    Index("ix_answer_obligation_id_id", "obligation_id", "id"),
    Index("ix_answer_decision_id", "decision", "id"),
    sqlite_autoincrement=True,
)

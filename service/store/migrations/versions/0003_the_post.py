"""The post: relays and their limits, returned mail, quarantine, the canary; what an attempt met."""

import sqlalchemy as sa
from alembic import op

from service.store.instant import Instant

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("delivery", sa.Column("quarantine_id", sa.Integer(), nullable=True))
    op.add_column("delivery", sa.Column("ideal_at", Instant(), nullable=True))
    op.create_index(op.f("ix_delivery_quarantine_id"), "delivery", ["quarantine_id"])
    op.add_column("attempt", sa.Column("verdict", sa.String(length=20), server_default="", nullable=False))
    op.add_column("attempt", sa.Column("relay", sa.String(length=200), server_default="", nullable=False))
    op.create_table(
        "relay",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("rests_until", Instant(), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_relay")),
    )
    op.create_table(
        "allowance",
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("tokens", sa.Float(), nullable=False),
        sa.Column("counted_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_allowance")),
    )
    op.create_table(
        "returned",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=True),
        sa.Column("verdict", sa.String(length=20), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("words", sa.String(length=300), nullable=False),
        sa.Column("settled_by", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name=op.f("fk_returned_delivery_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_returned")),
        sa.UniqueConstraint("source", name=op.f("uq_returned_source")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_returned_delivery_id"), "returned", ["delivery_id"])
    op.create_index("ix_returned_settled_by_verdict", "returned", ["settled_by", "verdict"])
    op.create_table(
        "quarantine",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("usual", sa.Integer(), nullable=False),
        sa.Column("decision", sa.String(length=20), nullable=False),
        sa.Column("decided_by", sa.String(length=100), nullable=False),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quarantine")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "canary",
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("arrived_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name=op.f("fk_canary_delivery_id")),
        sa.PrimaryKeyConstraint("on_day", name=op.f("pk_canary")),
    )

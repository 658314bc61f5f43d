"""The ladder: how far each matter has climbed, and the superior bodies that it may come to."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ladder",
        sa.Column("obligation_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("began_on", sa.Date(), nullable=False),
        sa.Column("rungs", sa.JSON(), nullable=False),
        sa.Column("grace", sa.Integer(), nullable=False),
        sa.Column("policy", sa.String(length=30), nullable=False),
        sa.Column("rung", sa.String(length=20), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("look_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["obligation_id"], ["obligation.id"], name=op.f("fk_ladder_obligation_id")),
        sa.PrimaryKeyConstraint("obligation_id", "revision", name=op.f("pk_ladder")),
    )
    op.create_index(op.f("ix_ladder_look_on"), "ladder", ["look_on"])
    op.create_table(
        "passed_rung",
        sa.Column("obligation_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("rung", sa.String(length=20), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["obligation_id"], ["obligation.id"], name=op.f("fk_passed_rung_obligation_id")),
        sa.PrimaryKeyConstraint("obligation_id", "revision", "rung", name=op.f("pk_passed_rung")),
    )
    op.create_table(
        "overseer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rung", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("name_key", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_overseer")),
        sa.UniqueConstraint("name_key", name=op.f("uq_overseer_name_key")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "oversight",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("overseer_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("enterprise_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_oversight_enterprise_id")),
        sa.ForeignKeyConstraint(["overseer_id"], ["overseer.id"], name=op.f("fk_oversight_overseer_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_oversight_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_oversight")),
        sa.UniqueConstraint(
            "overseer_id", "unit_id", "enterprise_id", name=op.f("uq_oversight_overseer_id_unit_id_enterprise_id")
        ),
    )
    op.create_index("ix_oversight_unit_id_enterprise_id", "oversight", ["unit_id", "enterprise_id"])

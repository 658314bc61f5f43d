"""Matters of units, and what dates lean on besides the log: policy, overrides, units' rules, yearly notices."""

import sqlalchemy as sa
from alembic import op

from service.store.instant import Instant

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_ONE_SUBJECT = "(certification_id IS NULL) <> (unit_id IS NULL)"


def upgrade() -> None:
    with op.batch_alter_table("obligation", table_kwargs={"sqlite_autoincrement": True}) as obligation:
        obligation.alter_column("certification_id", existing_type=sa.Integer(), nullable=True)
        obligation.add_column(sa.Column("unit_id", sa.Integer(), nullable=True))
        obligation.create_foreign_key(op.f("fk_obligation_unit_id"), "unit", ["unit_id"], ["id"])
        obligation.create_check_constraint(op.f("ck_obligation_one_subject"), _ONE_SUBJECT)
        obligation.create_unique_constraint(
            op.f("uq_obligation_unit_id_kind_occurrence"), ["unit_id", "kind", "occurrence"]
        )
    op.create_table(
        "override",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("certification_id", sa.Integer(), nullable=True),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("occurrence", sa.String(length=30), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("safe_due_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        *_authored(),
        sa.CheckConstraint(_ONE_SUBJECT, name=op.f("ck_override_one_subject")),
        sa.ForeignKeyConstraint(["certification_id"], ["certification.id"], name=op.f("fk_override_certification_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_override_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_override")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_override_certification_id"), "override", ["certification_id"])
    op.create_index(op.f("ix_override_unit_id"), "override", ["unit_id"])
    op.create_table(
        "unit_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("validity_months", sa.Integer(), nullable=True),
        sa.Column("review_months_before", sa.Integer(), nullable=True),
        sa.Column("lapses", sa.Boolean(), nullable=True),
        sa.Column("annual_report", sa.String(length=5), nullable=True),
        sa.Column("basis", sa.String(length=200), nullable=False),
        *_authored(),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_unit_rule_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_rule")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_unit_rule_unit_id"), "unit_rule", ["unit_id"])
    op.create_table(
        "unit_act",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("about", sa.String(length=30), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        *_authored(),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_unit_act_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_act")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_unit_act_unit_id"), "unit_act", ["unit_id"])
    op.create_table(
        "round_notice",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("notice", sa.String(length=100), nullable=False),
        sa.Column("announced_on", sa.Date(), nullable=False),
        sa.Column("apply_by", sa.Date(), nullable=False),
        sa.Column("recommend_by", sa.Date(), nullable=False),
        *_authored(),
        sa.PrimaryKeyConstraint("year", "level", name=op.f("pk_round_notice")),
    )
    op.create_table(
        "unit_round",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("level", sa.String(length=20), nullable=False),
        sa.Column("apply_by", sa.Date(), nullable=False),
        *_authored(),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_unit_round_unit_id")),
        sa.PrimaryKeyConstraint("unit_id", "year", "level", name=op.f("pk_unit_round")),
    )
    op.create_table(
        "policy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(length=30), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        *_authored(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy")),
        sa.UniqueConstraint("version", name=op.f("uq_policy_version")),
        sqlite_autoincrement=True,
    )


def _authored() -> tuple[sa.Column[str], sa.Column[Instant]]:
    return (
        sa.Column("author", sa.String(length=100), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
    )

"""The doors and what is kept: accounts, sessions, audit; letters and sheets as they were; initials to search by."""

import sqlalchemy as sa
from alembic import op

from service.store.initials import initials
from service.store.instant import Instant

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("actor_kind", sa.String(length=20), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("subject_kind", sa.String(length=20), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    op.create_index("ix_audit_action_id", "audit", ["action", "id"])
    op.create_index("ix_audit_actor_kind_actor_id_id", "audit", ["actor_kind", "actor_id", "id"])
    op.create_index("ix_audit_subject_kind_subject_id_id", "audit", ["subject_kind", "subject_id", "id"])
    op.create_table(
        "intake",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("sheet", sa.LargeBinary(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("author", sa.String(length=100), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("undone_by", sa.String(length=100), nullable=False),
        sa.Column("undone_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intake")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("password", sa.String(length=200), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", Instant(), nullable=True),
        sa.Column("made_at", Instant(), nullable=False),
        sa.CheckConstraint("(role = 'officer') = (unit_id IS NOT NULL)", name=op.f("ck_account_officer_of_a_unit")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_account_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("name", name=op.f("uq_account_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "intake_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("intake_id", sa.Integer(), nullable=False),
        sa.Column("subject_kind", sa.String(length=20), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("before", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(["intake_id"], ["intake.id"], name=op.f("fk_intake_change_intake_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intake_change")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_intake_change_intake_id_id", "intake_change", ["intake_id", "id"])
    op.create_table(
        "letter",
        sa.Column("delivery_id", sa.Integer(), nullable=False),
        sa.Column("written_at", Instant(), nullable=False),
        sa.Column("message", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.id"], name=op.f("fk_letter_delivery_id")),
        sa.PrimaryKeyConstraint("delivery_id", name=op.f("pk_letter")),
    )
    op.create_table(
        "session",
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("csrf", sa.String(length=64), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("seen_at", Instant(), nullable=False),
        sa.CheckConstraint("(account_id IS NULL) <> (contact_id IS NULL)", name=op.f("ck_session_one_person")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_session_account_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_session_contact_id")),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_session")),
    )
    op.create_index(op.f("ix_session_account_id"), "session", ["account_id"])
    op.create_index(op.f("ix_session_contact_id"), "session", ["contact_id"])
    op.create_table(
        "sign_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("ends_at", Instant(), nullable=False),
        sa.Column("used_at", Instant(), nullable=True),
        sa.CheckConstraint("(account_id IS NULL) <> (contact_id IS NULL)", name=op.f("ck_sign_in_one_person")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_sign_in_account_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_sign_in_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_sign_in_contact_id"), "sign_in", ["contact_id"])
    op.add_column("certification", sa.Column("initials", sa.String(length=200), server_default="", nullable=False))
    op.create_index("ix_delivery_contact_id_id", "delivery", ["contact_id", "id"])
    op.create_index("ix_delivery_settled_at", "delivery", ["settled_at"])
    op.add_column("enterprise", sa.Column("initials", sa.String(length=200), server_default="", nullable=False))
    _fill_initials("enterprise", "name_key")
    _fill_initials("certification", "factory_key")


def _fill_initials(table: str, key: str) -> None:
    connection = op.get_bind()
    named = sa.table(table, sa.column("id"), sa.column(key), sa.column("initials"))
    rows = connection.execute(sa.select(named.c.id, named.c[key])).all()
    if rows:
        fill = sa.update(named).where(named.c.id == sa.bindparam("row")).values(initials=sa.bindparam("found"))
        connection.execute(fill, [{"row": id, "found": initials(name)} for id, name in rows])

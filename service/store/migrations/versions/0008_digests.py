"""Letters that go together, and who wants none but the urgent ones."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    in_a_digest = sa.text("digest_id IS NOT NULL")
    op.add_column("delivery", sa.Column("digest_id", sa.Integer(), nullable=True))
    op.create_index(
        "ix_delivery_digest_id", "delivery", ["digest_id"], sqlite_where=in_a_digest, postgresql_where=in_a_digest
    )
    op.add_column("contact", sa.Column("urgent_only", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_index("ix_contact_address", "contact", ["address"])

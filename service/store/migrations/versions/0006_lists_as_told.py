"""A unit's own day and hour for its lists, and the rows of each list as they were told."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("unit", sa.Column("list_weekday", sa.Integer(), nullable=True))
    op.add_column("unit", sa.Column("list_hour", sa.Integer(), nullable=True))
    op.add_column("unit_list", sa.Column("content", sa.JSON(none_as_null=True), nullable=True))

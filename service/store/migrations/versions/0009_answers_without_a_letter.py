"""An answer may be given in the console, and then comes from no letter."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("answer", table_kwargs={"sqlite_autoincrement": True}) as answer:
        answer.alter_column("delivery_id", existing_type=sa.Integer(), nullable=True)

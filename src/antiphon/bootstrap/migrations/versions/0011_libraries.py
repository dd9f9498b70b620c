"""Libraries that are added while the server runs, and how they are watched."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("library", sa.Column("declared", sa.Integer(), server_default="1", nullable=False))
    op.add_column("library", sa.Column("watch", sa.Text(), server_default="", nullable=False))
    op.add_column("library", sa.Column("watch_note", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("library", "watch_note")
    op.drop_column("library", "watch")
    op.drop_column("library", "declared")

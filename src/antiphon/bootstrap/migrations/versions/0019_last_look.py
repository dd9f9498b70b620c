"""What the last scan of a whole library found there, as one text."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("library", sa.Column("last_look", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("library", "last_look")

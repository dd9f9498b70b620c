"""Words of uploads: those that lay beside a song in its archive."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("upload", sa.Column("words", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("upload", "words")

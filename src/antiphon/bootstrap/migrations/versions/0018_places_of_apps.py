"""Places in episodes: the app that tells one, and how fast it goes on from there."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("podcast_position", sa.Column("client", sa.Text(), server_default="", nullable=False))
    op.add_column("podcast_position", sa.Column("rate", sa.Double(), server_default="0", nullable=False))


def downgrade() -> None:
    op.drop_column("podcast_position", "rate")
    op.drop_column("podcast_position", "client")

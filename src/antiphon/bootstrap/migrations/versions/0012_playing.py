"""Playing: shares with a password, episodes that are put into other forms and that somebody has heard."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

EPISODE_COLUMNS = ("bitrate", "sample_rate", "channels")


def upgrade() -> None:
    op.add_column("share", sa.Column("password_hash", sa.Text(), server_default="", nullable=False))
    op.add_column("share", sa.Column("may_download", sa.Integer(), server_default="0", nullable=False))
    op.add_column("podcast_episode", sa.Column("format", sa.Text(), server_default="", nullable=False))
    for name in EPISODE_COLUMNS:
        op.add_column("podcast_episode", sa.Column(name, sa.Integer(), server_default="0", nullable=False))
    op.add_column("podcast_position", sa.Column("played_at", sa.Double(), nullable=True))


def downgrade() -> None:
    op.drop_column("podcast_position", "played_at")
    for name in (*reversed(EPISODE_COLUMNS), "format"):
        op.drop_column("podcast_episode", name)
    op.drop_column("share", "may_download")
    op.drop_column("share", "password_hash")

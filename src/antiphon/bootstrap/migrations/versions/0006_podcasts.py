"""Podcasts: channels, their episodes, where people stopped in them, and episodes in what apps have lined up.

Revision: 0006, after 0005.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "podcast_channel",
        sa.Column("id", ID, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), server_default="", nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("homepage_url", sa.Text(), server_default="", nullable=False),
        sa.Column("image_url", sa.Text(), server_default="", nullable=False),
        sa.Column("image_source", sa.Text(), server_default="", nullable=False),
        sa.Column("image_file", sa.Text(), server_default="", nullable=False),
        sa.Column("image_hash", sa.Text(), server_default="", nullable=False),
        sa.Column("etag", sa.Text(), server_default="", nullable=False),
        sa.Column("modified", sa.Text(), server_default="", nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.Column("refreshed_at", sa.Double(), nullable=True),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_podcast_channel")),
        sa.UniqueConstraint("url", name=op.f("uq_podcast_channel_url")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "podcast_episode",
        sa.Column("id", ID, nullable=False),
        sa.Column("channel_id", ID, nullable=False),
        sa.Column("guid", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("audio_url", sa.Text(), nullable=False),
        sa.Column("content_type", sa.Text(), server_default="", nullable=False),
        sa.Column("suffix", sa.Text(), server_default="", nullable=False),
        sa.Column("size", ID, server_default="0", nullable=False),
        sa.Column("duration", sa.Double(), server_default="0", nullable=False),
        sa.Column("published_at", sa.Double(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.Column("file_name", sa.Text(), server_default="", nullable=False),
        sa.Column("job_id", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["channel_id"], ["podcast_channel.id"], name=op.f("fk_podcast_episode_channel_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_podcast_episode")),
        sa.UniqueConstraint("channel_id", "guid", name=op.f("uq_podcast_episode_channel_id_guid")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_podcast_episode_published_at", "podcast_episode", ["published_at", "id"], unique=False)
    op.create_index(
        "ix_podcast_episode_channel_id", "podcast_episode", ["channel_id", "published_at", "id"], unique=False
    )
    op.create_index("ix_podcast_episode_job_id", "podcast_episode", ["job_id"], unique=False)
    op.create_table(
        "podcast_position",
        sa.Column("user_id", ID, nullable=False),
        sa.Column("episode_id", ID, nullable=False),
        sa.Column("position", sa.Double(), nullable=False),
        sa.Column("comment", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("changed_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_podcast_position_user_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["episode_id"], ["podcast_episode.id"], name=op.f("fk_podcast_position_episode_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "episode_id", name=op.f("pk_podcast_position")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_podcast_position_episode_id", "podcast_position", ["episode_id"], unique=False)
    op.create_table(
        "podcast_queue",
        sa.Column("user_id", ID, nullable=False),
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("things", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("position", sa.Double(), nullable=False),
        sa.Column("changed_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_podcast_queue_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "client", name=op.f("pk_podcast_queue")),
        sqlite_with_rowid=False,
    )

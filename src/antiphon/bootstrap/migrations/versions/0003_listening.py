"""Listening: play queues, bookmarks and shares, radio stations, the room that everybody shares.

Revision: 0003, after 0002.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "play_queue",
        sa.Column("user_id", ID, nullable=False),
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("song_ids", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("position", sa.Double(), nullable=False),
        sa.Column("changed_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_play_queue_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "client", name=op.f("pk_play_queue")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "bookmark",
        sa.Column("user_id", ID, nullable=False),
        sa.Column("song_id", ID, nullable=False),
        sa.Column("position", sa.Double(), nullable=False),
        sa.Column("comment", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("changed_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["song_id"], ["song.id"], name=op.f("fk_bookmark_song_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_bookmark_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", "song_id", name=op.f("pk_bookmark")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_bookmark_song_id", "bookmark", ["song_id"], unique=False)
    op.create_table(
        "radio_station",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("stream_url", sa.Text(), nullable=False),
        sa.Column("homepage_url", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_radio_station")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "chat_message",
        sa.Column("id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_chat_message_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chat_message")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_chat_message_at", "chat_message", ["at"], unique=False)
    op.create_index("ix_chat_message_user_id", "chat_message", ["user_id"], unique=False)
    op.create_table(
        "share",
        sa.Column("id", ID, nullable=False),
        sa.Column("owner_id", ID, nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("things", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.Double(), nullable=True),
        sa.Column("visits", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_visited_at", sa.Double(), nullable=True),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["owner_id"], ["user_account.id"], name=op.f("fk_share_owner_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_share")),
        sa.UniqueConstraint("token", name=op.f("uq_share_token")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_share_owner_id", "share", ["owner_id"], unique=False)

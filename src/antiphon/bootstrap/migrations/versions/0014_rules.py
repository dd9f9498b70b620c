"""Rules: how much of a song's sound each person gets, and what the house listens to together."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "stream_ceiling",
        sa.Column("user_id", ID, nullable=False),
        sa.Column("bitrate", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_stream_ceiling_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_stream_ceiling")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "jukebox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("playing", sa.Integer(), server_default="0", nullable=False),
        sa.Column("place", ID, server_default="0", nullable=False),
        sa.Column("position", sa.Double(), server_default="0", nullable=False),
        sa.Column("heard_at", sa.Double(), server_default="0", nullable=False),
        sa.Column("cue", ID, server_default="0", nullable=False),
        sa.Column("gain", sa.Double(), server_default="0.5", nullable=False),
        sa.Column("problem", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jukebox")),
    )
    op.create_table(
        "jukebox_item",
        sa.Column("id", ID, nullable=False),
        sa.Column("place", ID, nullable=False),
        sa.Column("song_id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["song_id"], ["song.id"], name=op.f("fk_jukebox_item_song_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_jukebox_item_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jukebox_item")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_jukebox_item_place", "jukebox_item", ["place"], unique=False)
    op.create_index("ix_jukebox_item_song_id", "jukebox_item", ["song_id"], unique=False)
    op.create_index("ix_jukebox_item_user_id", "jukebox_item", ["user_id"], unique=False)


def downgrade() -> None:
    op.drop_table("jukebox_item")
    op.drop_table("jukebox")
    op.drop_table("stream_ceiling")

"""How songs sound: loudness, waveform, tempo, key, energy, features."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "song_sound",
        sa.Column("song_id", ID, nullable=False),
        sa.Column("size", ID, nullable=False),
        sa.Column("modified_ns", ID, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("measured_at", sa.Double(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("audio_sha256", sa.Text(), server_default="", nullable=False),
        sa.Column("duration", sa.Double(), server_default="0", nullable=False),
        sa.Column("loudness", sa.Double(), nullable=True),
        sa.Column("loudness_range", sa.Double(), nullable=True),
        sa.Column("true_peak", sa.Double(), server_default="0", nullable=False),
        sa.Column("tempo", sa.Double(), nullable=True),
        sa.Column("bpm", sa.Integer(), nullable=True),
        sa.Column("tempo_clarity", sa.Double(), server_default="0", nullable=False),
        sa.Column("key", sa.Text(), server_default="", nullable=False),
        sa.Column("key_strength", sa.Double(), server_default="0", nullable=False),
        sa.Column("energy", sa.Double(), nullable=True),
        sa.Column("track_gain", sa.Double(), nullable=True),
        sa.Column("track_peak", sa.Double(), nullable=True),
        sa.Column("album_gain", sa.Double(), nullable=True),
        sa.Column("album_peak", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(["song_id"], ["song.id"], name=op.f("fk_song_sound_song_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("song_id", name=op.f("pk_song_sound")),
    )
    op.create_index("ix_song_sound_audio_sha256", "song_sound", ["audio_sha256"], unique=False)
    op.create_index(
        "ix_song_sound_unreadable",
        "song_sound",
        ["song_id"],
        unique=False,
        sqlite_where=sa.text("reason <> ''"),
        postgresql_where=sa.text("reason <> ''"),
    )
    op.create_table(
        "song_waveform",
        sa.Column("song_id", ID, nullable=False),
        sa.Column("heights", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["song_id"], ["song.id"], name=op.f("fk_song_waveform_song_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("song_id", name=op.f("pk_song_waveform")),
    )
    op.create_table(
        "song_vector",
        sa.Column("position", ID, nullable=False),
        sa.Column("song_id", ID, nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["song_id"], ["song.id"], name=op.f("fk_song_vector_song_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_song_vector")),
        sa.UniqueConstraint("song_id", name=op.f("uq_song_vector_song_id")),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    op.drop_table("song_vector")
    op.drop_table("song_waveform")
    op.drop_index("ix_song_sound_unreadable", table_name="song_sound")
    op.drop_index("ix_song_sound_audio_sha256", table_name="song_sound")
    op.drop_table("song_sound")

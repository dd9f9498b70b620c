"""Uploads, and files that lie in the storage.

Revision: 0005, after 0004.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "upload",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("size", ID, nullable=True),
        sa.Column("reserved", ID, nullable=False),
        sa.Column("received", ID, server_default="0", nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("is_resumable", sa.Integer(), nullable=False),
        sa.Column("draft", sa.Integer(), nullable=False),
        sa.Column("wanted", sa.Text(), server_default="{}", nullable=False),
        sa.Column("found", sa.Text(), server_default="", nullable=False),
        sa.Column("stored_name", sa.Text(), nullable=False),
        sa.Column("song_id", ID, nullable=True),
        sa.Column("same_audio_id", ID, nullable=True),
        sa.Column("error_code", sa.Text(), server_default="", nullable=False),
        sa.Column("error", sa.Text(), server_default="", nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=True),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("updated_at", sa.Double(), nullable=False),
        sa.Column("expires_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_upload_user_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["song_id"], ["song.id"], name=op.f("fk_upload_song_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(
            ["same_audio_id"], ["song.id"], name=op.f("fk_upload_same_audio_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_upload")),
    )
    op.create_index("ix_upload_user_id", "upload", ["user_id", "created_at"], unique=False)
    op.create_index("ix_upload_idempotency_key", "upload", ["user_id", "idempotency_key"], unique=True)
    op.create_index("ix_upload_expires_at", "upload", ["expires_at"], unique=False)
    op.create_index("ix_upload_song_id", "upload", ["song_id"], unique=False)
    op.create_index("ix_upload_same_audio_id", "upload", ["same_audio_id"], unique=False)
    op.create_table(
        "stored_file",
        sa.Column("song_id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("size", ID, nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("audio_sha256", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["song_id"], ["song.id"], name=op.f("fk_stored_file_song_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("song_id", name=op.f("pk_stored_file")),
        sa.UniqueConstraint("name", name=op.f("uq_stored_file_name")),
    )
    op.create_index("ix_stored_file_size", "stored_file", ["size"], unique=False)
    op.create_index("ix_stored_file_audio_sha256", "stored_file", ["audio_sha256"], unique=False)

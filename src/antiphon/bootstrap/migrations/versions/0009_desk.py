"""The artists' desk: releases and licences, and exports.

Revision: 0009, after 0008.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("album", sa.Column("release_at", ID, server_default="0", nullable=False))
    op.add_column("song", sa.Column("release_at", ID, server_default="0", nullable=False))
    op.add_column("song", sa.Column("licence", sa.Text(), server_default="", nullable=False))
    op.create_index(
        "ix_song_listed_from",
        "song",
        ["listed_from"],
        unique=False,
        sqlite_where=sa.text("listed_from > 0"),
        postgresql_where=sa.text("listed_from > 0"),
    )
    op.create_table(
        "export",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("with_bom", sa.Integer(), nullable=False),
        sa.Column("stored_name", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("size", ID, server_default="0", nullable=False),
        sa.Column("row_count", ID, server_default="0", nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("expires_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_export_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_export")),
        sa.UniqueConstraint("stored_name", name=op.f("uq_export_stored_name")),
    )
    op.create_index("ix_export_user_id", "export", ["user_id", "created_at"], unique=False)
    op.create_index("ix_export_expires_at", "export", ["expires_at"], unique=False)


def downgrade() -> None:
    op.drop_table("export")
    op.drop_index("ix_song_listed_from", table_name="song")
    op.drop_column("song", "licence")
    op.drop_column("song", "release_at")
    op.drop_column("album", "release_at")

"""Scrobbling: where else people's listens are told, and what has not been told yet."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "scrobble_connection",
        sa.Column("id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("secret_encrypted", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("scrobbles", sa.Integer(), server_default="1", nullable=False),
        sa.Column("loves", sa.Integer(), server_default="1", nullable=False),
        sa.Column("failures", sa.Integer(), server_default="0", nullable=False),
        sa.Column("refused", sa.Integer(), server_default="0", nullable=False),
        sa.Column("problem", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("delivered_at", sa.Double(), nullable=True),
        sa.Column("resumes_at", sa.Double(), server_default="0", nullable=False),
        sa.Column("busy_until", sa.Double(), server_default="0", nullable=False),
        sa.Column("wakes", ID, server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_scrobble_connection_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scrobble_connection")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_scrobble_connection_user_id", "scrobble_connection", ["user_id", "service"], unique=True)
    op.create_table(
        "scrobble_waiting",
        sa.Column("id", ID, nullable=False),
        sa.Column("connection_id", ID, nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("song_id", ID, nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("listen", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["connection_id"],
            ["scrobble_connection.id"],
            name=op.f("fk_scrobble_waiting_connection_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scrobble_waiting")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_scrobble_waiting_connection_id",
        "scrobble_waiting",
        ["connection_id", "action", "song_id", "at"],
        unique=True,
    )
    op.create_index("ix_scrobble_waiting_at", "scrobble_waiting", ["connection_id", "at", "id"], unique=False)
    op.create_table(
        "scrobble_beginning",
        sa.Column("state_hash", sa.Text(), nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("service", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_scrobble_beginning_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("state_hash", name=op.f("pk_scrobble_beginning")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_scrobble_beginning_user_id", "scrobble_beginning", ["user_id"], unique=False)

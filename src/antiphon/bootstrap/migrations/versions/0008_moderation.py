"""Moderation: what people report, and what was decided."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
FLAGGED = ("artist", "playlist")


def upgrade() -> None:
    for table in FLAGGED:
        op.add_column(table, sa.Column("flagged", sa.Integer(), server_default="0", nullable=False))
        op.add_column(table, sa.Column("flag_reason", sa.Text(), server_default="", nullable=False))
    few = sa.text("flagged = 1")
    op.create_index("ix_artist_flagged", "artist", ["id"], unique=False, sqlite_where=few, postgresql_where=few)
    _cases()
    _reports()
    _entries()


def _cases() -> None:
    op.create_table(
        "moderation_case",
        sa.Column("id", ID, nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("subject_id", ID, nullable=False),
        sa.Column("subject_name", sa.Text(), nullable=False),
        sa.Column("owner_id", ID, nullable=True),
        sa.Column("state", sa.Text(), server_default="open", nullable=False),
        sa.Column("decision", sa.Text(), server_default="", nullable=False),
        sa.Column("decision_reason", sa.Text(), server_default="", nullable=False),
        sa.Column("decided_by", ID, nullable=True),
        sa.Column("decided_at", sa.Double(), nullable=True),
        sa.Column("revision", sa.Integer(), server_default="0", nullable=False),
        sa.Column("open_reports", sa.Integer(), server_default="0", nullable=False),
        sa.Column("opened_at", sa.Double(), nullable=False),
        sa.Column("reported_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["user_account.id"], name=op.f("fk_moderation_case_owner_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["user_account.id"], name=op.f("fk_moderation_case_decided_by"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moderation_case")),
        sqlite_autoincrement=True,
    )
    op.create_index("uq_moderation_case_subject", "moderation_case", ["subject", "subject_id"], unique=True)
    op.create_index("ix_moderation_case_state", "moderation_case", ["state", "reported_at", "id"], unique=False)
    for column in ("owner_id", "decided_by"):
        op.create_index(f"ix_moderation_case_{column}", "moderation_case", [column], unique=False)


def _reports() -> None:
    op.create_table(
        "moderation_report",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("outcome", sa.Text(), server_default="", nullable=False),
        sa.Column("decided_at", sa.Double(), nullable=True),
        sa.Column("decided_in", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["moderation_case.id"], name=op.f("fk_moderation_report_case_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_moderation_report_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moderation_report")),
        sqlite_autoincrement=True,
    )
    for column in ("case_id", "user_id"):
        op.create_index(f"ix_moderation_report_{column}", "moderation_report", [column, "id"], unique=False)
    undecided = sa.text("outcome = ''")
    op.create_index(
        "uq_moderation_report_open",
        "moderation_report",
        ["case_id", "user_id"],
        unique=True,
        sqlite_where=undecided,
        postgresql_where=undecided,
    )


def _entries() -> None:
    op.create_table(
        "moderation_entry",
        sa.Column("id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("author_id", ID, nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("decision", sa.Text(), server_default="", nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["moderation_case.id"], name=op.f("fk_moderation_entry_case_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["user_account.id"], name=op.f("fk_moderation_entry_author_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moderation_entry")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_moderation_entry_case_id", "moderation_entry", ["case_id", "id"], unique=False)
    op.create_index("ix_moderation_entry_author_id", "moderation_entry", ["author_id"], unique=False)


def downgrade() -> None:
    for table in ("moderation_entry", "moderation_report", "moderation_case"):
        op.drop_table(table)
    op.drop_index("ix_artist_flagged", table_name="artist")
    for table in FLAGGED:
        with op.batch_alter_table(table) as changed:
            changed.drop_column("flag_reason")
            changed.drop_column("flagged")

"""The catalogue edited by people: what they changed, what they made by hand, and names that files go on using.

Revision: 0004, after 0003.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    for table in ("artist", "album", "genre"):
        op.add_column(table, sa.Column("by_hand", sa.Integer(), server_default="0", nullable=False))
    op.add_column("album", sa.Column("flag_reason", sa.Text(), server_default="", nullable=False))
    op.create_index(
        "ix_album_uploader_id",
        "album",
        ["uploader_id", "id"],
        unique=False,
        sqlite_where=sa.text("uploader_id IS NOT NULL"),
    )
    op.create_table(
        "catalogue_change",
        sa.Column("id", ID, nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("user_id", ID, nullable=True),
        sa.Column("thing", sa.Text(), nullable=False),
        sa.Column("thing_id", ID, nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("old", sa.Text(), nullable=False),
        sa.Column("new", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_catalogue_change_user_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalogue_change")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_catalogue_change_thing", "catalogue_change", ["thing", "thing_id", "id"], unique=False)
    op.create_index("ix_catalogue_change_user_id", "catalogue_change", ["user_id"], unique=False)
    op.create_table(
        "edited_field",
        sa.Column("thing", sa.Text(), nullable=False),
        sa.Column("thing_id", ID, nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("thing", "thing_id", "field", name=op.f("pk_edited_field")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "name_alias",
        sa.Column("thing", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("thing_id", ID, nullable=True),
        sa.PrimaryKeyConstraint("thing", "name_key", name=op.f("pk_name_alias")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_name_alias_thing_id", "name_alias", ["thing", "thing_id"], unique=False)

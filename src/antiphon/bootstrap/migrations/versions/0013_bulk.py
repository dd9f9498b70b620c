"""Uploads of many files at once.

Revision: 0013, after 0012.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("upload", sa.Column("archive_id", sa.Text(), nullable=True))
    op.add_column("upload", sa.Column("entry", sa.Integer(), nullable=True))
    for name in ("report", "cover_name", "cover_hash"):
        op.add_column("upload", sa.Column(name, sa.Text(), server_default="", nullable=False))
    op.create_index("ix_upload_archive_id", "upload", ["archive_id", "entry"], unique=True)


def downgrade() -> None:
    op.drop_index("ix_upload_archive_id", "upload")
    for name in ("cover_hash", "cover_name", "report", "entry", "archive_id"):
        op.drop_column("upload", name)

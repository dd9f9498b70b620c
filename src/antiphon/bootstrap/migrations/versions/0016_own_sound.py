"""Own sound: tempo and key as people tell them."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("song", sa.Column("own_bpm", sa.Integer(), nullable=True))
    op.add_column("song", sa.Column("own_key", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("song", "own_key")
    op.drop_column("song", "own_bpm")

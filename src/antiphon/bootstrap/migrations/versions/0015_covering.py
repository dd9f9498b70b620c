"""Covering: indexes that lists are read along hold what decides who sees a row."""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

SEEN = {
    "album": ("song_count", "by_hand", "hidden_count", "flagged", "release_at", "uploader_id", "library_id"),
    "song": ("missing", "listed_from", "uploader_id", "library_id"),
}
ORDERS = {
    "album": {
        "title_key": ("title_key", "id"),
        "artist_key": ("artist_key", "title_key", "id"),
        "created_at": ("created_at", "id"),
        "year": ("year", "title_key", "id"),
        "play_count": ("play_count", "id"),
        "shuffle": ("shuffle", "id"),
    },
    "song": {
        "album_id": ("album_id", "disc", "track", "id"),
        "title_key": ("title_key", "id"),
        "created_at": ("created_at", "id"),
        "play_count": ("play_count", "id"),
        "shuffle": ("shuffle", "id"),
    },
}


def upgrade() -> None:
    for table, orders in ORDERS.items():
        for name, columns in orders.items():
            op.drop_index(f"ix_{table}_{name}", table_name=table)
            op.create_index(f"ix_{table}_{name}", table, [*columns, *SEEN[table]], unique=False)


def downgrade() -> None:
    for table, orders in ORDERS.items():
        for name, columns in orders.items():
            op.drop_index(f"ix_{table}_{name}", table_name=table)
            op.create_index(f"ix_{table}_{name}", table, [name] if name == "shuffle" else [*columns], unique=False)

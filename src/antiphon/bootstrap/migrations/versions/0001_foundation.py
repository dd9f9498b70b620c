"""The foundation: accounts, library, playback, playlists, jobs.

Revision: 0001, after nothing.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "artwork",
        sa.Column("id", ID, nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("mime", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("embedded", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_artwork")),
        sa.UniqueConstraint("hash", name=op.f("uq_artwork_hash")),
    )
    op.create_table(
        "genre",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_genre")),
        sa.UniqueConstraint("name_key", name=op.f("uq_genre_name_key")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "job",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column("arguments", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column("owner_id", ID, nullable=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("run_at", sa.Double(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("max_attempts", sa.Integer(), nullable=False),
        sa.Column("lease_until", sa.Double(), nullable=True),
        sa.Column("leased_by", sa.Text(), nullable=True),
        sa.Column("sent_at", sa.Double(), nullable=True),
        sa.Column("progress", sa.Double(), nullable=True),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("started_at", sa.Double(), nullable=True),
        sa.Column("finished_at", sa.Double(), nullable=True),
        sa.Column("updated_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sa.UniqueConstraint("key", name=op.f("uq_job_key")),
    )
    op.create_index("ix_job_created_at", "job", ["created_at", "id"], unique=False)
    op.create_index("ix_job_owner_id", "job", ["owner_id", "created_at", "id"], unique=False)
    op.create_index("ix_job_state", "job", ["state", "lane", "sent_at", "run_at"], unique=False)
    op.create_table(
        "library",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("open_to_all", sa.Integer(), server_default="1", nullable=False),
        sa.Column("active", sa.Integer(), server_default="1", nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("scanned_at", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_library")),
        sa.UniqueConstraint("path", name=op.f("uq_library_path")),
    )
    op.create_table(
        "revision",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", ID, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_revision")),
    )
    op.create_table(
        "schedule",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("arguments", sa.Text(), nullable=False),
        sa.Column("recurrence", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("next_at", sa.Double(), nullable=False),
        sa.Column("last_at", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_schedule")),
    )
    op.create_table(
        "setting",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_setting")),
    )
    op.create_table(
        "stale_total",
        sa.Column("thing", sa.Text(), nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.PrimaryKeyConstraint("thing", "id", name=op.f("pk_stale_total")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "user_account",
        sa.Column("id", ID, nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("username_key", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_key", sa.Text(), nullable=False),
        sa.Column("email_proven_at", sa.Double(), nullable=True),
        sa.Column("full_name", sa.Text(), server_default="", nullable=False),
        sa.Column("first_name", sa.Text(), server_default="", nullable=False),
        sa.Column("last_name", sa.Text(), server_default="", nullable=False),
        sa.Column("password_hash", sa.Text(), server_default="", nullable=False),
        sa.Column("standing", sa.Text(), server_default="active", nullable=False),
        sa.Column("rights", sa.Text(), nullable=False),
        sa.Column("upload_quota", sa.BigInteger(), nullable=True),
        sa.Column("hidden", sa.Integer(), server_default="0", nullable=False),
        sa.Column("artist_asked_at", sa.Double(), nullable=True),
        sa.Column("access_revision", sa.Integer(), server_default="0", nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("updated_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_account")),
        sa.UniqueConstraint("email_key", name=op.f("uq_user_account_email_key")),
        sa.UniqueConstraint("username_key", name=op.f("uq_user_account_username_key")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "album",
        sa.Column("id", ID, nullable=False),
        sa.Column("library_id", ID, nullable=False),
        sa.Column("match_key", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("title_key", sa.Text(), nullable=False),
        sa.Column("sort_title", sa.Text(), server_default="", nullable=False),
        sa.Column("artists_told", sa.Integer(), server_default="0", nullable=False),
        sa.Column("artist_text", sa.Text(), server_default="", nullable=False),
        sa.Column("artist_key", sa.Text(), server_default="", nullable=False),
        sa.Column("credits", sa.Text(), server_default="[]", nullable=False),
        sa.Column("genres", sa.Text(), server_default="[]", nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("release_date", sa.Text(), server_default="", nullable=False),
        sa.Column("original_date", sa.Text(), server_default="", nullable=False),
        sa.Column("compilation", sa.Integer(), server_default="0", nullable=False),
        sa.Column("release_types", sa.Text(), server_default="[]", nullable=False),
        sa.Column("labels", sa.Text(), server_default="[]", nullable=False),
        sa.Column("disc_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("disc_titles", sa.Text(), server_default="{}", nullable=False),
        sa.Column("release_id", sa.Text(), server_default="", nullable=False),
        sa.Column("release_group_id", sa.Text(), server_default="", nullable=False),
        sa.Column("artwork_id", ID, nullable=True),
        sa.Column("uploader_id", ID, nullable=True),
        sa.Column("flagged", sa.Integer(), server_default="0", nullable=False),
        sa.Column("song_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("duration", sa.Double(), server_default="0", nullable=False),
        sa.Column("hidden_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("play_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("rating_sum", sa.Integer(), server_default="0", nullable=False),
        sa.Column("rating_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("shuffle", sa.Double(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("updated_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["artwork_id"], ["artwork.id"], name=op.f("fk_album_artwork_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["library_id"], ["library.id"], name=op.f("fk_album_library_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_album")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_album_artist_key", "album", ["artist_key", "title_key", "id"], unique=False)
    op.create_index("ix_album_created_at", "album", ["created_at", "id"], unique=False)
    op.create_index("ix_album_match_key", "album", ["library_id", "match_key"], unique=True)
    op.create_index("ix_album_play_count", "album", ["play_count", "id"], unique=False)
    op.create_index("ix_album_shuffle", "album", ["shuffle"], unique=False)
    op.create_index("ix_album_title_key", "album", ["title_key", "id"], unique=False)
    op.create_index("ix_album_year", "album", ["year", "title_key", "id"], unique=False)
    op.create_table(
        "api_key",
        sa.Column("id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("key_hash", sa.Text(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("last_used_at", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_api_key_user_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_key")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_api_key_key_hash")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_api_key_user_id", "api_key", ["user_id"], unique=False)
    op.create_table(
        "app_password",
        sa.Column("id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("secret_encrypted", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("last_used_at", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_app_password_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_app_password")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_app_password_user_id", "app_password", ["user_id"], unique=False)
    op.create_table(
        "artist",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.Text(), nullable=False),
        sa.Column("sort_name", sa.Text(), nullable=False),
        sa.Column("sort_key", sa.Text(), nullable=False),
        sa.Column("musicbrainz_id", sa.Text(), server_default="", nullable=False),
        sa.Column("artwork_id", ID, nullable=True),
        sa.Column("shuffle", sa.Double(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("updated_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["artwork_id"], ["artwork.id"], name=op.f("fk_artist_artwork_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_artist")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_artist_created_at", "artist", ["created_at", "id"], unique=False)
    op.create_index("ix_artist_name_key", "artist", ["name_key"], unique=False)
    op.create_index("ix_artist_sort_key", "artist", ["sort_key", "id"], unique=False)
    op.create_table(
        "broken_file",
        sa.Column("library_id", ID, nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("size", ID, nullable=False),
        sa.Column("modified_ns", ID, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("found_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["library_id"], ["library.id"], name=op.f("fk_broken_file_library_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("library_id", "path", name=op.f("pk_broken_file")),
    )
    op.create_table(
        "genre_presence",
        sa.Column("genre_id", ID, nullable=False),
        sa.Column("library_id", ID, nullable=False),
        sa.Column("since", ID, server_default="0", autoincrement=False, nullable=False),
        sa.Column("song_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("album_count", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["genre_id"], ["genre.id"], name=op.f("fk_genre_presence_genre_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["library_id"], ["library.id"], name=op.f("fk_genre_presence_library_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("genre_id", "library_id", "since", name=op.f("pk_genre_presence")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "library_right",
        sa.Column("user_id", ID, nullable=False),
        sa.Column("library_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["library_id"], ["library.id"], name=op.f("fk_library_right_library_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_library_right_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "library_id", name=op.f("pk_library_right")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "playlist",
        sa.Column("id", ID, nullable=False),
        sa.Column("owner_id", ID, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("title_key", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("is_public", sa.Integer(), server_default="0", nullable=False),
        sa.Column("mood_tags", sa.Text(), server_default="[]", nullable=False),
        sa.Column("revision", ID, server_default="0", nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("updated_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["user_account.id"], name=op.f("fk_playlist_owner_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_playlist")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_playlist_owner_id", "playlist", ["owner_id", "title_key", "id"], unique=False)
    op.create_index(
        "ix_playlist_public",
        "playlist",
        ["title_key", "id"],
        unique=False,
        sqlite_where=sa.text("is_public = 1"),
        postgresql_where=sa.text("is_public = 1"),
    )
    op.create_table(
        "scanned_folder",
        sa.Column("library_id", ID, nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["library_id"], ["library.id"], name=op.f("fk_scanned_folder_library_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("library_id", "path", name=op.f("pk_scanned_folder")),
    )
    op.create_table(
        "user_role",
        sa.Column("user_id", ID, nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_user_role_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "role", name=op.f("pk_user_role")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "user_session",
        sa.Column("id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("client", sa.Text(), server_default="", nullable=False),
        sa.Column("network", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("last_used_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_user_session_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_user_session_token_hash")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_user_session_user_id", "user_session", ["user_id"], unique=False)
    op.create_table(
        "album_annotation",
        sa.Column("user_id", ID, nullable=False),
        sa.Column("album_id", ID, nullable=False),
        sa.Column("starred_at", sa.Double(), nullable=True),
        sa.Column("rating", sa.Integer(), server_default="0", nullable=False),
        sa.Column("play_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_played_at", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(
            ["album_id"], ["album.id"], name=op.f("fk_album_annotation_album_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_album_annotation_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "album_id", name=op.f("pk_album_annotation")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_album_annotation_album_id", "album_annotation", ["album_id"], unique=False)
    op.create_index(
        "ix_album_annotation_last_played_at", "album_annotation", ["user_id", "last_played_at"], unique=False
    )
    op.create_index("ix_album_annotation_play_count", "album_annotation", ["user_id", "play_count"], unique=False)
    op.create_index("ix_album_annotation_rating", "album_annotation", ["user_id", "rating"], unique=False)
    op.create_index("ix_album_annotation_starred_at", "album_annotation", ["user_id", "starred_at"], unique=False)
    op.create_table(
        "album_credit",
        sa.Column("album_id", ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("artist_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["album_id"], ["album.id"], name=op.f("fk_album_credit_album_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["artist_id"], ["artist.id"], name=op.f("fk_album_credit_artist_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("album_id", "position", name=op.f("pk_album_credit")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_album_credit_artist_id", "album_credit", ["artist_id", "album_id"], unique=False)
    op.create_table(
        "album_genre",
        sa.Column("genre_id", ID, nullable=False),
        sa.Column("album_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["album_id"], ["album.id"], name=op.f("fk_album_genre_album_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["genre_id"], ["genre.id"], name=op.f("fk_album_genre_genre_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("genre_id", "album_id", name=op.f("pk_album_genre")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_album_genre_album_id", "album_genre", ["album_id"], unique=False)
    op.create_table(
        "album_search",
        sa.Column("position", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["album.id"], name=op.f("fk_album_search_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_album_search")),
        sa.UniqueConstraint("id", name=op.f("uq_album_search_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "artist_annotation",
        sa.Column("user_id", ID, nullable=False),
        sa.Column("artist_id", ID, nullable=False),
        sa.Column("starred_at", sa.Double(), nullable=True),
        sa.Column("rating", sa.Integer(), server_default="0", nullable=False),
        sa.Column("play_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_played_at", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(
            ["artist_id"], ["artist.id"], name=op.f("fk_artist_annotation_artist_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_artist_annotation_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "artist_id", name=op.f("pk_artist_annotation")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_artist_annotation_artist_id", "artist_annotation", ["artist_id"], unique=False)
    op.create_index(
        "ix_artist_annotation_last_played_at", "artist_annotation", ["user_id", "last_played_at"], unique=False
    )
    op.create_index("ix_artist_annotation_play_count", "artist_annotation", ["user_id", "play_count"], unique=False)
    op.create_index("ix_artist_annotation_rating", "artist_annotation", ["user_id", "rating"], unique=False)
    op.create_index("ix_artist_annotation_starred_at", "artist_annotation", ["user_id", "starred_at"], unique=False)
    op.create_table(
        "artist_presence",
        sa.Column("artist_id", ID, nullable=False),
        sa.Column("library_id", ID, nullable=False),
        sa.Column("since", ID, server_default="0", autoincrement=False, nullable=False),
        sa.Column("album_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("song_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("hidden_count", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(
            ["artist_id"], ["artist.id"], name=op.f("fk_artist_presence_artist_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["library_id"], ["library.id"], name=op.f("fk_artist_presence_library_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("artist_id", "library_id", "since", name=op.f("pk_artist_presence")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "artist_search",
        sa.Column("position", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["artist.id"], name=op.f("fk_artist_search_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_artist_search")),
        sa.UniqueConstraint("id", name=op.f("uq_artist_search_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "playlist_collaborator",
        sa.Column("user_id", ID, nullable=False),
        sa.Column("playlist_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["playlist_id"], ["playlist.id"], name=op.f("fk_playlist_collaborator_playlist_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_playlist_collaborator_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "playlist_id", name=op.f("pk_playlist_collaborator")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_playlist_collaborator_playlist_id", "playlist_collaborator", ["playlist_id"], unique=False)
    op.create_table(
        "playlist_operation",
        sa.Column("playlist_id", ID, nullable=False),
        sa.Column("revision", ID, nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.Column("user_id", ID, nullable=True),
        sa.Column("at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["playlist_id"], ["playlist.id"], name=op.f("fk_playlist_operation_playlist_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_playlist_operation_user_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("playlist_id", "revision", name=op.f("pk_playlist_operation")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_playlist_operation_user_id", "playlist_operation", ["user_id"], unique=False)
    op.create_table(
        "song",
        sa.Column("id", ID, nullable=False),
        sa.Column("library_id", ID, nullable=False),
        sa.Column("album_id", ID, nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("title_key", sa.Text(), nullable=False),
        sa.Column("sort_title", sa.Text(), server_default="", nullable=False),
        sa.Column("artist_text", sa.Text(), server_default="", nullable=False),
        sa.Column("credits", sa.Text(), server_default="[]", nullable=False),
        sa.Column("genres", sa.Text(), server_default="[]", nullable=False),
        sa.Column("disc", sa.Integer(), nullable=True),
        sa.Column("track", sa.Integer(), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("date", sa.Text(), server_default="", nullable=False),
        sa.Column("duration", sa.Double(), server_default="0", nullable=False),
        sa.Column("language", sa.Text(), server_default="", nullable=False),
        sa.Column("comment", sa.Text(), server_default="", nullable=False),
        sa.Column("recording_id", sa.Text(), server_default="", nullable=False),
        sa.Column("isrcs", sa.Text(), server_default="[]", nullable=False),
        sa.Column("moods", sa.Text(), server_default="[]", nullable=False),
        sa.Column("bpm", sa.Integer(), nullable=True),
        sa.Column("explicit", sa.Text(), server_default="", nullable=False),
        sa.Column("track_gain", sa.Double(), nullable=True),
        sa.Column("track_peak", sa.Double(), nullable=True),
        sa.Column("album_gain", sa.Double(), nullable=True),
        sa.Column("album_peak", sa.Double(), nullable=True),
        sa.Column("loudness", sa.Double(), nullable=True),
        sa.Column("format", sa.Text(), server_default="", nullable=False),
        sa.Column("suffix", sa.Text(), server_default="", nullable=False),
        sa.Column("content_type", sa.Text(), server_default="", nullable=False),
        sa.Column("bitrate", sa.Integer(), server_default="0", nullable=False),
        sa.Column("sample_rate", sa.Integer(), server_default="0", nullable=False),
        sa.Column("bit_depth", sa.Integer(), server_default="0", nullable=False),
        sa.Column("channels", sa.Integer(), server_default="0", nullable=False),
        sa.Column("size", ID, server_default="0", nullable=False),
        sa.Column("path", sa.Text(), server_default="", nullable=False),
        sa.Column("has_lyrics", sa.Integer(), server_default="0", nullable=False),
        sa.Column("artwork_id", ID, nullable=True),
        sa.Column("uploader_id", ID, nullable=True),
        sa.Column("privacy", sa.Integer(), server_default="0", nullable=False),
        sa.Column("flagged", sa.Integer(), server_default="0", nullable=False),
        sa.Column("flag_reason", sa.Text(), server_default="", nullable=False),
        sa.Column("listed_from", ID, server_default="0", nullable=False),
        sa.Column("missing", sa.Integer(), server_default="0", nullable=False),
        sa.Column("play_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("rating_sum", sa.Integer(), server_default="0", nullable=False),
        sa.Column("rating_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("shuffle", sa.Double(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("updated_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["album_id"], ["album.id"], name=op.f("fk_song_album_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["artwork_id"], ["artwork.id"], name=op.f("fk_song_artwork_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["library_id"], ["library.id"], name=op.f("fk_song_library_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_song")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_song_album_id", "song", ["album_id", "disc", "track", "id"], unique=False)
    op.create_index("ix_song_created_at", "song", ["created_at", "id"], unique=False)
    op.create_index("ix_song_listed", "song", ["library_id", "missing", "listed_from", "uploader_id"], unique=False)
    op.create_index(
        "ix_song_missing",
        "song",
        ["library_id"],
        unique=False,
        sqlite_where=sa.text("missing = 1"),
        postgresql_where=sa.text("missing = 1"),
    )
    op.create_index("ix_song_play_count", "song", ["play_count", "id"], unique=False)
    op.create_index("ix_song_shuffle", "song", ["shuffle"], unique=False)
    op.create_index("ix_song_title_key", "song", ["title_key", "id"], unique=False)
    op.create_index(
        "ix_song_uploader_id",
        "song",
        ["uploader_id", "id"],
        unique=False,
        sqlite_where=sa.text("uploader_id IS NOT NULL"),
    )
    op.create_index("ix_song_year", "song", ["year", "id"], unique=False)
    op.create_table(
        "activity",
        sa.Column("id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=True),
        sa.Column("song_id", ID, nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("client", sa.Text(), server_default="", nullable=False),
        sa.Column("seconds", sa.Double(), nullable=True),
        sa.Column("completion", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(["song_id"], ["song.id"], name=op.f("fk_activity_song_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_activity_user_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activity")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_activity_at", "activity", ["at"], unique=False)
    op.create_index(
        "ix_activity_play",
        "activity",
        ["user_id", "song_id", "at", "client"],
        unique=True,
        sqlite_where=sa.text("action = 'play'"),
        postgresql_where=sa.text("action = 'play'"),
    )
    op.create_index("ix_activity_song_id", "activity", ["song_id", "at"], unique=False)
    op.create_index("ix_activity_user_id", "activity", ["user_id", "action", "at", "id"], unique=False)
    op.create_table(
        "media_file",
        sa.Column("id", ID, nullable=False),
        sa.Column("song_id", ID, nullable=False),
        sa.Column("library_id", ID, nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("size", ID, nullable=False),
        sa.Column("modified_ns", ID, nullable=False),
        sa.Column("missing_since", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(
            ["library_id"], ["library.id"], name=op.f("fk_media_file_library_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["song_id"], ["song.id"], name=op.f("fk_media_file_song_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media_file")),
        sa.UniqueConstraint("song_id", name=op.f("uq_media_file_song_id")),
    )
    op.create_index("ix_media_file_path", "media_file", ["library_id", "path"], unique=True)
    op.create_table(
        "now_playing",
        sa.Column("user_id", ID, nullable=False),
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("song_id", ID, nullable=False),
        sa.Column("started_at", sa.Double(), nullable=False),
        sa.Column("position", sa.Double(), server_default="0", nullable=False),
        sa.Column("begun_at", sa.Double(), server_default="0", nullable=False),
        sa.Column("counted", sa.Integer(), server_default="0", nullable=False),
        sa.ForeignKeyConstraint(["song_id"], ["song.id"], name=op.f("fk_now_playing_song_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_now_playing_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "client", name=op.f("pk_now_playing")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_now_playing_song_id", "now_playing", ["song_id"], unique=False)
    op.create_table(
        "playlist_item",
        sa.Column("id", ID, nullable=False),
        sa.Column("playlist_id", ID, nullable=False),
        sa.Column("song_id", ID, nullable=True),
        sa.Column("track", sa.Text(), server_default="", nullable=False),
        sa.Column("place", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("added_by", ID, nullable=True),
        sa.Column("added_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["added_by"], ["user_account.id"], name=op.f("fk_playlist_item_added_by"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["playlist_id"], ["playlist.id"], name=op.f("fk_playlist_item_playlist_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["song_id"], ["song.id"], name=op.f("fk_playlist_item_song_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_playlist_item")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_playlist_item_added_by", "playlist_item", ["added_by"], unique=False)
    op.create_index("ix_playlist_item_place", "playlist_item", ["playlist_id", "place", "id", "song_id"], unique=False)
    op.create_index("ix_playlist_item_song_id", "playlist_item", ["song_id"], unique=False)
    op.create_table(
        "song_annotation",
        sa.Column("user_id", ID, nullable=False),
        sa.Column("song_id", ID, nullable=False),
        sa.Column("starred_at", sa.Double(), nullable=True),
        sa.Column("rating", sa.Integer(), server_default="0", nullable=False),
        sa.Column("play_count", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_played_at", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(["song_id"], ["song.id"], name=op.f("fk_song_annotation_song_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_song_annotation_user_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "song_id", name=op.f("pk_song_annotation")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_song_annotation_last_played_at", "song_annotation", ["user_id", "last_played_at"], unique=False)
    op.create_index("ix_song_annotation_play_count", "song_annotation", ["user_id", "play_count"], unique=False)
    op.create_index("ix_song_annotation_rating", "song_annotation", ["user_id", "rating"], unique=False)
    op.create_index("ix_song_annotation_song_id", "song_annotation", ["song_id"], unique=False)
    op.create_index("ix_song_annotation_starred_at", "song_annotation", ["user_id", "starred_at"], unique=False)
    op.create_table(
        "song_credit",
        sa.Column("song_id", ID, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("artist_id", ID, nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["artist_id"], ["artist.id"], name=op.f("fk_song_credit_artist_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["song_id"], ["song.id"], name=op.f("fk_song_credit_song_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("song_id", "position", name=op.f("pk_song_credit")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_song_credit_artist_id", "song_credit", ["artist_id", "song_id"], unique=False)
    op.create_table(
        "song_genre",
        sa.Column("genre_id", ID, nullable=False),
        sa.Column("song_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["genre_id"], ["genre.id"], name=op.f("fk_song_genre_genre_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["song_id"], ["song.id"], name=op.f("fk_song_genre_song_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("genre_id", "song_id", name=op.f("pk_song_genre")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_song_genre_song_id", "song_genre", ["song_id"], unique=False)
    op.create_table(
        "song_lyrics",
        sa.Column("song_id", ID, nullable=False),
        sa.Column("plain", sa.Text(), server_default="", nullable=False),
        sa.Column("synced", sa.Text(), server_default="[]", nullable=False),
        sa.Column("language", sa.Text(), server_default="", nullable=False),
        sa.Column("singing", sa.Text(), server_default="[]", nullable=False),
        sa.ForeignKeyConstraint(["song_id"], ["song.id"], name=op.f("fk_song_lyrics_song_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("song_id", name=op.f("pk_song_lyrics")),
    )
    op.create_table(
        "song_search",
        sa.Column("position", ID, nullable=False),
        sa.Column("id", ID, nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["id"], ["song.id"], name=op.f("fk_song_search_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_song_search")),
        sa.UniqueConstraint("id", name=op.f("uq_song_search_id")),
        sqlite_autoincrement=True,
    )

    for thing in ("song", "album", "artist"):
        for statement in _search_index(thing):
            op.execute(statement)


def _search_index(thing: str) -> list[str]:
    """Full-text search over words that are folded before they are stored: no database needs to know of accents.

    SQLite: FTS5, kept in step by triggers; `prefix` makes the first letters of a word quick. PostgreSQL: GIN.
    """
    index, words = f"{thing}_search_index", f"{thing}_search"
    if op.get_bind().dialect.name == "postgresql":
        return [f"CREATE INDEX ix_{thing}_search_words ON {words} USING gin (to_tsvector('simple', words))"]
    taken = f"INSERT INTO {index}({index}, rowid, words) VALUES ('delete', old.position, old.words);"
    put = f"INSERT INTO {index}(rowid, words) VALUES (new.position, new.words);"
    return [
        f"CREATE VIRTUAL TABLE {index} USING fts5(words, content='{words}', content_rowid='position', "
        "tokenize='unicode61 remove_diacritics 2', prefix='1 2 3')",
        f"CREATE TRIGGER {words}_added AFTER INSERT ON {words} BEGIN {put} END",
        f"CREATE TRIGGER {words}_taken AFTER DELETE ON {words} BEGIN {taken} END",
        f"CREATE TRIGGER {words}_changed AFTER UPDATE OF position, words ON {words} BEGIN {taken} {put} END",
    ]

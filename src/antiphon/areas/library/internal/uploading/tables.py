"""The tables of uploads, and of files that lie in the storage instead of a music folder."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text

from antiphon.kernel.db import Id, Moment, metadata

upload = Table(
    "upload",
    metadata,
    Column("id", Text, primary_key=True),
    Column("user_id", Id, ForeignKey("user_account.id", ondelete="CASCADE"), nullable=False),
    # What its owner calls the file: a label and no path.
    Column("label", Text, nullable=False),
    # Bytes of the whole; empty where nobody told.
    Column("size", Id),
    # Bytes that count towards the quota while it is under way.
    Column("reserved", Id, nullable=False),
    # Bytes that are safely on disk.
    Column("received", Id, nullable=False, server_default="0"),
    # receiving, waiting (for the worker), unpacking, checking, done or failed; picture: one for songs still to come
    Column("state", Text, nullable=False),
    # 1: it may be interrupted and go on later. 0: it is one request.
    Column("is_resumable", Integer, nullable=False),
    Column("draft", Integer, nullable=False),
    # What its owner says about the song, as JSON.
    Column("wanted", Text, nullable=False, server_default="{}"),
    # What the check found, as JSON, once the file is about to be stored; its name in the storage.
    Column("found", Text, nullable=False, server_default=""),
    Column("stored_name", Text, nullable=False),
    Column("song_id", Id, ForeignKey("song.id", ondelete="SET NULL")),
    Column("same_audio_id", Id, ForeignKey("song.id", ondelete="SET NULL")),
    Column("error_code", Text, nullable=False, server_default=""),
    Column("error", Text, nullable=False, server_default=""),
    Column("idempotency_key", Text),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    # The archive it was unpacked from, whose own row may have gone, and which of its files it is.
    Column("archive_id", Text),
    Column("entry", Integer),
    # How far an archive is unpacked, as JSON; empty for what is none.
    Column("report", Text, nullable=False, server_default=""),
    # The picture of its folder: its name in the storage and the SHA-256 of its bytes.
    Column("cover_name", Text, nullable=False, server_default=""),
    Column("cover_hash", Text, nullable=False, server_default=""),
    # The words that lay beside it, as JSON; empty where there were none.
    Column("words", Text, nullable=False, server_default=""),
    Index("ix_upload_user_id", "user_id", "created_at"),
    Index("ix_upload_idempotency_key", "user_id", "idempotency_key", unique=True),
    Index("ix_upload_archive_id", "archive_id", "entry", unique=True),
    Index("ix_upload_expires_at", "expires_at"),
    Index("ix_upload_song_id", "song_id"),
    Index("ix_upload_same_audio_id", "same_audio_id"),
)

# The file of a song that was uploaded. Its path in media_file is the same name.
stored_file = Table(
    "stored_file",
    metadata,
    Column("song_id", Id, ForeignKey("song.id", ondelete="CASCADE"), primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("size", Id, nullable=False),
    # SHA-256 of all bytes, and of the audio alone, which stays the same when tags change; empty until
    # the job that reads all of a large file has done so.
    Column("sha256", Text, nullable=False),
    Column("audio_sha256", Text, nullable=False),
    Index("ix_stored_file_size", "size"),
    Index("ix_stored_file_audio_sha256", "audio_sha256"),
)

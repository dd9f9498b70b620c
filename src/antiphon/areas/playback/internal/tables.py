"""The tables of playback."""

from sqlalchemy import Column, Double, ForeignKey, Index, Integer, Table, Text, text

from antiphon.kernel.db import Id, Moment, metadata

activity = Table(
    "activity",
    metadata,
    Column("id", Id, primary_key=True),
    # None once the account has gone: what was heard still counts.
    Column("user_id", Id, ForeignKey("user_account.id", ondelete="SET NULL")),
    Column("song_id", Id, ForeignKey("song.id", ondelete="CASCADE"), nullable=False),
    # play, like, skip or share
    Column("action", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("client", Text, nullable=False, server_default=""),
    Column("seconds", Double),
    Column("completion", Double),
    # An app that was offline tells its plays again until it is heard: each counts once.
    Index(
        "ix_activity_play",
        "user_id",
        "song_id",
        "at",
        "client",
        unique=True,
        sqlite_where=text("action = 'play'"),
        postgresql_where=text("action = 'play'"),
    ),
    Index("ix_activity_user_id", "user_id", "action", "at", "id"),
    Index("ix_activity_song_id", "song_id", "at"),
    Index("ix_activity_at", "at"),
    sqlite_autoincrement=True,
)

now_playing = Table(
    "now_playing",
    metadata,
    Column("user_id", Id, ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True),
    Column("client", Text, primary_key=True),
    Column("song_id", Id, ForeignKey("song.id", ondelete="CASCADE"), nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("position", Double, nullable=False, server_default="0"),
    # When this listen began, and whether it counts as a play already (for apps that report where they are).
    Column("begun_at", Moment, nullable=False, server_default="0"),
    Column("counted", Integer, nullable=False, server_default="0"),
    Index("ix_now_playing_song_id", "song_id"),
    sqlite_with_rowid=False,
)

# What a person has lined up, for each of their apps: the one that was changed last is handed to the next device.
play_queue = Table(
    "play_queue",
    metadata,
    Column("user_id", Id, ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True),
    Column("client", Text, primary_key=True),
    # A JSON list of song ids; a song may stand in it twice.
    Column("song_ids", Text, nullable=False),
    Column("place", Integer, nullable=False),
    # Seconds into the song at `place`.
    Column("position", Double, nullable=False),
    Column("changed_at", Moment, nullable=False),
    sqlite_with_rowid=False,
)

bookmark = Table(
    "bookmark",
    metadata,
    Column("user_id", Id, ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True),
    Column("song_id", Id, ForeignKey("song.id", ondelete="CASCADE"), primary_key=True),
    # Seconds into the song.
    Column("position", Double, nullable=False),
    Column("comment", Text, nullable=False, server_default=""),
    Column("created_at", Moment, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Index("ix_bookmark_song_id", "song_id"),
    sqlite_with_rowid=False,
)

# A public page with some songs. Whoever has its address hears what the owner may hear at that moment.
share = Table(
    "share",
    metadata,
    Column("id", Id, primary_key=True),
    Column("owner_id", Id, ForeignKey("user_account.id", ondelete="CASCADE"), nullable=False),
    # 128 random bits. It stands in an address that the owner can look up again and hand on: no secret of theirs.
    Column("token", Text, nullable=False, unique=True),
    Column("description", Text, nullable=False, server_default=""),
    # A JSON list of ["song" or "album", id].
    Column("things", Text, nullable=False),
    # Empty for a page that opens without a password.
    Column("password_hash", Text, nullable=False, server_default=""),
    Column("may_download", Integer, nullable=False, server_default="0"),
    # Null for a share that does not end.
    Column("expires_at", Moment),
    Column("visits", Integer, nullable=False, server_default="0"),
    Column("last_visited_at", Moment),
    Column("created_at", Moment, nullable=False),
    Index("ix_share_owner_id", "owner_id"),
    sqlite_autoincrement=True,
)

# Where else a person's listens are told.
scrobble_connection = Table(
    "scrobble_connection",
    metadata,
    Column("id", Id, primary_key=True),
    Column("user_id", Id, ForeignKey("user_account.id", ondelete="CASCADE"), nullable=False),
    # listenbrainz or lastfm
    Column("service", Text, nullable=False),
    # What the person is called there.
    Column("name", Text, nullable=False),
    Column("secret_encrypted", Text, nullable=False),
    # connected, failing or reconnect
    Column("state", Text, nullable=False),
    Column("scrobbles", Integer, nullable=False, server_default="1"),
    Column("loves", Integer, nullable=False, server_default="1"),
    Column("failures", Integer, nullable=False, server_default="0"),
    Column("refused", Integer, nullable=False, server_default="0"),
    Column("problem", Text, nullable=False, server_default=""),
    Column("created_at", Moment, nullable=False),
    Column("delivered_at", Moment),
    # Until then the service is left alone.
    Column("resumes_at", Moment, nullable=False, server_default="0"),
    # Until then somebody is telling it what waits.
    Column("busy_until", Moment, nullable=False, server_default="0"),
    # Of the message that wakes the delivery; each delivery takes the next: one message is enough for many plays.
    Column("wakes", Id, nullable=False, server_default="0"),
    Index("ix_scrobble_connection_user_id", "user_id", "service", unique=True),
    sqlite_autoincrement=True,
)

# What a service has not been told yet. A song is kept as it was then: it may be gone when the service is back.
scrobble_waiting = Table(
    "scrobble_waiting",
    metadata,
    Column("id", Id, primary_key=True),
    Column("connection_id", Id, ForeignKey("scrobble_connection.id", ondelete="CASCADE"), nullable=False),
    # play, love or unlove
    Column("action", Text, nullable=False),
    # No foreign key, see above.
    Column("song_id", Id, nullable=False),
    Column("at", Moment, nullable=False),
    # A `Listen` in JSON.
    Column("listen", Text, nullable=False),
    Index("ix_scrobble_waiting_connection_id", "connection_id", "action", "song_id", "at", unique=True),
    Index("ix_scrobble_waiting_at", "connection_id", "at", "id"),
    sqlite_autoincrement=True,
)

# Connections that are under way: taken up once, by the person who began them.
scrobble_beginning = Table(
    "scrobble_beginning",
    metadata,
    Column("state_hash", Text, primary_key=True),
    Column("user_id", Id, ForeignKey("user_account.id", ondelete="CASCADE"), nullable=False),
    Column("service", Text, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Index("ix_scrobble_beginning_user_id", "user_id"),
    sqlite_with_rowid=False,
)

# The most that a person gets of a song's sound, in kbit/s, whatever app asks; no row: as the server's rules are.
stream_ceiling = Table(
    "stream_ceiling",
    metadata,
    Column("user_id", Id, ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True),
    Column("bitrate", Integer, nullable=False),
    sqlite_with_rowid=False,
)

# What the server plays on its own output: one row, once somebody has used it.
jukebox = Table(
    "jukebox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("playing", Integer, nullable=False, server_default="0"),
    # The current item is the first one at this place or behind it: where it goes, the next one takes over.
    Column("place", Id, nullable=False, server_default="0"),
    # Seconds into the current song, at the moment `heard_at`.
    Column("position", Double, nullable=False, server_default="0"),
    Column("heard_at", Moment, nullable=False, server_default="0"),
    # Grows whenever the sound has to begin anew: another song, another position, on after a pause.
    Column("cue", Id, nullable=False, server_default="0"),
    # How loud, from 0 to 1.
    Column("gain", Double, nullable=False, server_default="0.5"),
    # What is wrong with the output, in a sentence.
    Column("problem", Text, nullable=False, server_default=""),
)

jukebox_item = Table(
    "jukebox_item",
    metadata,
    Column("id", Id, primary_key=True),
    Column("place", Id, nullable=False),
    Column("song_id", Id, ForeignKey("song.id", ondelete="CASCADE"), nullable=False),
    # Who has lined it up: it plays only as long as they may hear it.
    Column("user_id", Id, ForeignKey("user_account.id", ondelete="CASCADE"), nullable=False),
    Index("ix_jukebox_item_place", "place"),
    Index("ix_jukebox_item_song_id", "song_id"),
    Index("ix_jukebox_item_user_id", "user_id"),
    sqlite_autoincrement=True,
)

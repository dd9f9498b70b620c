"""The tables of the library.

Beside the normalised tables (credits, genres) the writer keeps `credits` and `genres` ready as small JSON texts in
the song and the album, so that a hot read needs no nested query. Both are written in the same transaction.
"""

from sqlalchemy import Column, Double, ForeignKey, Index, Integer, Table, Text, text

from antiphon.areas.library.internal.edit_tables import catalogue_change as catalogue_change
from antiphon.areas.library.internal.edit_tables import edited_field as edited_field
from antiphon.areas.library.internal.edit_tables import name_alias as name_alias
from antiphon.areas.library.internal.presence_tables import artist_presence as artist_presence
from antiphon.areas.library.internal.presence_tables import genre_presence as genre_presence
from antiphon.kernel.db import Id, Moment, metadata


def _count(name: str) -> "Column[int]":
    return Column(name, Integer, nullable=False, server_default="0")


def _text(name: str) -> "Column[str]":
    return Column(name, Text, nullable=False, server_default="")


def _json(name: str, empty: str = "[]") -> "Column[str]":
    return Column(name, Text, nullable=False, server_default=empty)


library = Table(
    "library",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False),
    # The folder on disk; empty for the library that holds uploads.
    Column("path", Text, nullable=False, unique=True),
    # 1: everybody may listen. 0: only who stands in library_right.
    Column("open_to_all", Integer, nullable=False, server_default="1"),
    # 0: the folder is no longer among the settings, or an admin has taken it out; its songs are kept, seen by nobody.
    Column("active", Integer, nullable=False, server_default="1"),
    # 1: named by the settings. 0: an admin has added it while the server ran.
    Column("declared", Integer, nullable=False, server_default="1"),
    # How changes on disk become known: "events", "polling", "off", "missing" while the folder is not there; empty
    # before anybody has looked. `watch_note` is a sentence where it is not as one would expect.
    _text("watch"),
    _text("watch_note"),
    Column("created_at", Moment, nullable=False),
    Column("scanned_at", Moment),
    # What the last scan of all of it found there, and how many songs there were then; empty from when a scan begins to
    # write until it has written all.
    _text("last_look"),
)

library_right = Table(
    "library_right",
    metadata,
    Column("user_id", Id, ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True),
    Column("library_id", Id, ForeignKey("library.id", ondelete="CASCADE"), primary_key=True),
    sqlite_with_rowid=False,
)

artwork = Table(
    "artwork",
    metadata,
    Column("id", Id, primary_key=True),
    # SHA-256 of the picture's bytes: what addresses and ETags are made from.
    Column("hash", Text, nullable=False, unique=True),
    Column("mime", Text, nullable=False),
    # Where the picture can be read again: a picture file, or a song file that carries it.
    Column("path", Text, nullable=False),
    Column("embedded", Integer, nullable=False),
)

artist = Table(
    "artist",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False),
    Column("name_key", Text, nullable=False),
    Column("sort_name", Text, nullable=False),
    Column("sort_key", Text, nullable=False),
    _text("musicbrainz_id"),
    Column("artwork_id", Id, ForeignKey("artwork.id", ondelete="SET NULL")),
    # 1: made by a person rather than found in a file, so it is shown although no song belongs to it.
    _count("by_hand"),
    _count("flagged"),
    _text("flag_reason"),
    Column("shuffle", Double, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Index("ix_artist_name_key", "name_key"),
    Index("ix_artist_sort_key", "sort_key", "id"),
    Index("ix_artist_created_at", "created_at", "id"),
    # They are few, and every song that is written asks whether it names one of them.
    Index("ix_artist_flagged", "id", sqlite_where=text("flagged = 1"), postgresql_where=text("flagged = 1")),
    sqlite_autoincrement=True,
)

# What decides whether a person sees an album or a song stands at the end of every index that lists are read along: a
# page far down a list is found without reading a row of the table for each one before it.
_SEEN_OF_ALBUM = ("song_count", "by_hand", "hidden_count", "flagged", "release_at", "uploader_id", "library_id")
_SEEN_OF_SONG = ("missing", "listed_from", "uploader_id", "library_id")

album = Table(
    "album",
    metadata,
    Column("id", Id, primary_key=True),
    Column("library_id", Id, ForeignKey("library.id", ondelete="CASCADE"), nullable=False),
    # What makes two songs belong to one album: its release id, or artist, title and folder.
    Column("match_key", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("title_key", Text, nullable=False),
    _text("sort_title"),
    # 1: the tags name the album's artists. 0: its songs decide.
    _count("artists_told"),
    _text("artist_text"),
    _text("artist_key"),
    _json("credits"),
    _json("genres"),
    Column("year", Integer),
    _text("release_date"),
    _text("original_date"),
    _count("compilation"),
    _json("release_types"),
    _json("labels"),
    _count("disc_count"),
    _json("disc_titles", "{}"),
    _text("release_id"),
    _text("release_group_id"),
    Column("artwork_id", Id, ForeignKey("artwork.id", ondelete="SET NULL")),
    Column("uploader_id", Id),
    # 1: made by a person rather than found in a file, so it is shown although no song belongs to it.
    _count("by_hand"),
    _count("flagged"),
    _text("flag_reason"),
    # Seconds since 1970 before which only its owner and admins see it and its songs; 0: nobody has said so.
    Column("release_at", Id, nullable=False, server_default="0"),
    # Of songs that everybody may see; songs hidden from some are counted apart, and then looked at one by one.
    _count("song_count"),
    Column("duration", Double, nullable=False, server_default="0"),
    _count("hidden_count"),
    _count("play_count"),
    _count("rating_sum"),
    _count("rating_count"),
    Column("shuffle", Double, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Index("ix_album_match_key", "library_id", "match_key", unique=True),
    Index("ix_album_title_key", "title_key", "id", *_SEEN_OF_ALBUM),
    Index("ix_album_artist_key", "artist_key", "title_key", "id", *_SEEN_OF_ALBUM),
    Index("ix_album_created_at", "created_at", "id", *_SEEN_OF_ALBUM),
    Index("ix_album_year", "year", "title_key", "id", *_SEEN_OF_ALBUM),
    Index("ix_album_play_count", "play_count", "id", *_SEEN_OF_ALBUM),
    Index("ix_album_shuffle", "shuffle", "id", *_SEEN_OF_ALBUM),
    Index("ix_album_uploader_id", "uploader_id", "id", sqlite_where=text("uploader_id IS NOT NULL")),
    sqlite_autoincrement=True,
)

song = Table(
    "song",
    metadata,
    Column("id", Id, primary_key=True),
    Column("library_id", Id, ForeignKey("library.id", ondelete="CASCADE"), nullable=False),
    Column("album_id", Id, ForeignKey("album.id", ondelete="SET NULL")),
    Column("title", Text, nullable=False),
    Column("title_key", Text, nullable=False),
    _text("sort_title"),
    _text("artist_text"),
    _json("credits"),
    _json("genres"),
    Column("disc", Integer),
    Column("track", Integer),
    Column("year", Integer),
    _text("date"),
    Column("duration", Double, nullable=False, server_default="0"),
    _text("language"),
    _text("comment"),
    _text("recording_id"),
    _json("isrcs"),
    _json("moods"),
    Column("bpm", Integer),
    _text("explicit"),
    Column("track_gain", Double),
    Column("track_peak", Double),
    Column("album_gain", Double),
    Column("album_peak", Double),
    Column("loudness", Double),
    # The file, as lists show it; media_file knows where it is.
    _text("format"),
    _text("suffix"),
    _text("content_type"),
    _count("bitrate"),
    _count("sample_rate"),
    _count("bit_depth"),
    _count("channels"),
    Column("size", Id, nullable=False, server_default="0"),
    _text("path"),
    _count("has_lyrics"),
    Column("artwork_id", Id, ForeignKey("artwork.id", ondelete="SET NULL")),
    Column("uploader_id", Id),
    # 0 public, 1 unlisted (who has the address may listen), 2 private
    _count("privacy"),
    # The sum of 1 while the song itself is flagged, 2 while its album is, 4 while an artist of either is.
    _count("flagged"),
    _text("flag_reason"),
    # Seconds since 1970 before which only its owner and admins see it; 0: nobody has said so.
    Column("release_at", Id, nullable=False, server_default="0"),
    # What others may do with it, as JSON: {"code", "text", "url"}; empty where nobody has said it.
    _text("licence"),
    # What people tell of tempo and key; what tags tell and what was measured stays beside it.
    Column("own_bpm", Integer),
    _text("own_key"),
    # Seconds since 1970 from which everybody may see the song in lists: its release or its album's, the later of both;
    # beyond NEVER while it is flagged (or its album is), private or unlisted. One number, so that the visibility of a
    # page is one comparison.
    Column("listed_from", Id, nullable=False, server_default="0"),
    # 1: the file has vanished and may come back. 2: somebody has removed the song; its file stays where it is.
    _count("missing"),
    _count("play_count"),
    _count("rating_sum"),
    _count("rating_count"),
    Column("shuffle", Double, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Index("ix_song_album_id", "album_id", "disc", "track", "id", *_SEEN_OF_SONG),
    Index("ix_song_title_key", "title_key", "id", *_SEEN_OF_SONG),
    Index("ix_song_created_at", "created_at", "id", *_SEEN_OF_SONG),
    Index("ix_song_play_count", "play_count", "id", *_SEEN_OF_SONG),
    Index("ix_song_year", "year", "id"),
    Index("ix_song_shuffle", "shuffle", "id", *_SEEN_OF_SONG),
    Index("ix_song_uploader_id", "uploader_id", "id", sqlite_where=text("uploader_id IS NOT NULL")),
    # All that visibility asks for: so counting a million songs reads this index and not the table.
    Index("ix_song_listed", "library_id", "missing", "listed_from", "uploader_id"),
    # Releases that are to come, and those that passed in the last day.
    Index(
        "ix_song_listed_from",
        "listed_from",
        sqlite_where=text("listed_from > 0"),
        postgresql_where=text("listed_from > 0"),
    ),
    Index("ix_song_missing", "library_id", sqlite_where=text("missing = 1"), postgresql_where=text("missing = 1")),
    sqlite_autoincrement=True,
)

media_file = Table(
    "media_file",
    metadata,
    Column("id", Id, primary_key=True),
    Column("song_id", Id, ForeignKey("song.id", ondelete="CASCADE"), nullable=False, unique=True),
    Column("library_id", Id, ForeignKey("library.id", ondelete="CASCADE"), nullable=False),
    # Relative to the library's folder; bytes that are no UTF-8 are kept in a reversible way (internal/paths.py).
    Column("path", Text, nullable=False),
    Column("size", Id, nullable=False),
    Column("modified_ns", Id, nullable=False),
    Column("missing_since", Moment),
    Index("ix_media_file_path", "library_id", "path", unique=True),
)

# Files that look like music and could not be read: listed with path and reason, they stop nothing.
broken_file = Table(
    "broken_file",
    metadata,
    Column("library_id", Id, ForeignKey("library.id", ondelete="CASCADE"), primary_key=True),
    Column("path", Text, primary_key=True),
    Column("size", Id, nullable=False),
    Column("modified_ns", Id, nullable=False),
    Column("reason", Text, nullable=False),
    Column("found_at", Moment, nullable=False),
)

# What lay beside the songs of a folder at the last scan: a new cover or lyrics file makes its songs be read again.
scanned_folder = Table(
    "scanned_folder",
    metadata,
    Column("library_id", Id, ForeignKey("library.id", ondelete="CASCADE"), primary_key=True),
    Column("path", Text, primary_key=True),
    Column("signature", Text, nullable=False),
)

# Albums, artists and genres whose totals no longer fit: written with the cause, so that not even a crash leaves a wrong
# total behind for long.
stale_total = Table(
    "stale_total",
    metadata,
    Column("thing", Text, primary_key=True),
    Column("id", Id, primary_key=True),
    sqlite_with_rowid=False,
)

song_credit = Table(
    "song_credit",
    metadata,
    Column("song_id", Id, ForeignKey("song.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("artist_id", Id, ForeignKey("artist.id", ondelete="CASCADE"), nullable=False),
    Column("role", Text, nullable=False),
    Index("ix_song_credit_artist_id", "artist_id", "song_id"),
    sqlite_with_rowid=False,
)

album_credit = Table(
    "album_credit",
    metadata,
    Column("album_id", Id, ForeignKey("album.id", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("artist_id", Id, ForeignKey("artist.id", ondelete="CASCADE"), nullable=False),
    Index("ix_album_credit_artist_id", "artist_id", "album_id"),
    sqlite_with_rowid=False,
)

genre = Table(
    "genre",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False),
    Column("name_key", Text, nullable=False, unique=True),
    # 1: made by a person rather than found in a file, so it is shown although no song belongs to it.
    _count("by_hand"),
    sqlite_autoincrement=True,
)

song_genre = Table(
    "song_genre",
    metadata,
    Column("genre_id", Id, ForeignKey("genre.id", ondelete="CASCADE"), primary_key=True),
    Column("song_id", Id, ForeignKey("song.id", ondelete="CASCADE"), primary_key=True),
    Index("ix_song_genre_song_id", "song_id"),
    sqlite_with_rowid=False,
)

album_genre = Table(
    "album_genre",
    metadata,
    Column("genre_id", Id, ForeignKey("genre.id", ondelete="CASCADE"), primary_key=True),
    Column("album_id", Id, ForeignKey("album.id", ondelete="CASCADE"), primary_key=True),
    Index("ix_album_genre_album_id", "album_id"),
    sqlite_with_rowid=False,
)

song_lyrics = Table(
    "song_lyrics",
    metadata,
    Column("song_id", Id, ForeignKey("song.id", ondelete="CASCADE"), primary_key=True),
    _text("plain"),
    # [[milliseconds, "line"], …]
    _json("synced"),
    _text("language"),
    # [[[id, role, name], …], [[kind, language, lines], …]]: who sings the lines, and how else they are told
    _json("singing"),
)


def _annotation(thing: str) -> Table:
    """What each person thinks of a song, an album or an artist, and how often they have heard it."""
    return Table(
        f"{thing}_annotation",
        metadata,
        Column("user_id", Id, ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True),
        Column(f"{thing}_id", Id, ForeignKey(f"{thing}.id", ondelete="CASCADE"), primary_key=True),
        Column("starred_at", Moment),
        _count("rating"),
        _count("play_count"),
        Column("last_played_at", Moment),
        Index(f"ix_{thing}_annotation_starred_at", "user_id", "starred_at"),
        Index(f"ix_{thing}_annotation_rating", "user_id", "rating"),
        Index(f"ix_{thing}_annotation_play_count", "user_id", "play_count"),
        Index(f"ix_{thing}_annotation_last_played_at", "user_id", "last_played_at"),
        Index(f"ix_{thing}_annotation_{thing}_id", f"{thing}_id"),
        sqlite_with_rowid=False,
    )


song_annotation = _annotation("song")
album_annotation = _annotation("album")
artist_annotation = _annotation("artist")


def _search(thing: str) -> Table:
    """Folded words of each thing. `position` is the order in which matches are taken: by popularity, renewed every
    night. The index over it (FTS5, or tsvector with GIN) is made by the migration."""
    return Table(
        f"{thing}_search",
        metadata,
        Column("position", Id, primary_key=True),
        Column("id", Id, ForeignKey(f"{thing}.id", ondelete="CASCADE"), nullable=False, unique=True),
        Column("words", Text, nullable=False),
        sqlite_autoincrement=True,
    )


song_search = _search("song")
album_search = _search("album")
artist_search = _search("artist")

# Counters that grow with every visible change: ETags are made from them, also by other processes.
revision = Table(
    "revision",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Id, nullable=False),
)

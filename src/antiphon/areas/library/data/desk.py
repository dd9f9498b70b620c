"""What artists see of their own music: rows with how they are received, totals, and tables to take away."""

from typing import Literal

import msgspec

from antiphon.areas.library.data.rows import AlbumRow, SongRow

DeskState = Literal["all", "published", "scheduled", "draft", "flagged"]
DeskSongSort = Literal["title", "newest", "oldest", "plays", "likes", "rating", "release"]
DeskAlbumSort = Literal["title", "newest", "oldest", "plays", "likes", "rating", "year"]


class DeskSongRow(msgspec.Struct, frozen=True, gc=False):
    """A song of one's own and how many people have starred it. `own_release_at` is the song's own release (0: none),
    whatever its album says."""

    song: SongRow
    likes: int
    own_release_at: int


class DeskAlbumRow(msgspec.Struct, frozen=True, gc=False):
    """An album of one's own, how many people have starred it, and how many of its songs are drafts."""

    album: AlbumRow
    likes: int
    drafts: int


class DeskTotals(msgspec.Struct, frozen=True, gc=False):
    """All of one's own music in numbers. `duration` is seconds, `size` bytes; a song is counted as one of `published`,
    `scheduled`, `drafts` and `flagged`, the last before the others."""

    songs: int
    published: int
    scheduled: int
    drafts: int
    flagged: int
    albums: int
    plays: int
    likes: int
    rating_sum: int
    rating_count: int
    duration: float
    size: int


ExportKind = Literal["songs", "albums", "ratings", "all_songs", "users"]


class ExportRow(msgspec.Struct, frozen=True, gc=False):
    """A table that is made, or was: its id is that of the job which makes it. `size` is bytes; `row_count` does not
    count the line of names."""

    id: str
    user_id: int
    kind: ExportKind
    with_bom: int
    stored_name: str
    file_name: str
    size: int
    row_count: int
    created_at: float
    expires_at: float

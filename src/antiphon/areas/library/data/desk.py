"""What artists see of their own music: rows with how they are received, totals, and tables to take away."""

from typing import Literal

import msgspec

from antiphon.areas.library.data.rows import DRAFT, AlbumRow, SongRow

SongState = Literal["published", "unlisted", "scheduled", "draft", "private", "flagged"]
DeskState = Literal["all", "published", "unlisted", "scheduled", "draft", "private", "flagged"]
DeskSongSort = Literal["title", "newest", "oldest", "plays", "likes", "rating", "release"]
DeskAlbumSort = Literal["title", "newest", "oldest", "plays", "likes", "rating", "year"]


def state_of(flagged: int, privacy: int, release_at: int, now: float) -> SongState:
    """Who sees a song: a flag hides it before all else, then who its owner shows it to, then its release."""
    if flagged:
        return "flagged"
    if privacy >= DRAFT:
        return "draft" if privacy == DRAFT else "private"
    if release_at > now:
        return "scheduled"
    return "unlisted" if privacy else "published"


class DeskSongRow(msgspec.Struct, frozen=True, gc=False):
    """A song of one's own and how many people have starred it. `own_release_at` is the song's own release (0: none),
    whatever its album says; `state` who sees it now."""

    song: SongRow
    state: SongState
    likes: int
    own_release_at: int


class DeskAlbumRow(msgspec.Struct, frozen=True, gc=False):
    """An album of one's own, how many people have starred it, and how many of its songs are drafts."""

    album: AlbumRow
    likes: int
    drafts: int


class DeskTotals(msgspec.Struct, frozen=True, gc=False):
    """All of one's own music in numbers. `duration` is seconds, `size` bytes; a song is counted in one of `published`,
    `unlisted`, `scheduled`, `drafts`, `private` and `flagged`."""

    songs: int
    published: int
    unlisted: int
    scheduled: int
    drafts: int
    private: int
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

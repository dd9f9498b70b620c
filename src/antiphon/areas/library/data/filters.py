"""What a list of music can be narrowed by and ordered by: fixed names, so that no text of a request becomes SQL."""

from typing import Literal

import msgspec

SongSort = Literal[
    "title",
    "newest",
    "added",
    "random",
    "most_played",
    "own_most_played",
    "recently_played",
    "starred",
    "rating",
    "album",
    "year",
]
AlbumSort = Literal[
    "title",
    "artist",
    "newest",
    "added",
    "year",
    "random",
    "most_played",
    "own_most_played",
    "recently_played",
    "starred",
    "rating",
    "year_reversed",
]
ArtistSort = Literal["name", "newest", "added", "random"]


class _Filter(msgspec.Struct, frozen=True, kw_only=True):
    """What narrows a list of songs as well as one of albums. `genre` is a name, compared without case and accents; None
    narrows nothing. `added_since` is a moment, `rating_from` the least mean rating, `format` a codec such as `mp3`.
    `after_id` wants those that were added later than the one with this id, `until_id` those that were there when it was
    the newest."""

    genre: str | None = None
    artist_id: int | None = None
    library_id: int | None = None
    year_from: int | None = None
    year_to: int | None = None
    format: str | None = None
    added_since: float | None = None
    rating_from: float | None = None
    uploader_id: int | None = None
    starred: bool = False
    after_id: int | None = None
    until_id: int | None = None


class SongFilter(_Filter, frozen=True, kw_only=True):
    """Which songs are wanted."""

    album_id: int | None = None


class AlbumFilter(_Filter, frozen=True, kw_only=True):
    """Which albums are wanted. `artist_id` asks for albums that bear the artist's name, `format` for those with a
    song of this codec, `rating_from` for those whose own mean rating is at least this."""


class ArtistFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which artists are wanted. `with_albums` leaves out who only appears on albums of others, and keeps who has songs
    without an album; `after_id` and `until_id` as in the other filters."""

    library_id: int | None = None
    starred: bool = False
    with_albums: bool = False
    after_id: int | None = None
    until_id: int | None = None

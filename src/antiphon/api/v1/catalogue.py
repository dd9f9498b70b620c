"""Songs, albums, artists and genres: read, listed, searched."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

import msgspec

from antiphon.api.http.answers import Answer
from antiphon.api.http.requests import Request
from antiphon.api.http.routing import Handler, Route
from antiphon.api.v1.encoding import PageInfo, answer, answer_list
from antiphon.api.v1.shapes import (
    Album,
    AlbumDetail,
    Artist,
    ArtistDetail,
    Genre,
    SearchResult,
    Song,
    album_shape,
    album_with_songs,
    artist_shape,
    artist_with_albums,
    genre_shape,
    song_shape,
)
from antiphon.api.v1.values import Id, Moment, Text, Year
from antiphon.areas.library.data import (
    AlbumFilter,
    AlbumSort,
    ArtistFilter,
    ArtistSort,
    SongFilter,
    SongSort,
    SyncedLine,
)
from antiphon.kernel.errors import invalid

SEARCH_LIMIT = 20
MOST_NAMED = 500

IdList = Annotated[str, msgspec.Meta(pattern=r"^[1-9][0-9]{0,17}(,[1-9][0-9]{0,17})*$", max_length=10_000)]

Rating = Annotated[float, msgspec.Meta(ge=1, le=5)]


class _Narrowing(msgspec.Struct, frozen=True, kw_only=True):
    """What narrows songs and albums alike, and which way round they come."""

    reverse: bool = False
    genre: Text | None = None
    artist_id: Id | None = None
    library_id: Id | None = None
    year_from: Year | None = None
    year_to: Year | None = None
    format: Text | None = None
    added_since: Moment | None = None
    rating_from: Rating | None = None
    uploader_id: Id | None = None
    starred: bool = False
    until: Id | None = None


class SongQuery(_Narrowing, frozen=True, kw_only=True):
    """Which songs are wanted, and in which order, with `reverse` from its end. `rating_from` is the least
    mean rating, `format` a codec such as `mp3`. `ids` names up to 500 songs, such as `3,7`: these then, in that order,
    as far as one may see them."""

    sort: SongSort = "title"
    album_id: Id | None = None
    ids: IdList | None = None


class AlbumQuery(_Narrowing, frozen=True, kw_only=True):
    """Which albums are wanted, and in which order, with `reverse` from its end. `format` asks for those with a song of
    this codec, `rating_from` is the least mean rating."""

    sort: AlbumSort = "title"


class ArtistQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which artists are wanted, and in which order."""

    sort: ArtistSort = "name"
    library_id: Id | None = None
    starred: bool = False
    until: Id | None = None


class SearchQuery(msgspec.Struct, frozen=True, kw_only=True):
    """The words to look for, each the beginning of a word, and the only library to look in."""

    q: Text = ""
    library_id: Id | None = None


class LyricWord(msgspec.Struct, frozen=True, gc=False):
    """A word or syllable, the blank after it included, that is sung from `start`, milliseconds into the song; `end` is
    null where the next word ends it."""

    start: int
    text: str
    end: int | None


class LyricLine(msgspec.Struct, frozen=True, gc=False):
    """A line that begins `start` milliseconds into the song; `words`, whose texts make up `text`, are null where only
    the line's time is known, `singer`, the id of who sings it, where nobody tells."""

    start: int
    text: str
    words: list[LyricWord] | None
    singer: str | None


class LyricSinger(msgspec.Struct, frozen=True, gc=False):
    """Somebody who sings; `role` is `main` (one of them), `voice`, `bg` (behind the lines) or `group`."""

    id: str
    role: str
    name: str | None


class LyricLayer(msgspec.Struct, frozen=True, gc=False):
    """The words otherwise: a `translation`, or a `pronunciation` (written as they are spoken). Each line begins with
    the one that it belongs to."""

    kind: str
    language: str | None
    lines: list[LyricLine]


class Lyrics(msgspec.Struct, frozen=True, gc=False):
    """A song's words; null where there are none. `singers` and `layers` are empty where nothing tells of any."""

    plain: str | None
    synced: list[LyricLine] | None
    language: str | None
    singers: list[LyricSinger]
    layers: list[LyricLayer]


async def songs(request: Request) -> Answer:
    """One page of songs."""
    wanted = request.values(SongQuery)
    if wanted.ids is not None:
        return await _named_songs(request, wanted.ids)
    narrowed = SongFilter(
        genre=wanted.genre,
        artist_id=wanted.artist_id,
        album_id=wanted.album_id,
        library_id=wanted.library_id,
        year_from=wanted.year_from,
        year_to=wanted.year_to,
        format=wanted.format,
        added_since=_moment(wanted.added_since),
        rating_from=wanted.rating_from,
        uploader_id=wanted.uploader_id,
        starred=wanted.starred,
        until_id=wanted.until,
    )
    found = await request.areas.library.browse.songs(
        request.principal, narrowed, wanted.sort, request.page(), reverse=wanted.reverse
    )
    return answer_list([song_shape(row) for row in found.rows], found)


def _moment(given: datetime | None) -> float | None:
    return None if given is None else given.timestamp()


async def _named_songs(request: Request, ids: str) -> Answer:
    numbers = [int(number) for number in ids.split(",")]
    if len(numbers) > MOST_NAMED:
        raise invalid(ids=f"Name {MOST_NAMED} songs at most.")
    rows = await request.areas.library.browse.songs_by_ids(request.principal, numbers)
    return answer_list([song_shape(row) for row in rows], PageInfo(MOST_NAMED, 0, len(rows)))


async def song(request: Request) -> Answer:
    """One song with its words."""
    browse = request.areas.library.browse
    row = await browse.song(request.principal, request.id("song"))
    words = (await browse.lyrics(request.principal, row.id)).plain if row.has_lyrics else None
    return answer(song_shape(row, words or None))


async def lyrics(request: Request) -> Answer:
    """A song's words, plain and line by line, with who sings them and their translations."""
    found = await request.areas.library.browse.lyrics(request.principal, request.id("song"))
    singing = found.singing
    singers = [LyricSinger(one.id, one.role, one.name or None) for one in singing.singers]
    layers = [LyricLayer(layer.kind, layer.language or None, _lines(layer.lines)) for layer in singing.layers]
    return answer(Lyrics(found.plain or None, _lines(found.synced) or None, found.language or None, singers, layers))


def _lines(lines: Sequence[SyncedLine]) -> list[LyricLine]:
    return [
        LyricLine(line.start, line.text, [LyricWord(*word) for word in line.words] or None, line.singer or None)
        for line in lines
    ]


async def albums(request: Request) -> Answer:
    """One page of albums."""
    wanted = request.values(AlbumQuery)
    narrowed = AlbumFilter(
        genre=wanted.genre,
        artist_id=wanted.artist_id,
        library_id=wanted.library_id,
        year_from=wanted.year_from,
        year_to=wanted.year_to,
        format=wanted.format,
        added_since=_moment(wanted.added_since),
        rating_from=wanted.rating_from,
        uploader_id=wanted.uploader_id,
        starred=wanted.starred,
        until_id=wanted.until,
    )
    found = await request.areas.library.browse.albums(
        request.principal, narrowed, wanted.sort, request.page(), reverse=wanted.reverse
    )
    return answer_list([album_shape(row) for row in found.rows], found)


async def album(request: Request) -> Answer:
    """One album with its songs."""
    browse = request.areas.library.browse
    row = await browse.album(request.principal, request.id("album"))
    return answer(album_with_songs(row, await browse.songs_of_album(request.principal, row.id)))


async def songs_of_album(request: Request) -> Answer:
    """The songs of an album, all at once."""
    browse = request.areas.library.browse
    album_id = request.id("album")
    rows = await browse.songs_of_album(request.principal, album_id)
    if not rows:
        await browse.album(request.principal, album_id)
    return answer_list([song_shape(row) for row in rows], PageInfo(len(rows), 0, len(rows)))


async def artists(request: Request) -> Answer:
    """One page of artists."""
    wanted = request.values(ArtistQuery)
    narrowed = ArtistFilter(library_id=wanted.library_id, starred=wanted.starred, until_id=wanted.until)
    found = await request.areas.library.browse.artists(request.principal, narrowed, wanted.sort, request.page())
    return answer_list([artist_shape(row) for row in found.rows], found)


async def artist(request: Request) -> Answer:
    """One artist with their albums."""
    browse = request.areas.library.browse
    row = await browse.artist(request.principal, request.id("artist"))
    own = await browse.albums_of_artist(request.principal, row.id)
    return answer(artist_with_albums(row, own, await browse.appearances_of_artist(request.principal, row.id)))


async def genres(request: Request) -> Answer:
    """One page of the genres, by name."""
    page = request.page()
    rows = await request.areas.library.browse.genres(request.principal)
    shown = rows[page.offset : page.offset + page.limit]
    return answer_list([genre_shape(row) for row in shown], PageInfo(page.limit, page.offset, len(rows)))


async def genre(request: Request) -> Answer:
    """One genre."""
    return answer(genre_shape(await request.areas.library.browse.genre(request.principal, request.id("genre"))))


async def search(request: Request) -> Answer:
    """The best songs, albums and artists for some words."""
    wanted = request.values(SearchQuery)
    limit = request.page(SEARCH_LIMIT).limit
    found = await request.areas.library.search.everything(
        request.principal, wanted.q, limit, library_id=wanted.library_id
    )
    return answer(
        SearchResult(
            [song_shape(row) for row in found.songs],
            [album_shape(row) for row in found.albums],
            [artist_shape(row) for row in found.artists],
        )
    )


def _read(path: str, handler: Handler, summary: str, **rest: Any) -> Route:
    """A route of the catalogue: its answer carries an ETag."""
    return Route(
        method="GET", path=f"/api/v1{path}", handler=handler, summary=summary, tag="catalogue", validated=True, **rest
    )


ROUTES = (
    _read("/songs", songs, "Songs", query=SongQuery, data=list[Song], paged=True),
    _read("/songs/{id}", song, "A song", data=Song),
    _read("/songs/{id}/lyrics", lyrics, "A song's words", data=Lyrics),
    _read("/albums", albums, "Albums", query=AlbumQuery, data=list[Album], paged=True),
    _read("/albums/{id}", album, "An album with its songs", data=AlbumDetail),
    _read("/albums/{id}/songs", songs_of_album, "The songs of an album", data=list[Song]),
    _read("/artists", artists, "Artists", query=ArtistQuery, data=list[Artist], paged=True),
    _read("/artists/{id}", artist, "An artist with their albums", data=ArtistDetail),
    _read("/genres", genres, "Genres", data=list[Genre], paged=True),
    _read("/genres/{id}", genre, "A genre", data=Genre),
    _read("/search", search, "Songs, albums and artists by their words", query=SearchQuery, data=SearchResult),
)

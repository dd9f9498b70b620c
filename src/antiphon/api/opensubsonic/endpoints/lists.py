"""Lists of albums and songs by one criterion or another."""

import time
import zlib
from collections.abc import Sequence

from antiphon.api.opensubsonic.answers import AlbumList, AlbumList2, FolderHits, Hits, NowPlaying, Songs
from antiphon.api.opensubsonic.calls import Call
from antiphon.api.opensubsonic.endpoints.browsing import EVERYTHING, music_folder
from antiphon.api.opensubsonic.ids import read_id
from antiphon.api.opensubsonic.mapping import to_album_folder, to_albums, to_artists, to_songs
from antiphon.api.opensubsonic.values import NowPlayingEntry
from antiphon.areas.library.data import (
    AlbumFilter,
    AlbumRow,
    AlbumSort,
    ArtistFilter,
    ArtistRow,
    SongFilter,
    SongRow,
)
from antiphon.kernel.errors import invalid
from antiphon.kernel.paging import Page

LAST_YEAR = 9999
_SORTS: dict[str, AlbumSort] = {
    "random": "random",
    "newest": "newest",
    "highest": "rating",
    "frequent": "own_most_played",
    "recent": "recently_played",
    "alphabeticalByName": "title",
    "alphabeticalByArtist": "artist",
    "starred": "starred",
    "byGenre": "title",
    "byYear": "year_reversed",
}


async def get_album_list(call: Call) -> AlbumList:
    """Albums as folders."""
    return AlbumList(album=tuple(to_album_folder(row) for row in await _albums(call)))


async def get_album_list2(call: Call) -> AlbumList2:
    """Albums by their tags."""
    return AlbumList2(album=to_albums(await _albums(call)))


async def _albums(call: Call) -> Sequence[AlbumRow]:
    parameters = call.parameters
    kind = parameters.needed("type")
    sort = _SORTS.get(kind)
    if sort is None:
        raise invalid(type=f"There is no such list. Lists are: {', '.join(_SORTS)}.")
    page = Page(parameters.count("size", 10), parameters.number("offset", 0))
    library_id = music_folder(call)
    wanted = AlbumFilter(library_id=library_id)
    if kind == "byGenre":
        wanted = AlbumFilter(library_id=library_id, genre=parameters.needed("genre"))
    elif kind == "byYear":
        parameters.needed("fromYear")
        parameters.needed("toYear")
        first, last = _year(call, "fromYear") or 0, _year(call, "toYear") or 0
        wanted = AlbumFilter(library_id=library_id, year_from=min(first, last), year_to=max(first, last))
        sort = "year_reversed" if first <= last else "year"
    return (await call.areas.library.browse.albums(call.principal, wanted, sort, page, count=False)).rows


def _year(call: Call, name: str) -> int | None:
    """A year; one that no song can have stands for the last there is."""
    found = call.parameters.number(name, None)
    return None if found is None else min(found, LAST_YEAR)


async def get_random_songs(call: Call) -> Songs:
    """Songs in no order."""
    parameters = call.parameters
    wanted = SongFilter(
        genre=parameters.text("genre") or None,
        year_from=_year(call, "fromYear"),
        year_to=_year(call, "toYear"),
        library_id=music_folder(call),
    )
    page = Page(parameters.count("size", 10))
    found = await call.areas.library.browse.songs(call.principal, wanted, "random", page, count=False)
    return Songs(song=to_songs(found.rows))


async def get_songs_by_genre(call: Call) -> Songs:
    """The songs of one genre."""
    parameters = call.parameters
    wanted = SongFilter(genre=parameters.needed("genre"), library_id=music_folder(call))
    page = Page(parameters.count("count", 10), parameters.number("offset", 0))
    found = await call.areas.library.browse.songs(call.principal, wanted, "title", page, count=False)
    return Songs(song=to_songs(found.rows))


async def get_top_songs(call: Call) -> Songs:
    """What is heard most of an artist, who is told by id or else by name. An artist who is not there has no songs."""
    parameters = call.parameters
    page = Page(parameters.count("count", 50))
    named = read_id(parameters.text("id"), "artist")
    if named is not None and named.kind == "artist":
        number = named.id
    else:
        name = parameters.needed("artist").casefold()
        found = await call.areas.library.search.artists(call.principal, name, Page(20))
        number = next((row.id for row in found if row.name.casefold() == name), 0)
    if number == 0:
        return Songs(song=())
    wanted = SongFilter(artist_id=number)
    rows = (await call.areas.library.browse.songs(call.principal, wanted, "most_played", page, count=False)).rows
    return Songs(song=to_songs(rows))


async def get_starred(call: Call) -> FolderHits:
    """What the caller has starred, for clients that browse by folders."""
    artists, albums, songs = await _starred(call)
    return FolderHits(
        artist=to_artists(artists), album=tuple(to_album_folder(row) for row in albums), song=to_songs(songs)
    )


async def get_starred2(call: Call) -> Hits:
    """What the caller has starred."""
    artists, albums, songs = await _starred(call)
    return Hits(artist=to_artists(artists), album=to_albums(albums), song=to_songs(songs))


async def _starred(call: Call) -> tuple[Sequence[ArtistRow], Sequence[AlbumRow], Sequence[SongRow]]:
    browse, principal, library_id = call.areas.library.browse, call.principal, music_folder(call)
    artists = ArtistFilter(library_id=library_id, starred=True)
    albums = AlbumFilter(library_id=library_id, starred=True)
    songs = SongFilter(library_id=library_id, starred=True)
    return (
        (await browse.artists(principal, artists, "name", EVERYTHING, count=False)).rows,
        (await browse.albums(principal, albums, "starred", EVERYTHING, count=False)).rows,
        (await browse.songs(principal, songs, "starred", EVERYTHING, count=False)).rows,
    )


async def get_now_playing(call: Call) -> NowPlaying:
    """What everybody plays just now."""
    entries = []
    now = time.time()
    for row in await call.areas.playback.now_playing(call.principal):
        (song,) = to_songs([row.song])
        fields = {name: getattr(song, name) for name in song.__struct_fields__}
        entries.append(
            NowPlayingEntry(
                username=row.username,
                minutes_ago=max(0, int((now - row.started_at) // 60)),
                # Strict readers want a number; the same app of the same person has always the same.
                player_id=zlib.crc32(f"{row.user_id}:{row.client}".encode()) & 0x7FFFFFFF,
                player_name=row.client,
                **fields,
            )
        )
    return NowPlaying(entry=tuple(entries))

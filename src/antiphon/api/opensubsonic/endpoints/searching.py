"""The three searches. Nothing to search for finds everything: so apps copy the whole library, page after page."""

from collections.abc import Sequence

from antiphon.api.opensubsonic.answers import FolderHits, Hits, OldHits
from antiphon.api.opensubsonic.calls import Call
from antiphon.api.opensubsonic.endpoints.browsing import music_folder
from antiphon.api.opensubsonic.mapping import to_album_folder, to_albums, to_artists, to_songs
from antiphon.areas.library.data import AlbumFilter, AlbumRow, ArtistFilter, ArtistRow, SongFilter, SongRow
from antiphon.kernel.paging import Page

MOST = 5000
_Found = tuple[Sequence[ArtistRow], Sequence[AlbumRow], Sequence[SongRow]]


async def search(call: Call) -> OldHits:
    """The oldest search: songs only, by any word or by artist, album and title."""
    parameters = call.parameters
    words = " ".join(filter(None, (parameters.text(name) for name in ("any", "artist", "album", "title"))))
    page = Page(parameters.count("count", 20), parameters.number("offset", 0))
    rows = await _songs(call, words, page, None)
    return OldHits(offset=page.offset, total_hits=page.offset + len(rows), match=to_songs(rows))


async def search2(call: Call) -> FolderHits:
    """Artists, albums as folders, and songs."""
    artists, albums, songs = await _search(call)
    return FolderHits(
        artist=to_artists(artists), album=tuple(to_album_folder(row) for row in albums), song=to_songs(songs)
    )


async def search3(call: Call) -> Hits:
    """Artists, albums and songs."""
    artists, albums, songs = await _search(call)
    return Hits(artist=to_artists(artists), album=to_albums(albums), song=to_songs(songs))


async def _search(call: Call) -> _Found:
    query = call.parameters.text("query").strip()
    # Two quotes around nothing are how some apps ask for everything.
    words = "" if query in ('""', "''") else query
    library_id = await music_folder(call)
    return (
        await _artists(call, words, _page(call, "artist"), library_id),
        await _albums(call, words, _page(call, "album"), library_id),
        await _songs(call, words, _page(call, "song"), library_id),
    )


def _page(call: Call, thing: str) -> Page:
    return Page(call.parameters.count(f"{thing}Count", 20, MOST), call.parameters.number(f"{thing}Offset", 0))


async def _artists(call: Call, words: str, page: Page, library_id: int | None) -> Sequence[ArtistRow]:
    if page.limit == 0:
        return []
    library, principal = call.areas.library, call.principal
    if words:
        return await library.search.artists(principal, words, page, library_id=library_id)
    wanted = ArtistFilter(library_id=library_id)
    return (await library.browse.artists(principal, wanted, "added", page, count=False)).rows


async def _albums(call: Call, words: str, page: Page, library_id: int | None) -> Sequence[AlbumRow]:
    if page.limit == 0:
        return []
    library, principal = call.areas.library, call.principal
    if words:
        return await library.search.albums(principal, words, page, library_id=library_id)
    wanted = AlbumFilter(library_id=library_id)
    return (await library.browse.albums(principal, wanted, "added", page, count=False)).rows


async def _songs(call: Call, words: str, page: Page, library_id: int | None) -> Sequence[SongRow]:
    if page.limit == 0:
        return []
    library, principal = call.areas.library, call.principal
    if words:
        return await library.search.songs(principal, words, page, library_id=library_id)
    wanted = SongFilter(library_id=library_id)
    return (await library.browse.songs(principal, wanted, "added", page, count=False)).rows

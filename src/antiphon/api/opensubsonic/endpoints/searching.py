"""The three searches. Nothing to search for finds everything: so apps copy the whole library, page after page."""

from collections.abc import Sequence

from antiphon.api.opensubsonic.answers import FolderHits, Hits, OldHits
from antiphon.api.opensubsonic.calls import Call
from antiphon.api.opensubsonic.cursors import Copying
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
    library_id = music_folder(call)
    return (
        await _artists(call, words, _page(call, "artist"), library_id),
        await _albums(call, words, _page(call, "album"), library_id),
        await _songs(call, words, _page(call, "song"), library_id),
    )


def _page(call: Call, thing: str) -> Page:
    return Page(call.parameters.count(f"{thing}Count", 20, MOST), call.parameters.number(f"{thing}Offset", 0))


def _copying(call: Call, thing: str, library_id: int | None) -> Copying:
    return Copying(call.principal.user_id, call.principal.is_admin, thing, library_id)


def _from(page: Page, after: int | None) -> Page:
    """The page as it is asked for: by counting, or from behind an id."""
    return page if after is None else Page(page.limit)


async def _artists(call: Call, words: str, page: Page, library_id: int | None) -> Sequence[ArtistRow]:
    if page.limit == 0:
        return []
    library, principal = call.areas.library, call.principal
    if words:
        return await library.search.artists(principal, words, page, library_id=library_id)
    copying = _copying(call, "artist", library_id)
    after = call.cursors.after(copying, page.offset)
    wanted = ArtistFilter(library_id=library_id, after_id=after)
    rows = (await library.browse.artists(principal, wanted, "added", _from(page, after), count=False)).rows
    call.cursors.keep(copying, page.offset, [row.id for row in rows])
    return rows


async def _albums(call: Call, words: str, page: Page, library_id: int | None) -> Sequence[AlbumRow]:
    if page.limit == 0:
        return []
    library, principal = call.areas.library, call.principal
    if words:
        return await library.search.albums(principal, words, page, library_id=library_id)
    copying = _copying(call, "album", library_id)
    after = call.cursors.after(copying, page.offset)
    wanted = AlbumFilter(library_id=library_id, after_id=after)
    rows = (await library.browse.albums(principal, wanted, "added", _from(page, after), count=False)).rows
    call.cursors.keep(copying, page.offset, [row.id for row in rows])
    return rows


async def _songs(call: Call, words: str, page: Page, library_id: int | None) -> Sequence[SongRow]:
    if page.limit == 0:
        return []
    library, principal = call.areas.library, call.principal
    if words:
        return await library.search.songs(principal, words, page, library_id=library_id)
    copying = _copying(call, "song", library_id)
    after = call.cursors.after(copying, page.offset)
    wanted = SongFilter(library_id=library_id, after_id=after)
    rows = (await library.browse.songs(principal, wanted, "added", _from(page, after), count=False)).rows
    call.cursors.keep(copying, page.offset, [row.id for row in rows])
    return rows

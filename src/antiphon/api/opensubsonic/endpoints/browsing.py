"""Walking through the music: by tags (artists, albums, songs) and by folders that are made from them."""

import time
from collections.abc import Iterable

from antiphon.api.opensubsonic.answers import (
    Artists,
    Directory,
    Genre,
    Genres,
    Index,
    Indexes,
    MusicFolder,
    MusicFolders,
)
from antiphon.api.opensubsonic.calls import Call
from antiphon.api.opensubsonic.ids import album_id, artist_id, loose_id, read_id, read_loose_id
from antiphon.api.opensubsonic.mapping import (
    LOOSE,
    to_album,
    to_album_folder,
    to_albums,
    to_artist,
    to_artist_folder,
    to_loose_album,
    to_song,
    to_songs,
    with_songs,
)
from antiphon.api.opensubsonic.values import AlbumWithSongs, Artist, ArtistWithAlbums, Song
from antiphon.areas.library.data import ArtistFilter, ArtistRow, SongRow
from antiphon.kernel.errors import not_found
from antiphon.kernel.paging import Page
from antiphon.kernel.principal import Principal

# The words that names are ordered without.
IGNORED_ARTICLES = "The A An El La Los Las Le Les Die Der Das Ein Eine"
# Zero would narrow nothing.
NO_LIBRARY = -1
EVERYTHING = Page(1_000_000)


async def get_music_folders(call: Call) -> MusicFolders:
    """The libraries the caller may browse."""
    rows = await call.areas.library.browse.libraries(call.principal)
    return MusicFolders(music_folder=tuple(MusicFolder(id=row.id, name=row.name) for row in rows))


async def get_artists(call: Call) -> Artists:
    """All artists that have albums, or songs without one."""
    return Artists(ignored_articles=IGNORED_ARTICLES, index=await _index(call))


async def get_indexes(call: Call) -> Indexes:
    """The same for clients that browse by folders; nothing but the date where nothing has changed since theirs."""
    changed, since = (
        await call.areas.library.browse.changed_at(call.principal),
        call.parameters.number("ifModifiedSince", 0),
    )
    # Any other moment that has passed may lie before a change that is not known by its time.
    if since == changed or since > max(changed, time.time() * 1000):
        return Indexes(ignored_articles=IGNORED_ARTICLES, last_modified=changed)
    return Indexes(ignored_articles=IGNORED_ARTICLES, last_modified=changed, index=await _index(call))


async def get_artist(call: Call) -> ArtistWithAlbums:
    """An artist with the albums that bear the name, then those of others with a credit, then what stands for one where
    songs have none."""
    number = call.parameters.id("id", "artist")
    browse, principal = call.areas.library.browse, call.principal
    row = await browse.artist(principal, number)
    albums = await browse.albums_of_artist(principal, number) + await browse.appearances_of_artist(principal, number)
    loose = await browse.loose_songs_of_artist(principal, number)
    artist = to_artist(row, len(loose))
    fields = {name: getattr(artist, name) for name in artist.__struct_fields__}
    return ArtistWithAlbums(album=to_albums(albums) + ((to_loose_album(row, loose),) if loose else ()), **fields)


async def get_album(call: Call) -> AlbumWithSongs:
    """An album with its songs. A song's id leads to its album: some clients ask so."""
    text = call.parameters.needed("id")
    named, loose_of = read_id(text, "album"), read_loose_id(text)
    browse, principal = call.areas.library.browse, call.principal
    number = named.id if named else 0
    if named is not None and named.kind == "song":
        song = await browse.song(principal, named.id)
        number, loose_of = song.album_id or 0, read_loose_id(to_song(song).album_id or "")
    if loose_of is not None:
        row, songs = await _loose(call, loose_of)
        return with_songs(to_loose_album(row, songs), songs)
    if named is None or named.kind not in ("album", "song"):
        raise not_found("album")
    album = await browse.album(principal, number)
    return with_songs(to_album(album), await browse.songs_of_album(principal, number))


async def _loose(call: Call, artist_number: int) -> tuple[ArtistRow, list[SongRow]]:
    """An artist with songs without an album. Raises NOT_FOUND where there are none."""
    browse, principal = call.areas.library.browse, call.principal
    row = await browse.artist(principal, artist_number)
    songs = await browse.loose_songs_of_artist(principal, artist_number)
    if not songs:
        raise not_found("album")
    return row, songs


async def get_song(call: Call) -> Song:
    """One song."""
    return to_song(await call.areas.library.browse.song(call.principal, call.parameters.id("id", "song")))


async def get_genres(call: Call) -> Genres:
    """All genres."""
    rows = await call.areas.library.browse.genres(call.principal)
    return Genres(
        genre=tuple(Genre(value=row.name, song_count=row.song_count, album_count=row.album_count) for row in rows)
    )


async def get_music_directory(call: Call) -> Directory:
    """What is in a folder: a library holds artists, an artist albums and songs without one, an album songs."""
    text = call.parameters.needed("id")
    named, loose_of = read_id(text), read_loose_id(text)
    if loose_of is not None:
        row, songs = await _loose(call, loose_of)
        return Directory(id=loose_id(row.id), name=LOOSE, child=to_songs(songs), parent=artist_id(row.id))
    if named is None:
        return await _library_directory(call, text)
    if named.kind == "artist":
        return await _artist_directory(call, named.id)
    if named.kind == "album":
        return await _album_directory(call, named.id)
    raise not_found("directory")


async def _artist_directory(call: Call, number: int) -> Directory:
    browse, principal = call.areas.library.browse, call.principal
    artist = await browse.artist(principal, number)
    rows = await browse.albums_of_artist(principal, number) + await browse.appearances_of_artist(principal, number)
    loose = await browse.loose_songs_of_artist(principal, number)
    return Directory(
        id=artist_id(artist.id),
        name=artist.name,
        child=tuple(to_album_folder(row) for row in rows) + to_songs(loose),
        starred=to_artist(artist).starred,
        user_rating=artist.user_rating or None,
    )


async def _album_directory(call: Call, number: int) -> Directory:
    browse, principal = call.areas.library.browse, call.principal
    album = to_album(await browse.album(principal, number))
    return Directory(
        id=album_id(number),
        name=album.name,
        child=to_songs(await browse.songs_of_album(principal, number)),
        parent=album.artist_id,
        starred=album.starred,
        user_rating=album.user_rating,
        play_count=album.play_count,
    )


def music_folder(call: Call) -> int | None:
    """The library that a list is narrowed to, None for all. One that is not there has nothing in it."""
    number = call.parameters.number("musicFolderId", None)
    return NO_LIBRARY if number == 0 else number


async def _library_directory(call: Call, text: str) -> Directory:
    libraries = await call.areas.library.browse.libraries(call.principal)
    library = next((row for row in libraries if str(row.id) == text), None)
    if library is None:
        raise not_found("directory")
    rows = await _artists(call, call.principal, library.id)
    return Directory(id=text, name=library.name, child=tuple(to_artist_folder(row, text) for row in rows))


async def _artists(call: Call, principal: Principal, library_id: int | None) -> list[ArtistRow]:
    wanted = ArtistFilter(library_id=library_id, with_albums=True)
    return (await call.areas.library.browse.artists(principal, wanted, "name", EVERYTHING, count=False)).rows


async def _index(call: Call) -> tuple[Index, ...]:
    rows = await _artists(call, call.principal, music_folder(call))
    return under_letters(rows)


def under_letters(rows: Iterable[ArtistRow]) -> tuple[Index, ...]:
    """Artists in their order under the letters they are found by; what begins with no letter stands first."""
    letters: dict[str, list[Artist]] = {}
    for row in rows:
        letter = row.sort_key[:1].upper()
        letters.setdefault(letter if letter.isalpha() else "#", []).append(to_artist(row, loose=1))
    return tuple(
        Index(name=letter, artist=tuple(artists))
        for letter, artists in sorted(letters.items(), key=lambda entry: (entry[0] != "#", entry[0]))
    )

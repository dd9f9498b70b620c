"""Albums and playlists to keep: which files an archive has, and what they are called there."""

from collections.abc import Iterable
from pathlib import Path

from antiphon.api.http.archives import Entry, safe_name, with_own_names
from antiphon.api.http.areas import Areas
from antiphon.areas.library.data import SongRow
from antiphon.areas.playback.data.transcodes import Sounding
from antiphon.kernel.errors import AntiphonError, Kind, invalid, not_found
from antiphon.kernel.principal import Principal

MOST_SONGS = 5_000

Archive = tuple[str, list[Entry]]
"""The name of an archive and of the folder in it, and what it holds."""


def file_name(song: Sounding, suffix: str = "") -> str:
    """What a song's file is called by itself; with a `suffix` of another form, what that is called."""
    return f"{safe_name(f'{song.artist} - {song.title}')}.{safe_name(suffix or song.suffix)}"


async def album_archive(areas: Areas, principal: Principal, album_id: int) -> Archive:
    """The files of an album's songs. Raises NOT_FOUND, FORBIDDEN without the right to keep songs."""
    album = await areas.library.browse.album(principal, album_id)
    songs = await areas.library.browse.songs_of_album(principal, album_id)
    has_discs = len({song.disc or 1 for song in songs}) > 1
    named = [(_on_album(song, has_discs), song) for song in songs]
    return await _archive(areas, principal, f"{album.artist} - {album.title}", named)


async def playlist_archive(areas: Areas, principal: Principal, playlist_id: int) -> Archive:
    """The files of a playlist's songs, numbered in its order. Raises as `album_archive` does."""
    playlist, songs = await areas.playlists.browse.with_songs(principal, playlist_id)
    named = [
        (f"{safe_name(f'{place:02d} {song.artist} - {song.title}')}.{safe_name(song.suffix)}", song)
        for place, song in enumerate(songs, 1)
    ]
    return await _archive(areas, principal, playlist.title, named)


def _on_album(song: SongRow, has_discs: bool) -> str:
    """A name that sorts as the songs are played."""
    track = "" if song.track is None else f"{song.track:02d} "
    disc = f"{song.disc or 1}-" if has_discs else ""
    return f"{safe_name(f'{disc}{track}{song.title}')}.{safe_name(song.suffix)}"


async def _archive(areas: Areas, principal: Principal, title: str, named: Iterable[tuple[str, SongRow]]) -> Archive:
    folder = safe_name(title)
    entries: list[Entry] = []
    for name, song in named:
        if len(entries) >= MOST_SONGS:
            raise invalid(songs=f"At most {MOST_SONGS} songs can be downloaded at once.")
        try:
            file = await areas.playback.audio(principal, song.id, right="download")
            path = await areas.library.files.on_disk(file)
            size = Path(path).stat().st_size
        except OSError:
            # A file that has vanished is no reason to keep the others back.
            continue
        except AntiphonError as error:
            if error.kind is not Kind.NOT_FOUND:
                raise
            continue
        entries.append(Entry(f"{folder}/{name}", path, size))
    if not entries:
        raise not_found("song")
    return folder, with_own_names(entries)

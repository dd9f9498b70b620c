"""Songs to keep: their own files, and albums and playlists as one archive."""

from collections.abc import Iterable
from pathlib import Path

from antiphon.api.http.archives import Entry, safe_name, send_archive, with_own_names
from antiphon.api.http.asgi import Application, Header, Receive, Scope, Send
from antiphon.api.http.requests import Request
from antiphon.api.http.routing import Route
from antiphon.api.http.streaming import content_disposition, send_file
from antiphon.areas.library.data import SongRow
from antiphon.kernel.errors import AntiphonError, Kind, invalid, not_found

MOST_SONGS = 5_000
_NO_STORE: Header = (b"cache-control", b"no-store")


async def download_song(request: Request) -> Application:
    """A song's own file."""
    song_id = request.id("song")
    file = await request.areas.playback.audio(request.principal, song_id, right="download")
    song = await request.areas.library.browse.song(request.principal, song_id)

    async def send_song(scope: Scope, receive: Receive, send: Send) -> None:
        await send_file(
            scope,
            receive,
            send,
            path=file.path,
            content_type=file.content_type,
            headers=(_NO_STORE, content_disposition(_file_name(song))),
            head_only=scope["method"] == "HEAD",
        )

    return send_song


async def download_album(request: Request) -> Application:
    """The files of an album's songs."""
    album_id = request.id("album")
    album = await request.areas.library.browse.album(request.principal, album_id)
    songs = await request.areas.library.browse.songs_of_album(request.principal, album_id)
    discs = len({song.disc or 1 for song in songs}) > 1
    named = [(_numbered(song.track, song, disc=song.disc if discs else None), song) for song in songs]
    return await _archive(request, f"{album.artist} - {album.title}", named)


async def download_playlist(request: Request) -> Application:
    """The files of a playlist's songs, numbered in its order."""
    playlist_id = request.id("playlist")
    playlist = await request.areas.playlists.browse.playlist(request.principal, playlist_id)
    songs = await request.areas.playlists.browse.songs(request.principal, playlist_id)
    named = [(_numbered(place, song, by=True), song) for place, song in enumerate(songs, 1)]
    return await _archive(request, playlist.title, named)


def _numbered(number: int | None, song: SongRow, *, disc: int | None = None, by: bool = False) -> str:
    """A name that sorts as the songs are played."""
    title = f"{song.artist} - {song.title}" if by else song.title
    first = "" if number is None else f"{number:02d} "
    place = f"{disc}-{first}" if disc is not None else first
    return f"{safe_name(place + title)}.{safe_name(song.suffix)}"


def _file_name(song: SongRow) -> str:
    return f"{safe_name(f'{song.artist} - {song.title}')}.{safe_name(song.suffix)}"


async def _archive(request: Request, title: str, named: Iterable[tuple[str, SongRow]]) -> Application:
    folder = safe_name(title)
    entries: list[Entry] = []
    for name, song in named:
        if len(entries) >= MOST_SONGS:
            raise invalid(songs=f"At most {MOST_SONGS} songs can be downloaded at once.")
        try:
            file = await request.areas.playback.audio(request.principal, song.id, right="download")
            size = Path(file.path).stat().st_size
        except OSError:
            continue
        except AntiphonError as error:
            if error.kind is not Kind.NOT_FOUND:
                raise
            # A file that has vanished is no reason to keep the others back.
            continue
        entries.append(Entry(f"{folder}/{name}", file.path, size))
    if not entries:
        raise not_found("song")
    whole = with_own_names(entries)

    async def send_all(scope: Scope, receive: Receive, send: Send) -> None:
        await send_archive(scope, receive, send, entries=whole, filename=f"{folder}.zip", headers=(_NO_STORE,))

    return send_all


ROUTES = (
    Route(
        method="GET",
        path="/api/v1/songs/{id}/download",
        handler=download_song,
        summary="A song's own file, to keep",
        tag="media",
        media="audio/*",
    ),
    Route(
        method="GET",
        path="/api/v1/albums/{id}/download",
        handler=download_album,
        summary="The files of an album's songs in one ZIP",
        tag="media",
        media="application/zip",
    ),
    Route(
        method="GET",
        path="/api/v1/playlists/{id}/download",
        handler=download_playlist,
        summary="The files of a playlist's songs in one ZIP, in its order",
        tag="media",
        media="application/zip",
    ),
)

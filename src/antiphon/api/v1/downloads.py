"""Songs to keep: their own files, and albums and playlists as one archive."""

from antiphon.api.http.archives import send_archive
from antiphon.api.http.asgi import Application, Header, Receive, Scope, Send
from antiphon.api.http.downloads import Archive, album_archive, file_name, playlist_archive
from antiphon.api.http.originals import send_original
from antiphon.api.http.requests import Request
from antiphon.api.http.routing import Route
from antiphon.api.http.streaming import content_disposition

_NO_STORE: Header = (b"cache-control", b"no-store")


async def download_song(request: Request) -> Application:
    """A song's own file."""
    song_id = request.id("song")
    file = await request.areas.playback.audio(request.principal, song_id, right="download")
    song = await request.areas.library.browse.song(request.principal, song_id)

    async def send_song(scope: Scope, receive: Receive, send: Send) -> None:
        files = request.areas.library.files
        headers = (_NO_STORE, content_disposition(file_name(song)))
        await send_original(scope, receive, send, files=files, file=file, headers=headers)

    return send_song


async def download_album(request: Request) -> Application:
    """The files of an album's songs."""
    return _sending(await album_archive(request.areas, request.principal, request.id("album")))


async def download_playlist(request: Request) -> Application:
    """The files of a playlist's songs, numbered in its order."""
    return _sending(await playlist_archive(request.areas, request.principal, request.id("playlist")))


def _sending(archive: Archive) -> Application:
    name, entries = archive

    async def send_all(scope: Scope, receive: Receive, send: Send) -> None:
        await send_archive(scope, receive, send, entries=entries, filename=f"{name}.zip", headers=(_NO_STORE,))

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

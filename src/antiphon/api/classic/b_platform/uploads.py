"""Songs and albums that admins bring as forms."""

from http import HTTPStatus

from antiphon.api.classic.b_platform.catalogue import (
    PlatformAlbumChange,
    PlatformAlbumDetail,
    PlatformSong,
    album_edit_of,
    shown_album,
    shown_songs,
)
from antiphon.api.http.answers import Answer
from antiphon.api.http.requests import Request
from antiphon.api.http.rest_framework import answer, given
from antiphon.api.http.routing import Route
from antiphon.api.http.uploading import given_with_picture, take_song
from antiphon.areas.library.data import AlreadyUploaded


async def create_song(request: Request) -> Answer:
    """A sound and what is said about it becomes a song."""
    try:
        made = await take_song(request, draft=False)
    except AlreadyUploaded as error:
        return answer({"detail": error.message, "id": error.song_id}, HTTPStatus.CONFLICT)
    row = await request.areas.library.browse.song(request.principal, made.song_id)
    return answer((await shown_songs(request, [row]))[0], HTTPStatus.CREATED)


async def create_album(request: Request) -> Answer:
    """Make an album; as a form, with a cover if wanted. Both or nothing."""
    wanted, picture = await given_with_picture(request, PlatformAlbumChange, given)
    covers = request.areas.library.uploads.covers
    album_id = await covers.create_album(request.principal, album_edit_of(wanted), picture)
    return answer(await shown_album(request, album_id), HTTPStatus.CREATED)


ROUTES = (
    Route(
        method="POST",
        path="/api/songs/",
        handler=create_song,
        summary="Upload a song as a form: audio, and if wanted title, artist, album_id, genre, lyrics, image",
        tag="uploads",
        access="admin",
        body_media="multipart/form-data",
        data=PlatformSong,
        status=201,
    ),
    Route(
        method="POST",
        path="/api/albums/",
        handler=create_album,
        summary="Make an album; as a form, with a cover (image) if wanted",
        tag="uploads",
        access="admin",
        body=PlatformAlbumChange,
        data=PlatformAlbumDetail,
        status=201,
    ),
)

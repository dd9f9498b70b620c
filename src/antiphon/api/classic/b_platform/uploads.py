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
from antiphon.api.http import bodies
from antiphon.api.http.answers import Answer
from antiphon.api.http.forms import MemorySink, Part, Sink, is_form, read_form
from antiphon.api.http.requests import Request
from antiphon.api.http.rest_framework import answer, given
from antiphon.api.http.routing import Route
from antiphon.api.http.uploading import MOST_PICTURE_BYTES, PICTURES, take_song
from antiphon.areas.library.data import AlreadyUploaded

AROUND = 2 * 1024 * 1024


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
    library = request.areas.library
    picture = MemorySink(MOST_PICTURE_BYTES)

    def choose(part: Part) -> Sink | None:
        return picture if part.name in PICTURES else None

    headers = request.exchange.headers
    if is_form(headers):
        maximum = MOST_PICTURE_BYTES + AROUND
        values = await read_form(request.receive, headers, choose, maximum=maximum)
        wanted = bodies.parse_values(values, PlatformAlbumChange)
    else:
        wanted = await given(request, PlatformAlbumChange)
    edit = album_edit_of(wanted)
    album_id = await library.uploads.covers.create_album(request.principal, edit, picture.content or None)
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

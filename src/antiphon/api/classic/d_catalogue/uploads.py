"""Songs that admins add to the catalogue."""

from http import HTTPStatus

from antiphon.api.classic.d_catalogue.encoding import answer
from antiphon.api.http.addresses import addresses_of
from antiphon.api.http.answers import Answer
from antiphon.api.http.catalogue import CommonSong, song_of
from antiphon.api.http.requests import Request
from antiphon.api.http.routing import Route
from antiphon.api.http.uploading import take_song
from antiphon.areas.library.data import AlreadyUploaded


async def create_song(request: Request) -> Answer:
    """A sound and what is said about it becomes a song, public at once; what is not said comes from the file's tags."""
    try:
        made = await take_song(request, draft=False)
    except AlreadyUploaded as error:
        return answer({"error": error.message, "id": error.song_id}, HTTPStatus.CONFLICT)
    row = await request.areas.library.browse.song(request.principal, made.song_id)
    return answer(song_of(row, await addresses_of(request)), HTTPStatus.CREATED)


ROUTES = (
    Route(
        method="POST",
        path="/songs",
        handler=create_song,
        summary="Upload a song as a form: audio, and if wanted title, image, album_id, genre or genre_id, lyrics",
        tag="uploads",
        access="admin",
        body_media="multipart/form-data",
        data=CommonSong,
        status=201,
    ),
)

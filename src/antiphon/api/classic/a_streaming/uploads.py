"""Songs that artists upload."""

from http import HTTPStatus

from antiphon.api.classic.a_streaming.encoding import answer
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
        return answer(error.message, {"id": error.song_id}, HTTPStatus.CONFLICT)
    row = await request.areas.library.browse.song(request.principal, made.song_id)
    addresses = await addresses_of(request)
    message = "The song is there."
    if made.same_audio_id is not None:
        message = f"The song is there. Song {made.same_audio_id} has the same audio under other tags."
    return answer(message, song_of(row, addresses), HTTPStatus.CREATED)


ROUTES = (
    Route(
        method="POST",
        path="/api/song",
        handler=create_song,
        summary="Upload a song as a form: audio, and if wanted title, image, album_id, genre or genre_id, lyrics",
        tag="uploads",
        scope="upload",
        body_media="multipart/form-data",
        data=CommonSong,
        status=201,
    ),
)

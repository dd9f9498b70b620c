"""Uploads: resumable ones by tus 1.0.0, songs as one form, drafts, and covers."""

from collections.abc import Callable, Coroutine
from http import HTTPStatus
from typing import Any

import msgspec

from antiphon.api.http.answers import NO_STORE, Answer
from antiphon.api.http.asgi import Header
from antiphon.api.http.requests import Request
from antiphon.api.http.routing import Handler, Route
from antiphon.api.http.uploading import MOST_PICTURE_BYTES, take_song
from antiphon.api.v1 import catalogue, tus
from antiphon.api.v1.encoding import answer, answer_list
from antiphon.api.v1.operation import Job, job_shape
from antiphon.api.v1.shapes import AlbumDetail, Song, song_shape
from antiphon.api.v1.upload_shapes import (
    AlbumOfSong,
    CheckFiles,
    Draft,
    DraftSong,
    ShownSongs,
    Upload,
    UploadRoom,
    VisibilityOfSongs,
    WordsQuery,
    room_shape,
    upload_shape,
)
from antiphon.api.v1.values import Moment, moment
from antiphon.areas.library.api.uploads import MOST_WORDS_BYTES
from antiphon.areas.library.api.uploads.covers import CoveredThing
from antiphon.areas.library.data import UploadRow
from antiphon.kernel.errors import invalid


class UploadedPicture(msgspec.Struct, frozen=True):
    """A picture for songs that are still to come: each names its id as `picture` in its Upload-Metadata."""

    id: str
    expires_at: Moment


class UploadedSong(msgspec.Struct, frozen=True):
    """A song that was uploaded, and another of the caller's with the same audio under other tags."""

    song: Song
    draft: bool
    same_audio_as: int | None


async def options(request: Request) -> Answer:
    """What the server can do with uploads."""
    return Answer(b"", HTTPStatus.NO_CONTENT, (NO_STORE, *tus.ABILITIES))


async def create(request: Request) -> Answer:
    """Begin a resumable upload; bytes may come along at once."""
    row = await tus.begin(request)
    location: Header = (b"location", f"/api/v1/uploads/{row.id}".encode())
    return answer(upload_shape(row), HTTPStatus.CREATED, location, *tus.standing(row))


async def add_picture(request: Request) -> Answer:
    """Keep a picture for songs that are still to come."""
    pictures = request.areas.library.uploads.pictures
    request.areas.library.uploads.check_right(request.principal)
    given = await request.body(MOST_PICTURE_BYTES)
    if not given:
        raise invalid(image="A picture is needed.")
    kept = await pictures.add(request.principal, given)
    return answer(UploadedPicture(kept.id, moment(kept.expires_at)), HTTPStatus.CREATED)


async def uploads(request: Request) -> Answer:
    """The caller's uploads, the newest first."""
    found = await request.areas.library.uploads.list(request.principal, request.page())
    return answer_list([upload_shape(row) for row in found.rows], found)


async def room(request: Request) -> Answer:
    """How much of what the caller may upload is taken."""
    return answer(room_shape(await request.areas.library.uploads.room(request.principal)))


async def drafts(request: Request) -> Answer:
    """The caller's songs that are not published yet."""
    library, principal = request.areas.library, request.principal
    found = await library.uploads.drafts.list(principal, request.page())
    twins = {row.song_id: row.same_audio_id for row in found.rows}
    songs = await library.browse.songs_by_ids(principal, list(twins))
    return answer_list([DraftSong(song_shape(song), twins[song.id]) for song in songs], found)


async def file_under_album(request: Request) -> Answer:
    """Have a song be on the caller's own album of that title."""
    song_id = request.id("song")
    given = await request.json(AlbumOfSong)
    await request.areas.library.uploads.drafts.file_under(request.principal, song_id, given.title)
    return await catalogue.song(request)


async def set_visibility(request: Request) -> Answer:
    """Publish songs, or say otherwise who sees them; all or none."""
    given = await request.json(VisibilityOfSongs)
    uploads = request.areas.library.uploads
    return answer(ShownSongs(await uploads.drafts.show(request.principal, given.ids, given.visibility)))


async def check_files(request: Request) -> Answer:
    """Have the stored files compared with what is known of them, in the background."""
    given = await request.json(CheckFiles)
    job = await request.areas.library.uploads.integrity.request(request.principal, contents=given.contents)
    return answer(job_shape(job), HTTPStatus.ACCEPTED)


async def upload(request: Request) -> Answer:
    """How far an upload is."""
    return _told(await request.areas.library.uploads.get(request.principal, request.parameters["id"]))


def _told(row: UploadRow) -> Answer:
    return answer(upload_shape(row), HTTPStatus.OK, *tus.standing(row))


async def append(request: Request) -> Answer:
    """The next bytes of an upload."""
    return await tus.append(request)


async def give_words(request: Request) -> Answer:
    """Have the song of an upload come with the words in a file that lies beside it."""
    words, upload_id = request.areas.library.uploads.words, request.parameters["id"]
    await words.check(request.principal, upload_id)
    ending = request.values(WordsQuery).ending
    await words.give(request.principal, upload_id, ending, await request.body(MOST_WORDS_BYTES))
    return await upload(request)


async def call_off(request: Request) -> Answer:
    """Call an upload off, or forget one that has ended; a song that it became stays."""
    await request.areas.library.uploads.call_off(request.principal, request.parameters["id"])
    return Answer(b"", HTTPStatus.NO_CONTENT, (NO_STORE, tus.VERSION))


async def publish(request: Request) -> Answer:
    """Let everybody see the song of an upload, at once or as soon as it is one."""
    return _told(await request.areas.library.uploads.publish(request.principal, request.parameters["id"]))


async def create_song(request: Request) -> Answer:
    """A sound and what is said about it becomes a song: a draft, unless `draft` says false."""
    made = await take_song(request, draft=True)
    row = await request.areas.library.browse.song(request.principal, made.song_id)
    shown = UploadedSong(song_shape(row), made.draft, made.same_audio_id)
    return answer(shown, HTTPStatus.CREATED)


async def set_draft(request: Request) -> Answer:
    """Publish a song, or make it a draft again."""
    song_id = request.id("song")
    given = await request.json(Draft)
    await request.areas.library.uploads.drafts.set(request.principal, song_id, draft=given.draft)
    return await catalogue.song(request)


def set_cover(thing: CoveredThing) -> Handler:
    """Give a song or an album a cover."""

    async def handler(request: Request) -> Answer:
        covers, thing_id = request.areas.library.uploads.covers, request.id(thing)
        await covers.check(request.principal, thing, thing_id)
        given = await request.body(MOST_PICTURE_BYTES)
        if not given:
            raise invalid(image="A picture is needed.")
        await covers.set(request.principal, thing, thing_id, given)
        return await _SHOWN[thing](request)

    return handler


def remove_cover(thing: CoveredThing) -> Handler:
    """Take a cover away."""

    async def handler(request: Request) -> Answer:
        await request.areas.library.uploads.covers.remove(request.principal, thing, request.id(thing))
        return await _SHOWN[thing](request)

    return handler


_SHOWN: dict[CoveredThing, Callable[[Request], Coroutine[Any, Any, Answer]]] = {
    "song": catalogue.song,
    "album": catalogue.album,
}

_ONE = "/api/v1/uploads/{id}"


def _route(method: str, path: str, handler: Handler, summary: str, **rest: Any) -> Route:
    rest.setdefault("scope", "upload")
    return Route(method=method, path=path, handler=handler, summary=summary, tag="uploads", **rest)


def _cover_routes(things: str, thing: CoveredThing, shape: Any) -> tuple[Route, Route]:
    path, a = f"/api/v1/{things}/{{id}}/image", "an" if thing == "album" else "a"
    return (
        _route(
            "PUT",
            path,
            set_cover(thing),
            f"Give {a} {thing} a cover",
            scope="write",
            body_media="image/*",
            data=shape,
        ),
        _route("DELETE", path, remove_cover(thing), f"Take the cover of {a} {thing} away", scope="write", data=shape),
    )


ROUTES = (
    _route("OPTIONS", "/api/v1/uploads", options, "What tus can do here", access="anyone", status=204),
    _route(
        "POST",
        "/api/v1/uploads",
        create,
        "Begin a resumable upload (tus 1.0.0): Upload-Length, and what is said about the song in Upload-Metadata",
        data=Upload,
        status=201,
    ),
    _route(
        "POST",
        "/api/v1/uploads/pictures",
        add_picture,
        "Bring the picture of a folder, before its songs: each then names it as picture in Upload-Metadata",
        body_media="image/*",
        data=UploadedPicture,
        status=201,
    ),
    _route("GET", "/api/v1/uploads", uploads, "One's own uploads", data=list[Upload], paged=True),
    _route("GET", "/api/v1/uploads/room", room, "How much one may still upload", data=UploadRoom),
    _route(
        "GET",
        "/api/v1/uploads/drafts",
        drafts,
        "One's own songs that are not published",
        data=list[DraftSong],
        paged=True,
    ),
    _route(
        "POST",
        "/api/v1/uploads/check",
        check_files,
        "Compare the stored files with what is known of them; the job's result is the report",
        access="admin",
        scope="write",
        body=CheckFiles,
        data=Job,
        status=202,
    ),
    _route("GET", _ONE, upload, "How far an upload is", data=Upload, has_opaque_id=True),
    _route(
        "PATCH",
        _ONE,
        append,
        "The next bytes of an upload, from Upload-Offset on",
        body_media=tus.BYTES.decode(),
        status=204,
        has_opaque_id=True,
    ),
    _route(
        "PUT",
        f"{_ONE}/words",
        give_words,
        "Give the song of an upload the words of a file that lies beside it: TTML, LRC or plain text, 128 KiB at most",
        query=WordsQuery,
        body_media="application/octet-stream",
        data=Upload,
        has_opaque_id=True,
    ),
    _route("DELETE", _ONE, call_off, "Call an upload off", status=204, has_opaque_id=True),
    _route("POST", f"{_ONE}/publish", publish, "Publish the song of an upload", data=Upload, has_opaque_id=True),
    _route(
        "POST",
        "/api/v1/songs",
        create_song,
        "Upload a song as a form: audio, and if wanted image, title, artist, album_id, genre or genre_id, year, disc, "
        "track, lyrics; a draft unless draft is false",
        body_media="multipart/form-data",
        data=UploadedSong,
        status=201,
    ),
    _route(
        "PUT",
        "/api/v1/songs/{id}/draft",
        set_draft,
        "Publish a song, or make it a draft again",
        scope="write",
        body=Draft,
        data=Song,
    ),
    _route(
        "PUT",
        "/api/v1/songs/{id}/album",
        file_under_album,
        "Put a song on one's own album of a title, which is made where there is none; an empty title: on none",
        scope="write",
        body=AlbumOfSong,
        data=Song,
    ),
    _route(
        "PUT",
        "/api/v1/songs/visibility",
        set_visibility,
        "Publish songs, or say otherwise who sees them",
        scope="write",
        body=VisibilityOfSongs,
        data=ShownSongs,
    ),
    *_cover_routes("songs", "song", Song),
    *_cover_routes("albums", "album", AlbumDetail),
)

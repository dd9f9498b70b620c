"""A song that comes as one form, in every dialect that has it: fields, a sound, and perhaps a cover."""

from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar

import msgspec
from msgspec import UNSET, UnsetType

from antiphon.api.http import bodies
from antiphon.api.http.catalogue import GivenSong, Id, Line, Number, Words, song_edit
from antiphon.api.http.forms import MemorySink, Part, Sink, is_form, read_form
from antiphon.api.http.requests import Request
from antiphon.areas.library.api.uploads import MOST_BYTES, Receiving
from antiphon.areas.library.api.uploads.covers import CoveredThing
from antiphon.areas.library.data import NewSong, SongEdit, UploadRow
from antiphon.kernel.errors import AntiphonError, Kind, invalid

# Who meets these was sent while the same upload goes on elsewhere, and must leave it alone.
GOES_ON_ELSEWHERE = ("upload_busy", "upload_complete", "offset_wrong")
SOUNDS = ("audio", "audio_file", "audioFile", "file")
PICTURES = ("image", "image_file", "imageFile", "cover")
MOST_PICTURE_BYTES = 20 * 1024 * 1024
# Fields, headers of parts and boundaries around the sound.
AROUND = 2 * 1024 * 1024
ZIP = b"PK\x03\x04"
WHERE_ARCHIVES_ARE_TAKEN = "A ZIP of songs is taken as a resumable upload, at /api/v1/uploads."
NONE_IF_EMPTY = ("album_id", "disc", "track", "year", "release_year", "release_at", "release_date", "updated_at")

Value = TypeVar("Value")


class SongForm(msgspec.Struct, frozen=True, kw_only=True):
    """What stands beside the sound (`audio`) and the cover (`image`): what is left out comes from the file's tags."""

    title: Line | UnsetType = UNSET
    artist: Line | UnsetType = UNSET
    album_id: Id | UnsetType = UNSET
    genre: Line | UnsetType = UNSET
    genre_id: Id | UnsetType = UNSET
    year: Number | UnsetType = UNSET
    disc: Number | UnsetType = UNSET
    track: Number | UnsetType = UNSET
    language: Line | UnsetType = UNSET
    comment: Line | UnsetType = UNSET
    lyrics: Words | UnsetType = UNSET
    draft: bool | UnsetType = UNSET


async def edit_of(request: Request, values: Mapping[str, str]) -> tuple[SongEdit, bool | None]:
    """What texts by name say about a song, and whether it is to be a draft (None: they do not say). Empty ones say
    nothing. Raises INVALID by field, NOT_FOUND for a genre there is none."""
    given = bodies.parse_values({name: text for name, text in values.items() if text.strip()}, SongForm)
    draft = None if isinstance(given.draft, UnsetType) else given.draft
    wanted = {name: getattr(given, name) for name in SongForm.__struct_fields__ if name != "draft"}
    return await song_edit(request, GivenSong(**wanted)), draft


class _Sound:
    """Hands the sound on and remembers how it begins."""

    def __init__(self, receiving: Receiving) -> None:
        self._receiving = receiving
        self._head = b""

    async def write(self, chunk: bytes) -> None:
        """Take the next bytes."""
        self._head += chunk[: len(ZIP) - len(self._head)]
        await self._receiving.write(chunk)

    @property
    def is_zip(self) -> bool:
        return self._head == ZIP


class _Sinks:
    """Where the parts of the form go."""

    def __init__(self, receiving: Receiving) -> None:
        self._receiving = receiving
        self.sound = _Sound(receiving)
        self.picture = MemorySink(MOST_PICTURE_BYTES)
        self.filename = ""

    def choose(self, part: Part) -> Sink | None:
        """The sound and the picture have sinks; a second sound is no form of ours."""
        if part.name in SOUNDS:
            if self._receiving.offset:
                raise invalid(audio="One sound at a time.")
            self.filename = part.filename or part.name
            return self.sound
        return self.picture if part.name in PICTURES else None


async def take_song(request: Request, *, draft: bool) -> NewSong:
    """Receive a song as a form; `draft` where the form does not say. Right, size, quota and room are checked before a
    byte of it is read. An `Idempotency-Key` has the same request give the same song.

    Raises FORBIDDEN, UNSUPPORTED_MEDIA, UNREADABLE, INVALID by field, TOO_LARGE, TOO_MANY_REQUESTS, NO_SPACE,
    AlreadyUploaded, UNAVAILABLE.
    """
    uploads, principal = request.areas.library.uploads, request.principal
    headers = request.exchange.headers
    size = told_size(headers)
    key = headers.get(b"idempotency-key", b"").decode("latin-1")
    row = await uploads.begin(principal, size=None if size is None else min(size, MOST_BYTES + 1), key=key)
    if row.song_id is not None:
        return NewSong(row.song_id, bool(row.draft), row.same_audio_id)
    if row.received or row.state != "receiving":
        raise AntiphonError(Kind.CONFLICT, "upload_busy", "This file is being sent already.", retry_after=5)
    try:
        if not is_form(headers):
            raise AntiphonError(Kind.UNSUPPORTED_MEDIA, "no_form", "A song is taken as multipart/form-data.")
        return await _receive(request, row, draft=draft)
    except AntiphonError as error:
        if error.code not in GOES_ON_ELSEWHERE:
            await uploads.drop(row)
        raise
    except BaseException:
        await uploads.drop(row)
        raise


async def given_with_picture(
    request: Request, shape: type[Value], read: Callable[[Request, type[Value]], Awaitable[Value]]
) -> tuple[Value, bytes | None]:
    """What a change or a new thing shall be, and the picture that comes with it: as a form, or without a picture as
    `read` takes it. A form says a number that shall be none as an empty text.

    Raises INVALID by field, for sound too, UNREADABLE, TOO_LARGE.
    """
    headers = request.exchange.headers
    if not is_form(headers):
        return await read(request, shape), None
    picture = MemorySink(MOST_PICTURE_BYTES)

    def choose(part: Part) -> Sink | None:
        if part.name in SOUNDS and part.filename:
            raise invalid(**{part.name: "No sound is taken here: a song keeps its own. Upload another as a new song."})
        return picture if part.name in PICTURES else None

    values = await read_form(request.receive, headers, choose, maximum=MOST_PICTURE_BYTES + AROUND)
    given = {name: None if name in NONE_IF_EMPTY and not text.strip() else text for name, text in values.items()}
    return bodies.parse_values(given, shape), picture.content or None


async def given_change(
    request: Request,
    thing: CoveredThing,
    thing_id: int,
    shape: type[Value],
    read: Callable[[Request, type[Value]], Awaitable[Value]],
) -> tuple[Value, bytes | None]:
    """What shall change of a thing, and its new picture, as `given_with_picture` takes them. Who may not give the thing
    a picture is told before the form is read. Raises as that does, NOT_FOUND and FORBIDDEN."""
    if is_form(request.exchange.headers):
        await request.areas.library.uploads.covers.check(request.principal, thing, thing_id)
    return await given_with_picture(request, shape, read)


async def _receive(request: Request, row: UploadRow, *, draft: bool) -> NewSong:
    uploads, principal = request.areas.library.uploads, request.principal
    receiving = await uploads.receive(principal, row.id)
    try:
        sinks = _Sinks(receiving)
        values = await read_form(
            request.receive, request.exchange.headers, sinks.choose, maximum=MOST_BYTES + MOST_PICTURE_BYTES + AROUND
        )
        if not receiving.offset:
            raise invalid(audio="A sound file is needed." if not sinks.filename else "The file is empty.")
        edit, said = await edit_of(request, values)
        await receiving.keep()
    finally:
        receiving.close()
    try:
        return await uploads.finish(
            principal,
            row,
            label=sinks.filename,
            edit=edit,
            draft=draft if said is None else said,
            cover=sinks.picture.content or None,
            sha256=receiving.sha256,
        )
    except AntiphonError as error:
        if error.code == "not_audio" and sinks.sound.is_zip:
            raise AntiphonError(error.kind, error.code, f"{error.message} {WHERE_ARCHIVES_ARE_TAKEN}") from error
        raise


def told_size(headers: Mapping[bytes, bytes], name: bytes = b"content-length") -> int | None:
    """How many bytes a header field announces; None without it. Raises UNREADABLE for what is no number."""
    text = headers.get(name)
    if text is None:
        return None
    if not text.isdigit() or len(text) > 18:
        raise AntiphonError(Kind.UNREADABLE, "unreadable", "The length of this request is no number.")
    return int(text)

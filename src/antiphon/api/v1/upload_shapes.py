"""Uploads as the native dialect shows them."""

from typing import Annotated

import msgspec

from antiphon.api.v1.shapes import Song
from antiphon.api.v1.values import Id, Moment, moment
from antiphon.areas.library.api.uploads import MOST_BYTES
from antiphon.areas.library.data import ArchiveReport, Room, UploadRow, UploadState, Visibility, WordsEnding


class UploadTrouble(msgspec.Struct, frozen=True):
    """Why an upload has become no song."""

    code: str
    message: str


class FileLeftBehind(msgspec.Struct, frozen=True):
    """A file of an archive that was not taken, and why."""

    filename: str
    code: str
    message: str


class UnpackedArchive(msgspec.Struct, frozen=True):
    """How far an archive is: `done` of `songs` files that look like music are looked at, `taken` of them became uploads
    of their own. `refused` in all were not, with the reasons of the first hundred; `passed_over` are files that are no
    music, with words that no song of that name lies beside, and pictures and words that are too large."""

    songs: int
    done: int
    taken: int
    refused: int
    passed_over: int
    reasons: list[FileLeftBehind]


class WordsQuery(msgspec.Struct, frozen=True):
    """How the name of a file with words ends, in small letters: what is in it is read accordingly."""

    ending: WordsEnding


class UploadRoom(msgspec.Struct, frozen=True):
    """Bytes that the caller has stored, has under way, and may have in all (null: what fits); the largest file."""

    used: int
    under_way: int
    quota: int | None
    left: int | None
    largest_file: int


class DraftSong(msgspec.Struct, frozen=True):
    """A song that is not published yet, and another of the caller's with the same audio under other tags."""

    song: Song
    same_audio_as: int | None


class AlbumOfSong(msgspec.Struct, frozen=True):
    """The title of the album that a song shall be on; empty: on none."""

    title: Annotated[str, msgspec.Meta(max_length=1000)]


class CheckFiles(msgspec.Struct, frozen=True):
    """`contents` reads every byte and compares its hash; without it sizes are compared."""

    contents: bool = True


class VisibilityOfSongs(msgspec.Struct, frozen=True):
    """Who shall see these songs: `public` everybody, `unlisted` who has the address or finds it in a playlist,
    `private` only the owner and admins, `draft` the same until it is published."""

    ids: Annotated[list[Id], msgspec.Meta(min_length=1, max_length=5000)]
    visibility: Visibility


class ShownSongs(msgspec.Struct, frozen=True):
    """How many songs are seen by others than before."""

    songs: int


class Upload(msgspec.Struct, frozen=True):
    """One upload. `size` and `received` are bytes, `progress` is 0 to 1, null where nobody told the size.

    `song_id` is the song that it became (or, for a `duplicate`, was already), `same_audio_as` another song of the
    caller's, or of a music folder that they may browse, with the same audio under other tags. `archive` tells what a
    ZIP held, `archive_id` which upload a file was unpacked from.
    """

    id: str
    filename: str
    size: int | None
    received: int
    progress: float | None
    state: UploadState
    draft: bool
    song_id: int | None
    same_audio_as: int | None
    error: UploadTrouble | None
    created_at: Moment
    updated_at: Moment
    expires_at: Moment
    archive_id: str | None
    archive: UnpackedArchive | None


class Draft(msgspec.Struct, frozen=True):
    """Whether only the owner and admins see a song."""

    draft: bool


def upload_shape(row: UploadRow) -> Upload:
    """An upload from its row."""
    return Upload(
        id=row.id,
        filename=row.label,
        size=row.size,
        received=row.received,
        progress=round(row.received / row.size, 4) if row.size else None,
        state=row.state,
        draft=bool(row.draft),
        song_id=row.song_id,
        same_audio_as=row.same_audio_id,
        error=UploadTrouble(row.error_code, row.error) if row.error_code else None,
        created_at=moment(row.created_at),
        updated_at=moment(row.updated_at),
        expires_at=moment(row.expires_at),
        archive_id=row.archive_id,
        archive=_archive(row.report) if row.report else None,
    )


def room_shape(room: Room) -> UploadRoom:
    """How much room there is."""
    left = None if room.quota is None else max(0, room.quota - room.used - room.under_way)
    return UploadRoom(room.used, room.under_way, room.quota, left, MOST_BYTES)


def _archive(text: str) -> UnpackedArchive:
    report = msgspec.json.decode(text, type=ArchiveReport)
    return UnpackedArchive(
        songs=report.songs,
        done=report.at,
        taken=report.taken,
        refused=report.refused,
        passed_over=report.passed_over,
        reasons=[FileLeftBehind(one.name, one.code, one.message) for one in report.reasons],
    )

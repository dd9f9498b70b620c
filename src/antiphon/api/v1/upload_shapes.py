"""Uploads as the native dialect shows them."""

import msgspec

from antiphon.api.v1.values import Moment, moment
from antiphon.areas.library.data import UploadRow, UploadState


class UploadTrouble(msgspec.Struct, frozen=True):
    """Why an upload has become no song."""

    code: str
    message: str


class Upload(msgspec.Struct, frozen=True):
    """One upload. `size` and `received` are bytes, `progress` is 0 to 1, null where nobody told the size.

    `song_id` is the song that it became (or, for a `duplicate`, was already), `same_audio_as` another song of the
    caller's with the same audio under other tags.
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
    )

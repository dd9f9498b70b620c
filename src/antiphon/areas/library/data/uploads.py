"""Uploads: what people bring, how far it is, and what looks at it."""

from pathlib import Path
from typing import Literal, Protocol

import msgspec

from antiphon.areas.library.data.tags import Digest, ReadTags
from antiphon.kernel.errors import AntiphonError, Kind

UploadState = Literal["receiving", "waiting", "unpacking", "checking", "done", "failed"]
"""`unpacking`: an archive whose songs are being taken out of it, and a song that is just being taken out."""


Visibility = Literal["public", "unlisted", "draft", "private"]
"""Who sees a song: everybody; who has its address or finds it in a playlist; its owner and admins, until it is
published; its owner and admins for good."""


class CheckedSound(msgspec.Struct, frozen=True, tag=True):
    """A file that is music: what it tells, the SHA-256 of its bytes, and that of its audio alone, which stays the same
    when tags change (both empty where nobody has read all of it yet)."""

    tags: ReadTags
    sha256: Digest
    audio_sha256: Digest


class SoundCheck(Protocol):
    """Looks at files of strangers, in a process of its own."""

    def prepare(self) -> None:
        """A file is coming: have everything ready for it."""
        ...

    async def check(self, file: Path, label: str, *, sha256: str = "", whole: bool = True) -> CheckedSound:
        """What a file is; `label` is what its owner calls it, `sha256` that of its bytes where it is known. Unless
        `whole`, only that its beginning decodes is proved: its length is what it tells itself, and the hash of its
        audio is empty, that of its bytes where it was not known. Raises UNSUPPORTED_MEDIA `not_audio`, UNAVAILABLE."""
        ...


HELPER_ENDED = "helper_ended"
"""The code of UNAVAILABLE where the process that looked at a file ended over it, twice."""
MOST_HELPERS_ENDED = 3
"""After so many attempts that ended so, it is taken to be the file's doing."""


class CoverMaker(Protocol):
    """Makes covers anew from pictures of strangers, in a process of its own."""

    async def cover(self, given: bytes) -> bytes:
        """A JPEG without metadata. Raises UNSUPPORTED_MEDIA `no_picture`, INVALID `image`, UNAVAILABLE."""
        ...


class UploadRow(msgspec.Struct, frozen=True, gc=False):
    """One upload. `size` is the whole in bytes (None: not told), `received` what is safely here.

    `song_id` is the song that it became, `same_audio_id` another song of the same person, or of a music folder that
    they may browse, with the same audio under other tags; `error` is a sentence for people. `draft` songs are seen by
    their owner and admins only. `archive_id` is the upload that it was unpacked from, as its file number `entry`;
    `report` is an ArchiveReport as JSON where it is an archive itself.
    """

    id: str
    user_id: int
    label: str
    size: int | None
    received: int = 0
    state: UploadState = "receiving"
    is_resumable: int = 0
    draft: int = 0
    song_id: int | None = None
    same_audio_id: int | None = None
    error_code: str = ""
    error: str = ""
    created_at: float = 0.0
    updated_at: float = 0.0
    expires_at: float = 0.0
    archive_id: str | None = None
    entry: int | None = None
    report: str = ""


class KeptPicture(msgspec.Struct, frozen=True):
    """A picture for songs that are still to come, which name it by its id until it goes."""

    id: str
    expires_at: float


class ArchiveLimits(msgspec.Struct, frozen=True):
    """What an archive may hold: so many files, so many bytes in all, and a file `ratio` times its packed size."""

    files: int
    bytes: int
    ratio: int


class LeftBehind(msgspec.Struct, frozen=True):
    """A file of an archive that was not taken, and why: a stable code and a sentence for people."""

    name: str
    code: str
    message: str


class ArchiveReport(msgspec.Struct, frozen=True, kw_only=True):
    """How far an archive is unpacked. `songs` files look like music, `at` of them are done with, `taken` became uploads
    of their own; `refused` in all were not taken, the first of them are told; `passed_over` are files that are no
    music, with words that no song of that name lies beside, and pictures and words that are too large."""

    songs: int = 0
    at: int = 0
    taken: int = 0
    refused: int = 0
    passed_over: int = 0
    reasons: tuple[LeftBehind, ...] = ()


class Room(msgspec.Struct, frozen=True):
    """How many bytes a person has stored and has under way, and how many they may have (None: as many as fit)."""

    used: int
    under_way: int
    quota: int | None


class DraftRow(msgspec.Struct, frozen=True):
    """A song that is not published yet, and another of the same person with the same audio under other tags."""

    song_id: int
    same_audio_id: int | None


class NewSong(msgspec.Struct, frozen=True):
    """A song that an upload became, whether it is a draft, and another of the same person with the same audio under
    other tags."""

    song_id: int
    draft: bool
    same_audio_id: int | None


Damage = Literal["missing", "size", "content"]


class DamagedFile(msgspec.Struct, frozen=True):
    """A stored file that is not what it was: gone, of another size or content. `song_id` is None for covers."""

    name: str
    song_id: int | None
    title: str
    damage: Damage


class IntegrityReport(msgspec.Struct, frozen=True):
    """What comparing stored files has shown: how many files and bytes there are, how many are damaged and the first of
    them, and how many files nothing knows: tidying up removes those."""

    files: int
    bytes: int
    damaged: int
    first: tuple[DamagedFile, ...]
    unknown: int


class AlreadyUploaded(AntiphonError):
    """The same person has brought the same bytes before: `song_id` is what they became."""

    def __init__(self, song_id: int) -> None:
        message = f"You have uploaded this file already: it is song {song_id}."
        super().__init__(Kind.CONFLICT, "duplicate", message, fields={"song_id": [str(song_id)]})
        self.song_id = song_id

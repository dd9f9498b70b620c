"""What people change in the catalogue: a field that is UNSET stays as it is."""

from typing import Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from antiphon.areas.library.data.licences import Licence
from antiphon.areas.library.data.lyrics import SyncedLine

EditedThing = Literal["song", "album", "artist", "genre"]


class CreditEdit(msgspec.Struct, frozen=True, gc=False):
    """An artist's part: by the id of a known artist, else by a name, which makes the artist where there is none."""

    name: str = ""
    role: str = "artist"
    id: int | None = None


class SongEdit(msgspec.Struct, frozen=True, kw_only=True):
    """New values of a song. `artist` names its artists in one text and leaves the other credits; `artists` replaces all
    credits. `lyrics` are plain words; giving them without `synced_lyrics` (lines in their order) takes
    synced ones away; synced ones alone bring their plain words along. `release_at` is the moment (seconds since 1970)
    before which only its owner and admins see it, None for none; `licence` None takes a licence away.
    `bpm` and an own `key` (`F#`, `Bbm`) stand before what tags tell and what was measured; None and an empty text bring
    that back."""

    title: str | UnsetType = UNSET
    sort_title: str | UnsetType = UNSET
    artist: str | UnsetType = UNSET
    artists: list[CreditEdit] | UnsetType = UNSET
    album_id: int | UnsetType | None = UNSET
    disc: int | UnsetType | None = UNSET
    track: int | UnsetType | None = UNSET
    genres: list[str] | UnsetType = UNSET
    year: int | UnsetType | None = UNSET
    language: str | UnsetType = UNSET
    comment: str | UnsetType = UNSET
    lyrics: str | UnsetType = UNSET
    synced_lyrics: list[SyncedLine] | UnsetType = UNSET
    release_at: float | UnsetType | None = UNSET
    licence: Licence | UnsetType | None = UNSET
    bpm: int | UnsetType | None = UNSET
    key: str | UnsetType = UNSET


class AlbumEdit(msgspec.Struct, frozen=True, kw_only=True):
    """New values of an album. No artists at all means that its songs decide. `release_at` is as in songs, and holds for
    all songs of the album."""

    title: str | UnsetType = UNSET
    sort_title: str | UnsetType = UNSET
    artist: str | UnsetType = UNSET
    artists: list[CreditEdit] | UnsetType = UNSET
    year: int | UnsetType | None = UNSET
    release_date: str | UnsetType = UNSET
    release_at: float | UnsetType | None = UNSET


class ArtistEdit(msgspec.Struct, frozen=True, kw_only=True):
    """New values of an artist."""

    name: str | UnsetType = UNSET
    sort_name: str | UnsetType = UNSET


class ChangeRow(msgspec.Struct, frozen=True):
    """One field that was changed: by whom (None: by a file whose tags changed, or the account has gone), and from what
    to what, as JSON values."""

    id: int
    at: float
    user_id: int | None
    thing: EditedThing
    thing_id: int
    field: str
    old: Any
    new: Any

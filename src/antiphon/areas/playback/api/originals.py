"""Songs piece by piece with nothing of them lost, for players of HTTP Live Streaming."""

import os
from typing import Protocol

import msgspec

from antiphon.areas.library.data import SongFile, SongRow
from antiphon.areas.playback.api.streaming import Streaming
from antiphon.areas.playback.data.streaming import Asking, Ruled
from antiphon.areas.playback.data.transcodes import Decision, Form, OriginalPieces, Piece, Recipe, Transcoder
from antiphon.areas.playback.internal.carriage import (
    carriage,
    own_average,
    own_peak,
    own_pieces,
    told_codecs,
    usual_codecs,
)
from antiphon.areas.playback.internal.forms import FORMS, is_same
from antiphon.kernel.errors import AntiphonError, Kind, not_found
from antiphon.kernel.principal import Principal

_NOBODY = Asking()


class Songs(Protocol):
    """Who may hear what."""

    async def song(self, principal: Principal, song_id: int) -> tuple[SongRow, SongFile]:
        """A song that the caller may hear, and its file. Raises NOT_SIGNED_IN, FORBIDDEN, NOT_FOUND."""
        ...

    async def on_disk(self, file: SongFile) -> SongFile:
        """The file where a transcode can read it. Raises NOT_FOUND `file_missing`."""
        ...


class Originals:
    """A song's own sound in pieces: where its codec is one that such players take, and the rules let it."""

    def __init__(self, *, songs: Songs, transcoder: Transcoder, streaming: Streaming) -> None:
        self._songs = songs
        self._transcoder = transcoder
        self._streaming = streaming

    async def find(self, principal: Principal, song_id: int, asking: Asking = _NOBODY) -> OriginalPieces | None:
        """How a song's own sound comes; None where it does not. Raises NOT_SIGNED_IN, FORBIDDEN, NOT_FOUND."""
        song, file = await self._songs.song(principal, song_id)
        form = await self._allowed(principal, song, asking)
        if form is None:
            return None
        codecs = usual_codecs(song)
        if form.codec == "fragment" and song.format == "aac":
            file = await self._songs.on_disk(file)
            beginning = await self._made(_recipe(song, file, form, None))
            if not beginning:
                return None
            codecs = told_codecs(beginning)
        return OriginalPieces(form, own_pieces(song), codecs, own_peak(song), own_average(song))

    async def piece(self, principal: Principal, song_id: int, number: int | None, asking: Asking = _NOBODY) -> Decision:
        """One of the pieces, from 0 on; None for what stands before them. Raises as `find` does, NOT_FOUND beyond the
        last and where there are none."""
        song, file = await self._songs.song(principal, song_id)
        form = await self._allowed(principal, song, asking)
        if form is None or (number is None and form.codec == "packed"):
            raise not_found("piece")
        pieces, piece, seconds = own_pieces(song), None, 0.0
        if number is not None:
            if number >= pieces.count:
                raise not_found("piece")
            frames = pieces.frames if number < pieces.count - 1 else 0
            piece, seconds = Piece(number * pieces.frames, frames, pieces.frame), pieces.seconds(number)
        file = await self._songs.on_disk(file)
        recipe = msgspec.structs.replace(_recipe(song, file, form, piece), duration=seconds)
        return Decision(song, file, form, recipe)

    async def _allowed(self, principal: Principal, song: SongRow, asking: Asking) -> Form | None:
        form = carriage(song)
        ruled = await self._streaming.ruled(principal, song, asking)
        return None if form is None or not _is_within(song, form, ruled) else form

    async def _made(self, recipe: Recipe) -> bytes:
        """All of a short transcode; nothing where the file has no sound."""
        kept = await self._transcoder.kept(recipe)
        if kept is not None:
            return kept.read_bytes()
        sound, found = await self._transcoder.start(recipe), bytearray()
        try:
            while data := await sound.read():
                found += data
        except AntiphonError as error:
            if error.kind is not Kind.UNSUPPORTED_MEDIA:
                raise
            return b""
        finally:
            await sound.close()
        return bytes(found)


def _is_within(song: SongRow, form: Form, ruled: Ruled) -> bool:
    """Whether the rules leave a song its own sound. What is lossless by our making keeps under no ceiling."""
    if ruled.form and not is_same(FORMS[ruled.form], song.format, song.suffix):
        return False
    return not ruled.bitrate or (form.codec != "flac_fragment" and 0 < song.bitrate <= ruled.bitrate)


def _recipe(song: SongRow, file: SongFile, form: Form, piece: Piece | None) -> Recipe:
    return Recipe(
        song_id=song.id,
        path=os.fsencode(file.path),
        size=file.size,
        modified_ns=file.modified_ns,
        codec=form.codec,
        bitrate=0,
        sample_rate=own_pieces(song).sample_rate,
        channels=song.channels,
        bits=song.bit_depth,
        duration=0.0,
        piece=piece,
    )

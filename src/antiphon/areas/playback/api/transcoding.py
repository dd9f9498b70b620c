"""Handing out songs in the form that a client can play, within the bit rate it wants."""

import math
import os
from collections.abc import Sequence

import msgspec

from antiphon.areas.library.api import Library
from antiphon.areas.library.data import SongFile, SongRow
from antiphon.areas.playback.api.originals import Originals
from antiphon.areas.playback.api.streaming import Streaming
from antiphon.areas.playback.data.profiles import Advice, ClientProfile
from antiphon.areas.playback.data.streaming import AS_WANTED, Asking, Ruled
from antiphon.areas.playback.data.transcodes import (
    AAC_FRAME,
    Decision,
    Form,
    Gain,
    Piece,
    Pieces,
    Recipe,
    Recording,
    Sound,
    Sounding,
    Transcoder,
    Wanted,
)
from antiphon.areas.playback.internal.advice import advice_for
from antiphon.areas.playback.internal.carriage import PIECE_SECONDS
from antiphon.areas.playback.internal.clients import rule_for
from antiphon.areas.playback.internal.forms import (
    FORMS,
    LOSSLESS,
    fitting_bitrate,
    fitting_bits,
    fitting_channels,
    fitting_rate,
    form_named,
    is_called,
    is_same,
    length_at_most,
)
from antiphon.areas.playback.internal.places import LEAP_SECONDS, Places
from antiphon.areas.playback.internal.ruling import least
from antiphon.kernel.cache import Cache
from antiphon.kernel.errors import invalid, not_found, not_signed_in
from antiphon.kernel.principal import Principal, check_right

RAW = "raw"
_NOBODY = Asking()
# A gain that no tagger means.
MOST_GAIN = 24.0


class Transcoding:
    """Decides what a client gets, and has it made; `originals` are pieces of songs with nothing lost."""

    def __init__(self, *, library: Library, transcoder: Transcoder, streaming: Streaming, cache: Cache) -> None:
        """Places for listeners are counted in `cache`; how many there are, `streaming` tells."""
        self._library = library
        self._transcoder = transcoder
        self._streaming = streaming
        self._places = Places(cache)
        self.originals = Originals(songs=self, transcoder=transcoder, streaming=streaming)

    async def close(self) -> None:
        """Stop what runs beside the streams."""
        await self._places.close()

    async def decide(self, principal: Principal, song_id: int, wanted: Wanted) -> Decision:
        """What a client gets for what it wants: the original wherever that fits, a transcode otherwise, and never more
        than the owner's rules allow.

        Raises NOT_SIGNED_IN, FORBIDDEN without the right to hear songs, NOT_FOUND, and INVALID for an offset beyond
        the end.
        """
        song, file = await self.song(principal, song_id)
        return await self._decide(principal, song, file, wanted)

    async def decide_recording(
        self, principal: Principal, recording: Recording, file: SongFile, wanted: Wanted
    ) -> Decision:
        """The same for a sound that is no song. Whoever calls this has found out that the caller may hear it."""
        return await self._decide(principal, recording, file, wanted)

    async def _decide(self, principal: Principal, song: Sounding, file: SongFile, wanted: Wanted) -> Decision:
        ruled = await self._streaming.ruled(principal, song, Asking(wanted.client, wanted.address))
        wanted = _within(wanted, ruled)
        form = _form(song, wanted, ruled)
        if form is None:
            return Decision(song, file)
        file = await self.on_disk(file)
        return Decision(song, file, form, _recipe(song, file, form, wanted))

    async def advise(
        self, principal: Principal, song_id: int, client: ClientProfile, asking: Asking = _NOBODY
    ) -> Advice:
        """What an app should do with a song, by all that it says it can play. Raises as `decide` does."""
        song, _ = await self.song(principal, song_id)
        return advice_for(song, client, await self._streaming.ruled(principal, song, asking))

    async def advise_recording(
        self, principal: Principal, recording: Recording, client: ClientProfile, asking: Asking = _NOBODY
    ) -> Advice:
        """The same for a sound that is no song. Whoever calls this has found out that the caller may hear it."""
        return advice_for(recording, client, await self._streaming.ruled(principal, recording, asking))

    async def bitrates(
        self, principal: Principal, song_id: int, wanted: Sequence[int], asking: Asking = _NOBODY
    ) -> list[int]:
        """Those of some bit rates that pieces of a song may have for a listener, the lowest where none may; 0 stands
        for any. Raises as `decide` does."""
        song, _ = await self.song(principal, song_id)
        return _allowed(wanted, await self._streaming.ruled(principal, song, asking))

    async def piece_bitrates(
        self, principal: Principal, song: Sounding, wanted: Sequence[int], asking: Asking = _NOBODY
    ) -> list[int]:
        """What pieces of a sound are made at, in kbit/s, where a listener asks for these bit rates (0: any): as far as
        the rules let them, each once. Whoever calls this has found out that the caller may hear it."""
        ruled = await self._streaming.ruled(principal, song, asking)
        form = FORMS["segment"]
        channels = fitting_channels(form, song.channels)
        return list(
            dict.fromkeys(_bitrate(song, form, least(one, ruled.bitrate), channels) for one in _allowed(wanted, ruled))
        )

    async def pieces(self, principal: Principal, song_id: int) -> Pieces:
        """How a song is cut for players that take songs piece by piece. Raises as `decide` does."""
        song, file = await self.song(principal, song_id)
        if file.path:
            await self._library.files.on_disk(file)
        return pieces_of(song)

    async def piece(
        self, principal: Principal, song_id: int, number: int, bitrate: int, asking: Asking = _NOBODY
    ) -> Decision:
        """One of the pieces, from 0 on, at `bitrate` kbit/s, or less where the rules want it. Raises as `decide` does,
        NOT_FOUND beyond the last."""
        song, file = await self.song(principal, song_id)
        return await self.piece_of(principal, song, file, number, bitrate, asking)

    async def piece_of(
        self,
        principal: Principal,
        song: Sounding,
        file: SongFile,
        number: int,
        bitrate: int,
        asking: Asking = _NOBODY,
    ) -> Decision:
        """The same of any sound. Whoever calls this has found out that the caller may hear it. Raises NOT_FOUND."""
        pieces = pieces_of(song)
        if number >= pieces.count:
            raise not_found("piece")
        form, cut = FORMS["segment"], Piece(number * pieces.frames, pieces.frames)
        file = await self.on_disk(file)
        most = least(bitrate, (await self._streaming.ruled(principal, song, asking)).bitrate)
        recipe = _recipe(song, file, form, Wanted(bitrate=most), cut)
        return Decision(song, file, form, msgspec.structs.replace(recipe, duration=pieces.seconds(number)))

    async def song(self, principal: Principal, song_id: int) -> tuple[SongRow, SongFile]:
        """A song that the caller may hear, and its file. Raises NOT_SIGNED_IN, FORBIDDEN, NOT_FOUND."""
        if principal.is_anonymous:
            raise not_signed_in()
        check_right(principal, "stream", "This account may not play songs.")
        file = await self._library.files.song_file(principal, song_id)
        return await self._library.browse.song(principal, song_id), file

    async def on_disk(self, file: SongFile) -> SongFile:
        """The file where a transcode can read it. Raises NOT_FOUND `file_missing`."""
        return msgspec.structs.replace(file, path=await self._library.files.on_disk(file))

    async def kept(self, recipe: Recipe) -> str:
        """The path of a transcode that was made before; empty where it was not, or is kept no longer."""
        found = await self._transcoder.kept(recipe)
        return "" if found is None else str(found)

    async def open(self, principal: Principal, recipe: Recipe) -> "Opened":
        """Begin a transcode, or find it made. It must be closed.

        Raises TOO_MANY_REQUESTS where the caller or the server makes as many as may be, UNAVAILABLE where it fails.
        """
        kept = await self._transcoder.kept(recipe)
        if kept is not None:
            return Opened(str(kept))
        per_person, most = await self._streaming.places()
        patience = LEAP_SECONDS if recipe.offset > 0 else 0.0
        place = await self._places.take(_listener(principal), per_person=per_person, most=most, patience=patience)
        try:
            sound = await self._transcoder.start(recipe)
        except BaseException:
            await self._places.free(place)
            raise
        return Opened("", sound, self._places, place)


class Opened:
    """A transcode that is handed out: the `path` of a finished one, or one that is read while it is made."""

    def __init__(self, path: str, sound: Sound | None = None, places: Places | None = None, place: str = "") -> None:
        self.path = path
        self._sound = sound
        self._places = places
        self._place = place

    async def read(self) -> bytes:
        """The next bytes; none at the end. Raises UNAVAILABLE where it cannot be made."""
        return b"" if self._sound is None else await self._sound.read()

    async def close(self) -> None:
        """End the work and give the place back."""
        try:
            if self._sound is not None:
                await self._sound.close()
        finally:
            if self._places is not None:
                places, self._places = self._places, None
                await places.free(self._place)


def length_of(decision: Decision) -> int | None:
    """Bytes that the transcode surely fits in; None where nobody can tell, and for originals."""
    recipe, form = decision.recipe, decision.form
    if recipe is None or form is None:
        return None
    tags = sum(len(name.encode()) + len(value.encode()) + 32 for name, value in recipe.tags)
    return length_at_most(form, recipe.bitrate, recipe.duration, tags)


def _listener(principal: Principal) -> str:
    """Who a transcode counts for. The guests of a person's shares count together, and take none of the person's own
    places."""
    return f"{principal.user_id}:guests" if principal.via == "share" else str(principal.user_id)


def _allowed(wanted: Sequence[int], ruled: Ruled) -> list[int]:
    most = ruled.bitrate
    return [one for one in wanted if not most or 0 < one <= most] or sorted(wanted)[:1]


def pieces_of(song: Sounding) -> Pieces:
    """How a sound is cut for players that take sound piece by piece."""
    rate = fitting_rate(FORMS["segment"], song.sample_rate)
    frames = round(PIECE_SECONDS * rate / AAC_FRAME)
    samples = max(1, math.ceil(song.duration * rate))
    return Pieces(rate, frames, math.ceil(samples / (frames * AAC_FRAME)), samples)


def _within(wanted: Wanted, ruled: Ruled) -> Wanted:
    """What a client wants, as far as the rules let it have that. Who wants the original says nothing of bit rates."""
    asked = 0 if wanted.format == RAW else wanted.bitrate
    return msgspec.structs.replace(wanted, bitrate=least(asked, ruled.bitrate))


def _form(song: Sounding, wanted: Wanted, ruled: Ruled = AS_WANTED) -> Form | None:
    """The form that a song is put into; None where the original does."""
    form = _chosen(song, wanted, ruled)
    if form is not None and not form.bitrate and ruled.bitrate:
        # What is lossless keeps under no ceiling.
        return FORMS[rule_for(wanted.client).form]
    return form


def _chosen(song: Sounding, wanted: Wanted, ruled: Ruled) -> Form | None:
    rule = rule_for(wanted.client)
    usual = FORMS[ruled.form or rule.form]
    is_raw = wanted.format == RAW
    is_within = not wanted.bitrate or song.bitrate <= wanted.bitrate
    does = is_within and (is_raw or _is_as_it_is(song, wanted))
    # An unknown name says no more than that the client wants something that anything can play.
    asked = None if is_raw or not wanted.format else form_named(wanted.format) or usual
    if asked is None and ruled.form:
        asked = usual
    if asked is not None:
        is_meant = is_called(wanted.format, song.format, song.suffix)
        # A rule's form is not got round by the name of the original.
        may_stay = is_meant and not ruled.form and song.format not in rule.unplayable
        return None if does and (may_stay or is_same(asked, song.format, song.suffix)) else asked
    if is_raw:
        return None if does else usual
    if song.format in rule.unplayable or not is_within:
        return usual
    if does:
        return None
    own = form_named("m4a" if song.format == "aac" and song.suffix != "aac" else song.format)
    if own is None:
        own = FORMS["flac"] if song.format in LOSSLESS else usual
    return own


def _is_as_it_is(song: Sounding, wanted: Wanted) -> bool:
    """True where a song needs to be made neither shorter nor louder, nor into fewer channels or samples."""
    is_whole = wanted.offset <= 0 and not _gain(song, wanted.gain)
    has_channels = not wanted.channels or song.channels <= wanted.channels
    return is_whole and has_channels and (not wanted.sample_rate or song.sample_rate <= wanted.sample_rate)


def _recipe(song: Sounding, file: SongFile, form: Form, wanted: Wanted, piece: Piece | None = None) -> Recipe:
    if not (math.isfinite(wanted.offset) and wanted.offset >= 0):
        raise invalid(offset="An offset is a number of seconds, zero or more.")
    if wanted.offset and wanted.offset >= song.duration:
        raise invalid(offset="The song is over by then.")
    channels = fitting_channels(form, song.channels, wanted.channels)
    return Recipe(
        song_id=song.id,
        path=os.fsencode(file.path),
        size=file.size,
        modified_ns=file.modified_ns,
        codec=form.codec,
        bitrate=_bitrate(song, form, wanted.bitrate, channels),
        sample_rate=fitting_rate(form, song.sample_rate, wanted.sample_rate),
        channels=channels,
        bits=fitting_bits(form, song.format, song.bit_depth),
        duration=max(0.0, song.duration - wanted.offset),
        offset=wanted.offset,
        gain=_gain(song, wanted.gain),
        piece=piece,
        tags=() if piece is not None else _tags(song),
    )


def _bitrate(song: Sounding, form: Form, most: int, channels: int) -> int:
    """The bit rate that a form of a song is made at where at most `most` kbit/s are wanted (0: any)."""
    if not most and song.format not in LOSSLESS and form.bitrate:
        # More than the original has would only be more bytes.
        most = max(min(form.bitrate, song.bitrate), form.bitrates[0]) if song.bitrate else 0
    return fitting_bitrate(form, most, channels)


def _gain(song: Sounding, wanted: Gain) -> float:
    """By how many dB a song is made louder, never so much that it would clip."""
    if not wanted:
        return 0.0
    album = wanted == "album" and song.album_gain is not None
    gain, peak = (song.album_gain, song.album_peak) if album else (song.track_gain, song.track_peak)
    if gain is None:
        return 0.0
    if peak:
        gain = min(gain, -20 * math.log10(peak))
    return round(max(-MOST_GAIN, min(MOST_GAIN, gain)), 2)


def _tags(song: Sounding) -> tuple[tuple[str, str], ...]:
    """What the transcode says about itself."""
    values = {
        "title": song.title,
        "artist": song.artist,
        "album": song.album,
        "album_artist": song.album_artist,
        "track": song.track,
        "disc": song.disc,
        "date": song.date or song.year,
    }
    return tuple((name, str(value)) for name, value in values.items() if value)

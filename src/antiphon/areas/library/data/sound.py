"""How songs sound: what is measured of them in the background."""

from pathlib import Path
from typing import Protocol

import msgspec

from antiphon.areas.library.data.tags import Digest, Reason

MEASURE_VERSION = 1
"""Grows when anything is measured in another way: songs that were measured before are then measured again."""

REFERENCE_LOUDNESS = -18.0
"""The loudness in LUFS that a gain brings a song to (ReplayGain 2)."""


class MeasuredSound(msgspec.Struct, frozen=True, tag=True):
    """What one decode tells. Loudness is in LUFS and its range in LU (None for silence), `true_peak` 1.0 at full scale,
    `waveform` 800 heights of 8 bits, `tempo` in beats a minute (None where there is no clear beat), `key` as in `F#` or
    `Am` (empty: none), `energy` from 0 to 1, clarity and strength from 0 (a guess) to 1; `vector` is 64 half-precision
    floats, little-endian, of length 1 (empty where there is too little to compare).

    `audio_sha256` stays the same when tags change.
    """

    version: int
    duration: float
    loudness: float | None
    loudness_range: float | None
    true_peak: float
    waveform: bytes
    audio_sha256: Digest
    tempo: float | None = None
    tempo_clarity: float = 0.0
    key: str = ""
    key_strength: float = 0.0
    energy: float | None = None
    vector: bytes = b""


class UnmeasuredSound(msgspec.Struct, frozen=True, tag=True):
    """A file that could not be measured, and why: a sentence for people."""

    reason: Reason


class SongSound(msgspec.Struct, frozen=True, gc=False):
    """What is known of how a song sounds. While nothing has been measured all but `song_id` is None; where nothing
    could be, `reason` says why. The units are those of `MeasuredSound`. `own_bpm` and `own_key` are what people tell
    instead, None and empty where they do not."""

    song_id: int
    reason: str | None = None
    measured_at: float | None = None
    loudness: float | None = None
    loudness_range: float | None = None
    true_peak: float | None = None
    tempo: float | None = None
    tempo_clarity: float | None = None
    key: str | None = None
    key_strength: float | None = None
    energy: float | None = None
    own_bpm: int | None = None
    own_key: str = ""


class MeasureStatus(msgspec.Struct, frozen=True):
    """How far the measuring of all songs is."""

    is_on: bool
    measured: int
    unreadable: int
    waiting: int


class OwnUnmeasured(msgspec.Struct, frozen=True, gc=False):
    """A song of one's own that waits to be measured (`reason` None), or could not be."""

    song_id: int
    title: str
    reason: str | None


class OwnSound(msgspec.Struct, frozen=True):
    """How far the measuring of one's own songs is. `is_running` is True while songs are being measured, anybody's;
    `songs` are the first of those that wait or could not be measured."""

    is_on: bool
    is_running: bool
    measured: int
    unreadable: int
    waiting: int
    songs: list[OwnUnmeasured]


class UnmeasuredSong(msgspec.Struct, frozen=True, gc=False):
    """A song whose file could not be measured."""

    song_id: int
    title: str
    artist: str
    path: str
    reason: str
    tried_at: float


class VectorRow(msgspec.Struct, frozen=True, gc=False):
    """What a song is compared by; `position` grows with every vector that is written."""

    position: int
    song_id: int
    vector: bytes


class SoundMeter(Protocol):
    """Measures files of strangers, in processes of their own."""

    processes: int
    """How many files it measures at once."""

    async def measure(self, file: Path) -> MeasuredSound | UnmeasuredSound:
        """Decode a file and measure it. Never raises for what is wrong with the file; UNAVAILABLE where no
        process lives that could do it."""
        ...


class SoundTools(msgspec.Struct, frozen=True):
    """What measures, and whether the owner wants songs to be measured at all."""

    meter: SoundMeter
    is_on: bool

"""Everything that is measured of a song, in one decode."""

import logging
from collections.abc import Iterable

import msgspec
import numpy as np

from antiphon.adapters.media.analysis.decoding import Decoded, Floats, Mono, Undecodable
from antiphon.adapters.media.analysis.features import Tones, beat_of, blocks_of, energy_of, levels_of
from antiphon.adapters.media.analysis.key import key_of
from antiphon.adapters.media.analysis.loudness import Loudness, TruePeak
from antiphon.adapters.media.analysis.spectra import Spectra
from antiphon.adapters.media.analysis.vector import vector_of
from antiphon.adapters.media.analysis.waveform import Waveform
from antiphon.areas.library.data import MEASURE_VERSION, MeasuredSound, UnmeasuredSound

log = logging.getLogger(__name__)

SHORTEST_SECONDS = 8.0
"""What is shorter than this has no tempo, key and features: there is too little of it."""


def measure(path: str) -> MeasuredSound | UnmeasuredSound:
    """Measure one file. Never raises."""
    try:
        decoded = Decoded(path)
        meters = Meters(decoded.rate, decoded.channels)
        meters.hear(decoded)
        return _measured(decoded, meters)
    except Undecodable as error:
        return UnmeasuredSound(str(error))
    except MemoryError:
        return UnmeasuredSound("It is too large to be measured.")
    except Exception as error:
        # Decoders raise all sorts of things on broken files.
        log.exception("a song could not be measured")
        return UnmeasuredSound(f"Its sound could not be measured ({type(error).__name__}).")


class Meters:
    """All that listens while a song is decoded."""

    def __init__(self, rate: int, channels: int) -> None:
        self.loudness, self.peak = Loudness(rate, channels), TruePeak(channels)
        self.waveform, self.spectra = Waveform(), Spectra()
        self.samples = 0
        self._mono = Mono(rate, channels)
        self._apart = self._power = 0.0

    def hear(self, pieces: Iterable[Floats]) -> None:
        """Listen to all of it."""
        for piece in pieces:
            self.samples += piece.shape[1]
            self.loudness.add(piece)
            self.peak.add(piece)
            self.waveform.add(piece)
            for samples in self._mono.of(piece):
                self.spectra.add(samples)
            if len(piece) == 2:
                power = float(np.einsum("ij,ij->", piece, piece))
                self._power += power
                self._apart += power - 2.0 * float(piece[0] @ piece[1])
        for samples in self._mono.rest():
            self.spectra.add(samples)

    @property
    def width(self) -> float:
        """What of the power the two sides do not share: 0 for mono, 1 for sides that have nothing in common."""
        return float(np.clip(self._apart / self._power, 0.0, 2.0)) if self._power > 0 else 0.0


class Character:
    """Tempo, key and features, of what is long and loud enough to have them."""

    def __init__(self, meters: Meters, loudness: float, loudness_range: float) -> None:
        levels = levels_of(meters.spectra.bands)
        self.tempo, self.tempo_clarity = beat_of(levels)
        self.key, self.key_strength = key_of(meters.spectra.notes)
        tones = Tones(
            tempo=self.tempo,
            beat_clarity=self.tempo_clarity,
            key_strength=self.key_strength,
            is_minor=self.key.endswith("m"),
            loudness_range=loudness_range,
            crest=20 * float(np.log10(max(meters.peak.highest, 1e-6))) - loudness,
            width=meters.width,
        )
        self.blocks = blocks_of(meters.spectra, levels, tones)


def _measured(decoded: Decoded, meters: Meters) -> MeasuredSound:
    if not meters.samples:
        raise Undecodable("No audio in it could be decoded.")
    seconds = meters.samples / decoded.rate
    loudness, loudness_range = meters.loudness.finish()
    found = MeasuredSound(
        version=MEASURE_VERSION,
        duration=seconds,
        loudness=loudness,
        loudness_range=loudness_range,
        true_peak=meters.peak.highest,
        waveform=meters.waveform.finish(),
        audio_sha256=decoded.audio_sha256,
    )
    if seconds < SHORTEST_SECONDS or loudness is None:
        return found
    character = Character(meters, loudness, loudness_range or 0.0)
    return msgspec.structs.replace(
        found,
        tempo=character.tempo,
        tempo_clarity=character.tempo_clarity,
        key=character.key,
        key_strength=character.key_strength,
        energy=energy_of(character.blocks[-1], loudness),
        vector=vector_of(character.blocks),
    )

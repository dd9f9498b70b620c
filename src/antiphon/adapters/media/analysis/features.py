"""How a song sounds as numbers: blocks of features, each about another side of it. None depends on how loud it is."""

from functools import lru_cache
from itertools import pairwise

import msgspec
import numpy as np
from numpy.typing import NDArray

from antiphon.adapters.media.analysis.decoding import Floats
from antiphon.adapters.media.analysis.spectra import BANDS, FRAMES_A_SECOND, Spectra, band_centres
from antiphon.adapters.media.analysis.tempo import onsets, tempo_of

Doubles = NDArray[np.float64]

FLOOR_DECIBELS = 80.0
COEFFICIENTS = 20
CORRELATED = 8
COARSE_BANDS = 12
QUANTILE_BANDS = 24
QUANTILES = (10, 50, 90)
MODULATION_FRAMES = 256
MODULATIONS = (0.4, 0.7, 1.0, 1.4, 2.0, 2.8, 4.0, 5.6, 8.0, 11.0, 16.0)
QUIET_DECIBELS = 60.0


class Tones(msgspec.Struct, frozen=True):
    """What has been found of a song besides its spectra: what the scalars take up."""

    tempo: float | None
    beat_clarity: float
    key_strength: float
    is_minor: bool
    loudness_range: float
    crest: float
    width: float


def levels_of(bands: Floats) -> Floats:
    """Decibels below the loudest band of the song, from -80 to 0: so quiet songs are no louder than they are dull."""
    if not bands.size or not float(bands.max()) > 0.0:
        return np.full(bands.shape, -FLOOR_DECIBELS, np.float32)
    relative = bands / float(bands.max())
    return np.asarray(10.0 * np.log10(np.maximum(relative, 10 ** (-FLOOR_DECIBELS / 10))), np.float32)


def beat_of(levels: Floats) -> tuple[float | None, float]:
    """The tempo in beats a minute, and how clear it is."""
    return tempo_of(onsets(levels))


def blocks_of(spectra: Spectra, levels: Floats, tones: Tones) -> list[Doubles]:
    """The blocks, always of the same sizes. `levels` are `levels_of` the spectra's bands."""
    heard = levels[levels.max(axis=1) > -QUIET_DECIBELS]
    sounding = heard if len(heard) >= MODULATION_FRAMES else levels
    cepstra = (sounding @ _cosines()).astype(np.float64)
    return [
        np.concatenate((cepstra.mean(axis=0)[1:], cepstra.std(axis=0))),
        np.diff(cepstra, axis=0).std(axis=0),
        np.concatenate((spectra.contrasts.mean(axis=0), spectra.contrasts.std(axis=0))).astype(np.float64),
        _modulations(sounding),
        _quantiles(sounding),
        _correlations(cepstra),
        _scalars(sounding, levels, tones),
    ]


@lru_cache(maxsize=1)
def _cosines() -> Floats:
    """(bands, coefficients): the discrete cosine transform."""
    places = (np.arange(BANDS) + 0.5) * np.pi / BANDS
    waves = np.cos(places[:, None] * np.arange(COEFFICIENTS)[None, :])
    return np.asarray(waves * np.sqrt(2.0 / BANDS), np.float32)


def _grouped(levels: Floats, groups: int) -> Floats:
    return np.asarray(levels.reshape(len(levels), groups, BANDS // groups).mean(axis=2), np.float32)


def _modulations(levels: Floats) -> Doubles:
    """How strongly each of twelve bands pulses at each of ten speeds."""
    count = len(levels) // MODULATION_FRAMES
    edges = np.array(MODULATIONS) * MODULATION_FRAMES / FRAMES_A_SECOND
    if count == 0:
        return np.zeros(COARSE_BANDS * (len(edges) - 1))
    coarse = _grouped(levels, COARSE_BANDS)[: count * MODULATION_FRAMES]
    windows = coarse.reshape(count, MODULATION_FRAMES, COARSE_BANDS)
    windows = (windows - windows.mean(axis=1, keepdims=True)) * np.hanning(MODULATION_FRAMES)[None, :, None]
    strength = np.abs(np.fft.rfft(windows, axis=1)).mean(axis=0)
    bins = np.arange(len(strength))
    found = []
    for low, high in pairwise(edges):
        chosen = (bins >= np.floor(low)) & (bins < max(np.floor(high), np.floor(low) + 1))
        found.append(strength[chosen].mean(axis=0))
    return np.asarray(np.log1p(np.stack(found)).ravel())


def _quantiles(levels: Floats) -> Doubles:
    grouped = _grouped(levels, QUANTILE_BANDS).astype(np.float64)
    found = np.percentile(grouped, QUANTILES, axis=0)
    return np.asarray(found - found[1].mean()).ravel()


def _correlations(cepstra: Doubles) -> Doubles:
    chosen = cepstra[:, 1 : CORRELATED + 1]
    spread = chosen.std(axis=0)
    centred = (chosen - chosen.mean(axis=0)) / np.where(spread > 1e-9, spread, 1.0)
    together = centred.T @ centred / max(len(chosen), 1)
    return np.asarray(together[np.triu_indices(CORRELATED, 1)])


def _scalars(sounding: Floats, levels: Floats, tones: Tones) -> Doubles:
    power = 10.0 ** (sounding.astype(np.float64) / 10.0)
    whole = power.sum(axis=1)
    centroid = np.log2(np.maximum((power @ band_centres()) / np.maximum(whole, 1e-12), 20.0))
    flatness = np.exp(np.log(power).mean(axis=1)) / np.maximum(power.mean(axis=1), 1e-12)
    moving = np.maximum(0.0, np.diff(sounding, axis=0)).mean(axis=1)
    strength = onsets(levels)
    beginning = (strength[1:-1] > strength[:-2]) & (strength[1:-1] >= strength[2:])
    hits = beginning & (strength[1:-1] > 1.5 * max(float(strength.mean()), 1e-9))
    frame_level = 10.0 * np.log10(np.maximum(whole, 1e-12))
    return np.array(
        [
            np.log2((tones.tempo or 110.0) / 110.0),
            tones.beat_clarity,
            tones.key_strength,
            float(tones.is_minor),
            tones.loudness_range,
            tones.crest,
            tones.width,
            float(centroid.mean()),
            float(centroid.std()),
            float(np.log10(flatness + 1e-6).mean()),
            float(np.log10(flatness + 1e-6).std()),
            float(moving.mean()) if len(moving) else 0.0,
            float(hits.sum()) / max(len(levels) / FRAMES_A_SECOND, 1.0),
            float(frame_level.std()),
            float((frame_level < frame_level.mean() - 6.0).mean()),
        ]
    )


# (place among the scalars, weight, middle, spread) as measured over 147 pieces of game music of all sorts.
ENERGY_WEIGHTS = (
    (7, 0.35, 8.3, 0.6),  # bright
    (9, 0.45, -1.7, 0.45),  # noisy
    (11, 0.20, 1.05, 0.35),  # busy
    (12, 0.20, 4.1, 1.1),  # many onsets
    (4, -0.15, 8.0, 4.0),  # even
)
LOUD, LOUD_WEIGHT, LOUD_SPREAD = -14.0, 0.25, 5.0


def energy_of(scalars: Doubles, loudness: float | None) -> float:
    """From 0 (calm) to 1 (driving). A hand-made sum: bright, noisy, busy, even and loud sounds are felt as energy."""
    total = sum(weight * _away(float(scalars[at]), middle, spread) for at, weight, middle, spread in ENERGY_WEIGHTS)
    if loudness is not None:
        total += LOUD_WEIGHT * _away(loudness, LOUD, LOUD_SPREAD)
    return float(1.0 / (1.0 + np.exp(-total)))


def _away(value: float, middle: float, spread: float) -> float:
    return float(np.clip((value - middle) / spread, -3.0, 3.0))

"""What of a song's spectra is kept: mel bands, notes and contrasts over time. Everything else is made of them."""

from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from antiphon.adapters.media.analysis.decoding import FEATURE_RATE, Floats

WINDOW, HOP = 2048, 512
FRAMES_A_SECOND = FEATURE_RATE / HOP
BANDS = 48
LOWEST_HERTZ, HIGHEST_HERTZ = 30.0, 10_500.0
NOTE_WINDOW, NOTE_HOP = 8192, 4096
NOTE_HERTZ = (100.0, 2000.0)
CONTRAST_EVERY = 8
CONTRAST_EDGES = (0.0, 200.0, 400.0, 800.0, 1600.0, 3200.0, 8000.0)
CONTRAST_SHARE = 0.2
AT_ONCE = 256
# Features are made of the first half hour of what lasts longer.
MOST_FRAMES = int(30 * 60 * FRAMES_A_SECOND)


def _mel(hertz: float) -> float:
    return float(2595.0 * np.log10(1.0 + hertz / 700.0))


@lru_cache(maxsize=1)
def mel_bands() -> Floats:
    """(bins, bands): triangles of equal area over the bins of a spectrum."""
    edges = np.linspace(_mel(LOWEST_HERTZ), _mel(HIGHEST_HERTZ), BANDS + 2)
    hertz = 700.0 * (10.0 ** (edges / 2595.0) - 1.0)
    bins = np.arange(WINDOW // 2 + 1) * FEATURE_RATE / WINDOW
    rising = (bins[:, None] - hertz[None, :-2]) / np.diff(hertz)[None, :-1]
    falling = (hertz[None, 2:] - bins[:, None]) / np.diff(hertz)[None, 1:]
    triangles = np.maximum(0.0, np.minimum(rising, falling))
    # The lowest bands are narrower than a bin: each has at least the bin it is nearest to.
    for band in np.flatnonzero(triangles.sum(axis=0) < 0.5):
        triangles[round(float(hertz[band + 1]) * WINDOW / FEATURE_RATE), band] = 1.0
    return np.asarray(triangles / triangles.sum(axis=0), np.float32)


def band_centres() -> NDArray[np.float64]:
    """The middle of each mel band in hertz."""
    edges = np.linspace(_mel(LOWEST_HERTZ), _mel(HIGHEST_HERTZ), BANDS + 2)
    return np.asarray(700.0 * (10.0 ** (edges[1:-1] / 2595.0) - 1.0))


@lru_cache(maxsize=1)
def _note_bins() -> tuple[slice, Floats]:
    """The bins that notes are looked for in, and (bins, 12) how much of each belongs to which note, C first."""
    hertz = np.arange(NOTE_WINDOW // 2 + 1) * FEATURE_RATE / NOTE_WINDOW
    chosen = np.flatnonzero((hertz >= NOTE_HERTZ[0]) & (hertz <= NOTE_HERTZ[1]))
    notes = 12 * np.log2(hertz[chosen] / 440.0) + 9
    away = (notes[:, None] - np.arange(12)[None, :] + 6) % 12 - 6
    return slice(int(chosen[0]), int(chosen[-1]) + 1), np.exp(-0.5 * (away / 0.25) ** 2).astype(np.float32)


class Spectra:
    """Takes a song at 22.05 kHz bit by bit."""

    def __init__(self) -> None:
        self._window = np.hanning(WINDOW).astype(np.float32)
        self._note_window = np.hanning(NOTE_WINDOW).astype(np.float32)
        self._waiting: Floats = np.zeros(0, np.float32)
        self._waiting_for_notes: Floats = np.zeros(0, np.float32)
        self._bands: list[Floats] = []
        self._notes: list[Floats] = []
        self._contrasts: list[Floats] = []
        self._frames = 0

    def add(self, samples: Floats) -> None:
        """The next samples."""
        if self._frames >= MOST_FRAMES:
            return
        frames, self._waiting = _frames(np.concatenate((self._waiting, samples)), WINDOW, HOP)
        for start in range(0, len(frames), AT_ONCE):
            spectrum = np.fft.rfft(frames[start : start + AT_ONCE] * self._window)
            power = np.asarray(spectrum.real**2 + spectrum.imag**2, np.float32)
            self._bands.append(power @ mel_bands())
            self._contrasts.append(_contrast(power[::CONTRAST_EVERY]))
        self._frames += len(frames)
        self._add_notes(samples)

    def _add_notes(self, samples: Floats) -> None:
        joined = np.concatenate((self._waiting_for_notes, samples))
        frames, self._waiting_for_notes = _frames(joined, NOTE_WINDOW, NOTE_HOP)
        if len(frames):
            bins, notes = _note_bins()
            magnitude = np.abs(np.fft.rfft(frames * self._note_window)[:, bins])
            self._notes.append(np.sqrt(_peaks(magnitude)) @ notes)

    @property
    def bands(self) -> Floats:
        """(frames, bands): the power in each mel band."""
        return _joined(self._bands, BANDS)

    @property
    def notes(self) -> Floats:
        """(frames, 12): how much of each note sounds, C first."""
        return _joined(self._notes, 12)

    @property
    def contrasts(self) -> Floats:
        """(frames, 6): how far, in bel, the peaks of each octave stand out of what lies between them."""
        return _joined(self._contrasts, len(CONTRAST_EDGES) - 1)


def _frames(samples: Floats, window: int, hop: int) -> tuple[Floats, Floats]:
    """Overlapping frames, and the samples that the next ones begin with."""
    if len(samples) < window:
        return np.zeros((0, window), np.float32), samples
    frames = np.lib.stride_tricks.sliding_window_view(samples, window)[::hop]
    return frames, samples[len(frames) * hop :].copy()


def _peaks(magnitude: Floats) -> Floats:
    """Spectra with only what is higher than both its neighbours, and those two."""
    inner = magnitude[:, 1:-1]
    is_peak = (inner > magnitude[:, :-2]) & (inner >= magnitude[:, 2:])
    kept = np.zeros_like(magnitude)
    kept[:, 1:-1] = np.where(is_peak, inner, 0.0)
    return kept


def _contrast(power: Floats) -> Floats:
    found = []
    for low, high in pairwise(CONTRAST_EDGES):
        first, last = (round(edge * WINDOW / FEATURE_RATE) for edge in (low, high))
        band = np.sort(power[:, first:last], axis=1)
        count = max(1, int(band.shape[1] * CONTRAST_SHARE))
        peaks, valleys = band[:, -count:].mean(axis=1), band[:, :count].mean(axis=1)
        found.append(np.log10((peaks + 1e-10) / (valleys + 1e-10)))
    return np.stack(found, axis=1).astype(np.float32)


def _joined(parts: list[Floats], columns: int) -> Floats:
    return np.concatenate(parts) if parts else np.zeros((0, columns), np.float32)

"""Loudness after EBU R 128 (ITU-R BS.1770, EBU Tech 3342), and the true peak, piece by piece.

The K-weighting is done by multiplying spectra (overlap-save) instead of a recursive filter: numpy has the first and not
the second, and it is as quick. The filter's answer has died away long before the overlap ends.
"""

from functools import lru_cache
from math import log10, pi, tan

import numpy as np
from numpy.typing import NDArray

from antiphon.adapters.media.analysis.decoding import Floats

ABSOLUTE_GATE = -70.0
RELATIVE_GATE = -10.0
RANGE_GATE = -20.0
HOPS_A_SECOND = 10
BLOCK_HOPS = 4
RANGE_HOPS = 30
TRANSFORM = 32_768
OVERLAP = 4096

Doubles = NDArray[np.float64]


def lufs(mean_square: float) -> float:
    """Loudness of a mean square that has been K-weighted and added up over the channels."""
    return -0.691 + 10.0 * log10(mean_square)


def _power(loudness: float) -> float:
    return float(10.0 ** ((loudness + 0.691) / 10.0))


@lru_cache(maxsize=8)
def _weighting(rate: int) -> NDArray[np.complex64]:
    """The frequency response of the K-weighting: a shelf for the head, then a high-pass."""
    # The analogue prototypes of the two filters that BS.1770 tells for 48 kHz only.
    shelf, gain, shelf_quality = 1681.974450955533, 3.999843853973347, 0.7071752369554196
    k = tan(pi * shelf / rate)
    high, band = 10 ** (gain / 20), (10 ** (gain / 20)) ** 0.4996667741545416
    first = (
        (high + band * k / shelf_quality + k * k, 2 * (k * k - high), high - band * k / shelf_quality + k * k),
        (1 + k / shelf_quality + k * k, 2 * (k * k - 1), 1 - k / shelf_quality + k * k),
    )
    corner, quality = 38.13547087602444, 0.5003270373238773
    k = tan(pi * corner / rate)
    norm = 1 + k / quality + k * k
    second = ((norm, -2 * norm, norm), (norm, 2 * (k * k - 1), 1 - k / quality + k * k))
    delay = np.exp(-2j * pi * np.arange(TRANSFORM // 2 + 1) / TRANSFORM)
    response = np.ones_like(delay)
    for above, below in (first, second):
        response *= (above[0] + above[1] * delay + above[2] * delay**2) / (
            below[0] + below[1] * delay + below[2] * delay**2
        )
    return np.asarray(response, np.complex64)


class Loudness:
    """Integrated loudness and loudness range of a whole song."""

    def __init__(self, rate: int, channels: int) -> None:
        self._weighting = _weighting(rate)
        self._hop = round(rate / HOPS_A_SECOND)
        self._waiting: Floats = np.zeros((channels, OVERLAP), np.float32)
        self._squares: Floats = np.zeros(0, np.float32)
        self._hops: list[Doubles] = []

    def add(self, piece: Floats) -> None:
        """The next piece, (channels, samples)."""
        self._waiting = np.concatenate((self._waiting, piece), axis=1)
        while self._waiting.shape[1] >= TRANSFORM:
            self._weigh(self._waiting[:, :TRANSFORM], TRANSFORM - OVERLAP)
            self._waiting = self._waiting[:, TRANSFORM - OVERLAP :]

    def finish(self) -> tuple[float | None, float | None]:
        """Integrated loudness in LUFS and loudness range in LU; None for what is silent or too short."""
        left = self._waiting.shape[1] - OVERLAP
        if left > 0:
            self._weigh(np.pad(self._waiting, ((0, 0), (0, TRANSFORM - self._waiting.shape[1]))), left)
        hops = np.concatenate(self._hops) if self._hops else np.zeros(0)
        return _integrated(_running_mean(hops, BLOCK_HOPS)), _range(_running_mean(hops, RANGE_HOPS))

    def _weigh(self, samples: Floats, wanted: int) -> None:
        weighted = np.fft.irfft(np.fft.rfft(samples) * self._weighting)[:, OVERLAP : OVERLAP + wanted]
        squares = np.concatenate((self._squares, np.einsum("ij,ij->j", weighted, weighted)))
        whole = len(squares) // self._hop
        self._hops.append(squares[: whole * self._hop].reshape(whole, self._hop).mean(axis=1, dtype=np.float64))
        self._squares = squares[whole * self._hop :]


def _running_mean(hops: Doubles, length: int) -> Doubles:
    if len(hops) < length:
        return np.zeros(0)
    return np.convolve(hops, np.full(length, 1.0 / length), "valid")


def _integrated(blocks: Doubles) -> float | None:
    heard = blocks[blocks > _power(ABSOLUTE_GATE)]
    if not len(heard):
        return None
    loud = heard[heard > heard.mean() * 10 ** (RELATIVE_GATE / 10)]
    return lufs(float(loud.mean()))


def _range(blocks: Doubles) -> float | None:
    heard = blocks[blocks > _power(ABSOLUTE_GATE)]
    if not len(heard):
        return None
    heard = heard[heard > heard.mean() * 10 ** (RANGE_GATE / 10)]
    low, high = np.percentile(heard, (10, 95))
    return float(10 * np.log10(high / low))


TAPS, PHASES = 24, 4
MOST_CANDIDATES = 4096
NEAR = 0.7


def _between() -> Floats:
    """Windowed sinc filters that give a signal's values at a quarter, a half and three quarters between samples."""
    places = np.arange(TAPS) - (TAPS // 2 - 1)
    window = np.kaiser(TAPS * PHASES + 1, 6.0)
    columns = []
    for phase in range(1, PHASES):
        shift = places - phase / PHASES
        taps = np.sinc(shift) * np.interp(shift / TAPS + 0.5, np.linspace(0, 1, len(window)), window)
        columns.append(taps / taps.sum())
    return np.stack(columns, axis=1).astype(np.float32)


class TruePeak:
    """The highest level between samples too, at four times the rate. Looked for only beside samples that come near the
    highest so far: elsewhere the signal cannot rise above it."""

    def __init__(self, channels: int) -> None:
        self._kernel = _between()
        self._before: Floats = np.zeros((channels, TAPS), np.float32)
        self.highest = 0.0

    def add(self, piece: Floats) -> None:
        """The next piece, (channels, samples)."""
        joined = np.concatenate((self._before, piece), axis=1)
        self._before = joined[:, -TAPS:]
        for channel in joined:
            self._look(channel)

    def _look(self, samples: Floats) -> None:
        levels = np.abs(samples)
        top = float(levels.max())
        self.highest = max(self.highest, top)
        inside = levels[TAPS // 2 : len(levels) - TAPS // 2]
        if top < NEAR * self.highest or not len(inside):
            return
        found = np.flatnonzero(inside >= NEAR * self.highest)
        if len(found) > MOST_CANDIDATES:
            found = found[np.argpartition(inside[found], -MOST_CANDIDATES)[-MOST_CANDIDATES:]]
        # The value may lie after the sample, or before it: then it lies after the one before.
        starts = np.unique(np.concatenate((found, found + 1)))
        starts = starts[starts + TAPS <= len(samples)]
        windows = samples[starts[:, None] + np.arange(TAPS)]
        if len(windows):
            self.highest = max(self.highest, float(np.abs(windows @ self._kernel).max()))

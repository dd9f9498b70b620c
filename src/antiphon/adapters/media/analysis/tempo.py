"""How fast a song is: the spacing of its onsets."""

import numpy as np
from numpy.typing import NDArray

from antiphon.adapters.media.analysis.decoding import Floats
from antiphon.adapters.media.analysis.spectra import FRAMES_A_SECOND

SLOWEST, FASTEST = 50.0, 210.0
USUAL, SPREAD = 118.0, 0.9
CLEAR = 0.08
MULTIPLES = 4
SMOOTH_SECONDS = 1.0

Doubles = NDArray[np.float64]


def onsets(levels: Floats) -> Doubles:
    """How much begins at each frame: what rises in any band, without the slow swell. `levels` are decibels."""
    rise = np.maximum(0.0, np.diff(levels, axis=0, prepend=levels[:1])).mean(axis=1).astype(np.float64)
    length = max(3, round(SMOOTH_SECONDS * FRAMES_A_SECOND))
    if len(rise) < length:
        return np.zeros_like(rise)
    slow = np.convolve(rise, np.full(length, 1.0 / length), "same")
    return np.asarray(np.maximum(0.0, rise - slow))


def tempo_of(strength: Doubles) -> tuple[float | None, float]:
    """Beats a minute (None where there is no clear beat), and how clear it is, 0 to 1."""
    shortest, longest = (60.0 * FRAMES_A_SECOND / tempo for tempo in (FASTEST, SLOWEST))
    if len(strength) < 4 * longest or not strength.any():
        return None, 0.0
    repeats = _repeats(strength, int(longest * MULTIPLES) + 2)
    lags = np.arange(shortest, longest, 0.05)
    # A beat repeats at its multiples too; their sum is sharper than the first alone.
    places = lags[:, None] * np.arange(1, MULTIPLES + 1)
    sums = np.interp(places, np.arange(len(repeats)), repeats).mean(axis=1)
    tempos = 60.0 * FRAMES_A_SECOND / lags
    weighted = sums * np.exp(-0.5 * (np.log2(tempos / USUAL) / SPREAD) ** 2)
    best = int(weighted.argmax())
    clarity = float(np.clip(sums[best], 0.0, 1.0))
    return (float(tempos[best]) if clarity >= CLEAR else None), clarity


def _repeats(strength: Doubles, lags: int) -> Doubles:
    """The autocorrelation, 1 at lag 0, with each lag's sum divided by how many there are of it."""
    centred = strength - strength.mean()
    size = 1 << (2 * len(centred) - 1).bit_length()
    spectrum = np.fft.rfft(centred, size)
    found = np.fft.irfft(spectrum.real**2 + spectrum.imag**2)[:lags]
    overlapping = len(centred) - np.arange(len(found))
    scaled = found / np.maximum(overlapping, 1)
    return np.asarray(scaled / max(float(scaled[0]), 1e-12))

"""Loudness after ITU-R BS.1770, as ReplayGain 2 uses it."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from antiphon.adapters.demo_music.instruments import RATE

_BLOCK, _STEP = 0.4, 0.1  # seconds
_PIECE = 1 << 16  # samples
_SILENCE = -70.0  # LUFS
_OFFSET = -0.691


def measure_loudness(sound: npt.NDArray[np.float32]) -> float:
    """Loudness of a stereo sound (two rows) at 44.1 kHz in LUFS, at least -70."""
    count = sound.shape[1]
    # In pieces of 1.5 s: the filters forget within a hundredth of that.
    pieces = np.zeros((2, -(-count // _PIECE), _PIECE), dtype=np.float32)
    pieces.reshape(2, -1)[:, :count] = sound
    weighted = np.fft.irfft(np.fft.rfft(pieces) * _weighting(), _PIECE).reshape(2, -1)[:, :count]
    step = int(RATE * _STEP)
    parts = count // step
    if parts < _BLOCK / _STEP:
        return _SILENCE
    power = np.mean(weighted[:, : parts * step].reshape(2, parts, step).astype(np.float64) ** 2, axis=2).sum(axis=0)
    blocks = np.convolve(power, np.ones(4) / 4, "valid")
    return _gated(blocks)


def _gated(blocks: npt.NDArray[np.float64]) -> float:
    loud = blocks[_level(blocks) > _SILENCE]
    if not len(loud):
        return _SILENCE
    loud = loud[_level(loud) > float(_level(np.array([loud.mean()]))[0]) - 10]
    return float(_level(np.array([loud.mean()]))[0])


def _level(power: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    made: npt.NDArray[np.float64] = _OFFSET + 10 * np.log10(np.maximum(power, 1e-12))
    return made


@lru_cache(maxsize=1)
def _weighting() -> npt.NDArray[np.complex64]:
    """The K-weighting: a shelf that lifts the highs by 4 dB, and a high pass."""
    turning = np.exp(-2j * np.pi * np.fft.rfftfreq(_PIECE))
    return (_shelf(turning) * _high_pass(turning)).astype(np.complex64)


def _shelf(turning: npt.NDArray[np.complex128]) -> npt.NDArray[np.complex128]:
    gain, quality, corner = 10 ** (3.999843853973347 / 20), 0.7071752369554196, np.tan(np.pi * 1681.974450955533 / RATE)
    middle = gain**0.4996667741545416
    scale = 1 + corner / quality + corner**2
    above = (
        gain + middle * corner / quality + corner**2,
        2 * (corner**2 - gain),
        gain - middle * corner / quality + corner**2,
    )
    below = (scale, 2 * (corner**2 - 1), 1 - corner / quality + corner**2)
    return _respond(above, below, turning)


def _high_pass(turning: npt.NDArray[np.complex128]) -> npt.NDArray[np.complex128]:
    quality, corner = 0.5003270373238773, np.tan(np.pi * 38.13547087602444 / RATE)
    scale = 1 + corner / quality + corner**2
    below = (1.0, 2 * (corner**2 - 1) / scale, (1 - corner / quality + corner**2) / scale)
    return _respond((1.0, -2.0, 1.0), below, turning)


def _respond(
    above: tuple[float, float, float], below: tuple[float, float, float], turning: npt.NDArray[np.complex128]
) -> npt.NDArray[np.complex128]:
    def value(parts: tuple[float, float, float]) -> npt.NDArray[np.complex128]:
        return parts[0] + parts[1] * turning + parts[2] * turning**2

    return value(above) / value(below)

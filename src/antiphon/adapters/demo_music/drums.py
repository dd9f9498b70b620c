"""The drums, from sines and noise."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from antiphon.adapters.demo_music.instruments import RATE, Sound


def _noise(seconds: float, low: float, high: float, seed: int) -> Sound:
    """Noise between two frequencies in Hz."""
    count = int(RATE * seconds)
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(count))
    frequency = np.fft.rfftfreq(count, 1 / RATE)
    spectrum *= 1 / (1 + (low / np.maximum(frequency, 1)) ** 4) / (1 + (frequency / high) ** 4)
    made = np.fft.irfft(spectrum, count)
    return (made / max(float(np.abs(made).max()), 1e-9)).astype(np.float32)


def _fading(sound: Sound, decay: float) -> Sound:
    time = np.arange(len(sound)) / RATE
    made: Sound = (sound * np.exp(-decay * time)).astype(np.float32)
    made[-64:] *= np.linspace(1, 0, 64, dtype=np.float32)
    return made


def _struck(seconds: float, high: float, low: float, bend: float) -> Sound:
    """A skin: a tone that falls from `high` to `low` Hz."""
    time = np.arange(int(RATE * seconds)) / RATE
    phase = 2 * np.pi * (low * time + (high - low) / bend * (1 - np.exp(-bend * time)))
    made: Sound = np.sin(phase).astype(np.float32)
    return made


@lru_cache(maxsize=32)
def drum_sound(name: str) -> Sound:
    """One stroke of a drum. Raises KeyError for an unknown one."""
    if name == "kick":
        made = _fading(_struck(0.35, 150, 48, 32), 11)
        made[:200] += 0.2 * _noise(0.01, 800, 6000, 1)[:200]
        return made * np.float32(0.95)
    if name == "tom":
        return _fading(_struck(0.35, 190, 95, 14), 9) * np.float32(0.7)
    if name == "snare":
        body = _fading(_struck(0.22, 240, 175, 30), 20)
        return (0.5 * body + 0.6 * _fading(_noise(0.22, 1500, 9000, 2), 18)[: len(body)]) * np.float32(0.7)
    if name == "clap":
        made = np.zeros(int(RATE * 0.3), dtype=np.float32)
        for number, late in enumerate((0.0, 0.011, 0.023)):
            stroke = _fading(_noise(0.25, 900, 5500, 3 + number), 22)
            start = int(RATE * late)
            made[start : start + len(stroke)] += stroke * np.float32(0.5)
        return made
    seconds, low, high, decay, loud = {
        "hat": (0.09, 7000, 15000, 60, 0.32),
        "shaker": (0.11, 4500, 12000, 38, 0.22),
        "ride": (0.7, 5000, 13000, 7, 0.2),
        "rim": (0.06, 1400, 4200, 75, 0.5),
    }[name]
    made = _fading(_noise(seconds, low, high, len(name)), decay)
    if name in ("shaker", "hat"):
        rise = int(RATE * (0.02 if name == "shaker" else 0.001))
        made[:rise] *= np.linspace(0, 1, rise, dtype=np.float32)
    return made * np.float32(loud)

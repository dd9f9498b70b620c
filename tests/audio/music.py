"""Sound whose tempo, key and loudness are known, made note by note."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

RATE = 44_100

Samples = NDArray[np.float64]


def sine(hertz: float, seconds: float, decibels: float, phase: float = 0.0) -> Samples:
    """A tone whose peaks lie `decibels` below full scale."""
    time = np.arange(int(RATE * seconds)) / RATE
    return np.asarray(10 ** (decibels / 20) * np.sin(2 * np.pi * hertz * time + phase))


def clicks(tempo: float, seconds: float, seed: int = 1) -> Samples:
    """A drum of noise on each beat, a softer one between, over a quiet hum."""
    sound = sine(110, seconds, -40)
    hit = np.random.default_rng(seed).normal(0, 1, 2000) * np.exp(-np.arange(2000) / 300)
    for number in range(int(seconds * tempo / 60 * 2) - 1):
        start = round(number * 30 / tempo * RATE)
        part = sound[start : start + len(hit)]
        part += hit[: len(part)] * (0.4 if number % 2 == 0 else 0.1)
    return np.clip(sound, -1, 1)


def chords(roots: list[tuple[int, bool]], seconds_each: float, decibels: float = -18) -> Samples:
    """Triads one after the other: (semitones above C, is minor). Each note has two overtones."""
    parts = []
    for root, is_minor in roots:
        notes = (root, root + (3 if is_minor else 4), root + 7, root - 12)
        hertz = [261.6256 * 2 ** (note / 12) for note in notes]
        parts.append(
            sum(sine(one * over, seconds_each, decibels - 6 * over) for one in hertz for over in (1, 2, 3))
            * np.minimum(1, np.arange(int(RATE * seconds_each)) / 2000)
        )
    return np.clip(np.concatenate(parts), -1, 1)


def write_wave(path: Path, samples: Samples, channels: int = 2) -> Path:
    """A 16-bit WAV file with the same sound in every channel."""
    pcm = np.repeat((np.clip(samples, -1, 1) * 32767).astype("<i2"), channels)
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(pcm.tobytes())
    return path

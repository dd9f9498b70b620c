"""The instruments: each turns a frequency and a length into a sound."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Sound = npt.NDArray[np.float32]

RATE = 44_100  # Hz
_HIGHEST = 13_000  # Hz; no overtones above

_VIBRATO_RATE = 5.3  # Hz


def _seconds(length: float) -> npt.NDArray[np.float64]:
    return np.arange(int(RATE * length)) / RATE


def _shape(sound: Sound, attack: float, release: float) -> Sound:
    """Fade in and out so that no note clicks."""
    rise, fall = min(int(RATE * attack) + 1, len(sound)), min(int(RATE * release) + 1, len(sound))
    sound[:rise] *= np.linspace(0, 1, rise, dtype=np.float32)
    sound[-fall:] *= np.linspace(1, 0, fall, dtype=np.float32) ** 2
    return sound


def overtones(
    frequency: float,
    length: float,
    strengths: list[float],
    decay: float = 0.0,
    darkening: float = 0.0,
    vibrato: float = 0.0,
) -> Sound:
    """A tone from its overtones. The whole fades by `decay` a second, each overtone by `darkening` more than the last.

    All overtones are powers of one rotating number, so that they cost one multiplication each.
    """
    time = _seconds(length)
    phase = 2 * np.pi * frequency * time
    if vibrato:
        phase += vibrato * frequency / 100 * np.sin(2 * np.pi * _VIBRATO_RATE * time) * np.minimum(time * 2, 1)
    turning = np.exp(1j * phase).astype(np.complex64)
    if darkening:
        turning *= np.exp(-darkening * time).astype(np.float32)
    audible = strengths[: max(1, int(_HIGHEST / frequency))]
    total = audible[-1] * turning
    for strength in reversed(audible[:-1]):
        total += np.complex64(strength)
        total *= turning
    sound: Sound = total.imag.astype(np.float32)
    if decay:
        sound *= np.exp(-decay * time).astype(np.float32)
    return sound


def _plucked(frequency: float, length: float, place: float, decay: float, darkening: float) -> Sound:
    """A string, plucked at a part of its length."""
    strengths = [abs(np.sin(np.pi * number * place)) / number for number in range(1, 16)]
    return _shape(overtones(frequency, length, strengths, decay, darkening), 0.002, 0.12)


def nylon(frequency: float, length: float) -> Sound:
    """A guitar with soft strings."""
    return _plucked(frequency, max(length, 0.9) + 0.4, 0.19, 1.3 + frequency / 600, 2.2) * np.float32(0.8)


def muted(frequency: float, length: float) -> Sound:
    """A guitar whose strings the hand damps."""
    return _plucked(frequency, min(length, 0.3) + 0.1, 0.13, 9.0, 3.0) * np.float32(0.7)


def harp(frequency: float, length: float) -> Sound:
    """A harp."""
    return _plucked(frequency, max(length, 1.5) + 0.8, 0.42, 1.1, 1.6) * np.float32(0.7)


def felt(frequency: float, length: float) -> Sound:
    """A piano with felt between hammers and strings."""
    strengths = [1 / number**1.7 for number in range(1, 12)]
    return _shape(overtones(frequency, length + 0.5, strengths, 0.9 + frequency / 900, 1.2), 0.008, 0.3) * np.float32(
        0.6
    )


def tines(frequency: float, length: float) -> Sound:
    """An electric piano: one oscillator bends another."""
    time = _seconds(length + 0.5)
    phase = 2 * np.pi * frequency * time
    bark = 1.4 * np.exp(-3.5 * time) * np.sin(phase)
    tine = 0.12 * np.exp(-9 * time) * np.sin(14 * phase if frequency * 14 < _HIGHEST else phase)
    sound = (np.sin(phase + bark) + tine) * np.exp(-0.9 * time) * (1 - 0.12 * np.sin(2 * np.pi * 4.5 * time))
    return _shape(sound.astype(np.float32), 0.004, 0.35) * np.float32(0.55)


def vibes(frequency: float, length: float) -> Sound:
    """A vibraphone."""
    sound = overtones(frequency, max(length, 0.8) + 0.7, [1, 0, 0.05, 0.22, 0, 0, 0, 0, 0, 0.05], 1.8, 0.6)
    trembling = 1 - 0.25 * np.sin(2 * np.pi * 5.5 * _seconds(len(sound) / RATE + 0.01)[: len(sound)])
    return _shape(sound * trembling.astype(np.float32), 0.003, 0.4) * np.float32(0.8)


def musicbox(frequency: float, length: float) -> Sound:
    """A music box."""
    return _shape(overtones(frequency, length + 1.0, [1, 0.1, 0.35, 0, 0.15, 0.08], 2.2, 0.9), 0.002, 0.5) * np.float32(
        0.6
    )


def bell(frequency: float, length: float) -> Sound:
    """A bell of glass: its overtones stand in no simple relation."""
    time = _seconds(length + 1.5)
    phase = 2 * np.pi * frequency * time
    sound = np.sin(phase + 1.1 * np.exp(-1.8 * time) * np.sin(3.52 * phase)) * np.exp(-1.1 * time)
    return _shape(sound.astype(np.float32), 0.006, 0.8) * np.float32(0.45)


def glass(frequency: float, length: float) -> Sound:
    """A rubbed glass."""
    return _shape(overtones(frequency, length + 1.0, [1, 0.08, 0.2, 0.02], vibrato=0.12), 0.3, 1.0) * np.float32(0.6)


def flute(frequency: float, length: float) -> Sound:
    """A flute, with some breath."""
    sound = overtones(frequency, length + 0.12, [1, 0.32, 0.1, 0.04, 0.02], vibrato=0.3)
    breath = np.random.default_rng(7).standard_normal(len(sound)).astype(np.float32)
    sound += 0.012 * np.convolve(breath, np.ones(6, dtype=np.float32), "same")
    return _shape(sound, 0.05, 0.12) * np.float32(0.62)


def clarinet(frequency: float, length: float) -> Sound:
    """A clarinet: odd overtones."""
    strengths = [1, 0.04, 0.55, 0.05, 0.3, 0.04, 0.16, 0.02, 0.08]
    return _shape(
        overtones(frequency, length + 0.08, strengths, darkening=0.15, vibrato=0.12), 0.03, 0.08
    ) * np.float32(0.45)


def hum(frequency: float, length: float) -> Sound:
    """Somebody humming: overtones around the resonances of an "oo"."""
    strengths = []
    for number in range(1, 14):
        pitch = number * frequency
        resonance = np.exp(-(((pitch - 420) / 260) ** 2)) + 0.35 * np.exp(-(((pitch - 900) / 300) ** 2))
        strengths.append(float(resonance + 0.05 / number) + (0.35 if number == 1 else 0.0))
    sound = overtones(frequency, length + 0.12, strengths, vibrato=0.42)
    return _shape(sound, 0.07, 0.14) * np.float32(1.1 / sum(strengths))


def _ensemble(
    frequency: float, length: float, strengths: list[float], spread: float, attack: float, release: float
) -> Sound:
    """Several of the same, slightly out of tune with each other."""
    voices = [overtones(frequency * (1 + part * spread), length + release, strengths) for part in (-1, 0.1, 1)]
    return _shape(voices[0] + voices[1] + voices[2], attack, release)


def strings(frequency: float, length: float) -> Sound:
    """Bowed strings."""
    strengths = [1 / number**1.35 for number in range(1, 10)]
    return _ensemble(frequency, length, strengths, 0.0016, 0.35, 0.5) * np.float32(0.16)


def warm(frequency: float, length: float) -> Sound:
    """A wide pad of an old synthesizer."""
    strengths = [1 / number**1.5 for number in range(1, 9)]
    return _ensemble(frequency, length, strengths, 0.0035, 0.25, 0.6) * np.float32(0.17)


def choir(frequency: float, length: float) -> Sound:
    """A far choir."""
    return _ensemble(frequency, length, [1, 0.5, 0.22, 0.1, 0.05], 0.0025, 0.9, 1.2) * np.float32(0.2)


def saw(frequency: float, length: float) -> Sound:
    """The singing lead of a synthesizer."""
    strengths = [1 / number for number in range(1, 14)]
    one = overtones(frequency, length + 0.15, strengths, darkening=0.12, vibrato=0.25)
    two = overtones(frequency * 1.004, length + 0.15, strengths, darkening=0.12)
    return _shape(one + two, 0.015, 0.15) * np.float32(0.3)


def pulse(frequency: float, length: float) -> Sound:
    """Short, bright strokes of a synthesizer."""
    strengths = [1 / number for number in range(1, 12)]
    return _shape(overtones(frequency, length + 0.1, strengths, 3.0, 2.5), 0.004, 0.1) * np.float32(0.32)


def upright(frequency: float, length: float) -> Sound:
    """A double bass, plucked."""
    return _shape(
        overtones(frequency, length + 0.15, [1, 0.75, 0.4, 0.22, 0.12, 0.06], 1.6, 2.0), 0.008, 0.12
    ) * np.float32(0.9)


def fingered(frequency: float, length: float) -> Sound:
    """An electric bass."""
    strengths = [1, 0.8, 0.55, 0.4, 0.25, 0.15, 0.1, 0.06]
    return _shape(overtones(frequency, length + 0.08, strengths, 1.8, 3.0), 0.004, 0.07) * np.float32(0.85)


def sawbass(frequency: float, length: float) -> Sound:
    """The bass of a synthesizer."""
    strengths = [1.3, *(1 / number for number in range(2, 18))]
    return _shape(overtones(frequency, length + 0.05, strengths, 0.8, 3.5), 0.004, 0.05) * np.float32(0.62)


def sub(frequency: float, length: float) -> Sound:
    """A very low, soft tone."""
    return _shape(overtones(frequency, length + 0.5, [1, 0.3, 0.08]), 0.12, 0.6) * np.float32(0.8)


INSTRUMENTS: dict[str, Callable[[float, float], Sound]] = {
    made.__name__: made
    for made in (
        nylon, muted, harp, felt, tines, vibes, musicbox, bell, glass, flute, clarinet, hum, strings, warm, choir, saw,
        pulse, upright, fingered, sawbass, sub,
    )
}  # fmt: skip

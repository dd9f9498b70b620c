"""From notes to sound: playing the instruments, placing them in a room, and bringing the whole to one loudness."""

from __future__ import annotations

import random
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from antiphon.adapters.demo_music.composing import Note, Score
from antiphon.adapters.demo_music.drums import drum_sound
from antiphon.adapters.demo_music.instruments import INSTRUMENTS, RATE, Sound
from antiphon.adapters.demo_music.loudness import measure_loudness
from antiphon.adapters.demo_music.styles import Style

Stereo = npt.NDArray[np.float32]  # two rows

_CEILING = 0.84  # of full scale: lossy formats overshoot a little
_KNEE = 0.6  # up to here nothing is changed
_FADE = 1.6  # seconds


class _Place(NamedTuple):
    """Where a part stands: loudness, side (-1 left to 1 right), and how much of it the hall hears."""

    loud: float
    side: float
    far: float


_PLACES = {
    "lead": _Place(0.5, 0.08, 0.9),
    "chords": _Place(0.34, -0.28, 0.7),
    "bass": _Place(0.62, 0.0, 0.05),
    "pad": _Place(0.3, 0.22, 1.0),
}
_DRUM_PLACES = {
    "kick": _Place(0.85, 0.0, 0.03), "snare": _Place(0.5, 0.06, 0.5), "clap": _Place(0.55, -0.05, 0.8),
    "hat": _Place(0.4, 0.35, 0.2), "shaker": _Place(0.42, -0.4, 0.3), "ride": _Place(0.42, 0.4, 0.4),
    "rim": _Place(0.4, -0.2, 0.5), "tom": _Place(0.6, 0.15, 0.6),
}  # fmt: skip


def render(score: Score, style: Style, seed: int) -> Stereo:
    """Play a score: two channels at 44.1 kHz, as loud as the style is, never above 0.84 of full scale."""
    count = int(score.seconds * RATE)
    near = np.zeros((2, count), dtype=np.float32)
    pushed = np.zeros((2, count), dtype=np.float32)
    far = np.zeros(count, dtype=np.float32)
    lead = np.zeros(count, dtype=np.float32)
    played: dict[tuple[str, int, float], Sound] = {}
    for note in score.notes:
        sound, place = _sound_of(note, score, style, played)
        start = int(score.second_of(note.start) * RATE)
        sound = sound[: count - start] * np.float32(note.velocity * place.loud)
        span = slice(start, start + len(sound))
        target = pushed if note.part in ("pad", "bass") else near
        target[0, span] += sound * np.float32(np.sqrt((1 - place.side) / 2))
        target[1, span] += sound * np.float32(np.sqrt((1 + place.side) / 2))
        far[span] += sound * np.float32(place.far)
        if note.part == "lead" and style.echo:
            lead[span] += sound
    if style.pump:
        pushed *= _pumping(score, count, style.pump)
    near += pushed
    if style.echo:
        _add_echoes(near, far, lead, int(score.second_of(0.75) * RATE), style.echo)
    near += np.float32(style.wet) * _reverberate(far, style.hall, seed)
    if style.dust:
        near += np.float32(style.dust) * _crackle(count, seed)
    # No two songs are mastered quite alike.
    return _finish(near, style.loud + random.Random(seed).uniform(-0.9, 0.9))


def _sound_of(
    note: Note, score: Score, style: Style, played: dict[tuple[str, int, float], Sound]
) -> tuple[Sound, _Place]:
    if note.part == "drums":
        return drum_sound(note.drum), _DRUM_PLACES[note.drum]
    instrument = {"lead": style.lead, "chords": style.chords, "bass": style.bass, "pad": style.pad}[note.part]
    length = round(score.second_of(note.length), 2)
    key = (instrument, note.pitch, length)
    if key not in played:
        played[key] = INSTRUMENTS[instrument](440 * 2 ** ((note.pitch - 69) / 12), length)
    return played[key], _PLACES[note.part]


def _pumping(score: Score, count: int, depth: float) -> Sound:
    """Pad and bass duck under each kick and swell back."""
    beat = int(score.second_of(1) * RATE)
    shape = (1 - depth * np.exp(-6 * np.arange(beat) / beat)).astype(np.float32)
    made: Sound = np.tile(shape, count // beat + 1)[:count]
    return made


def _add_echoes(near: Stereo, far: Sound, lead: Sound, late: int, loud: float) -> None:
    for number in range(1, 4):
        gain = np.float32(loud**number)
        delay = late * number
        if delay >= len(lead):
            return
        near[number % 2, delay:] += lead[:-delay] * gain
        far[delay:] += lead[:-delay] * gain * np.float32(0.6)


def _reverberate(sound: Sound, seconds: float, seed: int) -> Stereo:
    """A hall: noise that dies away, darker with time, different for the two ears."""
    count = int(RATE * seconds)
    time = np.arange(count) / RATE
    noise = np.random.default_rng(seed).standard_normal((2, count))
    noise *= np.exp(-6.9 * time / seconds)
    # Air swallows what is high: a mean over more samples, faded in, takes its place.
    dark = np.apply_along_axis(lambda ear: np.convolve(ear, np.ones(12) / 4, "same"), 1, noise)
    noise += (dark - noise) * np.minimum(time * 6, 1)
    size = _fast_size(len(sound) + count)
    response = np.fft.rfft(noise.astype(np.float32), size)
    wet = np.fft.irfft(response * np.fft.rfft(sound, size), size)[:, : len(sound)]
    even: Stereo = (wet / np.sqrt(np.sum(noise**2, axis=1, keepdims=True))).astype(np.float32)
    return even


def _fast_size(least: int) -> int:
    """The next length of the form 2^a·3^b·5^c, for which the transform is fast."""
    odd_parts = [three * five for three in (1, 3, 9, 27) for five in (1, 5, 25, 125)]
    return min(odd << max(0, (-(-least // odd) - 1).bit_length()) for odd in odd_parts)


def _crackle(count: int, seed: int) -> Stereo:
    chance = np.random.default_rng(seed + 1)
    made = 0.12 * chance.standard_normal((2, count)).astype(np.float32)
    clicks = chance.integers(0, count, count // 5000)
    made[:, clicks] += chance.uniform(-6, 6, len(clicks)).astype(np.float32)
    return made


def _finish(sound: Stereo, target: float) -> Stereo:
    """Bring the song to the target loudness; peaks are rounded off softly."""
    fall = int(_FADE * RATE)
    sound[:, -fall:] *= np.linspace(1, 0, fall, dtype=np.float32) ** 1.5
    sound *= np.float32(10 ** ((target - measure_loudness(sound)) / 20))
    over = np.maximum(np.abs(sound) - np.float32(_KNEE), 0)
    limited = np.float32(_CEILING - _KNEE) * np.tanh(over / np.float32(_CEILING - _KNEE))
    made: Stereo = np.sign(sound) * (np.minimum(np.abs(sound), np.float32(_KNEE)) + limited)
    return made

"""Melodies from motifs: a rhythm and a contour that return, bent to the chord of the bar."""

from __future__ import annotations

import random

from antiphon.adapters.demo_music import theory

# (start, length) in eighths of a bar of four beats; three-beat bars leave out what lies behind their end.
_RHYTHMS = {
    "sparse": (((0, 6),), ((0, 3), (4, 4)), ((2, 6),), ((0, 4), (4, 2), (6, 2))),
    "flowing": (
        ((0, 2), (2, 1), (3, 1), (4, 3), (7, 1)),
        ((0, 3), (3, 1), (4, 2), (6, 2)),
        ((1, 1), (2, 2), (4, 3), (7, 1)),
        ((0, 1), (1, 1), (2, 2), (4, 4)),
    ),
    "busy": (
        ((0, 1), (1, 2), (3, 1), (4, 1), (5, 1), (6, 2)),
        ((1, 1), (2, 1), (3, 2), (5, 1), (6, 1), (7, 1)),
        ((0, 2), (3, 1), (4, 1), (5, 2), (7, 1)),
        ((0, 1), (1, 1), (2, 1), (3, 3), (6, 2)),
    ),
}
_STEPS = (-2, -1, -1, -1, 0, 1, 1, 1, 2)
_LOWEST, _HIGHEST = -1, 10  # steps of the scale around the tonic above middle C

Played = tuple[float, float, int, float]  # start and length in beats, pitch, velocity


class Melodist:
    """Invents two motifs a section and plays them bar by bar."""

    def __init__(self, chance: random.Random, habit: str, beats: int, tonic: int, scale: str) -> None:
        self._chance, self._tonic, self._scale = chance, tonic, scale
        self._eighths = beats * 2
        rhythms = _RHYTHMS[habit]
        self._motifs = {section: [self._invent(rhythms) for _ in range(2)] for section in ("verse", "chorus")}
        self._centres = {"verse": 3, "chorus": 6}
        self._bars = {"verse": 0, "chorus": 0}
        self._degree = 4

    def _invent(self, rhythms: tuple[tuple[tuple[int, int], ...], ...]) -> list[tuple[int, int, int]]:
        """A motif: start and length in eighths, and the step from the note before."""
        rhythm = self._chance.choice(rhythms)
        notes = [(start, length) for start, length in rhythm if start < self._eighths]
        return [(start, min(length, self._eighths - start), self._chance.choice(_STEPS)) for start, length in notes]

    def play(self, chord: tuple[int, ...], section: str, last: bool) -> list[Played]:
        """The melody of one bar; the last bar of a section comes to rest on a note of the chord."""
        place = self._bars[section] % 4
        self._bars[section] += 1
        if last or place == 3:
            return self._rest(chord, section)
        motif = self._motifs[section][1 if place == 2 else 0]
        return [self._note(start, length, step, chord, section) for start, length, step in motif]

    def _note(self, start: int, length: int, step: int, chord: tuple[int, ...], section: str) -> Played:
        centre = self._centres[section]
        if abs(self._degree - centre) > 4:
            step = 1 if self._degree < centre else -1
        degree = max(_LOWEST, min(_HIGHEST, self._degree + step))
        strong = start % 4 == 0 or length >= 3
        self._degree = _nearest(degree, chord) if strong else degree
        velocity = (0.9 if strong else 0.75) * (1.0 if section == "chorus" else 0.9)
        return start / 2, length / 2 * 0.95, theory.pitch_of(self._tonic, self._scale, self._degree), velocity

    def _rest(self, chord: tuple[int, ...], section: str) -> list[Played]:
        approach = self._note(0, 2, self._chance.choice((-1, 1)), chord, section)
        return [approach, self._note(2, self._eighths - 2, 0, chord, section)]


def _nearest(degree: int, chord: tuple[int, ...]) -> int:
    """The step nearest to `degree` that belongs to the first three notes of the chord, in any octave."""
    tones = {tone % 7 for tone in chord[:3]}
    return min((candidate for candidate in range(degree - 3, degree + 4) if candidate % 7 in tones),
               key=lambda candidate: (abs(candidate - degree), candidate))  # fmt: skip

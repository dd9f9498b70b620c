"""Scales, chords and how one chord leads to the next."""

from __future__ import annotations

SCALES = {
    "ionian": (0, 2, 4, 5, 7, 9, 11),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "aeolian": (0, 2, 3, 5, 7, 8, 10),
}
MINOR = frozenset({"dorian", "aeolian"})
_TONICS = ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
_MINOR_TONICS = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "G#", "A", "Bb", "B")
_MIDDLE = 60


def key_name(tonic: int, scale: str) -> str:
    """The key as tags write it: "F#m", "Bb"."""
    return f"{_MINOR_TONICS[tonic % 12]}m" if scale in MINOR else _TONICS[tonic % 12]


def pitch_of(tonic: int, scale: str, degree: int) -> int:
    """The MIDI pitch of a step of the scale; steps go on through the octaves, also downwards."""
    octave, step = divmod(degree, 7)
    return tonic + 12 * octave + SCALES[scale][step]


def chord_degrees(root: int, size: int) -> tuple[int, ...]:
    """The steps of the scale in the chord on `root`: three of them, or four with the seventh."""
    return tuple(root + 2 * place for place in range(size))


def voice_chord(pitches: list[int], before: list[int] | None, low: int = 53, high: int = 76) -> list[int]:
    """The notes of a chord in the octaves that lie nearest to the chord before, so that voices move little."""
    classes = [pitch % 12 for pitch in pitches]
    target = sum(before) / len(before) if before else _MIDDLE + 4
    best: list[int] = []
    for turn in range(len(classes)):
        voiced: list[int] = []
        for pitch_class in classes[turn:] + classes[:turn]:
            pitch = low + (pitch_class - low) % 12 if not voiced else voiced[-1] + (pitch_class - voiced[-1]) % 12
            voiced.append(pitch)
        while sum(voiced) / len(voiced) < target - 6:
            voiced = [pitch + 12 for pitch in voiced]
        if max(voiced) <= high and (not best or _distance(voiced, target) < _distance(best, target)):
            best = voiced
    return best or sorted(pitches)


def _distance(pitches: list[int], target: float) -> float:
    return abs(sum(pitches) / len(pitches) - target)

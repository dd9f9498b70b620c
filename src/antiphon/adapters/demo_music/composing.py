"""Writing a short song: a form, chords that lead on, a melody from motifs, and the parts around it.

All chance comes from the seed, so that the same seed gives the same notes everywhere.
"""

from __future__ import annotations

import random
from typing import NamedTuple

from antiphon.adapters.demo_music import theory
from antiphon.adapters.demo_music.melody import Melodist
from antiphon.adapters.demo_music.styles import Style

_TAIL = 2.2  # seconds in which the last chord dies away
_EIGHTH = 0.5


class Note(NamedTuple):
    """One note; times are in beats from the start."""

    part: str  # "lead", "chords", "bass", "pad" or "drums"
    start: float
    length: float
    pitch: int  # MIDI; nought for drums
    velocity: float  # up to 1
    drum: str = ""


class Score(NamedTuple):
    """A whole song as notes."""

    tempo: int  # beats a minute
    beats: float
    tonic: int
    scale: str
    notes: tuple[Note, ...]
    phrases: tuple[float, ...]  # where lines of the melody begin, in beats

    @property
    def seconds(self) -> float:
        """The duration with its fading end."""
        return self.beats * 60 / self.tempo + _TAIL

    def second_of(self, beat: float) -> float:
        """When a beat sounds, in seconds."""
        return beat * 60 / self.tempo


class _Bar(NamedTuple):
    start: float
    section: str
    chord: tuple[int, ...]  # steps of the scale
    next_root: int


def compose(style: Style, seed: int, seconds: float = 30.0) -> Score:
    """Write a song of about so many seconds (at least two bars and an end)."""
    chance = random.Random(seed)
    tempo = chance.randint(*style.tempi)
    scale = chance.choice(style.scales)
    tonic = 60 + chance.randint(-5, 6)
    bars = _lay_out(style, chance, seconds, tempo)
    notes: list[Note] = []
    notes += _play_chords(style, chance, bars, tonic, scale)
    notes += _play_bass(style, bars, tonic, scale)
    notes += _play_drums(style, chance, bars)
    melodist = Melodist(chance, style.melody, style.beats, tonic, scale)
    phrases = []
    for place, bar in enumerate(bars):
        if bar.section not in ("verse", "chorus"):
            continue
        if place % 2 == 0 or bars[place - 1].section not in ("verse", "chorus"):
            phrases.append(bar.start)
        last = bars[place + 1].section != bar.section if place + 1 < len(bars) else True
        for start, length, pitch, velocity in melodist.play(bar.chord, bar.section, last):
            notes.append(Note("lead", bar.start + start, length, pitch, velocity))
    end = bars[-1].start + style.beats
    swung = tuple(sorted(_swing(note, style.swing) for note in notes))
    return Score(tempo, end, tonic, scale, swung, tuple(phrases))


def _lay_out(style: Style, chance: random.Random, seconds: float, tempo: int) -> list[_Bar]:
    """Intro, verses and choruses in phrases of four bars as far as they fit, and a closing bar on the tonic."""
    count = max(3, round((seconds - _TAIL) * tempo / 60 / style.beats))
    intro = 2 if count >= 11 else 1
    sections = ["intro"] * intro
    while len(sections) < count - 1:
        sections += (["verse"] * 4 + ["chorus"] * 4) if len(sections) == intro else ["chorus"] * 4
    sections = [*sections[: count - 1], "end"]
    verse, chorus = chance.choice(style.verses), chance.choice(style.choruses)
    roots = []
    counters = {"intro": 0, "verse": 0, "chorus": 0}
    for section in sections[:-1]:
        progression = chorus if section == "chorus" else verse
        roots.append(progression[counters[section] % len(progression)])
        counters[section] += 1
    roots.append(0)
    return [
        _Bar(
            place * style.beats,
            section,
            theory.chord_degrees(roots[place], style.chord_size),
            roots[min(place + 1, len(roots) - 1)],
        )
        for place, section in enumerate(sections)
    ]


def _play_chords(style: Style, chance: random.Random, bars: list[_Bar], tonic: int, scale: str) -> list[Note]:
    notes: list[Note] = []
    voiced: list[int] | None = None
    for bar in bars:
        pitches = [theory.pitch_of(tonic - 12, scale, degree) for degree in bar.chord]
        voiced = theory.voice_chord(pitches, voiced)
        if style.pad and (bar.section != "intro" or not style.drums):
            notes += [Note("pad", bar.start, style.beats, pitch, 0.7) for pitch in voiced]
        if bar.section == "end":
            spread = 0.06 if style.comping == "picked" else 0.0
            ending = enumerate(voiced)
            notes += [Note("chords", bar.start + place * spread, style.beats, pitch, 0.8) for place, pitch in ending]
            continue
        notes += _comp(style, chance, bar, voiced)
    return notes


def _comp(style: Style, chance: random.Random, bar: _Bar, voiced: list[int]) -> list[Note]:
    loud = {"intro": 0.6, "verse": 0.7}.get(bar.section, 0.85)
    if style.comping == "picked":
        return _pick(style, bar, voiced, loud)
    if style.comping == "bells":
        places = sorted(chance.sample(range(style.beats * 2), 3))
        high = [pitch + 12 for pitch in voiced]
        return [
            Note("chords", bar.start + place * _EIGHTH, 2.0, chance.choice(high), loud * chance.uniform(0.5, 0.9))
            for place in places
        ]
    hits = [place for place, mark in enumerate(style.comping) if mark != "."]
    notes = []
    for number, place in enumerate(hits):
        until = hits[number + 1] if number + 1 < len(hits) else len(style.comping)
        length = min((until - place) / 4, 1.5) * 0.9
        notes += [Note("chords", bar.start + place / 4, length, pitch, loud) for pitch in voiced]
    return notes


def _pick(style: Style, bar: _Bar, voiced: list[int], loud: float) -> list[Note]:
    """Broken chords in eighths: the thumb below, the fingers above."""
    top = [*voiced[1:], voiced[0] + 12]
    order = [voiced[0] - 12, top[0], top[-1], top[1], voiced[0], top[-1], top[1], top[0]][: style.beats * 2]
    return [
        Note("chords", bar.start + place * _EIGHTH, 1.4, pitch, loud * (1.0 if place % 4 == 0 else 0.78))
        for place, pitch in enumerate(order)
    ]


def _play_bass(style: Style, bars: list[_Bar], tonic: int, scale: str) -> list[Note]:
    notes = []
    for bar in bars:
        if bar.section == "intro":
            continue
        root = _low(theory.pitch_of(tonic, scale, bar.chord[0]))
        line = "R" if bar.section == "end" else style.bass_line
        hits = [place for place, mark in enumerate(line) if mark != "."]
        for number, place in enumerate(hits):
            until = hits[number + 1] if number + 1 < len(hits) else style.beats * 4
            approach = _low(theory.pitch_of(tonic, scale, bar.next_root - 1))
            fifth = _low(theory.pitch_of(tonic, scale, bar.chord[2]))
            pitch = {"R": root, "5": fifth, "8": root + 12, "a": approach}[line[place]]
            notes.append(Note("bass", bar.start + place / 4, min((until - place) / 4, 4) * 0.92, pitch, 0.9))
    return notes


def _low(pitch: int) -> int:
    """The same note where basses play: E1 to D#2, as upright basses sound."""
    return 28 + (pitch - 28) % 12


def _play_drums(style: Style, chance: random.Random, bars: list[_Bar]) -> list[Note]:
    notes = []
    for place, bar in enumerate(bars):
        if bar.section == "intro" and place == 0:
            continue
        if bar.section == "end":
            notes += [Note("drums", bar.start, 1, 0, 0.8, drum) for drum in ("kick",) if drum in style.drums]
            continue
        fill = place + 1 < len(bars) and bars[place + 1].section != bar.section
        for drum, pattern in style.drums.items():
            if drum == "tom" and not fill:
                continue
            for step, mark in enumerate(pattern):
                if mark == "." or (bar.section == "intro" and drum in ("snare", "clap")):
                    continue
                velocity = (0.9 if mark == "x" else 0.45) * chance.uniform(0.85, 1.0)
                notes.append(Note("drums", bar.start + step / 4, 0.25, 0, velocity, drum))
    return notes


def _swing(note: Note, swing: float) -> Note:
    """Every second eighth comes late, and the sixteenths between move along."""
    if not swing:
        return note
    eighth, rest = divmod(note.start, _EIGHTH)
    if eighth % 2:
        return note._replace(start=note.start + swing * _EIGHTH * (1 - rest / _EIGHTH))
    return note._replace(start=eighth * _EIGHTH + rest * (1 + swing))

"""One song from a plan to a file: composed, played, encoded."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import NamedTuple

import numpy as np

from antiphon.adapters.demo_music import theory
from antiphon.adapters.demo_music.composing import Score, compose
from antiphon.adapters.demo_music.encoding import encode
from antiphon.adapters.demo_music.loudness import measure_loudness
from antiphon.adapters.demo_music.mixing import render
from antiphon.adapters.demo_music.styles import Style, style_for
from antiphon.adapters.demo_music.tagging import SongTags, SyncedWords, write_song_tags


class MadeSong(NamedTuple):
    """What became known of a song while it was made."""

    tempo: int
    key: str
    loudness: float  # LUFS
    peak: float  # of full scale
    seconds: float
    lines: tuple[int, ...]  # milliseconds at which lines of the melody begin


def stable_seed(*words: str) -> int:
    """A seed from words: the same everywhere and always."""
    return int.from_bytes(hashlib.sha256("\n".join(words).encode()).digest()[:6], "big")


def make_sound(target: Path, style: Style, seed: int, seconds: float) -> MadeSong:
    """Compose and play a song, and write it without tags."""
    score = compose(style, seed, seconds)
    sound = render(score, style, seed)
    encode(sound, target)
    return MadeSong(
        score.tempo,
        theory.key_name(score.tonic, score.scale),
        measure_loudness(sound),
        float(np.abs(sound).max()),
        score.seconds,
        _line_times(score),
    )


def _line_times(score: Score) -> tuple[int, ...]:
    return tuple(round(score.second_of(phrase) * 100) * 10 for phrase in score.phrases)


def sync_words(words: tuple[str, ...], made: MadeSong) -> SyncedWords:
    """Lay the lines on the phrases of the melody; lines beyond the last phrase follow at the same pace."""
    times = list(made.lines) or [0]
    pace = times[-1] - times[-2] if len(times) > 1 else 4_000
    end = round(made.seconds * 1000)
    while len(times) < len(words):
        times.append(times[-1] + pace)
    if times[len(words) - 1] >= end:
        step = (end - times[0]) // (len(words) + 1)
        times = [times[0] + number * step for number in range(len(words))]
    return tuple(zip(times, words, strict=False))


def make_song(
    target: Path,
    *,
    title: str,
    artist: str,
    album: str = "",
    genre: str = "",
    mood: str = "",
    seed: int = 0,
    seconds: float = 30.0,
    track: int = 1,
    track_total: int = 1,
    date: str = "",
    cover: bytes | None = None,
) -> MadeSong:
    """Make one tagged song at `target` (.flac, .mp3, .opus, .m4a or .wav); genre and mood decide how it sounds.

    The same words and seed give the same notes. The folder must exist. Raises ValueError for another ending.
    WAV files stay without tags.
    """
    made = make_sound(target, style_for(genre, mood), stable_seed(title, artist, album, str(seed)), seconds)
    tags = SongTags(
        title=title,
        artists=(artist,),
        album=album,
        album_artist=artist,
        track=track,
        track_total=track_total,
        date=date,
        genres=(genre,) if genre else (),
        mood=mood,
        tempo=made.tempo,
        key=made.key,
        loudness=made.loudness,
        peak=made.peak,
        album_loudness=made.loudness,
        album_peak=made.peak,
    )
    write_song_tags(target, tags, cover)
    return made

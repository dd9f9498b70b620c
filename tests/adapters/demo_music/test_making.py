"""Composing, playing and tagging single songs."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from antiphon.adapters.demo_music import make_song, theory
from antiphon.adapters.demo_music.composing import compose
from antiphon.adapters.demo_music.instruments import INSTRUMENTS, RATE
from antiphon.adapters.demo_music.loudness import measure_loudness
from antiphon.adapters.demo_music.mixing import render
from antiphon.adapters.demo_music.songs import MadeSong, stable_seed, sync_words
from antiphon.adapters.demo_music.styles import STYLES, style_for
from antiphon.adapters.media.tags import read_tags

SEEDS = some.integers(0, 2**48 - 1)


@pytest.mark.parametrize("name", STYLES)
def test_the_same_seed_gives_the_same_notes(name: str) -> None:
    style = STYLES[name]
    assert compose(style, 7, 30) == compose(style, 7, 30)
    assert len({compose(style, seed, 30).notes for seed in range(20)}) == 20


def test_notes_are_the_same_on_every_machine() -> None:
    score = compose(STYLES["folk"], 1, 30)
    lead = [note.pitch - score.tonic for note in score.notes if note.part == "lead"][:8]
    assert (score.tempo, score.scale, theory.key_name(score.tonic, score.scale)) == (88, "ionian", "B")
    assert lead == [7, 11, 9, 12, 14, 12, 11, 14]
    assert stable_seed("a", "b") == 138_645_691_904_283


@settings(max_examples=60, deadline=None)
@given(some.sampled_from(sorted(STYLES)), SEEDS, some.floats(8, 60))
def test_every_score_is_playable_music(name: str, seed: int, seconds: float) -> None:
    style = STYLES[name]
    score = compose(style, seed, seconds)
    assert abs(score.seconds - seconds) <= style.beats * 60 / score.tempo * 3
    scale = {(score.tonic + step) % 12 for step in theory.SCALES[score.scale]}
    for note in score.notes:
        assert 0 <= note.start < score.beats + 0.5
        assert 0 < note.length <= 16
        assert 0 < note.velocity <= 1
        if note.part == "drums":
            assert note.drum in style.drums
        else:
            assert note.pitch % 12 in scale
            assert 24 <= note.pitch <= 100
    last = [
        note.pitch % 12 for note in score.notes if note.part == "chords" and note.start >= score.beats - style.beats
    ]
    assert score.tonic % 12 in last
    assert list(score.phrases) == sorted(set(score.phrases))


@given(SEEDS)
def test_chords_move_little(seed: int) -> None:
    before = None
    for degree in (0, 5, 3, 4, seed % 7):
        pitches = [theory.pitch_of(48 + seed % 12, "ionian", step) for step in theory.chord_degrees(degree, 4)]
        voiced = theory.voice_chord(pitches, before)
        assert {pitch % 12 for pitch in voiced} == {pitch % 12 for pitch in pitches}
        assert 53 <= min(voiced) <= max(voiced) <= 76
        if before:
            assert abs(sum(voiced) - sum(before)) / 4 <= 7
        before = voiced


@pytest.mark.parametrize("name", INSTRUMENTS)
@pytest.mark.parametrize("frequency", [55.0, 440.0, 1046.5])
def test_instruments_play_in_tune_and_without_clicks(name: str, frequency: float) -> None:
    sound = INSTRUMENTS[name](frequency, 1.0)
    assert sound.dtype == np.float32
    assert np.isfinite(sound).all()
    assert 0.05 < np.abs(sound).max() < 3
    assert abs(float(sound[0])) < 0.02
    assert abs(float(sound[-1])) < 0.02
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound)), 1 << 18))
    overtones = np.fft.rfftfreq(1 << 18, 1 / RATE)[spectrum.argmax()] / frequency
    assert abs(overtones - round(overtones)) < 0.02 * max(1, round(overtones))


def test_loudness_of_a_known_tone() -> None:
    tone = (0.1 * np.sin(2 * np.pi * 997 * np.arange(RATE * 10) / RATE)).astype(np.float32)
    assert measure_loudness(np.stack([tone, tone])) == pytest.approx(-20.0, abs=0.1)
    assert measure_loudness(np.zeros((2, RATE), dtype=np.float32)) == -70
    assert measure_loudness(np.zeros((2, 100), dtype=np.float32)) == -70


@pytest.mark.parametrize("name", ["folk", "ambient", "drive"])
def test_a_rendered_song_is_as_loud_as_its_style(name: str) -> None:
    style = STYLES[name]
    sound = render(compose(style, 5, 12), style, 5)
    assert measure_loudness(sound) == pytest.approx(style.loud, abs=1.5)
    assert np.abs(sound).max() <= 0.84
    assert np.array_equal(sound, render(compose(style, 5, 12), style, 5))


@pytest.mark.parametrize("suffix", [".flac", ".mp3", ".opus", ".m4a"])
def test_make_song(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"song{suffix}"
    made = make_song(
        path, title="A Title", artist="An Artist", album="An Album", genre="Jazz", mood="calm", seed=3, seconds=10,
        track=2, track_total=9, date="2024",
    )  # fmt: skip
    read = read_tags(str(path))
    assert (read.title, read.artist_text, read.album, read.genres) == ("A Title", "An Artist", "An Album", ("Jazz",))
    assert (read.track, read.track_total, read.date, read.moods) == (2, 9, "2024", ("calm",))
    assert read.duration == pytest.approx(made.seconds, abs=0.1)
    assert read.replaygain_track_gain == pytest.approx(-18 - made.loudness, abs=0.02)
    assert read.bpm == made.tempo
    with av.open(str(path)) as container:
        assert sum(frame.samples for frame in container.decode(audio=0)) > 9 * RATE


def test_unknown_endings_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="flac"):
        make_song(tmp_path / "song.xyz", title="T", artist="A", seconds=8)


def test_mood_and_genre_turn_the_music() -> None:
    assert style_for("Indie Rock", "").tempi == style_for("Indie Rock", "").tempi
    assert style_for("Jazz", "happy").tempi[0] > style_for("Jazz", "sad").tempi[0]
    assert set(style_for("Jazz", "sad").scales) <= {"dorian", "aeolian"}
    assert style_for("", "calm").pad == STYLES["ambient"].pad
    for genre in ("", "Polka", "ROCK", "Deep House", "Bossa Nova"):
        for mood in ("", "happy", "sad", "unheard of"):
            assert compose(style_for(genre, mood), 1, 10).notes


def test_words_fit_into_the_song() -> None:
    made = MadeSong(100, "C", -14.0, 0.5, 30.0, (2_000, 8_000))
    words = tuple("abcdef")
    synced = sync_words(words, made)
    assert [line for _, line in synced] == list(words)
    assert [time for time, _ in synced] == sorted({time for time, _ in synced})
    assert synced[-1][0] < 30_000

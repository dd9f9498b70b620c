"""What is measured of songs, on sound whose loudness, tempo and key are known because it was made so."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from antiphon.adapters.media.analysis.measuring import measure
from antiphon.adapters.media.tags import read_tags
from antiphon.areas.library.data import MeasuredSound, UnmeasuredSound
from tests.audio.maker import AudioMaker
from tests.audio.music import RATE, Samples, chords, clicks, sine, write_wave

C_MAJOR = [(0, False), (5, False), (7, False), (0, False)] * 2
A_MINOR = [(9, True), (2, True), (4, True), (9, True)] * 2


@pytest.fixture
def measured(tmp_path: Path):
    """Measures samples as a file."""

    def given(samples: Samples, channels: int = 2) -> MeasuredSound:
        found = measure(str(write_wave(tmp_path / "song.wav", samples, channels)))
        assert isinstance(found, MeasuredSound), found
        return found

    return given


def test_a_tone_is_as_loud_as_the_standard_says(measured) -> None:
    """EBU Tech 3341, case 1: a stereo tone of 1 kHz at -23 dBFS measures -23 LUFS, one channel alone 3 LU less."""
    tone = sine(1000, 20, -23)
    assert measured(tone).loudness == pytest.approx(-23.0, abs=0.1)
    assert measured(tone, channels=1).loudness == pytest.approx(-26.0, abs=0.1)


def test_quiet_parts_do_not_count_towards_loudness(measured) -> None:
    """EBU Tech 3341, case 3: -36, -23 and -36 dBFS for 10, 60 and 10 seconds measure -23 LUFS."""
    sound = np.concatenate([sine(1000, 10, -36), sine(1000, 60, -23), sine(1000, 10, -36)])
    assert measured(sound).loudness == pytest.approx(-23.0, abs=0.1)


def test_the_range_of_loudness_is_told(measured) -> None:
    """EBU Tech 3342, case 1: 20 seconds at -20 and 20 at -30 dBFS have a range of 10 LU."""
    assert measured(np.concatenate([sine(1000, 20, -20), sine(1000, 20, -30)])).loudness_range == pytest.approx(
        10, abs=1
    )


def test_the_true_peak_lies_between_the_samples(measured) -> None:
    """EBU Tech 3341, case 16: a tone of a quarter of the rate whose samples all miss its top by 3 dB."""
    found = measured(sine(RATE / 4, 2, -6, phase=np.pi / 4))
    assert 20 * np.log10(found.true_peak) == pytest.approx(-6.0, abs=0.3)


@pytest.mark.parametrize("tempo", [84, 120, 152])
def test_clicks_have_their_tempo(measured, tempo: int) -> None:
    found = measured(clicks(tempo, 25))
    assert found.tempo == pytest.approx(tempo, rel=0.01)
    assert found.tempo_clarity > 0.4


def test_chords_have_their_key(measured) -> None:
    assert measured(chords(C_MAJOR, 1.5)).key == "C"
    assert measured(chords(A_MINOR, 1.5)).key == "Am"
    assert measured(chords([((root + 2) % 12, minor) for root, minor in C_MAJOR], 1.5)).key == "D"


def test_drums_have_more_energy_than_soft_chords(measured) -> None:
    drums, pad = measured(clicks(140, 20)), measured(chords(C_MAJOR, 2.5, -30))
    assert drums.energy > pad.energy + 0.2


def test_the_waveform_follows_the_sound(measured) -> None:
    heights = measured(np.concatenate([sine(300, 6, -60), sine(300, 6, -6)])).waveform
    assert len(heights) == 800
    assert max(heights[:395]) <= 2
    assert min(heights[405:]) == pytest.approx(255 * 10 ** (-6 / 20), abs=3)


def test_silence_and_short_sounds_have_no_character(measured) -> None:
    silent, short = measured(np.zeros(RATE * 10)), measured(sine(440, 2, -10))
    assert (silent.loudness, silent.tempo, silent.key, silent.vector) == (None, None, "", b"")
    assert short.loudness is not None and short.vector == b""


def test_vectors_know_a_piece_again_in_another_form(tmp_path: Path, audio: AudioMaker) -> None:
    """Quieter, and the other half of it: nearer than any other piece."""
    pieces = {
        "slow": chords([*C_MAJOR, *C_MAJOR], 1.5),
        "sad": chords([*A_MINOR, *A_MINOR], 1.0, -24),
        "drums": clicks(128, 24),
        "quick": clicks(170, 24, seed=5) * 0.5 + np.resize(chords(A_MINOR, 0.4), 24 * RATE),
    }
    vectors = {name: _vector(tmp_path, samples) for name, samples in pieces.items()}
    for name, samples in pieces.items():
        again = _vector(tmp_path, samples[: len(samples) * 2 // 3] * 0.4)
        nearness = {other: float(again @ vector) for other, vector in vectors.items()}
        assert max(nearness, key=lambda other: nearness[other]) == name, nearness


def test_the_hash_of_the_audio_stays_when_tags_change(tmp_path: Path, audio: AudioMaker) -> None:
    first = audio.song(tmp_path / "a.mp3", {"title": "One"}, kind="mp3")
    second = tmp_path / "b.mp3"
    shutil.copy(first, second)
    audio.song(second, {"title": "Another title, a longer one", "artist": "Somebody"}, kind="mp3")
    other = audio.song(tmp_path / "c.flac", {"title": "One"}, kind="flac")
    hashes = [measure(str(path)).audio_sha256 for path in (first, second, other)]
    assert read_tags(str(first), with_picture=False).title != read_tags(str(second), with_picture=False).title
    assert hashes[0] == hashes[1] != hashes[2]


def test_what_is_no_music_is_told_with_a_reason(tmp_path: Path) -> None:
    for name, content in (("empty.flac", b""), ("zeros.mp3", bytes(5000)), ("text.ogg", b"no music at all" * 100)):
        path = tmp_path / name
        path.write_bytes(content)
        found = measure(str(path))
        assert isinstance(found, UnmeasuredSound)
        assert found.reason.endswith(".")


def test_a_file_that_ends_in_the_middle_counts_as_far_as_it_goes(tmp_path: Path, audio: AudioMaker) -> None:
    whole = write_wave(tmp_path / "whole.wav", clicks(120, 20))
    torn = tmp_path / "torn.wav"
    torn.write_bytes(whole.read_bytes()[: whole.stat().st_size * 2 // 3])
    found = measure(str(torn))
    assert isinstance(found, MeasuredSound)
    assert found.duration == pytest.approx(13.3, abs=0.1)
    assert found.tempo == pytest.approx(120, rel=0.01)


def _vector(folder: Path, samples: Samples) -> np.ndarray:
    found = measure(str(write_wave(folder / "piece.wav", samples)))
    assert isinstance(found, MeasuredSound)
    vector = np.frombuffer(found.vector, "<f2").astype(float)
    assert len(vector) == 64
    assert np.linalg.norm(vector) == pytest.approx(1, abs=0.01)
    return vector


def test_numpy_is_loaded_by_helpers_alone() -> None:
    """The web process and the worker stay small: what computes with numpy runs in processes that come and go."""
    loaded = "import sys, antiphon.bootstrap.web, antiphon.bootstrap.worker; print({'numpy', 'av'} & set(sys.modules))"
    found = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "set()"

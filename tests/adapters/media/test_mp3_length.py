"""MP3 that is made of a song tells what its encoder has put around it."""

import io
import os
from pathlib import Path

import av
import numpy as np
import pytest

from antiphon.adapters.media.transcoding.engine import transcode
from antiphon.adapters.media.transcoding.source import Unplayable
from antiphon.areas.playback.data.transcodes import Recipe
from tests.audio.sounds import FORMATS, write

RATE = 44_100
SAMPLES = 5 * RATE + 123


@pytest.fixture(scope="module")
def sound() -> np.ndarray:
    """Five seconds of a rising tone with some noise."""
    moments = np.arange(SAMPLES) / RATE
    noise = np.random.default_rng(7).standard_normal(SAMPLES)
    return (0.3 * np.sin(2 * np.pi * (200 + 40 * moments) * moments) + 0.02 * noise).astype(np.float32)


def written(target: Path, sound: np.ndarray, name: str) -> Path:
    """A file of this format with the sound in both channels."""
    path = target / f"{name}.{FORMATS[name].suffix}"
    write(path, FORMATS[name], np.stack([sound, sound]), RATE)
    return path


def mp3(path: Path, **changes: object) -> bytes:
    """What is made of a file."""
    wanted = {"bitrate": 192, "sample_rate": RATE, "channels": 2, "bits": 16, "duration": SAMPLES / RATE, **changes}
    made = bytearray()
    transcode(Recipe(1, os.fsencode(path), 1, 1, "mp3", **wanted), made.extend, lambda: None)  # type: ignore[arg-type]
    return bytes(made)


def heard(data: bytes) -> np.ndarray:
    """The first channel as a player hears it that reads the header."""
    resampler = av.AudioResampler("fltp")
    with av.open(io.BytesIO(data)) as container:
        pieces = [piece.to_ndarray() for frame in container.decode(audio=0) for piece in resampler.resample(frame)]
    return np.concatenate(pieces, axis=1)[0]


@pytest.mark.parametrize("name", ["flac", "alac", "wav", "aiff", "wavpack", "opus"])
def test_its_length_is_that_of_the_song_to_the_sample(tmp_path: Path, sound: np.ndarray, name: str) -> None:
    path = written(tmp_path, sound, name)
    for changes in ({}, {"bitrate": 32, "channels": 1}, {"offset": 1.25, "gain": -3.0}):
        made, begin = heard(mp3(path, **changes)), round(changes.get("offset", 0.0) * RATE)
        assert len(made) == pytest.approx(SAMPLES - begin, abs=1), changes
        whole, middle = sound[begin:], len(made) // 2
        fits = [np.dot(made[middle + shift :][:4000], whole[middle:][:4000]) for shift in range(-40, 41)]
        assert abs(int(np.argmax(fits)) - 40) <= 1, changes
    for rate in (48_000, 22_050, 16_000):
        assert len(heard(mp3(path, sample_rate=rate))) == pytest.approx(SAMPLES * rate / RATE, abs=1), rate


def test_halves_of_a_sound_follow_each_other_without_a_gap(tmp_path: Path, sound: np.ndarray) -> None:
    halves = []
    for number, half in enumerate((sound[: SAMPLES // 2], sound[SAMPLES // 2 :])):
        (tmp_path / str(number)).mkdir()
        halves.append(heard(mp3(written(tmp_path / str(number), half, "flac"), duration=len(half) / RATE)))
    joined, seam = np.concatenate(halves), SAMPLES // 2
    assert len(joined) == SAMPLES
    # Away from the very seam, where an encoder knows nothing of the other half, both lie where they did.
    for place in (seam - 3000, seam + 1000):
        fits = [np.dot(joined[place + shift :][:2000], sound[place:][:2000]) for shift in range(-20, 21)]
        assert int(np.argmax(fits)) == 20


def test_a_file_without_sound_is_refused_before_anything_is_told(tmp_path: Path, sound: np.ndarray) -> None:
    path = written(tmp_path, sound, "flac")
    path.write_bytes(path.read_bytes()[:86])
    made = bytearray()
    with pytest.raises(Unplayable):
        transcode(Recipe(1, os.fsencode(path), 1, 1, "mp3", 192, RATE, 2, 16, 5.0), made.extend, lambda: None)
    assert not made

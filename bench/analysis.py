"""Measuring songs: what each step of it costs, how many songs an hour, and how quick similar ones are found."""

import asyncio
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import av
import numpy as np

from antiphon.adapters.media.analysis import SoundMeters
from antiphon.adapters.media.neighbours import SoundNeighbours
from antiphon.areas.library.data import MeasuredSound
from bench.load import percentile
from bench.machine import cpu_seconds, least_cpu_seconds, memory_mb
from bench.report import Goals, Table, write

SECONDS = 180
RATE = 44_100
FORMS = {"flac": ("flac", "flac"), "mp3": ("libmp3lame", "mp3"), "opus": ("libopus", "ogg")}
TRIES = 3
SONGS = 24
VECTORS = 100_000
QUESTIONS = 200
GOAL_CPU_SECONDS = 0.9
GOAL_SIMILAR_MS = 5.0
NOTES = """
A song of three minutes, stereo at 44.1 kHz: chords, a bass and drums of noise. Steps: seconds of processor time in one
thread, the least of three runs; what they add up to is also measured as a whole. Many songs: one helper process, as on
a machine with two cores, started before the clock. Similar songs: 100,000 vectors of 64 numbers, 50 neighbours, from
the question to the answer of the helper process.
"""


def run(*, quick: bool, sizes: Sequence[int] = ()) -> bool:
    """Measure; False where a goal was missed. `sizes` mean nothing here."""
    with tempfile.TemporaryDirectory(prefix="antiphon-bench-") as temporary:
        folder = Path(temporary)
        made = make_songs(folder, 20 if quick else SECONDS)
        steps, slowest = _steps(made, tries=1 if quick else TRIES)
        many = asyncio.run(_many(made["mp3"], 3 if quick else SONGS))
        similar, median = asyncio.run(_similar(folder, 2000 if quick else VECTORS, 10 if quick else QUESTIONS))
    goals = Goals()
    goals.at_most("processor seconds for one song, the slowest form", GOAL_CPU_SECONDS, slowest)
    goals.at_most("similar songs, median, ms", GOAL_SIMILAR_MS, median)
    write("analysis", "Measuring songs", [steps, many, similar, goals], NOTES, quick=quick)
    return quick or goals.reached


def make_songs(folder: Path, seconds: int) -> dict[str, Path]:
    """The same song in several forms."""
    time_axis = np.arange(RATE * seconds) / RATE
    random = np.random.default_rng(1)
    tones = sum(np.sin(2 * np.pi * hertz * time_axis) * 0.06 for hertz in (110, 220, 277.2, 329.6, 659.3, 1318.5))
    beat = random.normal(0, 0.3, len(time_axis)) * np.exp(-((time_axis * 2.1) % 1) * 18)
    left = tones + beat
    sound = np.stack([left, 0.8 * tones + 0.9 * beat + random.normal(0, 0.01, len(time_axis))])
    samples = (np.clip(sound, -1, 1) * 32767).astype(np.int16)
    return {name: _encode(folder / f"song.{name}", samples, *form) for name, form in FORMS.items()}


def _encode(path: Path, samples: np.ndarray, encoder: str, container: str) -> Path:
    rate = 48_000 if encoder == "libopus" else RATE
    frame = av.AudioFrame.from_ndarray(samples.T.reshape(1, -1).copy(), format="s16", layout="stereo")
    frame.sample_rate, frame.pts = RATE, 0
    with av.open(str(path), "w", format=container) as output:
        stream = output.add_stream(encoder, rate=rate, layout="stereo")
        context = stream.codec_context
        context.open()
        resampler = av.AudioResampler(context.format, "stereo", rate, context.frame_size or None)
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            output.mux(stream.encode(piece))
        output.mux(stream.encode(None))
    return path


def _steps(made: dict[str, Path], tries: int) -> tuple[Table, float]:
    from antiphon.adapters.media.analysis.measuring import measure

    table = Table("Processor seconds for one song", ["step", *made])
    columns = {name: seconds_of_steps(path, tries) for name, path in made.items()}
    for step in next(iter(columns.values())):
        table.add(step, *(f"{column[step]:.3f}" for column in columns.values()))
    whole = {name: least_cpu_seconds(partial(measure, str(path)), tries) for name, path in made.items()}
    table.add("all of it, as the helper does", *(f"{seconds:.3f}" for seconds in whole.values()))
    return table, max(whole.values())


def seconds_of_steps(path: Path, tries: int) -> dict[str, float]:
    """Processor seconds of each step of measuring a file, the least of so many tries."""
    from antiphon.adapters.media.analysis.decoding import Decoded
    from antiphon.adapters.media.analysis.features import beat_of, levels_of
    from antiphon.adapters.media.analysis.key import key_of
    from antiphon.adapters.media.analysis.loudness import Loudness, TruePeak
    from antiphon.adapters.media.analysis.measuring import Character, Meters
    from antiphon.adapters.media.analysis.waveform import Waveform

    decoded = Decoded(str(path))
    pieces = list(decoded)
    rate, channels = decoded.rate, decoded.channels
    meters = Meters(rate, channels)
    meters.hear(pieces)
    levels = levels_of(meters.spectra.bands)
    tones, spectra = _mono_and_spectra(pieces, rate, channels)
    steps = {
        "decode, hash of the audio": lambda: list(Decoded(str(path))),
        "loudness": lambda: _listen(Loudness(rate, channels), pieces),
        "true peak": lambda: _listen(TruePeak(channels), pieces),
        "waveform": lambda: _listen(Waveform(), pieces),
        "mono at 22 kHz": tones,
        "spectra": spectra,
        "tempo, key, features": lambda: Character(meters, -14.0, 5.0),
        "  of that: tempo": lambda: beat_of(levels),
        "  of that: key": lambda: key_of(meters.spectra.notes),
    }
    return {name: least_cpu_seconds(step, tries) for name, step in steps.items()}


def _mono_and_spectra(
    pieces: list[np.ndarray], rate: int, channels: int
) -> tuple[Callable[[], object], Callable[[], object]]:
    from antiphon.adapters.media.analysis.decoding import Mono
    from antiphon.adapters.media.analysis.spectra import Spectra

    def mix_down() -> list[np.ndarray]:
        mono = Mono(rate, channels)
        return [part for piece in pieces for part in mono.of(piece)]

    samples = mix_down()
    return mix_down, lambda: _listen(Spectra(), samples)


def _listen(meter: Any, pieces: list[np.ndarray]) -> None:
    for piece in pieces:
        meter.add(piece)


async def _many(song: Path, songs: int) -> Table:
    meters = SoundMeters(1)
    try:
        await meters.measure(song)
        process = meters._all[0].process_id
        assert process is not None
        start, used = time.perf_counter(), cpu_seconds(process)
        found = [await meters.measure(song) for _ in range(songs)]
        wall, cpu = time.perf_counter() - start, cpu_seconds(process) - used
        memory = memory_mb(process)
    finally:
        await meters.close()
    assert all(isinstance(one, MeasuredSound) for one in found)
    table = Table("Many songs, one helper", ["", ""])
    table.add("songs of three minutes, MP3", songs)
    table.add("load of the machine meanwhile", f"{os.getloadavg()[0]:.0f}")
    table.add("songs an hour by the clock", f"{songs / wall * 3600:,.0f}")
    table.add("wall seconds each (busy machine)", f"{wall / songs:.2f}")
    table.add("processor seconds each", f"{cpu / songs:.2f}")
    table.add("memory of the helper (PSS)", f"{memory:.0f} MB")
    return table


async def _similar(folder: Path, vectors: int, questions: int) -> tuple[Table, float]:
    made = np.random.default_rng(2).normal(size=(vectors, 64)).astype("<f2")
    neighbours = SoundNeighbours(folder)
    try:
        start = time.perf_counter()
        await neighbours.add([(number + 1, row.tobytes()) for number, row in enumerate(made)])
        await neighbours.nearest([1], 50)
        first = (time.perf_counter() - start) * 1000
        took = []
        for number in range(questions):
            start = time.perf_counter()
            await neighbours.nearest([number % vectors + 1], 50)
            took.append((time.perf_counter() - start) * 1000)
        process = neighbours._process.process_id
        assert process is not None
        memory = memory_mb(process)
    finally:
        await neighbours.close()
    median = percentile(sorted(took), 0.5)
    table = Table(f"Similar songs among {vectors:,}", ["", ""])
    table.add("first question, helper and vectors loaded", f"{first:.0f} ms")
    table.add("median", f"{median:.1f} ms")
    table.add("99th percentile", f"{percentile(sorted(took), 0.99):.1f} ms")
    table.add("memory of the helper (PSS)", f"{memory:.0f} MB")
    return table, median

"""Songs in other forms: how soon the first byte comes, how quick each encoder is, and 50 listeners at once."""

import asyncio
import hashlib
import http.client
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import av
import numpy as np

from antiphon.adapters.media.transcoding.engine import transcode
from antiphon.adapters.media.transcoding.helper import NICENESS
from antiphon.areas.playback.data.transcodes import Codec, Recipe
from bench.load import percentile
from bench.report import Goals, Table, write
from bench.serving import ROOT, product

SONG_SECONDS = 180
RATE = 44_100
FORMS: tuple[tuple[Codec, int], ...] = (("mp3", 192), ("opus", 128), ("aac", 160), ("m4a", 160), ("flac", 0))
FIRST_BYTES = 40
LISTENERS = 50
PER_PERSON = 3
BYTES_A_SECOND = 24_000  # 192 kbit/s, as it is played
LISTENING_SECONDS = 20.0
CALL_PAUSE = 0.004
GOAL_FIRST_MS = 20.0
GOAL_TIMES = 50.0
NOTES = """
A song of three minutes (chords with noise and fading notes, 44.1 kHz, FLAC). First byte: over HTTP with the helper
warm, nothing kept, from sending the request to the first byte of sound. Times real time: seconds of sound for a second
of processor time in one thread: of a WAV file, which is next to nothing but encoding, and of FLAC, which has to be
decoded first. The goal is for encoding. Listeners take 192 kbit/s, as players do; "× idle" is the p99 against that of
the first row, where nobody listens. In the second row, as a reference, nobody listens either, but a program that has
nothing to do with the server keeps each core busy: what a machine adds by being busy at all.
"""
PREPARE = """
import asyncio, sys
from pathlib import Path
from antiphon.areas.accounts.data import Registration
from antiphon.bootstrap.migrations.run import migrate
from antiphon.bootstrap.settings import read_settings
from antiphon.bootstrap.wiring import database_file, open_application
from antiphon.kernel.principal import USER, Principal

async def prepare(data, music, people):
    settings = read_settings({"ANTIPHON_DATA": str(data), "ANTIPHON_MUSIC": str(music)}, data)
    async with open_application(settings, "heavy") as application:
        await migrate(application.database, database_file(settings))
        await application.areas.library.scans.declare_folders([music])
        await application.areas.library.scans.run(lambda _share, _text: None)
        accounts = application.areas.accounts
        for number in range(people):
            name = f"listener{number}"
            registration = Registration(username=name, email=f"{name}@example.org", password="correct horse battery")
            user = (await accounts.registration.register(registration)).user
            principal = Principal(user_id=user.id, username=user.username, roles=frozenset({USER}))
            print((await accounts.keys.create_app_password(principal, "bench")).password)

asyncio.run(prepare(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])))
"""


def run(*, quick: bool, sizes: Sequence[int] = ()) -> bool:
    """Measure; False where a goal was missed. `sizes` mean nothing here."""
    with tempfile.TemporaryDirectory(prefix="antiphon-bench-") as temporary:
        folder = Path(temporary)
        data, music = folder / "data", folder / "music"
        data.mkdir()
        music.mkdir()
        seconds = 20 if quick else SONG_SECONDS
        _make_song(music / "song.flac", seconds)
        _make_wav(music / "song.flac", folder / "song.wav")
        speed, slowest = _speed((folder / "song.wav", music / "song.flac"), seconds, quick=quick)
        people = -(-LISTENERS // PER_PERSON)
        passwords = _prepare(data, music, people)
        environment = {
            "ANTIPHON_DATA": str(data),
            "ANTIPHON_MUSIC": str(music),
            "TRANSCODES": str(LISTENERS),
            "TRANSCODE_CACHE": "0",
        }
        with product(environment, on_one_core=False) as running:
            cold = _cold(running.port, passwords[0])
            first, latest = _first_bytes(running.port, passwords[0], 5 if quick else FIRST_BYTES)
            many = asyncio.run(_many(running.port, passwords, music / "song.flac", 4.0 if quick else LISTENING_SECONDS))
    load = Table("Load of the machine", ("1 minute", "5 minutes", "cores"), [(*os.getloadavg()[:2], os.cpu_count())])
    goals = Goals()
    goals.at_most("first byte, helper warm, p95 of the slowest form, ms", GOAL_FIRST_MS, latest)
    goals.at_least("× real time: encoding, the slowest form", GOAL_TIMES, slowest)
    write("transcoding", "Songs in other forms", [first, cold, speed, many, load, goals], NOTES, quick=quick)
    return goals.reached


def _make_song(target: Path, seconds: int) -> None:
    """Chords that change every two seconds, fading, with a little noise."""
    chance = np.random.default_rng(3)
    moments = np.arange(RATE * 2) / RATE
    with av.open(str(target), "w", format="flac") as container:
        stream = container.add_stream("flac", rate=RATE, layout="stereo")
        stream.codec_context.open()
        resampler = av.AudioResampler("s16", "stereo", RATE, stream.codec_context.frame_size)
        for _ in range(seconds // 2):
            notes = 110 * 2 ** (chance.choice(12, 4, replace=False) / 12 + chance.integers(0, 3, 4))
            tones = sum(
                np.sin(2 * np.pi * note * part * moments) / part**1.5 for note in notes for part in (1, 2, 3, 4)
            )
            sound = tones * np.exp(-moments) * 0.08 + chance.standard_normal((2, len(moments))) * 0.003
            frame = av.AudioFrame.from_ndarray(
                (sound * 32_767).clip(-32_768, 32_767).astype(np.int16), "s16p", "stereo"
            )
            frame.sample_rate = RATE
            for piece in resampler.resample(frame):
                container.mux(stream.encode(piece))
        for piece in resampler.resample(None):
            container.mux(stream.encode(piece))
        container.mux(stream.encode(None))


def _make_wav(source: Path, target: Path) -> None:
    with av.open(str(source)) as sound, av.open(str(target), "w", format="wav") as container:
        stream = container.add_stream("pcm_s16le", rate=RATE, layout="stereo")
        for frame in sound.decode(audio=0):
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def _prepare(data: Path, music: Path, people: int) -> list[str]:
    command = [sys.executable, "-c", PREPARE, str(data), str(music), str(people)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    return done.stdout.split()[-people:]


def _speed(sources: Sequence[Path], seconds: int, *, quick: bool) -> tuple[Table, float]:
    table = Table("Speed on one core", ("form", "kbit/s", "× real time: encoding", "× real time: of FLAC", "MB"))
    slowest = float("inf")
    for codec, bitrate in FORMS:
        found = [
            max(_timed(_wanted(source, codec, bitrate, seconds)) for _ in range(1 if quick else 3))
            for source in sources
        ]
        slowest = min(slowest, found[0][0])
        table.add(codec, bitrate or "lossless", *(times for times, _ in found), found[-1][1] / 1e6)
    return table, slowest


def _wanted(source: Path, codec: Codec, bitrate: int, seconds: int) -> Recipe:
    return Recipe(
        song_id=1,
        path=os.fsencode(source),
        size=1,
        modified_ns=1,
        codec=codec,
        bitrate=bitrate,
        sample_rate=48_000 if codec == "opus" else RATE,
        channels=2,
        bits=16,
        duration=float(seconds),
    )


def _timed(wanted: Recipe) -> tuple[float, int]:
    made = bytearray()
    before = time.thread_time()
    transcode(wanted, made.extend, lambda: None)
    return wanted.duration / (time.thread_time() - before), len(made)


def _address(password: str, number: int, **given: object) -> str:
    token = hashlib.md5(f"{password}salt".encode()).hexdigest()
    proof = {"u": f"listener{number}", "t": token, "s": "salt", "v": "1.16.1", "c": "bench", "f": "json"}
    return urlencode({**proof, **given})


def _cold(port: int, password: str) -> Table:
    """What the first listener of all waits for: the helper starts."""
    query = _address(password, 0, id="so-1", format="mp3", maxBitRate=192)
    found = [_first_byte(port, f"/rest/stream?{query}") for _ in range(2)]
    return Table("First byte, server just ready, ms", ("the first of all", "the next"), [found])


def _first_bytes(port: int, password: str, count: int) -> tuple[Table, float]:
    table = Table("First byte, helper warm, ms", ("form", "p50", "p95", "most"))
    latest = 0.0
    for codec, bitrate in FORMS:
        found: list[float] = []
        for place in range(count + 3):
            query = _address(password, 0, id="so-1", format=codec, maxBitRate=bitrate, timeOffset=place % 10)
            # FLAC from the beginning is the original itself.
            if codec == "flac" and place % 10 == 0:
                continue
            found.append(_first_byte(port, f"/rest/stream?{query}"))
        # The helper may have had to start, and each encoder to be loaded.
        kept = sorted(found[3:])
        table.add(codec, percentile(kept, 0.5), percentile(kept, 0.95), kept[-1])
        latest = max(latest, percentile(kept, 0.95))
    return table, latest


def _first_byte(port: int, path: str) -> float:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.connect()
    start = time.perf_counter()
    connection.request("GET", path)
    answer = connection.getresponse()
    assert answer.status == 200, answer.status
    assert answer.read(1)
    passed = (time.perf_counter() - start) * 1000
    connection.close()
    # The place must be free again before the next one asks.
    time.sleep(0.05)
    return passed


@contextmanager
def _busy_cores(song: Path) -> Iterator[None]:
    """A program on each core that encodes for nobody, as polite as the server's own helper."""
    spare = multiprocessing.get_context("spawn")
    programs = [spare.Process(target=_encode_for_ever, args=(song,), daemon=True) for _ in range(os.cpu_count() or 1)]
    for program in programs:
        program.start()
    time.sleep(2)
    try:
        yield
    finally:
        for program in programs:
            program.kill()
            program.join()


def _encode_for_ever(song: Path) -> None:
    os.nice(NICENESS)
    while True:
        _timed(_wanted(song, "mp3", 192, SONG_SECONDS))


async def _many(port: int, passwords: Sequence[str], song: Path, seconds: float) -> Table:
    table = Table(
        f"{LISTENERS} listeners at once, and an app that asks for albums",
        ("when", "calls", "p50, ms", "p99, ms", "× idle", "least heard : most heard", "MB/s heard"),
    )
    path = f"/rest/getAlbumList2?{_address(passwords[0], 0, type='newest')}"
    idle = await _calls(port, path, seconds / 2)
    table.add("nobody listens", *idle, 1, "", 0)
    with _busy_cores(song):
        busy = await _calls(port, path, seconds / 2)
    table.add("other programs compute", *busy, busy[2] / idle[2], "", 0)
    heard = [0] * LISTENERS
    streams = [
        asyncio.ensure_future(_listen(port, passwords[one // PER_PERSON], one // PER_PERSON, one, heard))
        for one in range(LISTENERS)
    ]
    started = time.monotonic()
    for when in ("they begin", "they listen"):
        calls, median, latest = await _calls(port, path, seconds / 2)
        table.add(when, calls, median, latest, latest / idle[2], min(heard) / max(heard), _rate(heard, started))
    for stream in streams:
        stream.cancel()
    await asyncio.gather(*streams, return_exceptions=True)
    return table


def _rate(heard: Sequence[int], started: float) -> float:
    return sum(heard) / (time.monotonic() - started) / 1e6


async def _calls(port: int, path: str, seconds: float) -> tuple[int, float, float]:
    """Calls one after the other, with pauses as a person makes them: how many, and their latencies."""
    found: list[float] = []
    until = time.monotonic() + seconds
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while time.monotonic() < until:
        start = time.perf_counter()
        writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head
        length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length"))
        await reader.readexactly(int(length.split(b":")[1]))
        found.append((time.perf_counter() - start) * 1000)
        await asyncio.sleep(CALL_PAUSE)
    writer.close()
    kept = sorted(found)
    return len(kept), percentile(kept, 0.5), percentile(kept, 0.99)


async def _listen(port: int, password: str, person: int, number: int, heard: list[int]) -> None:
    """Take sound as quickly as it is played."""
    query = _address(password, person, id="so-1", format="mp3", maxBitRate=192, timeOffset=number)
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=BYTES_A_SECOND)
    writer.write(f"GET /rest/stream?{query} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    try:
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head
        while data := await reader.read(BYTES_A_SECOND // 4):
            heard[number] += len(data)
            await asyncio.sleep(len(data) / BYTES_A_SECOND)
    finally:
        writer.close()

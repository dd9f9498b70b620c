"""Uploaded files through the real worker: how many an hour become songs and are measured, and what each step costs."""

import asyncio
import http.client
import json
import sqlite3
import tempfile
import time
from base64 import b64encode
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import mutagen
from mutagen.id3 import APIC, TALB, TIT2, TPE1
from PIL import Image

from antiphon.adapters.media.artwork.helper import make_all_sizes, make_cover
from antiphon.adapters.media.intake.sound import check_sound
from antiphon.adapters.media.tags import read_tags
from antiphon.areas.accounts.data import Registration
from antiphon.areas.library.internal.covers_ahead import PAGE_SIZES
from antiphon.bootstrap.migrations.run import migrate
from antiphon.bootstrap.settings import read_settings
from antiphon.bootstrap.wiring import database_file, open_application
from bench.analysis import make_songs, seconds_of_steps
from bench.machine import least_cpu_seconds
from bench.report import Table, write
from bench.serving import Running, product
from bench.uploads import highest_memory

FILES, QUICK_FILES = 1000, 6
SECONDS, QUICK_SECONDS = 30, 5
TRIES = 5
AT_ONCE = 2
ALBUM_SONGS = 12
LONGEST_SECONDS = 7200.0
PASSWORD = "correct horse battery"
NOTES = """
MP3s of 30 seconds, stereo at 44.1 kHz, each with tags of its own and an embedded cover of 800 pixels; songs are longer,
so decoding and measuring weigh more there (`analysis` has three minutes). They go by tus over loopback as the player
sends them, two at a time, each begun and then sent, to the server as it is started, with its worker and SQLite.
"Drafts": until the last of them was looked at, stored and written down; "measured": until loudness, waveform, tempo,
key and features of the last one are kept. Both happen while files still come in. Memory is the highest PSS of the web
process until all are drafts, above what it was before. Steps: processor seconds for one file, the least of five runs,
each alone in one process; the sizes of covers that pages show are made from one decode.
"""


def run(*, quick: bool, sizes: Sequence[int] = ()) -> bool:
    """Measure. `sizes` are numbers of files, instead of the usual one."""
    files = sizes[0] if sizes else QUICK_FILES if quick else FILES
    with tempfile.TemporaryDirectory(prefix="antiphon-bench-") as temporary:
        folder = Path(temporary)
        for name in ("data", "music", "steps"):
            (folder / name).mkdir()
        sound = make_songs(folder, QUICK_SECONDS if quick else SECONDS)["mp3"].read_bytes()
        picture = _picture()
        environment = {"ANTIPHON_DATA": str(folder / "data"), "ANTIPHON_MUSIC": str(folder / "music")}
        with product(environment, worker=True, on_one_core=False) as server:
            whole = _whole(server, folder / "data" / "antiphon.db", sound, picture, files)
        steps = _steps(folder / "steps", sound, picture, 1 if quick else TRIES)
    write("processing", "Uploaded files on their way", [whole, steps], NOTES, quick=quick)
    return True


def _picture() -> bytes:
    kept = BytesIO()
    Image.effect_noise((800, 800), 60).convert("RGB").save(kept, "JPEG", quality=85)
    return kept.getvalue()


def _tagged(sound: bytes, picture: bytes, number: int) -> bytes:
    """The sound as one of many songs."""
    kept = BytesIO(sound)
    file = mutagen.File(kept)
    if file.tags is None:
        file.add_tags()
    for tag in (
        TIT2(text=f"Song {number}"),
        TPE1(text=f"Artist {number // (4 * ALBUM_SONGS)}"),
        TALB(text=f"Album {number // ALBUM_SONGS}"),
        APIC(mime="image/jpeg", type=3, data=picture),
    ):
        file.tags.add(tag)
    kept.seek(0)
    file.save(kept)
    return kept.getvalue()


def _whole(server: Running, database: Path, sound: bytes, picture: bytes, files: int) -> Table:
    made = [_tagged(sound, picture, number) for number in range(files)]
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
    body = {"username": "ines", "email": "ines@example.org", "password": PASSWORD, "role": "artist"}
    connection.request("POST", "/api/v1/auth/register", json.dumps(body), {"Content-Type": "application/json"})
    token = json.loads(connection.getresponse().read())["data"]["token"]
    memory: list[float] = []
    start = time.perf_counter()
    with highest_memory(server, memory):
        _send_all(server, token, made)
        sent = time.perf_counter() - start
        songs = _until(database, "SELECT count(*) FROM upload WHERE state = 'done'", files, start)
    # Nobody keeps a connection open for so long.
    connection.close()
    connection.request("GET", "/api/v1/uploads/drafts?limit=1", headers={"Authorization": f"Bearer {token}"})
    drafts = json.loads(connection.getresponse().read())["page"]["total"]
    assert drafts == files, f"{drafts} drafts of {files} files"
    measured = _until(database, "SELECT count(*) FROM song_sound", files, start)
    table = Table(f"{files:,} files", ("until", "seconds", "files a second", "files an hour", "memory MB"))
    for name, seconds in (("all are received", sent), ("all are drafts", songs), ("all are measured", measured)):
        grown = f"{memory[0]:.1f}" if name == "all are drafts" else ""
        table.add(name, seconds, files / seconds, files / seconds * 3600, grown)
    return table


def _send_all(server: Running, token: str, made: Sequence[bytes]) -> None:
    """As the player does: never more than two at a time. Raises where any answer is not the expected one."""
    waiting = list(enumerate(made))[::-1]

    def send() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
        while waiting:
            try:
                number, content = waiting.pop()
            except IndexError:
                break
            _send(connection, token, f"{number}.mp3", content)
        connection.close()

    with ThreadPoolExecutor(AT_ONCE) as threads:
        for ended in [threads.submit(send) for _ in range(AT_ONCE)]:
            ended.result()


def _send(connection: http.client.HTTPConnection, token: str, name: str, content: bytes) -> None:
    tus = {"Authorization": f"Bearer {token}", "Tus-Resumable": "1.0.0"}
    filename = f"filename {b64encode(name.encode()).decode()}"
    connection.request(
        "POST", "/api/v1/uploads", headers={**tus, "Upload-Length": str(len(content)), "Upload-Metadata": filename}
    )
    begun = connection.getresponse()
    told = begun.read()
    assert begun.status == 201, (begun.status, told[:500])
    headers = {**tus, "Content-Type": "application/offset+octet-stream", "Upload-Offset": "0"}
    connection.request("PATCH", str(begun.getheader("location")), content, headers)
    answer = connection.getresponse()
    told = answer.read()
    assert (answer.status, answer.getheader("upload-offset")) == (204, str(len(content))), (answer.status, told[:500])


def _until(database: Path, question: str, wanted: int, start: float) -> float:
    """Seconds from `start` until a count in the database has come that far."""
    reader = sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=30)
    try:
        while (found := reader.execute(question).fetchone()[0]) < wanted:
            assert time.perf_counter() - start < LONGEST_SECONDS, f"{found} of {wanted} after {LONGEST_SECONDS} s"
            time.sleep(0.1)
    finally:
        reader.close()
    return time.perf_counter() - start


def _steps(folder: Path, sound: bytes, picture: bytes, tries: int) -> Table:
    path = folder / "song.mp3"
    path.write_bytes(_tagged(sound, picture, 0))
    cover = make_cover(picture).picture
    kept = folder / "cover.jpg"
    kept.write_bytes(cover)
    tags = least_cpu_seconds(lambda: read_tags(str(path), with_picture=True), tries)
    steps = {
        "tags and picture read": tags,
        "decoded and hashed": max(0.0, least_cpu_seconds(lambda: check_sound(path), tries) - tags),
        "cover made anew": least_cpu_seconds(lambda: make_cover(picture), tries),
        "stored and written down": asyncio.run(_taken_in(folder, sound, picture, tries)),
        "covers in the sizes of pages": least_cpu_seconds(
            lambda: make_all_sizes(kept, False, {size: folder / f"{size}.jpg" for size in PAGE_SIZES}), tries
        ),
    }
    measured = {name: taken for name, taken in seconds_of_steps(path, tries).items() if not name.startswith(" ")}
    steps |= {f"measured: {name}": taken for name, taken in measured.items()}
    table = Table("Processor seconds for one file", ("step", "seconds", "share, %"))
    whole = sum(steps.values())
    for name, taken in steps.items():
        table.add(name, f"{taken:.4f}", f"{taken / whole * 100:.0f}")
    table.add("all", f"{whole:.4f}", "100")
    return table


async def _taken_in(folder: Path, sound: bytes, picture: bytes, tries: int) -> float:
    """What the worker's own process spends on one file: helpers look at it, and make its cover anew."""
    environment = {"ANTIPHON_DATA": str(folder / "data"), "ANTIPHON_MUSIC": str(folder / "music")}
    for name in ("data", "music"):
        (folder / name).mkdir()
    settings = read_settings(environment)
    async with open_application(settings, "web") as application:
        await migrate(application.database, database_file(settings))
        accounts, uploads = application.areas.accounts, application.areas.library.uploads
        joined = Registration(username="ines", email="ines@example.org", password=PASSWORD, role="artist")
        artist = await accounts.access.authenticate((await accounts.registration.register(joined)).token)
        best = float("inf")
        # The first meets statements that nobody has compiled yet.
        for number in range(tries + 1):
            content = _tagged(sound, picture, number)
            row = await uploads.begin(artist, size=len(content), label="song.mp3", is_resumable=True)
            receiving = await uploads.receive(artist, row.id, 0)
            await receiving.write(content)
            await receiving.keep()
            receiving.close()
            await uploads.complete(artist, row.id)
            start = time.process_time()
            await uploads.process(_Alone(), row.id)
            best = min(best, time.process_time() - start)
        return best


class _Alone:
    """A job that nobody watches."""

    attempt = 1

    def progress(self, _fraction: float | None, _message: str = "") -> None:
        """Tell nobody."""

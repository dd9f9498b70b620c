"""Editing many songs at once: what it takes until a thousand songs have another genre, and what readers feel of it."""

import asyncio
import http.client
import json
import os
import random
import shutil
import statistics
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import select

from antiphon.areas.library.internal import tables as t
from antiphon.bootstrap.settings import read_settings
from antiphon.bootstrap.wiring import open_application
from antiphon.kernel.db import Statement
from bench import machine
from bench.catalogue_data import Catalogue, catalogue
from bench.load import percentile
from bench.report import Table, write
from bench.serving import Running, product

SONGS, QUICK_SONGS = 100_000, 5_000
EDITED, QUICK_EDITED = 1_000, 200
ROUNDS, QUICK_ROUNDS = 9, 2
GOAL_SECONDS = 1.0
PASSWORD = "correct horse battery"
PAUSE_SECONDS = 0.02
NOTES = """
`PUT /api/v1/songs` over HTTP on SQLite, the server on one core and the caller on the other: an admin gives songs
another genre, in one request, each time another one. "together" are whole albums, "scattered" are songs from all over,
so that nearly each is of another album and another artist. The answer comes when everything is written, totals of
genres and albums included, and can be undone. Meanwhile a listener reads a page of albums every 20 ms. Processor
seconds are those of the whole server for each edit, the reads beside it included: they say what an edit takes where
nothing else runs.

Other programs ran on this machine meanwhile: its load was {load:.1f} at the beginning, {after:.1f} at the end.
"""

_IDS = Statement(select(t.song.c.id).where(t.song.c.missing == 0, t.song.c.library_id == 1).order_by(t.song.c.album_id))


def run(*, quick: bool, sizes: Sequence[int] = ()) -> bool:
    """Measure; False where a goal was missed."""
    load = os.getloadavg()[0]
    made = catalogue(sizes[0] if sizes else QUICK_SONGS if quick else SONGS)
    edited, rounds = (QUICK_EDITED, QUICK_ROUNDS) if quick else (EDITED, ROUNDS)
    table = Table(
        f"{edited:,} of {made.songs:,} songs get another genre",
        (
            "which songs",
            "median s",
            "fastest s",
            "slowest s",
            "processor s",
            "goal s",
            "a page meanwhile, ms",
            "slowest ms",
        ),
    )
    slowest = 0.0
    with tempfile.TemporaryDirectory(prefix="antiphon-bench-") as temporary:
        folder = Path(temporary) / "data"
        shutil.copytree(made.folder, folder, ignore=shutil.ignore_patterns("run"))
        environment = {**made.environment, "ANTIPHON_DATA": str(folder)}
        token, ids = asyncio.run(_admin(environment, folder))
        random.Random(7).shuffle(scattered := list(ids))
        with product(environment) as running:
            for name, chosen in (("together", ids), ("scattered", scattered)):
                before = machine.cpu_seconds(running.process_id)
                seconds, reads = _edit(running, made, token, chosen, edited, rounds)
                each = (machine.cpu_seconds(running.process_id) - before) / rounds
                typical = statistics.median(seconds)
                slowest = max(slowest, typical)
                times = (typical, min(seconds), max(seconds), each, GOAL_SECONDS)
                table.add(name, *times, percentile(reads, 0.5), max(reads))
    write("editing", "Editing", [table], NOTES.format(load=load, after=os.getloadavg()[0]), quick=quick)
    return quick or slowest <= GOAL_SECONDS


async def _admin(environment: dict[str, str], folder: Path) -> tuple[str, list[int]]:
    """The token of an admin, and the songs in the order of their albums."""
    async with open_application(read_settings(environment, folder)) as application:
        accounts = application.areas.accounts
        await accounts.registration.create_admin("editor@example.org", "editor", PASSWORD)
        session = await accounts.signing_in.by_password(name="editor", by_email=False, password=PASSWORD)
        rows = await application.database.reader.fetch_slow(_IDS)
    return session.token, [row[0] for row in rows]


def _edit(
    running: Running, made: Catalogue, token: str, ids: list[int], edited: int, rounds: int
) -> tuple[list[float], list[float]]:
    """Seconds of each edit, and milliseconds of what is read beside them."""
    reads: list[float] = []
    done = threading.Event()
    reading = threading.Thread(target=_read, args=(running, made.api_key, reads, done))
    reading.start()
    connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=60)
    seconds = []
    for number in range(rounds):
        part = ids[number * edited : (number + 1) * edited]
        body = json.dumps({"ids": part, "genres": [f"Genre {number} of {len(ids)}", "Jazz"]})
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        start = time.perf_counter()
        connection.request("PUT", "/api/v1/songs", body, headers)
        answer = connection.getresponse()
        text = answer.read()
        seconds.append(time.perf_counter() - start)
        assert answer.status == 200, text
        time.sleep(0.2)
    done.set()
    reading.join()
    connection.close()
    return seconds, sorted(reads)


def _read(running: Running, key: str, reads: list[float], done: threading.Event) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=60)
    while not done.is_set():
        start = time.perf_counter()
        connection.request("GET", "/api/v1/albums?limit=50&sort=newest", headers={"Authorization": f"Bearer {key}"})
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200
        reads.append((time.perf_counter() - start) * 1000)
        time.sleep(PAUSE_SECONDS)
    connection.close()

"""Original audio from the product, and from nginx behind which it stands, beside nginx alone with `sendfile`: processor
time for a gigabyte; and 300 slow readers."""

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import NamedTuple
from urllib.parse import urlencode

from bench import machine
from bench.harness import pinned
from bench.report import Goals, Table, write
from bench.serving import ROOT, free_port, product
from tests.audio.sounds import FORMATS, encode_tone

SONG_SECONDS = 120  # 21 MB of WAV
FAST_READERS = 4
FAST_SECONDS = 3.0
ROUNDS = 8
SLOW_READERS = 300
SLOW_RATE = 128 * 1024
SLOW_SECONDS = 12.0
GOAL_CPU = 2.5
GOAL_BEHIND_NGINX = 1.5
LOCATION = "/antiphon-music"
GOAL_MEMORY_MB = 60.0
NOTES = """
One WAV file of 21 MB in the page cache; server on one core, readers on the other. Fast readers take it again and again
over loopback, in turns with nginx; a gigabyte is 10^9 bytes, its price that of the cheapest turn: other work on the
machine only adds to it. Behind nginx the product answers with X-Accel-Redirect, and both processes count. Slow readers
take 128 KiB a second each, with receive buffers of 64 KiB. Memory is the PSS of the server's processes, above what it
was before.
"""
PREPARE = """
import asyncio, sys
from pathlib import Path
import msgspec
from antiphon.areas.accounts.data import Registration
from antiphon.bootstrap.migrations.run import migrate
from antiphon.bootstrap.settings import read_settings
from antiphon.bootstrap.wiring import database_file, open_application
from antiphon.kernel.principal import USER, Principal

async def prepare(data, music):
    settings = read_settings({"ANTIPHON_DATA": str(data), "ANTIPHON_MUSIC": str(music)}, data)
    async with open_application(settings, "heavy") as application:
        await migrate(application.database, database_file(settings))
        await application.areas.library.scans.declare_folders([music])
        await application.areas.library.scans.run(lambda _share, _text: None)
        accounts = application.areas.accounts
        listener = Registration(username="listener", email="listener@example.org", password="correct horse battery")
        user = (await accounts.registration.register(listener)).user
        principal = Principal(user_id=user.id, username=user.username, roles=frozenset({USER}))
        print((await accounts.keys.create_app_password(principal, "bench")).password)

asyncio.run(prepare(Path(sys.argv[1]), Path(sys.argv[2])))
"""


class Server(NamedTuple):
    """Where a server has the song, and its processes: the one that listens, and those behind it."""

    name: str
    port: int
    path: str
    process_id: int
    behind: tuple[int, ...] = ()

    def cpu_seconds(self) -> float:
        """Processor time of all of them until now."""
        return sum(machine.cpu_seconds(one) for one in (self.process_id, *self.behind))


def run(*, quick: bool, sizes: Sequence[int] = ()) -> bool:
    """Measure; False where a goal was missed."""
    with tempfile.TemporaryDirectory(prefix="antiphon-bench-") as temporary:
        folder = Path(temporary)
        data, music = folder / "data", folder / "music"
        data.mkdir()
        music.mkdir()
        encode_tone(music / "song.wav", FORMATS["wav"], SONG_SECONDS)
        folder.chmod(0o755)
        password = _prepare(data, music)
        environment = {"ANTIPHON_DATA": str(data), "ANTIPHON_MUSIC": str(music)}
        with _ours(environment, password) as ours, _nginx(folder) as nginx:
            fast, ratio = _fast(ours, nginx, quick=quick)
            slow, memory, threads = _slow(ours, nginx, quick=quick)
        environment |= {"X_ACCEL_REDIRECT": f"{music}={LOCATION}", "TRUSTED_PROXIES": "127.0.0.1"}
        with _ours(environment, password) as ours, _nginx(folder, ours.port) as nginx:
            both = Server("both", nginx.port, ours.path, nginx.process_id, (ours.process_id,))
            accelerated, behind = _fast(both, nginx, quick=quick)
    accelerated = Table("The same, where the product stands behind nginx", accelerated.columns, accelerated.rows)
    goals = Goals()
    goals.at_most("CPU for a GB, × nginx", GOAL_CPU, ratio)
    goals.at_most("CPU for a GB behind nginx, × nginx", GOAL_BEHIND_NGINX, behind)
    goals.at_most("slow readers, more memory, MB", GOAL_MEMORY_MB, memory)
    goals.at_most("slow readers, more threads", 0, threads)
    write("streaming", "Streaming", [fast, accelerated, slow, goals], NOTES, quick=quick)
    return quick or goals.reached


def _prepare(data: Path, music: Path) -> str:
    """Scan the song and make a listener; gives their app password."""
    command = [sys.executable, "-c", PREPARE, str(data), str(music)]
    return subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT).stdout.split()[-1]


@contextmanager
def _ours(environment: Mapping[str, str], password: str) -> Iterator[Server]:
    token = hashlib.md5(f"{password}salt".encode()).hexdigest()
    proof = urlencode({"u": "listener", "t": token, "s": "salt", "v": "1.16.1", "c": "bench"})
    with product(environment) as running:
        yield Server("Antiphon", running.port, f"/rest/stream?id=so-1&{proof}", running.process_id)


@contextmanager
def _nginx(folder: Path, upstream: int | None = None) -> Iterator[Server]:
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    port = free_port()
    configuration = folder / "nginx.conf"
    passed_on = ""
    if upstream is not None:
        passed_on = (
            f" location /rest/ {{ proxy_pass http://127.0.0.1:{upstream}; }}"
            f" location {LOCATION}/ {{ internal; alias {folder}/music/; }}"
        )
    configuration.write_text(
        f"daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;\n"
        f"events {{ worker_connections 2048; }}\n"
        f"http {{ access_log off; sendfile on; tcp_nopush on; default_type audio/wav;\n"
        f"client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};\n"
        f"uwsgi_temp_path {folder}; scgi_temp_path {folder};\n"
        f"server {{ listen 127.0.0.1:{port}; root {folder}/music;{passed_on} }} }}\n",
        encoding="utf-8",
    )
    user = ["-g", "user root;"] if os.geteuid() == 0 else []
    process = subprocess.Popen(pinned([program, "-p", str(folder), "-c", str(configuration), *user]))
    time.sleep(0.5)
    try:
        yield Server("nginx", port, "/song.wav", process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(10)


def _fast(ours: Server, nginx: Server, *, quick: bool) -> tuple[Table, float]:
    table = Table(f"{FAST_READERS} fast readers", ("server", "GB/s", "CPU s for a GB", "× nginx"))
    found: dict[str, list[tuple[float, float]]] = {ours.name: [], nginx.name: []}
    for _ in range(1 if quick else ROUNDS):
        for server in (nginx, ours):
            before = server.cpu_seconds()
            told = _read(server, FAST_READERS, 0, FAST_SECONDS)
            used = server.cpu_seconds() - before
            assert told["bytes"] > 0 and not told["failed"]
            gigabytes = told["bytes"] / 1e9
            found[server.name].append((gigabytes / FAST_SECONDS, used / gigabytes))
    costs = {name: min(cost for _, cost in rounds) for name, rounds in found.items()}
    for name, rounds in found.items():
        table.add(name, median(rate for rate, _ in rounds), costs[name], costs[name] / costs[nginx.name])
    return table, costs[ours.name] / costs[nginx.name]


def _slow(ours: Server, nginx: Server, *, quick: bool) -> tuple[Table, float, int]:
    readers = 30 if quick else SLOW_READERS
    table = Table(
        f"{readers} slow readers",
        ("server", "more memory, MB", "more threads", "CPU s", "MB/s", "MB/s wanted", "readers without a byte"),
    )
    more_memory, more_threads = 0.0, 0
    for server in (nginx, ours):
        memory, threads = machine.memory_mb(server.process_id), _threads(server.process_id)
        before = machine.cpu_seconds(server.process_id)
        reading = _start_reading(server, readers, SLOW_RATE, SLOW_SECONDS)
        time.sleep(SLOW_SECONDS * 0.75)
        more_memory = machine.memory_mb(server.process_id) - memory
        more_threads = _threads(server.process_id) - threads
        told = json.loads(reading.communicate()[0])
        used = machine.cpu_seconds(server.process_id) - before
        rate = told["bytes"] / SLOW_SECONDS / 1e6
        table.add(
            server.name,
            more_memory,
            more_threads,
            used,
            rate,
            readers * SLOW_RATE / 1e6,
            told["failed"] + told["silent"],
        )
    return table, more_memory, more_threads


def _read(server: Server, readers: int, bytes_a_second: int, seconds: float) -> dict[str, int]:
    told: dict[str, int] = json.loads(_start_reading(server, readers, bytes_a_second, seconds).communicate()[0])
    return told


def _start_reading(server: Server, readers: int, bytes_a_second: int, seconds: float) -> "subprocess.Popen[str]":
    core = ["taskset", "--cpu-list", str(machine.load_core())]
    client = [sys.executable, "-m", "bench.listeners", "127.0.0.1", str(server.port), server.path]
    command = [*core, *client, str(readers), str(bytes_a_second), str(seconds)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)


def _threads(process_id: int) -> int:
    return len(list(Path(f"/proc/{process_id}/task").iterdir()))

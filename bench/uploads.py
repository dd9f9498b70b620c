"""Large uploads beside a plain copy through the same HTTP server: time, and memory while they come in."""

import contextlib
import http.client
import itertools
import json
import os
import struct
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median

from bench import machine
from bench.report import Goals, Table, write
from bench.serving import Running, product, reference

MEGABYTES, QUICK_MEGABYTES = 200, 8
ROUNDS, QUICK_ROUNDS = 5, 1
PIECE = 256 * 1024
GOAL_RATIO = 1.3
GOAL_MEMORY_MB = 16.0
PASSWORD = "correct horse battery"
# As long as browsers make it.
BOUNDARY = b"----WebKitFormBoundary7MA4YWxkTrZu0gW"
NOTES = """
A WAV file of noise over loopback, from another core, in pieces of 256 KiB; the fastest of the rounds, which take turns.
No two files are of one size: one as large as another of the same person is read once more, to be compared with it.
The copy writes each piece and calls fsync at the end. "received": until the bytes are acknowledged, counted against
quota and disk and safe from a power cut. "a song": until the file has been looked at in its helper process, stored, and
answered as a song. Memory is the highest PSS of the web process while bytes come in, above what it was before.
"""

Send = Callable[[http.client.HTTPConnection, Path], None]


def run(*, quick: bool, sizes: Sequence[int] = ()) -> bool:
    """Measure; False where a goal was missed. `sizes` are for other benchmarks."""
    megabytes, rounds = (QUICK_MEGABYTES, QUICK_ROUNDS) if quick else (MEGABYTES, ROUNDS)
    with tempfile.TemporaryDirectory(prefix="antiphon-bench-") as temporary, contextlib.ExitStack() as stack:
        folder = Path(temporary)
        (folder / "music").mkdir()
        environment = {"ANTIPHON_DATA": str(folder / "data"), "ANTIPHON_MUSIC": str(folder / "music")}
        (folder / "data").mkdir()
        ours = stack.enter_context(product(environment))
        plain = stack.enter_context(reference("bench.plain_copy:application", {"COPY_TO": str(folder / "copy")}))
        signed_in = _artist(ours)
        ways: dict[str, tuple[Running, Send]] = {
            "plain copy": (plain, _copy),
            "tus, received": (ours, lambda connection, file: _tus(connection, file, signed_in)),
            "form, a song": (ours, lambda connection, file: _form(connection, file, signed_in)),
        }
        seconds: dict[str, list[float]] = {name: [] for name in ways}
        memory: dict[str, list[float]] = {name: [] for name in ways}
        numbers = itertools.count()
        for _ in range(rounds):
            for name, (server, send) in ways.items():
                file = _noise(folder / "noise.wav", megabytes, next(numbers))
                connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=300)
                with highest_memory(server, memory[name]):
                    start = time.perf_counter()
                    send(connection, file)
                    seconds[name].append(time.perf_counter() - start)
                connection.close()
        return _told(seconds, memory, megabytes, quick)


def _told(seconds: Mapping[str, list[float]], memory: Mapping[str, list[float]], megabytes: int, quick: bool) -> bool:
    table = Table(f"{megabytes} MB", ("way", "fastest s", "median s", "ratio to the copy", "memory MB"))
    copy = min(seconds["plain copy"])
    for name, taken in seconds.items():
        table.add(name, min(taken), median(taken), min(taken) / copy, median(memory[name]))
    goals = Goals()
    for name in ("tus, received", "form, a song"):
        goals.at_most(f"{name}, against the copy", GOAL_RATIO, min(seconds[name]) / copy)
        goals.at_most(f"{name}, memory, MB", GOAL_MEMORY_MB, median(memory[name]))
    write("uploads", "Large uploads", [table, goals], NOTES, quick=quick)
    return quick or goals.reached


def _noise(path: Path, megabytes: int, number: int) -> Path:
    """A sound that no round before has had, and of a length that none had."""
    size = megabytes * 1_000_000 + 4 * number
    header = (
        b"RIFF" + struct.pack("<I", size + 36) + b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 2, 44100, 176400, 4, 16)
    )
    block = os.urandom(1_000_000)
    with path.open("wb") as file:
        file.write(header + b"data" + struct.pack("<I", size) + struct.pack("<I", number))
        for _ in range(megabytes - 1):
            file.write(block)
        file.write(block[4:] + bytes(4 * number))
    return path


def _artist(server: Running) -> dict[str, str]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    body = {"username": "ines", "email": "ines@example.org", "password": PASSWORD, "role": "artist"}
    connection.request("POST", "/api/v1/auth/register", json.dumps(body), {"Content-Type": "application/json"})
    answer = json.loads(connection.getresponse().read())
    return {"Authorization": f"Bearer {answer['data']['token']}"}


def _pieces(file: Path) -> Iterator[bytes]:
    with file.open("rb") as opened:
        while piece := opened.read(PIECE):
            yield piece


def _ask(
    connection: http.client.HTTPConnection,
    method: str,
    path: str,
    headers: Mapping[str, str],
    pieces: Iterator[bytes],
    status: int,
) -> http.client.HTTPResponse:
    connection.putrequest(method, path)
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders()
    for piece in pieces:
        connection.send(piece)
    answer = connection.getresponse()
    told = answer.read()
    assert answer.status == status, (answer.status, told[:500])
    return answer


def _copy(connection: http.client.HTTPConnection, file: Path) -> None:
    _ask(connection, "PUT", "/copy", {"Content-Length": str(file.stat().st_size)}, _pieces(file), 200)


def _tus(connection: http.client.HTTPConnection, file: Path, signed_in: Mapping[str, str]) -> None:
    size = file.stat().st_size
    tus = {**signed_in, "Tus-Resumable": "1.0.0"}
    begun = _ask(
        connection,
        "POST",
        "/api/v1/uploads",
        {**tus, "Upload-Length": str(size), "Content-Length": "0"},
        iter(()),
        201,
    )
    place = str(begun.getheader("location"))
    headers = {**tus, "Content-Type": "application/offset+octet-stream", "Upload-Offset": "0"}
    _ask(connection, "PATCH", place, {**headers, "Content-Length": str(size)}, _pieces(file), 204)
    _ask(connection, "DELETE", place, {**tus, "Content-Length": "0"}, iter(()), 204)


def _form(connection: http.client.HTTPConnection, file: Path, signed_in: Mapping[str, str]) -> None:
    mark = b"--" + BOUNDARY
    before = mark + b'\r\nContent-Disposition: form-data; name="audio"; filename="noise.wav"\r\n\r\n'
    after = b"\r\n" + mark + b"--\r\n"
    length = str(len(before) + file.stat().st_size + len(after))
    headers = {
        **signed_in,
        "Content-Type": f"multipart/form-data; boundary={BOUNDARY.decode()}",
        "Content-Length": length,
    }
    _ask(connection, "POST", "/api/song", headers, itertools.chain((before,), _pieces(file), (after,)), 201)


@contextlib.contextmanager
def highest_memory(server: Running, kept: list[float]) -> Iterator[None]:
    """Watch the memory of a server's own process: looking into a file happens in another, and has limits of its own."""
    before, highest, ended = _memory(server.process_id), 0.0, threading.Event()

    def watch() -> None:
        nonlocal highest
        while not ended.wait(0.02):
            highest = max(highest, _memory(server.process_id))

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        yield
    finally:
        ended.set()
        watching.join()
        kept.append(max(0.0, highest - before))


def _memory(process_id: int) -> float:
    """The proportional share of memory of one process, in MB."""
    for line in Path(f"/proc/{process_id}/smaps_rollup").read_text(encoding="ascii").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024 / 1e6
    return machine.memory_mb(process_id)

"""The process that reads tags: its limits, and its end."""

import asyncio
import os
import pickle
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from antiphon.adapters.media.tags import find_lyrics_beside
from antiphon.areas.library.data import ScanTools
from antiphon.areas.library.internal.scan import readers
from antiphon.areas.library.internal.scan.compare import ToRead
from antiphon.areas.library.internal.scan.readers import Readers, _Reader, _ReaderDied
from antiphon.areas.library.internal.scan.walk import FoundFile
from antiphon.areas.library.internal.scan.worker import LARGEST_FILE, MEMORY, READY, Chunk, Outcome
from antiphon.kernel.frames import framed
from tests.areas.library.hostile_readers import slowly, stuck_on_some, what_is_allowed
from tests.audio.maker import AudioMaker
from tests.services.processes import is_alive

WORKER = [
    *(sys.executable, "-m", "antiphon.areas.library.internal.scan.worker"),
    *("antiphon.adapters.media.tags:read_many", "antiphon.adapters.media.tags:find_lyrics_beside"),
    "auto",
]
# A parent that has its reader read what never ends, tells who that is, and waits.
PARENT = f"""
import os, subprocess, sys, time
name = "tests.areas.library.hostile_readers:stuck_on_some"
reading = subprocess.Popen([*{WORKER[:3]}, name, *{WORKER[4:]!r}, str(os.getpid())], stdin=subprocess.PIPE)
reading.stdin.write(bytes.fromhex(sys.argv[1]))
reading.stdin.flush()
print(reading.pid, flush=True)
time.sleep(60)
"""


async def read(tags: Callable[..., Any], folder: Path, names: list[str]) -> Outcome:
    """What readers make of files in a folder."""
    tools = ScanTools(tags=tags, lyrics=find_lyrics_beside, processes=1, code_page="auto")
    files = [ToRead(FoundFile(name, (folder / name).stat().st_size, 1), None, False, None) for name in names]
    whole = Outcome([], [])
    async with Readers(tools) as processes:
        async for outcome in processes.outcomes(str(folder), files):
            whole.songs.extend(outcome.songs)
            whole.unreadable.extend(outcome.unreadable)
    return whole


@pytest.mark.parametrize("cut", [0, 2])
def test_a_reader_of_files_whose_answers_nobody_reads_ends_without_a_word(tmp_path: Path, cut: int) -> None:
    reading = subprocess.Popen(
        [*WORKER, str(os.getpid())], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert reading.stdin and reading.stdout and reading.stderr
    with reading.stderr:
        assert reading.stdout.read(len(READY)) == READY
        reading.stdout.close()
        asked = framed(msgspec.msgpack.encode(Chunk(str(tmp_path), [])))
        reading.stdin.write(asked[: len(asked) - cut])
        reading.stdin.close()
        assert reading.wait(30) == 0
        assert reading.stderr.read() == b""


@pytest.mark.parametrize("said", [pickle.dumps("trap"), framed(pickle.dumps("trap")), b"\xff" * 4096, framed(b"\x90")])
async def test_a_reader_that_answers_anything_else_counts_as_dead(said: bytes) -> None:
    program = f"import sys, time; sys.stdout.buffer.write({READY + said!r}); sys.stdout.flush(); time.sleep(600)"
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", program, stdin=pipe, stdout=pipe)
    reader = _Reader(process)
    answer = reader.ask(Chunk("", []))
    async with asyncio.timeout(20):
        with pytest.raises(_ReaderDied):
            await answer
        assert await process.wait() != 0
    assert not reader.alive
    await reader.stop()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Only Linux tells a process that its parent has died.")
def test_a_busy_reader_ends_with_the_process_that_started_it(tmp_path: Path) -> None:
    asked = framed(msgspec.msgpack.encode(Chunk(str(tmp_path), [("endless.mp3", 1, 1, False)])))
    parent = subprocess.Popen([sys.executable, "-c", PARENT, asked.hex()], stdout=subprocess.PIPE, text=True)
    assert parent.stdout
    with parent.stdout:
        reader = int(parent.stdout.readline())
        time.sleep(1)
        parent.kill()
        parent.wait()
    for _ in range(100):
        if not is_alive(reader):
            return
        time.sleep(0.1)
    pytest.fail("the reader outlives its parent")


async def test_a_file_that_never_ends_is_listed_and_stops_nothing(
    audio: AudioMaker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readers, "PATIENCE_SECONDS", 2.0)
    monkeypatch.setattr(readers, "SECONDS_A_FILE", 0.0)
    names = ["1.mp3", "endless.mp3", "2.mp3"]
    for name in names:
        audio.song(tmp_path / name, {"title": name})
    found = await read(stuck_on_some, tmp_path, names)
    assert [song.columns.title for song in found.songs] == ["1.mp3", "2.mp3"]
    assert [(file.path, file.reason) for file in found.unreadable] == [
        ("endless.mp3", "Reading this file took too long.")
    ]


async def test_who_reads_in_time_is_waited_for_from_chunk_to_chunk(
    audio: AudioMaker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The time runs for the chunk that is read, not for those that wait behind it."""
    monkeypatch.setattr(readers, "PATIENCE_SECONDS", 2.0)
    monkeypatch.setattr(readers, "SECONDS_A_FILE", 0.0)
    monkeypatch.setattr(readers, "CHUNK_FILES", 1)
    names = [f"{number}.mp3" for number in range(8)]
    for name in names:
        audio.song(tmp_path / name, {"title": name})
    found = await read(slowly, tmp_path, names)
    assert len(found.songs) == len(names)


async def test_a_reader_has_little_memory_writes_little_and_sees_no_network(tmp_path: Path) -> None:
    (tmp_path / "1.mp3").write_bytes(b"\xff")
    told = (await read(what_is_allowed, tmp_path, ["1.mp3"])).unreadable[0].reason
    assert told.startswith(f"[{MEMORY}, {LARGEST_FILE}] no memory ")
    leave = "import os; from antiphon.kernel import confinement; confinement.leave_network()"
    look = "print(os.readlink('/proc/self/ns/net'), end='')"
    alone = subprocess.check_output([sys.executable, "-c", f"{leave}; {look}"], text=True)
    if alone == os.readlink("/proc/self/ns/net"):
        pytest.skip("The system lets no process leave the network.")
    assert "['lo'] net:" in told
    assert os.readlink("/proc/self/ns/net") not in told

"""The process that reads tags, without the worker that started it."""

import asyncio
import pickle
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from antiphon.areas.library.internal.scan.readers import _Reader, _ReaderDied
from antiphon.areas.library.internal.scan.worker import READY, Chunk
from antiphon.kernel.frames import framed


@pytest.mark.parametrize("cut", [0, 2])
def test_a_reader_of_files_whose_parent_was_killed_ends_without_a_word(tmp_path: Path, cut: int) -> None:
    name = "antiphon.areas.library.internal.scan.worker"
    reading = subprocess.Popen(
        [
            sys.executable,
            "-m",
            name,
            "antiphon.adapters.media.tags:read_many",
            "antiphon.adapters.media.tags:find_lyrics_beside",
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
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

"""The process that reads tags, without the worker that started it."""

import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

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

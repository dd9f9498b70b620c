"""A helper process that is killed says nothing of its file; only one that kills them one after the other is bad. What a
helper answers is a value of the type that was asked for, or it is ended."""

import asyncio
import gc
import os
import pickle
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest

from antiphon.adapters.media import analysis
from antiphon.adapters.media.analysis import SoundMeters
from antiphon.adapters.media.artwork import ArtworkFiles
from antiphon.adapters.media.artwork.helper import Remade, begin, make_portrait
from antiphon.adapters.media.helping import process as helping
from antiphon.adapters.media.helping.process import HelperFailed, HelperProcess
from antiphon.adapters.media.helping.wire import Answer, answers, encode_value
from antiphon.adapters.media.intake import SoundChecks
from antiphon.adapters.media.jukebox import AlsaPlayer
from antiphon.adapters.media.transcoding.process import _Running
from antiphon.areas.library.data import CheckedSound, MeasuredSound, UnmeasuredSound
from antiphon.kernel.errors import AntiphonError, Kind
from antiphon.kernel.frames import LENGTH_BYTES, Garbage, decoded, framed
from tests.audio.maker import AudioMaker
from tests.services.processes import is_alive

pytestmark = pytest.mark.usefixtures("own_helpers")

WAIT_SECONDS = 10.0


def no_limits() -> None:
    """For work that nobody need be afraid of."""


def own_id() -> int:
    return os.getpid()


def own_id_slowly() -> int:
    time.sleep(0.6)
    return os.getpid()


def sleep(seconds: float) -> bool:
    time.sleep(seconds)
    return True


def eat_memory() -> bool:
    return bool([0] * 10**13)


def open_file(path: Path) -> bool:
    return path.open().closed


def raise_this(words: str) -> bool:
    raise ValueError(words)


def environment() -> dict[str, str]:
    return dict(os.environ)


def die() -> None:
    """What a file does that has the process ended."""
    os.kill(os.getpid(), signal.SIGKILL)


def die_over(path: Path) -> MeasuredSound | UnmeasuredSound:
    os.kill(os.getpid(), signal.SIGKILL)
    return UnmeasuredSound(str(path))


class Trap:
    """What whoever unpickles it would do."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return os.mkdir, (str(self._path),)


def say(message: bytes) -> bool:
    """What a file does that has taken the process over: it speaks for itself, then waits."""
    for other in gc.get_objects():
        if type(other).__name__ == "socket" and other.fileno() >= 0:
            other.sendall(message)
    time.sleep(600)
    return True


async def _gone(process_id: int) -> None:
    async with asyncio.timeout(WAIT_SECONDS):
        while is_alive(process_id):
            await asyncio.sleep(0.02)


async def test_a_killed_process_is_replaced_and_the_work_is_done() -> None:
    process = HelperProcess(no_limits)
    try:
        first = await process.run(own_id)
        assert first is not None
        os.kill(first, signal.SIGKILL)
        second = await process.run(own_id)
        assert second not in (None, first)
        waiting = [asyncio.create_task(process.run(own_id_slowly)) for _ in range(4)]
        await asyncio.sleep(0.2)
        os.kill(second, signal.SIGKILL)
        found = await asyncio.gather(*waiting)
        assert None not in found and second not in found
    finally:
        await process.close()


async def test_what_kills_two_processes_is_told_apart_from_what_breaks_the_limits() -> None:
    process = HelperProcess(no_limits, longest_seconds=5.0)
    try:
        with pytest.raises(AntiphonError) as ended:
            await process.run(die)
        assert (ended.value.kind, ended.value.code) == (Kind.UNAVAILABLE, "helper_ended")
        assert await process.run(eat_memory) is None
        hanging = process.process_id
        assert hanging is not None
        process._longest_seconds = 0.5
        assert await process.run(sleep, 20.0) is None
        await _gone(hanging)
    finally:
        await process.close()


async def test_where_no_process_lives_no_file_is_blamed() -> None:
    process = HelperProcess(os.abort)
    try:
        with pytest.raises(AntiphonError) as none:
            await process.run(own_id)
        assert (none.value.kind, none.value.code) == (Kind.UNAVAILABLE, "no_helper")
    finally:
        await process.close()


async def test_good_music_survives_the_kill_of_its_helper(
    audio: AudioMaker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    song = audio.song(tmp_path / "song.wav", {"title": "Waltz"}, kind="wav", seconds=1.0)
    checks, meters = SoundChecks(), SoundMeters(1, pauses=(0.0, 0.0, 0.0))
    try:
        pids = await checks._process.run(own_id), await meters._free[0].run(own_id)
        for pid in pids:
            assert pid is not None
            os.kill(pid, signal.SIGKILL)
        checked = await checks.check(song, "song.wav")
        assert isinstance(checked, CheckedSound) and checked.tags.path == "song.wav"
        assert isinstance(await meters.measure(song), MeasuredSound)
        monkeypatch.setattr(analysis, "measure_there", die_over)
        assert isinstance(await meters.measure(song), UnmeasuredSound)
    finally:
        await checks.close()
        await meters.close()


@pytest.mark.parametrize("kind", ["pickle", "framed pickle", "noise", "too long", "other value", "nested", "number"])
async def test_a_helper_that_answers_anything_else_is_ended(kind: str, tmp_path: Path) -> None:
    trap = tmp_path / "sprung"
    pickled = pickle.dumps(Trap(trap))
    said = {
        "pickle": pickled,
        "framed pickle": framed(pickled),
        "noise": framed(bytes(range(256)) * 4),
        "too long": (2**32 - 1).to_bytes(LENGTH_BYTES, "big") + b"\x00" * 4096,
        "other value": framed(encode_value(Answer(value=msgspec.Raw(encode_value(pickled))))),
        "nested": framed(b"\x91" * 1_000_000),
        "number": framed(b"\x93\xa6system" + b"\xcf" + b"\xff" * 8 + b"\xc0"),
    }[kind]
    process = HelperProcess(no_limits, longest_seconds=WAIT_SECONDS)
    try:
        first = await process.run(own_id)
        assert first is not None
        with pytest.raises(AntiphonError) as ended:
            await process.run(say, said)
        assert (ended.value.kind, ended.value.code) == (Kind.UNAVAILABLE, "helper_ended")
        await _gone(first)
        assert not trap.exists()
        # The server goes on, and other files are none the worse for it.
        assert await process.run(own_id) not in (None, first)
    finally:
        await process.close()


async def test_what_was_said_too_much_costs_the_next_file_nothing() -> None:
    process = HelperProcess(no_limits)
    try:
        once = framed(encode_value(Answer(value=msgspec.Raw(b"\xc3"))))
        first = process.process_id
        assert await process.run(say, once + framed(b"more")) is True
        first = process.process_id
        assert await process.run(own_id) != first
    finally:
        await process.close()


async def test_errors_of_helpers_are_words_and_numbers_never_their_sentences(tmp_path: Path) -> None:
    process = HelperProcess(no_limits)
    try:
        with pytest.raises(FileNotFoundError, match="No such file"):
            await process.run(open_file, tmp_path / os.fsdecode(b"caf\xe9"))
        with pytest.raises(HelperFailed) as failed:
            await process.run(raise_this, "look here")
        assert "look" not in str(failed.value)
    finally:
        await process.close()


async def test_a_helper_knows_no_secrets_and_can_be_asked_for_files_of_any_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTIPHON_SECRET_KEY", "x" * 40)
    source = tmp_path / os.fsdecode(b"caf\xe9.png")
    source.write_bytes(b"no picture")
    process, files = HelperProcess(begin), ArtworkFiles(tmp_path / "cache")
    try:
        known = await process.run(environment)
        assert known is not None and "PATH" in known
        assert not [name for name in known if name.startswith("ANTIPHON")]
        made = await process.run(make_portrait, b"no picture")
        assert made is not None and made.refused is not None and not made.picture
        with pytest.raises(AntiphonError) as none:
            await files.sized(source, False, "ab" * 20, 160)
        assert none.value.kind is Kind.NOT_FOUND
    finally:
        await process.close()
        await files.close()


async def test_a_helper_goes_when_nobody_asks_and_at_the_end_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(helping, "IDLE_SECONDS", 0.3)
    process = HelperProcess(no_limits)
    first = await process.run(own_id)
    assert first is not None
    await _gone(first)
    monkeypatch.setattr(helping, "IDLE_SECONDS", 60.0)
    second = await process.run(own_id)
    assert second not in (None, first)
    busy = asyncio.create_task(process.run(sleep, 600.0))
    await asyncio.sleep(0.1)
    begun = time.monotonic()
    await process.close()
    with pytest.raises(AntiphonError):
        await busy
    assert time.monotonic() - begun < 2.0
    assert second is not None
    await _gone(second)


async def test_a_helper_dies_with_its_parent() -> None:
    program = (
        "import asyncio, os\n"
        "from antiphon.adapters.media.artwork.helper import begin\n"
        "from antiphon.adapters.media.helping.child import nothing\n"
        "from antiphon.adapters.media.helping.process import HelperProcess\n"
        "async def main():\n"
        "    process = HelperProcess(begin)\n"
        "    await process.run(nothing)\n"
        "    print(process.process_id, flush=True)\n"
        "    await asyncio.sleep(600)\n"
        "asyncio.run(main())"
    )
    parent = await asyncio.create_subprocess_exec(sys.executable, "-c", program, stdout=asyncio.subprocess.PIPE)
    assert parent.stdout is not None
    helper = int(await parent.stdout.readline())
    assert is_alive(helper)
    parent.kill()
    await parent.wait()
    await _gone(helper)


def test_who_decodes_an_answer_raises_one_kind_of_error() -> None:
    for message in (b"", b"\x93", b"\xff", b"\x91" * 100_000, b"\x93\xa1\xff\x00\xc0", encode_value(Remade())):
        with pytest.raises(Garbage):
            decoded(answers, message)


@pytest.mark.parametrize("said", [pickle.dumps("trap") + b"\n", b"{}\n", b"x" * (2 << 20)])
async def test_a_media_helper_that_says_anything_else_is_ended(said: bytes) -> None:
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    running = _Running(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]), ours)
    waiting = running.waiting[1] = asyncio.get_running_loop().create_future()
    with theirs:
        theirs.settimeout(WAIT_SECONDS)
        sending = asyncio.create_task(asyncio.to_thread(theirs.sendall, said))
        async with asyncio.timeout(WAIT_SECONDS):
            assert (await waiting).error
        await asyncio.gather(sending, return_exceptions=True)
    assert running.has_ended
    await _gone(running.process.pid)


@pytest.mark.parametrize("said", [pickle.dumps("trap") + b"\n", b"{}\n", b"x" * (1 << 18)])
async def test_a_player_that_says_anything_else_is_ended(said: bytes) -> None:
    program = f"import os, time; os.write(1, {said[:64]!r} * {max(1, len(said) // 64)}); time.sleep(600)"
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", program, stdout=asyncio.subprocess.PIPE)
    player = AlsaPlayer("null")
    player._process, player._playing = process, 1
    async with asyncio.timeout(WAIT_SECONDS):
        await player._hear(process)
        assert (await player.news()).event == "gone"
    assert process.returncode == -signal.SIGKILL

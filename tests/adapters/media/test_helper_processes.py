"""A helper process that is killed says nothing of its file; only one that kills them one after the other is bad."""

import asyncio
import os
import signal
from pathlib import Path

import pytest

from antiphon.adapters.media import analysis
from antiphon.adapters.media.analysis import SoundMeters
from antiphon.adapters.media.artwork.process import PictureProcess
from antiphon.adapters.media.intake import SoundChecks
from antiphon.areas.library.data import CheckedSound, MeasuredSound, UnmeasuredSound
from antiphon.kernel.errors import AntiphonError, Kind
from tests.audio.maker import AudioMaker

pytestmark = pytest.mark.usefixtures("own_helpers")

SLOWLY = "__import__('time').sleep(0.6) or __import__('os').getpid()"


def die(*_: object) -> None:
    """What a file does that has the process ended."""
    os.kill(os.getpid(), signal.SIGKILL)


async def test_a_killed_process_is_replaced_and_the_work_is_done() -> None:
    process = PictureProcess(os.getpid)
    try:
        first = await process.run(os.getpid)
        assert first is not None
        os.kill(first, signal.SIGKILL)
        second = await process.run(os.getpid)
        assert second not in (None, first)
        waiting = [asyncio.create_task(process.run(eval, SLOWLY)) for _ in range(4)]
        await asyncio.sleep(0.2)
        os.kill(second, signal.SIGKILL)
        found = await asyncio.gather(*waiting)
        assert None not in found and second not in found
    finally:
        await process.close()


async def test_what_kills_two_processes_is_told_apart_from_what_breaks_the_limits() -> None:
    process = PictureProcess(os.getpid, longest_seconds=5.0)
    try:
        with pytest.raises(AntiphonError) as ended:
            await process.run(die)
        assert (ended.value.kind, ended.value.code) == (Kind.UNAVAILABLE, "helper_ended")
        assert await process.run(eval, "[0] * 10**13") is None
        process._longest_seconds = 0.5
        assert await process.run(eval, "__import__('time').sleep(20) or 1") is None
    finally:
        await process.close()


async def test_where_no_process_lives_no_file_is_blamed() -> None:
    process = PictureProcess(os.abort)
    try:
        with pytest.raises(AntiphonError) as none:
            await process.run(os.getpid)
        assert (none.value.kind, none.value.code) == (Kind.UNAVAILABLE, "no_helper")
    finally:
        await process.close()


async def test_good_music_survives_the_kill_of_its_helper(
    audio: AudioMaker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    song = audio.song(tmp_path / "song.wav", {"title": "Waltz"}, kind="wav", seconds=1.0)
    checks, meters = SoundChecks(), SoundMeters(1, pauses=(0.0, 0.0, 0.0))
    try:
        pids = await checks._process.run(os.getpid), await meters._free[0].run(os.getpid)
        for pid in pids:
            assert pid is not None
            os.kill(pid, signal.SIGKILL)
        assert isinstance(await checks.check(song, "song.wav"), CheckedSound)
        assert isinstance(await meters.measure(song), MeasuredSound)
        monkeypatch.setattr(analysis, "measure_there", die)
        assert isinstance(await meters.measure(song), UnmeasuredSound)
    finally:
        await checks.close()
        await meters.close()

"""Listeners who ask for more than there is, and those who take bytes one by one: they get what is right, and others do
not notice them."""

import asyncio
import resource
from pathlib import Path
from typing import Any

import pytest

from antiphon.adapters.media.transcoding import MediaTranscoder
from tests.api.house import Caller, House

# How sound is handed out is the same on the other database.
pytestmark = pytest.mark.parametrize("house_address", ["sqlite"], indirect=True, scope="module")

TICK = 0.01
MEGABYTE = 1024 * 1024
# Overlapping, in no order, one within the other, and past the end.
MANY = (
    "bytes="
    + ",".join(f"{(number * 37) % 900}-{(number * 37) % 900 + 500}" for number in range(400))
    + ",0-,-1,9999999-"
)


async def test_hundreds_of_ranges_are_answered_once_with_the_whole(house: House) -> None:
    """Who asks for the same bytes four hundred times makes no four hundred copies of them."""
    song_id = (await house.ids())["Überfluß"]
    base = f"/api/v1/songs/{song_id}"
    sounds = ("stream?format=raw", "stream?format=mp3&bitrate=64", "download", "hls/64/0.ts", "hls/original/0.m4s",
              "hls/original/init.mp4", "hls/master.m3u8", "hls/original/index.m3u8")  # fmt: skip
    async with house.caller("anna") as anna:
        for path in sounds:
            # The first time a transcode is made while it is heard, then it comes from the disk.
            first = await anna.client.get(f"{base}/{path}", headers={"Range": MANY})
            again = await anna.client.get(f"{base}/{path}", headers={"Range": MANY})
            plain = await anna.client.get(f"{base}/{path}")
            assert {one.status_code for one in (first, again, plain)} == {200}, path
            assert first.content == again.content == plain.content, path
            assert "content-range" not in again.headers
        kept = await anna.client.get(f"{base}/stream?format=mp3&bitrate=64", headers={"Range": "bytes=9999999-"})
        assert (kept.status_code, kept.content) == (416, b"")


async def test_a_listener_of_a_byte_a_second_keeps_nobody(house: House) -> None:
    """The encoder waits with them, nothing piles up, others are answered, and it stops when they leave."""
    house.stage.audio.song(house.stage.music / "long.flac", {"title": "Long"}, kind="flac", seconds=120.0)
    await house.areas.library.scans.run(lambda *_: None)
    songs = await house.ids()
    transcoder = house.areas.playback.transcoding._transcoder
    assert isinstance(transcoder, MediaTranscoder)
    async with house.caller("anna") as anna, house.caller("berta") as berta:
        slow = SlowListener(house, anna, f"/api/v1/songs/{songs['Long']}/stream", b"format=mp3&bitrate=320")
        await slow.takes(1)
        helper = transcoder.helper.process_id
        assert helper is not None
        await settled(helper)
        worked, held, own = seconds_of(helper), memory_of(helper), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        await asyncio.sleep(0.5)
        assert seconds_of(helper) - worked <= 2 * TICK, "it has gone on without its listener"
        other = await berta.client.get(f"/api/v1/songs/{songs['Dusk']}/stream?format=opus&bitrate=48")
        assert (other.status_code, len(other.content) > 1000) == (200, True)
        assert (await berta.client.get("/api/v1/songs")).status_code == 200
        for taken in range(2, 8):
            await slow.takes(taken)
        # The song has 4.8 megabytes as this MP3, of which a few pieces were taken.
        assert slow.taken < 0.5 * MEGABYTE
        assert memory_of(helper) - held < 8 * MEGABYTE
        assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - own) * 1024 < 8 * MEGABYTE
        await slow.leaves()
        await settled(helper)
        assert transcoder.helper._running is not None and not transcoder.helper._running.waiting
        assert len(house.areas.playback.transcoding._places) == 0


async def settled(process: int) -> None:
    """Wait until a process has nothing to do."""
    before = -1.0
    while before != (now := seconds_of(process)):
        before = now
        await asyncio.sleep(0.15)


def seconds_of(process: int) -> float:
    """The processor time that a process has had."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) * TICK


def memory_of(process: int) -> int:
    """The bytes that a process holds."""
    return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * resource.getpagesize()


class SlowListener:
    """Somebody who takes the next bytes of an answer only when told to."""

    def __init__(self, house: House, caller: Caller, path: str, query: bytes) -> None:
        self.taken = 0
        self._wanted = 0
        self._count = 0
        self._changed = asyncio.Condition()
        self._gone = asyncio.Event()
        scope: dict[str, Any] = {
            "type": "http", "method": "GET", "path": path, "query_string": query, "scheme": "http",
            "headers": [(b"authorization", f"Bearer {caller.token}".encode()), (b"host", b"localhost")],
            "client": ("127.0.0.1", 1),
        }  # fmt: skip
        self._call = asyncio.ensure_future(house.asgi(scope, self._receive, self._send))

    async def takes(self, count: int) -> None:
        """Have them take so many pieces in all."""
        async with self._changed:
            self._wanted = count
            self._changed.notify_all()
            await asyncio.wait_for(self._changed.wait_for(lambda: self._count >= count), 10)

    async def leaves(self) -> None:
        """Hang up."""
        self._gone.set()
        await asyncio.wait_for(self._call, 10)

    async def _receive(self) -> dict[str, Any]:
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: dict[str, Any]) -> None:
        if message["type"] != "http.response.body":
            assert message["status"] == 200
            return
        async with self._changed:
            await self._changed.wait_for(lambda: self._count < self._wanted)
            self._count += 1
            self.taken += len(message.get("body", b""))
            self._changed.notify_all()

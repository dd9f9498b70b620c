"""The server's own output: a loudspeaker that ALSA knows, played to by a helper process."""

import asyncio
import contextlib
import itertools
import logging
import os
import sys

import msgspec

from antiphon.adapters.media.jukebox.wire import Command, news
from antiphon.areas.playback.data.jukebox import PlayerNews
from antiphon.kernel.errors import unavailable
from antiphon.kernel.frames import Garbage, decoded

log = logging.getLogger(__name__)

MEMORY = 1024**3
# ALSA reads its configuration where these say; PULSE and XDG lead its `pulse` and `pipewire` devices to their servers.
_KEPT = (
    *("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "LANG", "LC_ALL", "HOME", "ALSA_CONFIG_PATH", "ALSA_PLUGIN_DIR"),
    *("PULSE_SERVER", "XDG_RUNTIME_DIR"),
)
END_SECONDS = 3.0


class AlsaPlayer:
    """Plays one file at a time to an ALSA device. Its helper is started at first need, and again where it has ended."""

    def __init__(self, device: str, *, memory: int = MEMORY) -> None:
        self._device = device
        self._memory = memory
        self._process: asyncio.subprocess.Process | None = None
        self._hearing: asyncio.Task[None] | None = None
        self._numbers = itertools.count(1)
        self._playing = 0
        self._news: asyncio.Queue[PlayerNews] = asyncio.Queue()

    @property
    def process_id(self) -> int | None:
        """The helper's, None where none runs."""
        return None if self._process is None else self._process.pid

    async def play(self, path: str, position: float, gain: float) -> int:
        """Begin a file at a position in seconds, instead of whatever plays; gives its number in the news."""
        number = next(self._numbers)
        try:
            await self._started()
            await self._tell(Command("play", number, os.fsencode(path), position, gain))
        except OSError as error:
            log.warning("the jukebox has no player: %s", error)
            raise unavailable("no_player", "The player for the server's own output cannot be started.") from error
        self._playing = number
        return number

    async def set_gain(self, gain: float) -> None:
        """Make it louder or softer, from 0 to 1."""
        with contextlib.suppress(OSError):
            await self._tell(Command("gain", gain=gain))

    async def stop(self) -> None:
        """Be silent."""
        self._playing = 0
        with contextlib.suppress(OSError):
            await self._tell(Command("stop"))

    async def news(self) -> PlayerNews:
        """Wait for the next news."""
        return await self._news.get()

    async def close(self) -> None:
        """End the helper."""
        process, self._process, self._playing = self._process, None, 0
        if process is None:
            return
        assert process.stdin is not None
        # It ends with what it is told by.
        process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), END_SECONDS)
        except TimeoutError:
            process.kill()
            await process.wait()
        if self._hearing is not None:
            await self._hearing

    async def _started(self) -> None:
        if self._process is not None and self._process.returncode is None:
            return
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "antiphon.adapters.media.jukebox.helper",
            self._device,
            str(self._memory),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env={name: os.environ[name] for name in _KEPT if name in os.environ},
            start_new_session=True,
        )
        self._hearing = asyncio.get_running_loop().create_task(self._hear(self._process))

    async def _tell(self, command: Command) -> None:
        process = self._process
        if process is None or process.stdin is None or process.returncode is not None:
            return
        process.stdin.write(msgspec.json.encode(command) + b"\n")
        await process.stdin.drain()

    async def _hear(self, process: asyncio.subprocess.Process) -> None:
        """Pass on what a helper says until its end, and that it has ended while it played."""
        assert process.stdout is not None
        try:
            while line := await process.stdout.readline():
                self._news.put_nowait(decoded(news, line))
        except (Garbage, ValueError):
            log.error("the player's process was ended: it said what is no news")
            with contextlib.suppress(ProcessLookupError):
                process.kill()
        await process.wait()
        if self._process is process:
            self._process = None
            if self._playing:
                self._news.put_nowait(PlayerNews(self._playing, "gone"))

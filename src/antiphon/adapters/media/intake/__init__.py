"""Sounds that people bring: looked at in a helper process of its own before they become songs."""

import asyncio
from pathlib import Path

import msgspec

from antiphon.adapters.media.helping.child import nothing
from antiphon.adapters.media.helping.process import HelperProcess
from antiphon.adapters.media.intake.sound import NotAudio, begin, check_sound
from antiphon.adapters.media.tags import AUTO
from antiphon.areas.library.data import CheckedSound
from antiphon.kernel.errors import AntiphonError, Kind, unavailable

LONGEST_SECONDS = 180.0
WAITING_SOUNDS = 32


class SoundChecks:
    """Looks at one file after the other: one that breaks the limits ends the process, and concerns no other. Tags that
    name no code page are taken for `code_page`."""

    def __init__(self, code_page: str = AUTO) -> None:
        self._code_page = code_page
        self._process = HelperProcess(begin, LONGEST_SECONDS)
        self._turn = asyncio.Lock()
        self._waiting = 0
        self._preparing: asyncio.Task[None] | None = None

    def prepare(self) -> None:
        """Have the process there by the time that a file is."""
        if not self._waiting and self._preparing is None:
            self._preparing = asyncio.create_task(self._start())

    async def _start(self) -> None:
        try:
            await self._process.run(nothing)
        finally:
            self._preparing = None

    async def check(self, file: Path, label: str, *, sha256: str = "", whole: bool = True) -> CheckedSound:
        """What a file tells and how its audio is told apart. Raises UNSUPPORTED_MEDIA `not_audio`, UNAVAILABLE."""
        if self._waiting >= WAITING_SOUNDS:
            raise unavailable("too_many_sounds", "Many uploads are being looked at. Try again in a moment.", 10)
        self._waiting += 1
        try:
            async with self._turn:
                found = await self._process.run(check_sound, file, sha256, whole, self._code_page)
        finally:
            self._waiting -= 1
        if isinstance(found, CheckedSound):
            return msgspec.structs.replace(found, tags=msgspec.structs.replace(found.tags, path=label))
        reason = found.reason if isinstance(found, NotAudio) else "Its content could not be read within the limits."
        raise AntiphonError(Kind.UNSUPPORTED_MEDIA, "not_audio", f"This file is no music that can be taken. {reason}")

    async def close(self) -> None:
        """End the helper process."""
        if self._preparing is not None:
            self._preparing.cancel()
            await asyncio.gather(self._preparing, return_exceptions=True)
        await self._process.close()

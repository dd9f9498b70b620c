"""Other forms of songs, made in a helper process while they are listened to, and kept when they are whole."""

import asyncio
from pathlib import Path

from antiphon.adapters.media.transcoding.cache import Keeping, TranscodeCache
from antiphon.adapters.media.transcoding.process import IDLE_SECONDS, MEMORY, Job, MediaHelper
from antiphon.areas.playback.data.transcodes import Recipe
from antiphon.kernel.errors import AntiphonError, Kind, unavailable


class MediaTranscoder:
    """Makes sound of recipes. `folder` keeps at most `cache_bytes` of what was made; 0 keeps nothing."""

    def __init__(
        self, folder: Path, cache_bytes: int, *, idle_seconds: float = IDLE_SECONDS, memory: int = MEMORY
    ) -> None:
        self.helper = MediaHelper(idle_seconds=idle_seconds, memory=memory)
        self._usual_bytes = cache_bytes
        self._cache = TranscodeCache(folder, cache_bytes)

    async def kept(self, recipe: Recipe) -> Path | None:
        """The whole of it where it was made before."""
        return self._cache.find(recipe)

    def resize(self, most: int | None) -> None:
        """Keep at most so many bytes of what was made; None: as many as at the start."""
        self._cache.resize(self._usual_bytes if most is None else most)

    async def start(self, recipe: Recipe) -> "LiveSound":
        """Begin to make it. Raises UNAVAILABLE where no helper can be started."""
        # What begins in the middle is seldom asked for twice, and what is copied stands in the library already.
        is_copied = recipe.piece is not None and recipe.codec in ("packed", "fragment")
        keeping = None if recipe.offset or is_copied else self._cache.begin(recipe)
        try:
            job = self.helper.order(recipe, None if keeping is None else keeping.descriptor)
        except BaseException:
            if keeping is not None:
                keeping.give_up()
            raise
        return LiveSound(job, keeping)

    async def close(self) -> None:
        """End the helper; what is being made is lost."""
        await self.helper.close()
        await self._cache.close()


class LiveSound:
    """A transcode that is being made."""

    def __init__(self, job: Job, keeping: Keeping | None) -> None:
        self._job = job
        self._keeping = keeping

    async def read(self) -> bytes:
        """The next bytes; none at the end. Raises UNAVAILABLE `not_transcoded` where it cannot be made now, and
        UNSUPPORTED_MEDIA `unplayable` where it never can."""
        data = await self._job.read()
        if data:
            return data
        outcome = await asyncio.shield(self._job.outcome)
        if outcome.is_broken:
            raise AntiphonError(Kind.UNSUPPORTED_MEDIA, "unplayable", outcome.error)
        if outcome.error:
            raise unavailable("not_transcoded", outcome.error)
        if outcome.kept and self._keeping is not None:
            keeping, self._keeping = self._keeping, None
            await keeping.done()
        return b""

    async def close(self) -> None:
        """End it: who listened has left, or has everything."""
        self._job.close()
        if self._keeping is not None:
            self._keeping.give_up()
            self._keeping = None

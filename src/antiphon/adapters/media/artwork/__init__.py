"""Covers of fixed sizes, made in a helper process and kept on disk.

Pictures are files of strangers: they are opened in a process with limits on memory and time, in four formats only
(without the list Pillow would hand PostScript named .jpg to Ghostscript), and only up to 40 megapixels.
"""

import asyncio
import hashlib
import logging
from collections.abc import Callable
from pathlib import Path

from antiphon.adapters.media.artwork.helper import make_placeholder, make_sized
from antiphon.adapters.media.artwork.process import PictureProcess
from antiphon.areas.library.data import Picture
from antiphon.kernel.errors import not_found, unavailable

log = logging.getLogger(__name__)

MIME = "image/jpeg"
WAITING_PICTURES = 200


class ArtworkFiles:
    """Makes each picture once and serves it from `folder` ever after."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process = PictureProcess()
        self._making: dict[Path, asyncio.Future[bool]] = {}

    async def sized(self, source: Path, embedded: bool, picture_hash: str, size: int) -> Picture:
        """The picture at `source` (or inside that song) within `size` × `size`. NOT_FOUND where there is none."""
        file = self._folder / picture_hash[:2] / f"{picture_hash}-{size}.jpg"
        if not file.exists():
            made = await self._make(file, make_sized, str(source), embedded, str(file), size)
            if not made:
                raise not_found("picture")
        return Picture(file=file, mime=MIME, etag=f'"{picture_hash[:20]}-{size}"')

    async def placeholder(self, seed: str, size: int) -> Picture:
        """A two-tone pattern that is always the same for the same seed."""
        digest = hashlib.sha256(seed.encode()).hexdigest()
        file = self._folder / "placeholder" / f"{digest[:2]}" / f"{digest[:24]}-{size}.jpg"
        if not file.exists():
            await self._make(file, make_placeholder, digest, str(file), size)
        return Picture(file=file, mime=MIME, etag=f'"p-{digest[:16]}-{size}"')

    async def close(self) -> None:
        """End the helper process."""
        await self._process.close()

    async def _make(self, file: Path, work: Callable[..., bool], *arguments: object) -> bool:
        """Have the helper make `file`; who asks for the same one meanwhile waits for the same work."""
        running = self._making.get(file)
        if running is None:
            if len(self._making) >= WAITING_PICTURES:
                raise unavailable("too_many_pictures", "Too many pictures are being made. Try again in a moment.", 2)
            running = asyncio.ensure_future(self._in_helper(work, *arguments))
            self._making[file] = running
            running.add_done_callback(lambda _: self._making.pop(file, None))
        return await asyncio.shield(running)

    async def _in_helper(self, work: Callable[..., bool], *arguments: object) -> bool:
        made = await self._process.run(work, *arguments)
        if made is None:
            log.warning("a picture could not be made within its limits: %s", arguments[0])
        return bool(made)

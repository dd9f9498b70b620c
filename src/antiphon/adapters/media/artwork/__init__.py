"""Covers of fixed sizes, made in a helper process and kept on disk.

Pictures are files of strangers: they are opened in a process with limits on memory and time, in four formats only
(without the list Pillow would hand PostScript named .jpg to Ghostscript), and only up to 40 megapixels.
"""

import asyncio
import hashlib
import logging
import shutil
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from antiphon.adapters.media.artwork.helper import begin, make_all_sizes, make_placeholder, make_sized
from antiphon.adapters.media.helping.process import HelperProcess
from antiphon.areas.library.data import HELPER_ENDED, Picture
from antiphon.kernel.errors import AntiphonError, not_found, unavailable

log = logging.getLogger(__name__)

MIME = "image/jpeg"
WAITING_PICTURES = 200
# A file system in memory, and how many pictures may lie there where the disk takes none.
MEMORY = Path("/dev/shm")  # noqa: S108 - the folder made there is for this user alone
PICTURES_IN_MEMORY = 64
FREE_BYTES = 2 << 30
"""What stays free of a disk when pictures are made that nobody has asked for yet."""


class ArtworkFiles:
    """Makes each picture once and serves it from `folder` ever after.

    Where `folder` cannot be written (a full disk, one that became read-only), the latest few lie in memory instead.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.in_memory: Path | None = None
        self._process = HelperProcess(begin)
        self._making: dict[Path, asyncio.Future[bool]] = {}

    async def sized(self, source: Path, embedded: bool, picture_hash: str, size: int) -> Picture:
        """The picture at `source` (or inside that song) within `size` × `size`. NOT_FOUND where there is none."""
        name = _name(picture_hash, size)
        file = await self._file(name, partial(make_sized, source, embedded, size))
        if file is None:
            raise not_found("picture")
        return Picture(file=file, mime=MIME, etag=f'"{picture_hash[:20]}-{size}"')

    async def lacking(self, hashes: Sequence[str], sizes: Sequence[int]) -> list[str]:
        """Looked up on the disk, beside the event loop."""

        def look() -> list[str]:
            return [
                one
                for one in hashes
                if not self._in_vain(one).exists()
                and not all((self._folder / _name(one, size)).exists() for size in sizes)
            ]

        return await asyncio.to_thread(look)

    async def make_ahead(self, source: Path, embedded: bool, picture_hash: str, sizes: Sequence[int]) -> None:
        """In the helper, all in one go. A source that has gone is no picture in vain: its disk may come back."""
        targets = {size: self._folder / _name(picture_hash, size) for size in sizes}
        if not await asyncio.to_thread(source.is_file):
            return
        try:
            made = await self._process.run(make_all_sizes, source, embedded, targets)
            if not made:
                self._in_vain(picture_hash).parent.mkdir(parents=True, exist_ok=True)
                self._in_vain(picture_hash).touch()
        except OSError as error:
            log.warning("pictures cannot be kept: %s", error)

    def has_room(self) -> bool:
        """Two gigabytes stay free."""
        folder = next(part for part in (self._folder, *self._folder.parents) if part.exists())
        return shutil.disk_usage(folder).free > FREE_BYTES

    def _in_vain(self, picture_hash: str) -> Path:
        return self._folder / picture_hash[:2] / f"{picture_hash}.none"

    async def placeholder(self, seed: str, size: int) -> Picture:
        """A two-tone pattern that is always the same for the same seed."""
        digest = hashlib.sha256(seed.encode()).hexdigest()
        name = f"placeholder/{digest[:2]}/{digest[:24]}-{size}.jpg"
        file = await self._file(name, partial(make_placeholder, digest, size))
        # One that could not be made is missed by whoever sends it.
        return Picture(file=file or self._folder / name, mime=MIME, etag=f'"p-{digest[:16]}-{size}"')

    async def close(self) -> None:
        """End the helper process."""
        await self._process.close()
        if self.in_memory is not None:
            shutil.rmtree(self.in_memory, ignore_errors=True)

    async def _file(self, name: str, work: "partial[bool]") -> Path | None:
        """Where the picture lies, made if need be; None where it cannot be made."""
        kept = self._folder / name
        if kept.exists():
            return kept
        if self.in_memory is not None and (self.in_memory / name).exists():
            return self.in_memory / name
        try:
            return kept if await self._make(kept, work) else None
        except OSError as error:
            log.warning("pictures cannot be kept: %s", error)
            return await self._in_memory(name, work)

    async def _in_memory(self, name: str, work: "partial[bool]") -> Path | None:
        """Make the picture where it costs no disk; only the latest stay."""
        try:
            if self.in_memory is None:
                self.in_memory = Path(tempfile.mkdtemp(prefix="antiphon-", dir=MEMORY if MEMORY.is_dir() else None))
            file = self.in_memory / name
            if not await self._make(file, work):
                return None
            others = [other for other in self.in_memory.rglob("*.jpg") if other != file]
            for oldest in sorted(others, key=lambda other: other.stat().st_mtime_ns)[: -PICTURES_IN_MEMORY + 1]:
                oldest.unlink(missing_ok=True)
        except OSError as error:
            raise unavailable("no_picture_now", "No picture can be made just now: the disk is full.") from error
        return file

    async def _make(self, file: Path, work: "partial[bool]") -> bool:
        """Have the helper make `file`; who asks for the same one meanwhile waits for the same work."""
        running = self._making.get(file)
        if running is None:
            if len(self._making) >= WAITING_PICTURES:
                raise unavailable("too_many_pictures", "Too many pictures are being made. Try again in a moment.", 2)
            running = asyncio.ensure_future(self._in_helper(work, file))
            self._making[file] = running
            running.add_done_callback(lambda _: self._making.pop(file, None))
        return await asyncio.shield(running)

    async def _in_helper(self, work: "partial[bool]", file: Path) -> bool:
        made = None
        try:
            made = await self._process.run(work.func, *work.args, file)
        except AntiphonError as error:
            if error.code != HELPER_ENDED:
                raise
        if made is None:
            log.warning("a picture could not be made within its limits: %s", work.args[0])
        return bool(made)


def _name(picture_hash: str, size: int) -> str:
    return f"{picture_hash[:2]}/{picture_hash}-{size}.jpg"

"""Stored files as files of this machine: where the storage is elsewhere, copies that are kept for a while."""

import time
from pathlib import Path

from antiphon.areas.library.data import Storage
from antiphon.areas.library.internal.uploading.incoming import told
from antiphon.kernel.errors import AntiphonError, Kind
from antiphon.kernel.ids import new_opaque_id

KEPT_SECONDS = 86_400.0


class Copies:
    """Copies in `folder`, each made at the first need."""

    def __init__(self, storage: Storage, folder: Path) -> None:
        self._storage = storage
        self._folder = folder

    async def file(self, name: str) -> Path:
        """A stored file on a disk of this machine. Raises NOT_FOUND `file_missing`, NO_SPACE, UNAVAILABLE."""
        own = self._storage.file(name)
        if own is not None:
            return own
        copy = self._folder / name
        if not copy.exists():
            await self._make(name, copy)
        return copy

    async def _make(self, name: str, copy: Path) -> None:
        size = await self._storage.size(name)
        if size is None:
            raise AntiphonError(Kind.NOT_FOUND, "file_missing", "The file has vanished.")
        part = copy.with_name(f"{new_opaque_id(copy.stem)}.part")
        try:
            copy.parent.mkdir(parents=True, exist_ok=True)
            with part.open("wb") as file:
                async for chunk in self._storage.read(name, 0, size):
                    file.write(chunk)
            part.replace(copy)
        except OSError as error:
            raise told(error) from error
        finally:
            part.unlink(missing_ok=True)

    def remove_old(self) -> int:
        """Remove copies that were made more than a day ago."""
        before, removed = time.time() - KEPT_SECONDS, 0
        for path in self._folder.glob("*/*/*"):
            if path.stat().st_mtime < before:
                path.unlink(missing_ok=True)
                removed += 1
        return removed

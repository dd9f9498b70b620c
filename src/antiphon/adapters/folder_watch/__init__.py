"""Noticing what changes in a folder: by events of the file system where it tells them, else by looking now and then."""

import logging
from pathlib import Path

from antiphon.adapters.folder_watch.mounts import remote_file_system
from antiphon.adapters.folder_watch.polling import PollingWatch
from antiphon.areas.library.data.watching import FolderWatch, WatchEnded, WatchMode

__all__ = ["FolderWatches"]

log = logging.getLogger(__name__)


class FolderWatches:
    """Opens watches. `seconds` is how often folders are looked through that nobody tells events of."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    async def open(self, folder: Path, mode: WatchMode) -> FolderWatch:
        """Begin to watch a folder. In the mode `auto` network shares, whose changes other machines make unheard, and
        folders that the system cannot take any more of are looked through instead. Raises WatchEnded."""
        if mode == "poll":
            return await PollingWatch.open(folder, self._seconds)
        remote = remote_file_system(folder)
        if remote:
            return await PollingWatch.open(folder, self._seconds, note=f"It lies on a network share ({remote}).")
        # Loaded only here: without events nobody needs it.
        from antiphon.adapters.folder_watch.events import EventWatch

        try:
            return await EventWatch.open(folder)
        except WatchEnded as error:
            log.warning("%s is looked through every %g seconds: %s", folder, self._seconds, error)
            return await PollingWatch.open(folder, self._seconds, note=str(error))

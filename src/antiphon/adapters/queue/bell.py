"""A named pipe that wakes the worker when there is something to take: it need not look again and again."""

import contextlib
import os
import select
from pathlib import Path


class Bell:
    """Any process may ring; the one that waits is woken. Ringing while nobody waits does nothing."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor = -1

    def ring(self) -> None:
        """Wake who waits, now or at its next wait. Never blocks and never fails."""
        with contextlib.suppress(OSError):
            descriptor = os.open(self._path, os.O_WRONLY | os.O_NONBLOCK)
            try:
                os.write(descriptor, b"!")
            finally:
                os.close(descriptor)

    def wait(self, seconds: float) -> None:
        """Return when it rings, or after so many seconds. What rang since the last wait counts once."""
        if self._descriptor < 0:
            self._descriptor = self._open()
        if select.select([self._descriptor], [], [], max(0.0, seconds))[0]:
            with contextlib.suppress(BlockingIOError):
                os.read(self._descriptor, 65536)

    def close(self) -> None:
        """Stop listening."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _open(self) -> int:
        """The pipe for reading. It is opened for writing, too, or it would tell its end with each writer that goes."""
        with contextlib.suppress(FileExistsError):
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            os.mkfifo(self._path, 0o600)
        return os.open(self._path, os.O_RDWR | os.O_NONBLOCK)

"""Messages as files in a folder: the broker of the embedded worker. A message is there whole or not at all.

A file is written under a name with a dot in front and then renamed; it is taken by renaming it back to such a name.
So no two takers get the same message, and a reader never sees half of one. What does not parse is logged and dropped:
the sweeper sends the hint again.
"""

import contextlib
import logging
import os
import secrets
from pathlib import Path
from typing import Any

import msgspec

log = logging.getLogger(__name__)


class MessageFolder:
    """One queue. Names sort in the order the messages are to be taken in."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def put(self, name: str, message: Any) -> None:
        """Add a message; one of the same name is replaced. OSError where the disk refuses."""
        hidden = self._folder / f".{secrets.token_hex(8)}"
        try:
            hidden.write_bytes(msgspec.json.encode(message))
            hidden.rename(self._folder / f"{name}.json")
        except OSError:
            with contextlib.suppress(OSError):
                hidden.unlink()
            raise

    def take(self) -> Any | None:
        """The first message, which is then gone from the folder; None where there is none."""
        for name in self._names():
            hidden = self._folder / f".{name}"
            try:
                (self._folder / name).rename(hidden)
            except FileNotFoundError:
                continue
            content = hidden.read_bytes()
            hidden.unlink()
            try:
                return msgspec.json.decode(content)
            except msgspec.DecodeError:
                log.warning("the message %s in %s was damaged and is dropped", name, self._folder)
        return None

    def count(self) -> int:
        """How many messages wait."""
        return len(self._names())

    def clear(self) -> int:
        """Drop everything, leftovers of a crash included; gives how many messages there were."""
        count = 0
        for entry in os.scandir(self._folder):
            with contextlib.suppress(FileNotFoundError):
                (self._folder / entry.name).unlink()
                count += not entry.name.startswith(".")
        return count

    def _names(self) -> list[str]:
        return sorted(name for name in os.listdir(self._folder) if not name.startswith("."))  # noqa: PTH208 - the hot loop

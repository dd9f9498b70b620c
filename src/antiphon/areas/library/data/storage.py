"""Where uploaded files live: a folder of the server or an object storage, which areas cannot tell apart."""

from collections.abc import AsyncGenerator, Sequence
from pathlib import Path
from typing import Protocol


class Storage(Protocol):
    """Keeps files by names that the library makes: `ab/cd/abcd….flac`, never anything a person has chosen."""

    is_near: bool
    """Whether files lie on a disk of this machine, so that reading one again costs little."""

    async def put(self, name: str, file: Path, content_type: str) -> None:
        """Keep the content of `file` under `name`, in the place of what was there; when this returns it survives a
        power cut, and `file` is gone. Raises NO_SPACE, UNAVAILABLE `storage_down`."""
        ...

    def read(self, name: str, first: int, length: int) -> AsyncGenerator[bytes, None]:
        """`length` bytes from `first` on, bit by bit; fewer where the file ends. Close it when done.

        Raises NOT_FOUND `file_missing`, UNAVAILABLE `storage_down`.
        """
        ...

    async def size(self, name: str) -> int | None:
        """How many bytes there are, None where there is no such file. Raises UNAVAILABLE `storage_down`."""
        ...

    async def delete(self, names: Sequence[str]) -> None:
        """Remove files; those that are not there are passed over. Raises UNAVAILABLE `storage_down`."""
        ...

    def names(self) -> AsyncGenerator[str, None]:
        """The name of every file, in no order. Raises UNAVAILABLE `storage_down`."""
        ...

    def file(self, name: str) -> Path | None:
        """Where a file lies on a disk of this machine; None where it does not."""
        ...

    async def address(self, name: str, content_type: str, disposition: str = "") -> str | None:
        """A signed address that gives the file to whoever has it, for a minute; None where clients cannot reach the
        storage themselves. `disposition` is the Content-Disposition that the answer there shall have."""
        ...

    async def remove_leftovers(self) -> None:
        """Remove what a crash has left half-written. Only before anything is put."""
        ...

    async def check_keys(self) -> None:
        """Raise FORBIDDEN `storage_keys`, with what to do, where the storage does not take the keys that it is given.
        Says nothing where it does not answer at all."""
        ...

    async def is_reachable(self) -> bool:
        """Whether files can be had just now."""
        ...

"""What crosses the door of discovery."""

from collections.abc import Sequence
from typing import Protocol

import msgspec

from antiphon.areas.library.data import ArtistRow, SongRow


class Near(msgspec.Struct, frozen=True, gc=False):
    """A song and how near it is: 1 for the same sound, 0 for nothing in common, -1 at most apart."""

    song_id: int
    nearness: float


class SimilarSong(msgspec.Struct, frozen=True):
    """A song and how much it sounds like the one that was asked about, from 0 to 1."""

    song: SongRow
    similarity: float


class SimilarArtist(msgspec.Struct, frozen=True):
    """An artist and how much their songs sound like those of the one that was asked about, from 0 to 1."""

    artist: ArtistRow
    similarity: float


class Neighbours(Protocol):
    """Finds songs by their vectors, beside the event loop."""

    async def clear(self) -> None:
        """Forget all vectors."""
        ...

    async def add(self, rows: Sequence[tuple[int, bytes]]) -> None:
        """Take in (song, vector); one of a song that is known counts from now on instead of the older one."""
        ...

    async def nearest(self, seeds: Sequence[int], wanted: int) -> list[Near]:
        """The songs nearest to any of `seeds`, which are not among them; the nearest first. Seeds without a vector are
        passed over. Raises UNAVAILABLE."""
        ...

    async def between(self, start: int, end: int, steps: int, choices: int) -> list[list[Near]] | None:
        """For each of `steps` places on the way from one song to another the `choices` songs nearest to it, with how
        near they are to `start`, and at last `end` alone; None where one of the two has no vector. Raises
        UNAVAILABLE."""
        ...

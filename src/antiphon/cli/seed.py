"""`antiphon seed genres|artists`: names in the catalogue, to try things out with. What is there is left alone."""

from collections.abc import Awaitable, Callable, Sequence

from antiphon.areas.library.api import Library
from antiphon.areas.library.data import ArtistEdit
from antiphon.cli.progress import ProgressLine
from antiphon.kernel.errors import AntiphonError, Kind
from antiphon.kernel.principal import SYSTEM


async def seed_genres(library: Library, names: Sequence[str]) -> int:
    """Make the genres of these names; gives the exit code."""
    return await _make("Genres", names, lambda name: library.editing.genres.create(SYSTEM, name))


async def seed_artists(library: Library, names: Sequence[str]) -> int:
    """Make the artists of these names; gives the exit code."""
    return await _make("Artists", names, lambda name: library.editing.artists.create(SYSTEM, ArtistEdit(name=name)))


async def _make(title: str, names: Sequence[str], make: Callable[[str], Awaitable[int]]) -> int:
    line, made = ProgressLine(title), 0
    for number, name in enumerate(names):
        try:
            await make(name)
            made += 1
        except AntiphonError as error:
            if error.kind is not Kind.CONFLICT:
                raise
        line.show(number / len(names), name)
    line.done(told(made, len(names)))
    return 0


def told(made: int, wanted: int) -> str:
    """How many were made, and how many were there."""
    there = wanted - made
    return f"{made} made{f', {there} were there already' if there else ''}."

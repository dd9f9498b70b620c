"""What crosses the door of playback when the server itself plays: the jukebox, and what it needs of an output."""

from typing import Literal, Protocol

import msgspec

from antiphon.areas.library.data import SongRow
from antiphon.kernel.events import Event


class JukeboxChanged(Event, frozen=True):
    """Somebody has written down what the house shall hear."""


class JukeboxState(msgspec.Struct, frozen=True):
    """What the house hears. `place` counts in the songs that the caller may see, -1 where there are none; `position` in
    seconds; `gain` from 0 to 1; `problem` is a sentence where the output does not work."""

    playing: bool
    place: int
    position: float
    gain: float
    problem: str
    songs: list[SongRow]


class PlayerNews(msgspec.Struct, frozen=True):
    """What an output says of the song that was begun as `number`: it is heard now, it is over, its file is broken, or
    there is no sound at all, with the reason in a sentence. `gone`: the output has ended and can be begun anew."""

    number: int
    event: Literal["playing", "ended", "broken", "silent", "gone"]
    problem: str = ""


class JukeboxPlayer(Protocol):
    """An output with a loudspeaker."""

    async def play(self, path: str, position: float, gain: float) -> int:
        """Begin a file at a position in seconds, instead of whatever plays; gives its number in the news.

        Raises UNAVAILABLE where the output cannot be begun.
        """
        ...

    async def set_gain(self, gain: float) -> None:
        """Make it louder or softer, from 0 to 1."""
        ...

    async def stop(self) -> None:
        """Be silent."""
        ...

    async def news(self) -> PlayerNews:
        """Wait for the next news."""
        ...

    async def close(self) -> None:
        """Be silent, and end what runs for it."""
        ...

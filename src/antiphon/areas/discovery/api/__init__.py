"""The door of discovery."""

from antiphon.areas.discovery.api.similar import Similar
from antiphon.areas.discovery.data import Neighbours
from antiphon.areas.library.api import Library

__all__ = ["Discovery", "Similar"]


class Discovery:
    """What else somebody may like: songs and artists that sound `similar`."""

    def __init__(self, *, library: Library, neighbours: Neighbours) -> None:
        self.similar = Similar(library, neighbours)

"""The door of broadcasts."""

from antiphon.areas.broadcasts.api.radio import Radio
from antiphon.kernel.clock import Clock
from antiphon.kernel.db import Database

__all__ = ["Broadcasts", "Radio"]


class Broadcasts:
    """What comes from elsewhere: `radio`."""

    def __init__(self, *, database: Database, clock: Clock) -> None:
        self.radio = Radio(database=database, clock=clock)

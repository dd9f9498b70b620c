"""What crosses the door of broadcasts."""

import msgspec


class NewStation(msgspec.Struct, frozen=True, kw_only=True):
    """A radio station as somebody enters it; `homepage_url` may be empty."""

    name: str
    stream_url: str
    homepage_url: str = ""


class Station(msgspec.Struct, frozen=True):
    """A radio station."""

    id: int
    name: str
    stream_url: str
    homepage_url: str
    created_at: float

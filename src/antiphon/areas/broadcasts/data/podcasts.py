"""Podcasts as they cross the door, and what the area needs from outside for them."""

from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Final, Literal, Protocol

import msgspec

from antiphon.areas.playback.data.transcodes import Recording

REFRESH, DOWNLOAD = "podcasts.refresh", "podcasts.download"
"""Kinds of jobs."""

Status = Literal["new", "downloading", "completed", "error", "deleted"]
NEW: Final = "new"
"""Known, and not on this server's disk; of a channel: not read yet."""
DOWNLOADING: Final = "downloading"
COMPLETED: Final = "completed"
"""On the disk; of a channel: read."""
ERROR: Final = "error"
DELETED: Final = "deleted"
"""Taken from the disk by an admin."""


class Channel(msgspec.Struct, frozen=True):
    """A podcast. `status` and `error` tell how the latest reading of its feed went; moments are seconds since 1970."""

    id: int
    url: str
    title: str
    description: str
    homepage_url: str
    image_url: str
    image_hash: str
    status: Status
    error: str
    refreshed_at: float | None
    created_at: float
    episode_count: int


class Episode(msgspec.Struct, frozen=True):
    """An episode. `duration` is in seconds and `size` in bytes, both 0 where nobody tells; `file_name` is empty while
    it is not on the disk. `position` is where the caller stopped, in seconds, None where they did not, and `played_at`
    when they had heard it. `format`, `bitrate` (kbit/s), `sample_rate` and `channels` tell what the file holds, empty
    or 0 where nobody knows. `progress` is how far a download is, 0 to 1, None where nobody can tell."""

    id: int
    channel_id: int
    channel_title: str
    title: str
    description: str
    audio_url: str
    content_type: str
    suffix: str
    size: int
    duration: float
    published_at: float
    status: Status
    error: str
    file_name: str
    created_at: float
    image_hash: str
    position: float | None
    position_at: float | None
    played_at: float | None
    format: str
    bitrate: int
    sample_rate: int
    channels: int
    job_id: str
    progress: float | None = None


class EpisodePosition(msgspec.Struct, frozen=True):
    """Where somebody stopped in an episode, in seconds."""

    episode: Episode
    position: float
    comment: str
    created_at: float
    changed_at: float


class EpisodeFile(msgspec.Struct, frozen=True):
    """The audio of an episode on the disk. `recording` is what a transcode must know of it, None where nobody could
    look into it: then there is only the file as it is."""

    path: Path
    content_type: str
    suffix: str
    name: str
    duration: float
    recording: Recording | None


class FeedEpisode(msgspec.Struct, frozen=True, kw_only=True):
    """An episode as its feed tells it; `guid` is its name there, `published_at` is None where it tells no date."""

    guid: str
    title: str
    description: str
    audio_url: str
    content_type: str
    size: int
    duration: float
    published_at: float | None


class Feed(msgspec.Struct, frozen=True, kw_only=True):
    """A feed that was read, with its newest episodes. `etag` and `modified` go with the next request for it."""

    title: str
    description: str
    homepage_url: str
    image_url: str
    episodes: tuple[FeedEpisode, ...]
    etag: str = ""
    modified: str = ""


class AudioFound(msgspec.Struct, frozen=True):
    """Audio that was fetched: its type by its content, and its size in bytes. The rest is as with an episode, None or
    empty where nobody could look into it."""

    content_type: str
    suffix: str
    size: int
    duration: float = 0.0
    format: str = ""
    bitrate: int = 0
    sample_rate: int = 0
    channels: int = 0


class ListReport(msgspec.Struct, frozen=True):
    """What became of a list of podcasts: how many are new, were there already, and have an address that is none."""

    added: int
    known: int
    refused: int


class RemoteAudio(Protocol):
    """Audio that is passed on while it comes. Where it is a part, `content_range` tells which, as in HTTP, and where
    the other server gives parts at all, `has_ranges` is true; `length` is in bytes, None where it does not tell."""

    content_type: str
    length: int | None
    content_range: str
    has_ranges: bool

    def parts(self) -> AsyncGenerator[bytes, None]:
        """The bytes, bit by bit. Raises UNAVAILABLE, TOO_LARGE."""
        ...


class FeedReader(Protocol):
    """Fetches what stands at addresses that people and feeds name, within bounds and never from private networks.

    Everything raises INVALID `address_refused`, UNAVAILABLE, and TOO_LARGE.
    """

    def check(self, address: str) -> str:
        """The address as it is kept. Raises INVALID `address_refused` for what can be none."""
        ...

    async def read(self, address: str, etag: str, modified: str) -> Feed | None:
        """The feed, None where it has not changed since. Raises UNREADABLE for what is no feed."""
        ...

    async def picture(self, address: str, file: Path) -> str:
        """Write a picture into `file`; gives its hash."""
        ...

    async def audio(
        self, address: str, file: Path, *, most: int, progress: Callable[[float | None, str], None]
    ) -> AudioFound:
        """Write audio of at most `most` bytes into `file`. Raises UNSUPPORTED_MEDIA for what is none, NO_SPACE."""
        ...

    def pass_on(self, address: str, *, most: int, wanted: str) -> AbstractAsyncContextManager[RemoteAudio]:
        """Audio of at most `most` bytes while it comes; `wanted` is the range that a client asks for, as in HTTP, or
        empty. Raises UNSUPPORTED_MEDIA for what is none."""
        ...

    def addresses_in(self, content: bytes) -> list[str]:
        """The addresses that a list of podcasts (OPML) names. Raises UNREADABLE."""
        ...

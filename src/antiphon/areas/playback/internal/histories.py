"""Finding the songs of this server that stand in a history from elsewhere, and what of it is known already."""

import bisect
from collections import defaultdict
from collections.abc import Sequence

import msgspec
from sqlalchemy import select

from antiphon.areas.library.data import CreditValue
from antiphon.areas.library.views import accessible_songs, album, fold, song, viewing
from antiphon.areas.playback.data.histories import HistoryEntry
from antiphon.areas.playback.internal.tables import activity
from antiphon.kernel.db import Reader, Statement, Transaction
from antiphon.kernel.principal import Principal

SONGS = Statement(
    select(
        song.c.id, song.c.title, song.c.artist_text, song.c.credits, album.c.title, album.c.artist_text, song.c.duration
    )
    .join_from(song, album, album.c.id == song.c.album_id, isouter=True)
    .where(accessible_songs())
    .order_by(song.c.id)
)
# The same listen, told here and elsewhere: apps and services cut moments to seconds.
SAME_SECONDS = 2.0


class Found(msgspec.Struct, frozen=True, gc=False):
    """A song of this server; its length in seconds."""

    song_id: int
    album: str
    duration: float


class Songs:
    """Songs by artist and title, however they are written. Of several the one from the named album, else the oldest."""

    def __init__(self) -> None:
        self._songs: dict[tuple[str, str], list[Found]] = defaultdict(list)

    @classmethod
    async def read(cls, reader: Reader, principal: Principal) -> "Songs":
        """All songs that somebody may hear."""
        songs = cls()
        for row in await reader.fetch_slow(SONGS, **viewing(principal)):
            credits = msgspec.json.decode(row[3] or "[]", type=list[CreditValue])
            names = {row[2], row[5] or "", *(credit.name for credit in credits)}
            found = Found(row[0], fold(row[4] or ""), row[6])
            for name in {fold(name) for name in names if name}:
                songs._songs[name, fold(row[1])].append(found)
        return songs

    def find(self, artist: str, title: str, album_title: str = "") -> Found | None:
        """The song, or None."""
        known = self._songs.get((fold(artist.strip()), fold(title.strip())))
        if not known:
            return None
        wanted = fold(album_title.strip())
        return next((one for one in known if wanted and one.album == wanted), known[0])


async def unknown_plays(
    transaction: Transaction, user_id: int, plays: Sequence[tuple[Found, HistoryEntry]]
) -> list[tuple[Found, HistoryEntry]]:
    """Those that are not in the log yet: a listen that was told here already counts once."""
    moments = [entry.at for _, entry in plays]
    rows = await transaction.fetch(
        select(activity.c.song_id, activity.c.at).where(
            activity.c.user_id == user_id,
            activity.c.action == "play",
            activity.c.at >= min(moments) - SAME_SECONDS,
            activity.c.at <= max(moments) + SAME_SECONDS,
        )
    )
    known: dict[int, list[float]] = defaultdict(list)
    for song_id, at in sorted(rows):
        known[song_id].append(at)
    return [(found, entry) for found, entry in plays if not _is_near(known[found.song_id], entry.at)]


async def is_logged(transaction: Transaction, user_id: int, song_id: int, entry: HistoryEntry) -> bool:
    """Whether a like, skip or share is in the log."""
    row = await transaction.fetch_one(
        select(activity.c.id)
        .where(
            activity.c.user_id == user_id,
            activity.c.action == entry.action,
            activity.c.at == entry.at,
            activity.c.song_id == song_id,
        )
        .limit(1)
    )
    return row is not None


def _is_near(moments: list[float], at: float) -> bool:
    place = bisect.bisect_left(moments, at - SAME_SECONDS)
    return place < len(moments) and moments[place] <= at + SAME_SECONDS

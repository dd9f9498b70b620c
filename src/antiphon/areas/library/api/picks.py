"""A few songs for a first look: featured ones, and ones for who is looking. Never an error, however little there is."""

import hashlib
from collections.abc import Iterable, Sequence

import msgspec

from antiphon.areas.library.api.browse import Browse
from antiphon.areas.library.data import SongFilter, SongRow, SongSort
from antiphon.areas.library.internal import picks
from antiphon.areas.library.internal.visibility import viewing
from antiphon.kernel.clock import Clock
from antiphon.kernel.db import Reader
from antiphon.kernel.paging import Page
from antiphon.kernel.principal import ANONYMOUS, Principal

DAY = 86_400
OF_ONE_ARTIST = 2
LOOKED_AT = 60


class Picks:
    """The same choice for a whole day, another one on the next."""

    def __init__(self, *, reader: Reader, browse: Browse, clock: Clock) -> None:
        self._reader = reader
        self._browse = browse
        self._clock = clock
        self._featured: tuple[int, list[int]] = (0, [])

    async def featured(self, principal: Principal, wanted: int) -> list[SongRow]:
        """Songs worth hearing: from those played most and those that are new, without what people rate low."""
        day = int(self._clock()) // DAY
        kept_day, ids = self._featured
        found: list[SongRow] = []
        if kept_day == day:
            found = await self._browse.songs_by_ids(principal, ids, listed_only=True)
        if len(found) < wanted:
            ids = _in_order_of(day, await self._pool())
            self._featured = day, ids
            found = await self._browse.songs_by_ids(principal, ids, listed_only=True)
        return await self.filled(principal, _of_many_artists(found, wanted), wanted)

    async def for_person(self, principal: Principal, wanted: int) -> list[SongRow]:
        """Songs of the artists and genres that the caller stars, rates high and plays, which they do not know well yet;
        featured ones for who has told nothing."""
        liked = [] if principal.is_anonymous else await self._liked(principal)
        if not liked:
            return await self.featured(principal, wanted)
        day = int(self._clock()) // DAY
        scores = await self._scored(liked, day)
        seed = day * 1_000_003 + principal.user_id
        best = sorted(_in_order_of(seed, scores), key=lambda song_id: -scores[song_id])[:LOOKED_AT]
        rows = await self._browse.songs_by_ids(principal, best, listed_only=True)
        welcome = [row for row in rows if (row.user_rating or 5) > 2]
        chosen = _of_many_artists(welcome, wanted)
        return await self.filled(principal, chosen, wanted)

    async def filled(self, principal: Principal, rows: Sequence[SongRow], wanted: int) -> list[SongRow]:
        """`rows` with others that are played much or new behind them, until there are as many as wanted."""
        found = {row.id: row for row in rows[:wanted]}
        orders: tuple[SongSort, ...] = ("most_played", "newest")
        for order in orders:
            if len(found) >= wanted:
                break
            more = await self._browse.songs(principal, SongFilter(), order, Page(2 * wanted, 0), count=False)
            for row in more.rows:
                if len(found) < wanted:
                    found.setdefault(row.id, row)
        return list(found.values())

    async def _pool(self) -> list[int]:
        seen = viewing(ANONYMOUS)
        played = await self._reader.fetch_slow(picks.MOST_PLAYED, **seen)
        new = await self._reader.fetch_slow(picks.NEWEST, **seen)
        return [row[0] for row in (*played, *new)]

    async def _liked(self, principal: Principal) -> list[int]:
        return [row[0] for row in await self._reader.fetch(picks.LIKED_SONGS, viewer=principal.user_id)]

    async def _scored(self, liked: Sequence[int], day: int) -> dict[int, int]:
        """Songs that share an artist (2) or a genre (1) with those that are liked, and are not among them."""
        ids = msgspec.json.encode(liked).decode()
        last = (await self._reader.fetch(picks.LAST_SONG))[0][0] or 0
        # Another part of a large catalogue each day.
        start = int.from_bytes(_digest(day, 0)[:8], "big") % (last + 1)
        scores: dict[int, int] = {}
        for thing, points in (("artist", 2), ("genre", 1)):
            owners = [row[0] for row in await self._reader.fetch(picks.FREQUENT[thing], ids=ids)]
            listed = msgspec.json.encode(owners).decode()
            found: set[int] = set()
            for after in (start, 0):
                if len(found) < picks.CANDIDATES and owners:
                    rows = await self._reader.fetch(
                        picks.SONGS_OF[thing], ids=listed, after=after, limit=picks.CANDIDATES
                    )
                    found |= {row[0] for row in rows}
            for song_id in found - set(liked):
                scores[song_id] = scores.get(song_id, 0) + points
        return scores


def _digest(seed: int, song_id: int) -> bytes:
    return hashlib.blake2b(f"{seed}:{song_id}".encode(), digest_size=8).digest()


def _in_order_of(seed: int, song_ids: Iterable[int]) -> list[int]:
    """Ids in an order that only the seed decides."""
    return sorted(set(song_ids), key=lambda song_id: _digest(seed, song_id))


def _of_many_artists(rows: Sequence[SongRow], wanted: int) -> list[SongRow]:
    """The first rows, at most two of one artist as long as there are others."""
    counts: dict[str, int] = {}
    first: list[SongRow] = []
    rest: list[SongRow] = []
    for row in rows:
        counts[row.artist] = counts.get(row.artist, 0) + 1
        (first if counts[row.artist] <= OF_ONE_ARTIST else rest).append(row)
    return (first + rest)[:wanted]

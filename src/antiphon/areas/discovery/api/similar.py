"""Songs and artists that sound alike. Only what the caller may see is ever among them."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence

import msgspec

from antiphon.areas.discovery.data import Near, Neighbours, SimilarArtist, SimilarSong
from antiphon.areas.discovery.internal.mixing import LEAST_SIMILARITY, mixed, similarity, with_songs, without_doubles
from antiphon.areas.library.api import Library
from antiphon.areas.library.data import CreditValue, SongFilter, SongRow
from antiphon.kernel.paging import Page
from antiphon.kernel.principal import Principal

TAKEN_AT_ONCE = 5000
SEEDS = 40
SPARE = 3
MOST_LOOKED_AT = 4000
ARTIST_NEIGHBOURS = 400
ARTIST_SONGS = 3
CHOICES = 30
LONGEST_PATH = 100

_credits = msgspec.json.Decoder(list[CreditValue])


class Similar:
    """Neighbours by sound, kept in step with what has been measured."""

    def __init__(self, library: Library, neighbours: Neighbours) -> None:
        self._library = library
        self._neighbours = neighbours
        self._known = 0
        self._turn = asyncio.Lock()

    async def is_ready(self) -> bool:
        """Whether there is anything to find songs by."""
        return await self._library.sounds.newest_vector() > 0

    async def to_song(self, principal: Principal, song_id: int, limit: int) -> list[SimilarSong]:
        """Songs that do sound like one, the most similar first, no artist too often. None while it has not been
        measured. Raises NOT_FOUND, UNAVAILABLE."""
        song = await self._library.browse.song(principal, song_id)
        found = await self._visible(principal, [song_id], limit * SPARE)
        return mixed(without_doubles(found, [song]), limit)

    async def nearest(self, principal: Principal, song_id: int, limit: int) -> list[SimilarSong]:
        """All songs in the order of nearness to one. Raises NOT_FOUND, UNAVAILABLE."""
        await self._library.browse.song(principal, song_id)
        return (await self._visible(principal, [song_id], limit))[:limit]

    async def to_album(self, principal: Principal, album_id: int, limit: int) -> list[SimilarSong]:
        """Songs that sound like those of an album, from elsewhere. Raises NOT_FOUND, UNAVAILABLE."""
        await self._library.browse.album(principal, album_id)
        songs = await self._library.browse.songs_of_album(principal, album_id)
        found = await self._visible(principal, [song.id for song in songs[:SEEDS]], limit * SPARE)
        return mixed(without_doubles([one for one in found if one.song.album_id != album_id], songs), limit)

    async def to_artist(self, principal: Principal, artist_id: int, limit: int) -> list[SimilarSong]:
        """Songs of an artist and of others who sound alike, a mix to listen to. Raises NOT_FOUND, UNAVAILABLE."""
        own = await self._songs_of(principal, artist_id)
        found = await self._visible(principal, [song.id for song in own], limit * SPARE)
        others = mixed(without_doubles(found, own), limit)
        mine = [SimilarSong(song, 1.0) for song in own]
        together: list[SimilarSong] = []
        # One of their own after every three of others.
        while len(together) < limit and (others or mine):
            together += mine[:1] + others[:3]
            mine, others = mine[1:], others[3:]
        return together[:limit]

    async def artists(self, principal: Principal, artist_id: int, limit: int) -> list[SimilarArtist]:
        """Artists of whom several songs (or the only one) sound like songs of this one. Raises NOT_FOUND,
        UNAVAILABLE."""
        own = await self._songs_of(principal, artist_id)
        found = await self._visible(principal, [song.id for song in own], ARTIST_NEIGHBOURS)
        nearness: dict[int, list[float]] = defaultdict(list)
        for one in found:
            for credit in _credits.decode(one.song.credits):
                if credit.role == "artist" and credit.id != artist_id:
                    nearness[credit.id].append(one.similarity)
        ranked = {other: _strength(values) for other, values in nearness.items()}
        best = sorted((-value, other) for other, value in ranked.items() if value >= LEAST_SIMILARITY)[:limit]
        rows = await self._library.browse.artists_by_ids(principal, [other for _, other in best])
        return [SimilarArtist(row, round(ranked[row.id], 4)) for row in rows]

    async def path(self, principal: Principal, start_id: int, end_id: int, limit: int) -> list[SimilarSong]:
        """Songs that lead from one to another, each a step nearer to the end; the first is the start, the last the end.
        Just the two where there is nothing to go by. Raises NOT_FOUND, UNAVAILABLE."""
        browse = self._library.browse
        start, end = await browse.song(principal, start_id), await browse.song(principal, end_id)
        if limit < 2 or start_id == end_id:
            return [SimilarSong(start, 1.0)][:limit]
        await self._keep_up()
        steps = await self._neighbours.between(start_id, end_id, min(limit, LONGEST_PATH) - 2, CHOICES)
        *between, [last] = steps or [[Near(end_id, 0.0)]]
        wanted = sorted({one.song_id for step in between for one in step})
        seen = {song.id: song for song in await browse.songs_by_ids(principal, wanted, listed_only=True)}
        chosen = [SimilarSong(start, 1.0)]
        for step in between:
            following = next((one for one in step if one.song_id in seen), None)
            if following is not None:
                chosen.append(SimilarSong(seen.pop(following.song_id), similarity(following.nearness)))
        return [*chosen, SimilarSong(end, similarity(last.nearness))]

    async def _songs_of(self, principal: Principal, artist_id: int) -> list[SongRow]:
        await self._library.browse.artist(principal, artist_id)
        wanted = SongFilter(artist_id=artist_id)
        return (await self._library.browse.songs(principal, wanted, "most_played", Page(SEEDS), count=False)).rows

    async def _visible(self, principal: Principal, seeds: Sequence[int], wanted: int) -> list[SimilarSong]:
        """At least `wanted` neighbours that stand in the caller's lists, where there are so many: where much is hidden
        from them, more is looked at."""
        await self._keep_up()
        if not seeds or wanted <= 0:
            return []
        looked_at = wanted
        while True:
            near: list[Near] = await self._neighbours.nearest(seeds, looked_at)
            rows = await self._library.browse.songs_by_ids(principal, [one.song_id for one in near], listed_only=True)
            if len(rows) >= wanted or len(near) < looked_at or looked_at >= MOST_LOOKED_AT:
                return with_songs(near, rows)
            looked_at = min(looked_at * 4, MOST_LOOKED_AT)

    async def _keep_up(self) -> None:
        """Take in the vectors that have been written since; after a restored backup, all of them anew."""
        if await self._library.sounds.newest_vector() == self._known:
            return
        async with self._turn:
            # Whoever had the turn before may have taken in more than there was at the first look.
            newest = await self._library.sounds.newest_vector()
            if newest < self._known:
                await self._neighbours.clear()
                self._known = 0
            while self._known < newest:
                rows = await self._library.sounds.vectors(self._known, TAKEN_AT_ONCE)
                if not rows:
                    return
                await self._neighbours.add([(row.song_id, row.vector) for row in rows])
                self._known = rows[-1].position


def _strength(values: list[float]) -> float:
    """The mean of an artist's nearest songs: one that happens to be near makes nobody similar who has many others."""
    best = sorted(values, reverse=True)[:ARTIST_SONGS]
    return sum(best) / len(best)

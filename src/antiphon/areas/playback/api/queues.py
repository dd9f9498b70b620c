"""What people have lined up, and bookmarks in long songs: kept on the server, so that any device can go on."""

import math
from collections.abc import Mapping, Sequence

import msgspec

from antiphon.areas.library.api import Library
from antiphon.areas.library.api.annotations import check_may_write
from antiphon.areas.library.data import SongRow
from antiphon.areas.playback.data import AppPlace, BookmarkRow, KeptQueue, PlaybackTaken, PlayQueue, QueueChanged
from antiphon.areas.playback.internal import queries, saved, writes
from antiphon.areas.playback.internal.queries import viewing
from antiphon.kernel.clock import Clock
from antiphon.kernel.db import Database
from antiphon.kernel.errors import invalid, not_signed_in
from antiphon.kernel.principal import Principal

MOST_SONGS = 10_000
LONGEST_COMMENT = 1_000
LONGEST_CLIENT = 200


class Queues:
    """A person's play queue, one for each of their apps; the one that was changed last is theirs everywhere."""

    def __init__(self, *, database: Database, clock: Clock, library: Library) -> None:
        self._database = database
        self._clock = clock
        self._library = library

    async def save(self, principal: Principal, song_ids: Sequence[int], *, place: int, position: float = 0.0) -> float:
        """Keep what the caller's app has lined up; nothing clears it. `position` is in seconds. Gives when it was kept.

        Songs that the caller may not hear are passed over when the queue is read. Raises INVALID by field.
        """
        check_may_write(principal)
        if len(song_ids) > MOST_SONGS:
            raise invalid(songs=f"A queue holds at most {MOST_SONGS} songs.")
        client = principal.client[:LONGEST_CLIENT]
        if song_ids and not 0 <= place < len(song_ids):
            raise invalid(place="The current song's place is outside the queue.")
        _check_position(position)
        changed_at = self._clock()
        async with self._database.transaction() as transaction:
            await transaction.publish(QueueChanged(principal.user_id, client))
            if not song_ids:
                await saved.delete_queue(transaction, principal.user_id, client)
                return changed_at
            await saved.write_queue(
                transaction,
                principal.user_id,
                client,
                song_ids=msgspec.json.encode(list(song_ids)).decode(),
                place=place,
                position=position,
                changed_at=changed_at,
            )
        return changed_at

    async def latest(self, principal: Principal) -> PlayQueue | None:
        """What the caller had lined up last, on whatever device; None for nothing."""
        found = await self._rows(principal)
        return await self._filled(principal, found[0]) if found else None

    async def all(self, principal: Principal) -> list[PlayQueue]:
        """What each of the caller's apps has lined up, the latest first."""
        return [await self._filled(principal, row) for row in await self._rows(principal)]

    async def places(self, principal: Principal) -> list[AppPlace]:
        """Where each of the caller's apps is in its queue, the latest first; not those whose song has gone."""
        rows = await self._live(principal)
        songs = {
            song.id: song for song in await self._library.browse.songs_by_ids(principal, [r.current for r in rows])
        }
        return [
            AppPlace(
                row.client,
                songs[row.current],
                row.position,
                row.is_playing,
                len(row.numbers),
                row.changed_at,
            )
            for row in rows
            if row.current in songs
        ]

    async def live(self, principal: Principal, client: str) -> PlayQueue | None:
        """What the caller's app `client` has lined up, with the place where it is by now; None for nothing."""
        found = next((row for row in await self._live(principal) if row.client == client), None)
        return None if found is None else await self._filled(principal, found)

    async def moments(self, principal: Principal) -> dict[str, float]:
        """When each of the caller's apps has lined up songs, the latest first."""
        return {row.client: row.changed_at for row in await self._rows(principal)}

    async def hand_over(self, principal: Principal, client: str, by: str) -> None:
        """What the caller's app `client` plays goes on in the app `by`: `client` hears that it has to pause."""
        check_may_write(principal)
        async with self._database.transaction() as transaction:
            await writes.clear_now_playing(transaction, principal.user_id, client)
            await transaction.publish(PlaybackTaken(principal.user_id, client, by[:LONGEST_CLIENT]))

    async def _rows(self, principal: Principal) -> list[KeptQueue]:
        if principal.is_anonymous:
            raise not_signed_in()
        rows = await self._database.reader.fetch(saved.QUEUES, user_id=principal.user_id)
        return [KeptQueue(row[0], saved.ids_of(row[1]), row[2], row[3], row[4]) for row in rows]

    async def _live(self, principal: Principal) -> list[KeptQueue]:
        """The same with the places where the apps are by now."""
        rows = await self._rows(principal)
        playing = {
            (row[0], row[1]): (row[2], row[3], row[4])
            for row in await self._database.reader.fetch(queries.PLAYING, user_id=principal.user_id)
        }
        return [_brought_up(row, playing, self._clock()) for row in rows]

    async def _filled(self, principal: Principal, row: KeptQueue) -> PlayQueue:
        songs = await self._library.browse.songs_by_ids(principal, row.numbers)
        found = {song.id: song for song in songs}
        kept = [number for number in row.numbers[: row.place] if number in found]
        # Where the current song has gone, the next one begins.
        current = found.get(row.current)
        return PlayQueue(
            row.client,
            songs,
            min(len(kept), max(len(songs) - 1, 0)),
            row.position if current else 0.0,
            row.changed_at,
        )


class Bookmarks:
    """Places in songs that a person wants to come back to."""

    def __init__(self, *, database: Database, clock: Clock, library: Library) -> None:
        self._database = database
        self._clock = clock
        self._library = library

    async def set(self, principal: Principal, song_id: int, position: float, comment: str = "") -> None:
        """Set the caller's bookmark in a song; there is one at most. Raises NOT_FOUND, INVALID."""
        check_may_write(principal)
        _check_position(position)
        if len(comment) > LONGEST_COMMENT:
            raise invalid(comment=f"A comment has at most {LONGEST_COMMENT} characters.")
        await self._library.browse.song(principal, song_id)
        async with self._database.transaction() as transaction:
            await saved.write_bookmark(
                transaction,
                principal.user_id,
                song_id,
                position=position,
                comment=comment,
                now=self._clock(),
            )

    async def remove(self, principal: Principal, song_id: int) -> None:
        """Take the caller's bookmark out of a song; it went well where there was none."""
        check_may_write(principal)
        async with self._database.transaction() as transaction:
            await saved.delete_bookmark(transaction, principal.user_id, song_id)

    async def list(self, principal: Principal) -> list[BookmarkRow]:
        """The caller's bookmarks in songs they may hear, the latest first."""
        if principal.is_anonymous:
            raise not_signed_in()
        rows = await self._database.reader.fetch(saved.BOOKMARKS, **viewing(principal))
        return [BookmarkRow(row[0], row[1], row[2], row[3], SongRow(*row[4:])) for row in rows]


def _brought_up(row: KeptQueue, playing: Mapping[tuple[str, int], tuple[float, float, float]], now: float) -> KeptQueue:
    """Where the app is by now, if it plays: reckoned from what it told last, of its queue or of what it plays."""
    told = playing.get((row.client, row.current))
    if told is None:
        return row
    started_at, began_from, duration = told
    since, position = max((started_at, began_from), (row.changed_at, row.position))
    position += max(0.0, now - since)
    if position > duration + queries.GRACE_SECONDS:
        return row
    return msgspec.structs.replace(row, position=min(position, duration), is_playing=True)


def _check_position(position: float) -> None:
    if not (math.isfinite(position) and 0 <= position < 1e7):
        raise invalid(position="A position is a number of seconds, zero or more.")

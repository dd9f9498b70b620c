"""What apps have lined up where episodes of podcasts stand among the songs.

The songs are kept as any play queue, so that players that know songs alone go on with these; here stands what belongs
between them.
"""

from collections.abc import Sequence

import msgspec

from antiphon.areas.broadcasts.data.podcasts import Episode
from antiphon.areas.broadcasts.data.queues import Lined, MixedQueue
from antiphon.areas.broadcasts.internal import podcasts, queues
from antiphon.areas.library.api import Library
from antiphon.areas.library.data import SongRow
from antiphon.areas.playback.api.queues import LONGEST_CLIENT, MOST_SONGS, Queues
from antiphon.areas.playback.data import PlayQueue
from antiphon.kernel.db import Database
from antiphon.kernel.db.reader import Row
from antiphon.kernel.errors import invalid
from antiphon.kernel.principal import Principal

LONGEST_POSITION = 1e7


class MixedQueues:
    """A person's queues of songs and episodes, one for each of their apps."""

    def __init__(self, *, database: Database, library: Library, songs: Queues) -> None:
        self._database = database
        self._library = library
        self._songs = songs

    async def save(self, principal: Principal, things: Sequence[Lined], *, place: int, position: float = 0.0) -> None:
        """Keep what the caller's app has lined up; nothing clears it. `position` is in seconds.

        Players of songs alone find the songs of it, and go on with the next one where an episode is current. What the
        caller may not hear is passed over when the queue is read. Raises INVALID by field.
        """
        if len(things) > MOST_SONGS:
            raise invalid(songs=f"A queue holds at most {MOST_SONGS} songs and episodes.")
        if things and not 0 <= place < len(things):
            raise invalid(place="The current place is outside the queue.")
        if not 0 <= position < LONGEST_POSITION:
            raise invalid(position="A position is a number of seconds, zero or more.")
        client = principal.client[:LONGEST_CLIENT]
        ids = [thing.id for thing in things if thing.kind == "song"]
        before = sum(thing.kind == "song" for thing in things[:place])
        is_song = bool(things) and things[place].kind == "song"
        async with self._database.transaction() as transaction:
            changed_at = await self._songs.save(
                principal, ids, place=min(before, max(len(ids) - 1, 0)), position=position if is_song else 0.0
            )
            if len(ids) == len(things):
                await queues.remove(transaction, principal.user_id, client)
                return
            numbers = [thing.id if thing.kind == "song" else -thing.id for thing in things]
            await queues.write(
                transaction,
                principal.user_id,
                client,
                things=msgspec.json.encode(numbers).decode(),
                place=place,
                position=position,
                changed_at=changed_at,
            )

    async def latest(self, principal: Principal) -> MixedQueue | None:
        """What the caller had lined up last, on whatever device; None for nothing. Raises NOT_SIGNED_IN."""
        songs = await self._songs.latest(principal)
        row = await self._database.reader.fetch_one(queues.LATEST, user_id=principal.user_id)
        if row is None or not _is_latest(row, songs):
            return None if songs is None else _of_songs(songs)
        return await self._filled(principal, row)

    async def _filled(self, principal: Principal, row: Row) -> MixedQueue:
        client, text, place, position, changed_at = row
        numbers = _numbers(text)
        found = await self._found(principal, numbers)
        kept = [number for number in numbers if number in found]
        before = sum(number in found for number in numbers[:place])
        return MixedQueue(
            client,
            [found[number] for number in kept],
            min(before, max(len(kept) - 1, 0)),
            # Where the current one has gone, the next one begins.
            position if numbers[place] in found else 0.0,
            changed_at,
        )

    async def _found(self, principal: Principal, numbers: Sequence[int]) -> dict[int, SongRow | Episode]:
        songs = await self._library.browse.songs_by_ids(principal, [number for number in numbers if number > 0])
        wanted = msgspec.json.encode(sorted({-number for number in numbers if number < 0})).decode()
        rows = await self._database.reader.fetch(podcasts.EPISODES, ids=wanted, user_id=principal.user_id)
        return {**{song.id: song for song in songs}, **{-row[0]: Episode(*row) for row in rows}}


def _of_songs(queue: PlayQueue) -> MixedQueue:
    return MixedQueue(queue.client, list(queue.songs), queue.place, queue.position, queue.changed_at)


def _is_latest(row: Row, songs: PlayQueue | None) -> bool:
    """Whether a queue with episodes is what was kept last, and its songs are still those that were kept with it."""
    client, text, _, _, changed_at = row
    if any(number > 0 for number in _numbers(text)):
        return songs is not None and (songs.client, songs.changed_at) == (client, changed_at)
    return songs is None or songs.changed_at < changed_at


def _numbers(text: str) -> list[int]:
    return msgspec.json.decode(text, type=list[int])

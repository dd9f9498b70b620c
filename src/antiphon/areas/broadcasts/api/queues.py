"""What apps have lined up where episodes of podcasts stand among the songs.

The songs are kept as any play queue, so that players that know songs alone go on with these; here stands what belongs
between them.
"""

from collections.abc import Sequence

import msgspec

from antiphon.areas.broadcasts.data.podcasts import Episode
from antiphon.areas.broadcasts.data.queues import Lined, MixedPlace, MixedQueue
from antiphon.areas.broadcasts.internal import podcasts, positions, queues
from antiphon.areas.library.api import Library
from antiphon.areas.library.api.annotations import check_may_write
from antiphon.areas.library.data import SongRow
from antiphon.areas.playback.api.queues import LONGEST_CLIENT, MOST_SONGS, Queues
from antiphon.areas.playback.data import KeptQueue, PlayQueue
from antiphon.kernel.clock import Clock
from antiphon.kernel.db import Database
from antiphon.kernel.errors import invalid, not_found, not_signed_in
from antiphon.kernel.principal import Principal

LONGEST_POSITION = 1e7
# Apps that play tell now and then where they are: one that has been silent for so many seconds does not play any more.
LONGEST_SILENCE = 120.0


class _Kept(KeptQueue, frozen=True):
    """A queue with episodes as it is kept: a song's number is its id, an episode's stands below zero."""

    def holds_good(self, songs_changed_at: float | None) -> bool:
        """Whether the app's songs are still those that were kept with it."""
        if any(number > 0 for number in self.numbers):
            return songs_changed_at == self.changed_at
        return songs_changed_at is None or songs_changed_at < self.changed_at


class MixedQueues:
    """A person's queues of songs and episodes, one for each of their apps; the one that was changed last is theirs
    everywhere."""

    def __init__(self, *, database: Database, clock: Clock, library: Library, songs: Queues) -> None:
        self._database = database
        self._clock = clock
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
        mixed = await self._mixed(principal)
        if mixed and mixed[0].changed_at >= max((await self._songs.moments(principal)).values(), default=0.0):
            return await self._filled(principal, mixed[0])
        songs = await self._songs.latest(principal)
        return None if songs is None else _of_songs(songs)

    async def all(self, principal: Principal) -> list[MixedQueue]:
        """What each of the caller's apps has lined up, the latest first. Raises NOT_SIGNED_IN."""
        found = {queue.client: _of_songs(queue) for queue in await self._songs.all(principal)}
        for kept in await self._mixed(principal):
            found[kept.client] = await self._filled(principal, kept)
        return sorted(found.values(), key=lambda queue: (-queue.changed_at, queue.client))

    async def places(self, principal: Principal) -> list[MixedPlace]:
        """Where each of the caller's apps is in its queue, the latest first; not those whose song or episode has gone.

        Raises NOT_SIGNED_IN.
        """
        found = {
            one.client: MixedPlace(
                one.client, one.song, one.position, one.is_playing, one.songs, one.songs, one.changed_at
            )
            for one in await self._songs.places(principal)
        }
        mixed = await self._mixed(principal)
        entries = await self._found(principal, [kept.current for kept in mixed])
        for kept in mixed:
            known = found.pop(kept.client, None)
            entry, count = entries.get(kept.current), len(kept.numbers)
            songs = sum(number > 0 for number in kept.numbers)
            if isinstance(entry, SongRow) and known is not None:
                found[kept.client] = msgspec.structs.replace(known, entries=count)
            elif isinstance(entry, Episode):
                found[kept.client] = MixedPlace(
                    kept.client, entry, kept.position, kept.is_playing, count, songs, kept.changed_at
                )
        return sorted(found.values(), key=lambda place: (-place.changed_at, place.client))

    async def take_over(self, principal: Principal, client: str, by: str) -> MixedQueue:
        """What the caller's app `client` has lined up, to go on in the app `by` from where it is by now; `client` hears
        that it has to pause.

        Raises NOT_FOUND where that app has nothing lined up, NOT_SIGNED_IN, FORBIDDEN.
        """
        check_may_write(principal)
        kept = next((one for one in await self._mixed(principal) if one.client == client), None)
        songs = await self._songs.live(principal, client)
        if kept is None and songs is None:
            raise not_found("queue")
        if kept is None:
            assert songs is not None
            taken = _of_songs(songs)
        else:
            if songs is not None and kept.current > 0:
                kept = msgspec.structs.replace(kept, position=songs.position)
            taken = await self._filled(principal, kept)
        async with self._database.transaction() as transaction:
            if kept is not None and kept.is_playing:
                await positions.rest(
                    transaction,
                    principal.user_id,
                    client,
                    -kept.current,
                    position=kept.position,
                    now=self._clock(),
                )
            await self._songs.hand_over(principal, client, by)
        return taken

    async def _mixed(self, principal: Principal) -> list[_Kept]:
        """What holds good of the queues with episodes, the latest first, with the places where the apps are by now."""
        if principal.is_anonymous:
            raise not_signed_in()
        rows = await self._database.reader.fetch(queues.LATEST, user_id=principal.user_id)
        if not rows:
            return []
        moments = await self._songs.moments(principal)
        all_kept = [_Kept(row[0], msgspec.json.decode(row[1], type=list[int]), *row[2:]) for row in rows]
        good = [kept for kept in all_kept if kept.holds_good(moments.get(kept.client))]
        current = sorted({-kept.current for kept in good if kept.current < 0})
        told = await self._database.reader.fetch(
            positions.TOLD, ids=msgspec.json.encode(current).decode(), user_id=principal.user_id
        )
        by_app = {(row[0], -row[1]): row[2:] for row in told}
        return [_brought_up(kept, by_app.get((kept.client, kept.current)), self._clock()) for kept in good]

    async def _filled(self, principal: Principal, kept: _Kept) -> MixedQueue:
        found = await self._found(principal, kept.numbers)
        there = [number for number in kept.numbers if number in found]
        before = sum(number in found for number in kept.numbers[: kept.place])
        return MixedQueue(
            kept.client,
            [found[number] for number in there],
            min(before, max(len(there) - 1, 0)),
            # Where the current one has gone, the next one begins.
            kept.position if kept.current in found else 0.0,
            kept.changed_at,
        )

    async def _found(self, principal: Principal, numbers: Sequence[int]) -> dict[int, SongRow | Episode]:
        songs = await self._library.browse.songs_by_ids(principal, [number for number in numbers if number > 0])
        wanted = msgspec.json.encode(sorted({-number for number in numbers if number < 0})).decode()
        rows = await self._database.reader.fetch(podcasts.EPISODES, ids=wanted, user_id=principal.user_id)
        return {**{song.id: song for song in songs}, **{-row[0]: Episode(*row) for row in rows}}


def _of_songs(queue: PlayQueue) -> MixedQueue:
    return MixedQueue(queue.client, list(queue.songs), queue.place, queue.position, queue.changed_at)


def _brought_up(kept: _Kept, told: Sequence[float] | None, now: float) -> _Kept:
    """Where the app is by now in its episode, by what it told since its queue was kept."""
    if told is None:
        return kept
    position, rate, told_at, duration = told
    if rate == 0:
        return kept if told_at < kept.changed_at else msgspec.structs.replace(kept, position=position)
    since, position = max((told_at, position), (kept.changed_at, kept.position))
    is_playing = now - since <= LONGEST_SILENCE
    if is_playing:
        position += rate * max(0.0, now - since)
    return msgspec.structs.replace(
        kept, position=min(position, duration) if duration else position, is_playing=is_playing
    )

"""The jukebox: one queue for the house, played on the server's own output."""

import math
import random
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager

import msgspec

from antiphon.areas.library.api.annotations import check_may_write
from antiphon.areas.library.data import SongRow
from antiphon.areas.playback.data.jukebox import JukeboxChanged, JukeboxState
from antiphon.areas.playback.internal import jukebox, queries
from antiphon.areas.playback.internal.jukebox import State
from antiphon.areas.playback.internal.queries import viewing
from antiphon.kernel.clock import Clock
from antiphon.kernel.db import Database, Transaction
from antiphon.kernel.errors import AntiphonError, Kind, invalid, not_found, not_signed_in
from antiphon.kernel.principal import Principal, check_right

MOST_SONGS = 5_000
LONGEST_OFFSET = 86_400.0

_Item = tuple[int, int, SongRow]


class Jukebox:
    """What people with the right do with it. Each change is written down, and `JukeboxChanged` tells so: whoever has
    the output follows what is written.

    All raise NOT_SIGNED_IN, FORBIDDEN without the right, and SWITCHED_OFF where the server has no output.
    """

    def __init__(self, *, database: Database, clock: Clock, has_output: bool) -> None:
        self._database = database
        self._clock = clock
        self._has_output = has_output

    async def state(self, principal: Principal) -> JukeboxState:
        """What the house hears and has lined up, as far as the caller may see the songs."""
        self._check(principal)
        row = await self._database.reader.fetch_one(jukebox.STATE)
        return self._shown(State() if row is None else State(*row), await self._items(principal))

    async def set(self, principal: Principal, song_ids: Sequence[int]) -> None:
        """Replace the queue. A song that plays and is in the new one plays on. Raises NOT_FOUND, INVALID."""
        await self._check_songs(principal, song_ids)
        async with self._changing() as transaction:
            state = await jukebox.held_state(transaction)
            current = await transaction.fetch_one(jukebox.FOLLOWING, place=state.place)
            await jukebox.remove(transaction)
            await jukebox.append(transaction, principal.user_id, list(song_ids), 0)
            if state.playing and current is not None and current[2] in song_ids:
                # The player knows what it plays by its item: the same song begins where it is.
                place, position = list(song_ids).index(current[2]), state.position_at(self._clock())
                state = self._cued(state, place, position)
            else:
                state = self._cued(state, 0, 0.0, playing=bool(state.playing and song_ids))
            await jukebox.write_state(transaction, state)

    async def add(self, principal: Principal, song_ids: Sequence[int]) -> None:
        """Line songs up behind the last. Raises NOT_FOUND, INVALID."""
        await self._check_songs(principal, song_ids)
        async with self._changing() as transaction:
            await jukebox.held_state(transaction)
            count, last = await jukebox.count(transaction)
            if count + len(song_ids) > MOST_SONGS:
                raise _too_many()
            await jukebox.append(transaction, principal.user_id, list(song_ids), last + 1)

    async def clear(self, principal: Principal) -> None:
        """Empty the queue, and be silent."""
        await self.set(principal, [])

    async def remove(self, principal: Principal, place: int) -> None:
        """Take out the song at a place; where it plays, the next one begins. Raises NOT_FOUND."""
        self._check(principal, changes=True)
        async with self._changing() as transaction:
            state = await jukebox.held_state(transaction)
            current = await transaction.fetch_one(jukebox.FOLLOWING, place=state.place)
            item_id, item_place, _ = await self._at(transaction, principal, place)
            await jukebox.remove(transaction, item_id)
            if current is not None and current[0] == item_id:
                await jukebox.write_state(transaction, self._cued(state, item_place, 0.0))

    async def shuffle(self, principal: Principal) -> None:
        """Mix the queue. The song that is current stays so, and becomes the first."""
        self._check(principal, changes=True)
        async with self._changing() as transaction:
            state = await jukebox.held_state(transaction)
            items = await jukebox.places(transaction)
            first = [item_id for item_id, place in items if place >= state.place][:1]
            rest = [item_id for item_id, _ in items if item_id not in first]
            random.shuffle(rest)
            await jukebox.put_in_order(transaction, first + rest)
            await jukebox.write_state(transaction, state._replace(place=0))

    async def start(self, principal: Principal) -> None:
        """Play, or play on."""
        await self._change(principal, lambda state: self._cued(state, state.place, state.position, playing=True))

    async def stop(self, principal: Principal) -> None:
        """Be silent, and remember where."""
        now = self._clock()
        await self._change(
            principal, lambda state: state._replace(playing=0, position=state.position_at(now), heard_at=now)
        )

    async def skip(self, principal: Principal, place: int, position: float = 0.0) -> None:
        """Play the song at a place from `position` seconds on. Raises NOT_FOUND, INVALID."""
        self._check(principal, changes=True)
        if not (math.isfinite(position) and 0 <= position <= LONGEST_OFFSET):
            raise invalid(position="A position is a number of seconds, zero or more.")
        async with self._changing() as transaction:
            state = await jukebox.held_state(transaction)
            _, item_place, duration = await self._at(transaction, principal, place)
            if duration and position >= duration:
                raise invalid(position="The song is over by then.")
            await jukebox.write_state(transaction, self._cued(state, item_place, position, playing=True))

    async def set_gain(self, principal: Principal, gain: float) -> None:
        """Make it louder or softer, from 0 to 1. Raises INVALID."""
        if not (math.isfinite(gain) and 0 <= gain <= 1):
            raise invalid(gain="This must be a number from 0 to 1.")
        await self._change(principal, lambda state: state._replace(gain=gain))

    @asynccontextmanager
    async def _changing(self) -> AsyncIterator[Transaction]:
        async with self._database.transaction() as transaction:
            yield transaction
            await transaction.publish(JukeboxChanged())

    async def _change(self, principal: Principal, changed: Callable[[State], State]) -> None:
        self._check(principal, changes=True)
        async with self._changing() as transaction:
            await jukebox.write_state(transaction, changed(await jukebox.held_state(transaction)))

    def _cued(self, state: State, place: int, position: float, *, playing: bool | None = None) -> State:
        """The sound begins anew: at a place, from a position on."""
        return state._replace(
            playing=state.playing if playing is None else int(playing),
            place=place,
            position=position,
            heard_at=self._clock(),
            cue=state.cue + 1,
            problem="",
        )

    def _shown(self, state: State, items: list[_Item]) -> JukeboxState:
        place = next((number for number, item in enumerate(items) if item[1] >= state.place), len(items) - 1)
        duration = items[place][2].duration if items else 0.0
        return JukeboxState(
            playing=bool(state.playing and items),
            place=place,
            position=min(state.position_at(self._clock()), duration or LONGEST_OFFSET) if items else 0.0,
            gain=state.gain,
            problem=state.problem,
            songs=[song for _, _, song in items],
        )

    async def _items(self, principal: Principal) -> list[_Item]:
        rows = await self._database.reader.fetch_slow(jukebox.ITEMS, **viewing(principal))
        return [(row[0], row[1], SongRow(*row[2:])) for row in rows]

    async def _at(self, transaction: Transaction, principal: Principal, place: int) -> tuple[int, int, float]:
        """An item as the caller counts: its id, its place in the whole queue, its seconds. Raises NOT_FOUND."""
        # No queue is longer, and no database takes any number.
        if 0 <= place < MOST_SONGS:
            row = await transaction.fetch_one(jukebox.AT, number=place, **viewing(principal))
            if row is not None:
                return row[0], row[1], row[2]
        raise not_found("item")

    async def _check_songs(self, principal: Principal, song_ids: Sequence[int]) -> None:
        self._check(principal, changes=True)
        if len(song_ids) > MOST_SONGS:
            raise _too_many()
        wanted = set(song_ids)
        rows = await self._database.reader.fetch_slow(
            queries.ACCESSIBLE_DURATIONS, ids=msgspec.json.encode(sorted(wanted)).decode(), **viewing(principal)
        )
        if len(rows) != len(wanted):
            raise not_found("song")

    def _check(self, principal: Principal, *, changes: bool = False) -> None:
        if principal.is_anonymous:
            raise not_signed_in()
        if changes:
            check_may_write(principal)
        check_right(principal, "jukebox", "This account may not play music on the server.")
        if not self._has_output:
            raise AntiphonError(
                Kind.SWITCHED_OFF,
                "no_jukebox",
                "This server plays nothing itself: no JUKEBOX_DEVICE is set in its settings.",
            )


def _too_many() -> AntiphonError:
    return invalid(songs=f"The queue holds at most {MOST_SONGS} songs.")

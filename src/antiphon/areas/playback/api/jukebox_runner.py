"""What has the jukebox heard: it follows what is written down, and writes down how far the sound is."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple, Protocol

from antiphon.areas.accounts.api import Access
from antiphon.areas.library.api import Library
from antiphon.areas.library.data import SongFile
from antiphon.areas.playback.data.jukebox import JukeboxPlayer, PlayerNews
from antiphon.areas.playback.internal import jukebox
from antiphon.areas.playback.internal.jukebox import State
from antiphon.kernel.clock import Clock
from antiphon.kernel.db import Database
from antiphon.kernel.errors import AntiphonError
from antiphon.kernel.principal import Principal

log = logging.getLogger(__name__)

# So often is written down how far the sound is, and looked whether the song may still be heard.
TICK_SECONDS = 5.0
# An output that ends again so soon after it was begun anew ends because of the file.
TWICE_SECONDS = 10.0
NAME = "Jukebox"


class Listening(Protocol):
    """What the runner tells of: plays, and what plays now."""

    async def record_play(self, principal: Principal, song_id: int, *, played_at: float, seconds: float) -> bool: ...

    async def set_now_playing(self, principal: Principal, song_id: int | None, *, position: float = 0.0) -> None: ...


class _Item(NamedTuple):
    """What is to be heard: an item of the queue, on behalf of who has lined it up."""

    id: int
    place: int
    file: SongFile
    principal: Principal


class _Heard(NamedTuple):
    """What is heard: the item as it was begun with a cue, its number in the player's news, where and when it began."""

    item: _Item
    cue: int
    number: int
    position: float
    began: float


class JukeboxRunner:
    """Drives the output. One process of a server does so: the one that `is_chosen`."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        library: Library,
        access: Access,
        player: JukeboxPlayer,
        listening: Listening,
        is_chosen: Callable[[], bool],
    ) -> None:
        self._database = database
        self._clock = clock
        self._library = library
        self._access = access
        self._player = player
        self._listening = listening
        self._is_chosen = is_chosen
        self._heard: _Heard | None = None
        self._gain = -1.0
        self._gone_at = 0.0
        self._knocked = asyncio.Event()

    def knock(self) -> None:
        """Something has been written down: look at once."""
        self._knocked.set()

    async def run(self) -> None:
        """Follow until cancelled; then there is silence, and the next run goes on from here."""
        news: asyncio.Task[PlayerNews] | None = None
        try:
            while True:
                if self._is_chosen():
                    with suppress(AntiphonError):
                        await self._follow()
                if news is None:
                    news = asyncio.create_task(self._player.news())
                knock = asyncio.create_task(self._knocked.wait())
                await asyncio.wait({knock, news}, timeout=TICK_SECONDS, return_when=asyncio.FIRST_COMPLETED)
                knock.cancel()
                self._knocked.clear()
                if news.done():
                    told, news = news.result(), None
                    with suppress(AntiphonError):
                        await self._hear(told)
        finally:
            if news is not None:
                news.cancel()
            try:
                with suppress(AntiphonError):
                    await self._write_position()
            finally:
                # Nothing is heard any more: the next run has to begin the sound anew.
                self._heard, self._gain = None, -1.0
                await self._player.close()

    async def _follow(self) -> None:
        """Have heard what is written down."""
        row = await self._database.reader.fetch_one(jukebox.STATE)
        state = State() if row is None else State(*row)
        if state.gain != self._gain:
            self._gain = state.gain
            await self._player.set_gain(state.gain)
        if not state.playing:
            await self._be_silent()
            return
        item = await self._playable(state.place)
        if item is None:
            await self._be_silent()
            await self._change(state.cue, lambda now: now._replace(playing=0, place=0, position=0.0))
            return
        heard = self._heard
        if heard is not None and (heard.cue, heard.item.id) == (state.cue, item.id):
            await self._write_position()
            return
        # Where an item was passed over, the next one begins at its beginning.
        goes_on = await self._is_first(state.place, item)
        await self._begin(item, state.cue, state.position if goes_on else 0.0)

    async def _begin(self, item: _Item, cue: int, position: float) -> None:
        path = item.file.path or await self._library.files.on_disk(item.file)
        try:
            number = await self._player.play(path, position, self._gain)
        except AntiphonError as error:
            self._heard, problem = None, error.message
            await self._change(cue, lambda now: now._replace(playing=0, problem=problem))
            return
        now = self._clock()
        self._heard = _Heard(item, cue, number, position, now)
        await self._change(cue, lambda state: state._replace(place=item.place, position=position, heard_at=now))
        await self._listening.set_now_playing(item.principal, item.file.song_id, position=position)

    async def _hear(self, news: PlayerNews) -> None:
        """What the output says of what it was given last; of anything before that nobody wants to know."""
        heard = self._heard
        if heard is None or news.number != heard.number:
            return
        if news.event == "playing":
            self._heard = heard._replace(began=self._clock())
            await self._write_position()
            return
        self._heard = None
        self._knocked.set()
        if news.event == "silent":
            log.warning("the jukebox is silent: %s", news.problem)
            await self._change(heard.cue, lambda now: now._replace(playing=0, problem=news.problem))
            return
        if news.event == "gone":
            now, before = self._clock(), self._gone_at
            self._gone_at = now
            if now - before > TWICE_SECONDS:
                # It is begun anew, from where it was.
                await self._change(heard.cue, lambda state: state._replace(position=_position(heard, now)))
                return
        if news.event == "ended":
            await self._count(heard)
        following = heard.item.place + 1
        await self._change(heard.cue, lambda now: now._replace(place=following, position=0.0))

    async def _count(self, heard: _Heard) -> None:
        """A song that was heard to its end was heard by who lined it up."""
        seconds = max(0.0, heard.item.file.duration - heard.position)
        with suppress(AntiphonError):
            await self._listening.record_play(
                heard.item.principal, heard.item.file.song_id, played_at=heard.began, seconds=seconds
            )
            await self._listening.set_now_playing(heard.item.principal, None)

    async def _playable(self, place: int) -> _Item | None:
        """The first item from a place on that may be heard: flagged songs, and what who lined it up may not hear any
        more, are passed over."""
        while True:
            row = await self._database.reader.fetch_one(jukebox.FOLLOWING, place=place)
            if row is None:
                return None
            item_id, place, song_id, user_id = row
            try:
                principal, _ = await self._access.by_signature(user_id)
                person = Principal(
                    principal.user_id,
                    principal.username,
                    principal.roles,
                    via="system",
                    client=NAME,
                    rights=principal.rights,
                )
                file = await self._library.files.song_file(person, song_id)
                if not (await self._library.browse.song(person, song_id)).flagged and person.may("jukebox"):
                    return _Item(item_id, place, file, person)
            except AntiphonError as error:
                log.info("the jukebox passes over song %s: %s", song_id, error.code)
            place += 1

    async def _is_first(self, place: int, item: _Item) -> bool:
        row = await self._database.reader.fetch_one(jukebox.FOLLOWING, place=place)
        return row is not None and row[0] == item.id

    async def _be_silent(self) -> None:
        if self._heard is not None:
            heard, self._heard = self._heard, None
            await self._player.stop()
            await self._listening.set_now_playing(heard.item.principal, None)

    async def _write_position(self) -> None:
        heard, now = self._heard, self._clock()
        if heard is not None:
            await self._change(heard.cue, lambda state: state._replace(position=_position(heard, now), heard_at=now))

    async def _change(self, cue: int, changed: Callable[[State], State]) -> None:
        """Write down what has become of a cue, unless somebody has given another one meanwhile."""
        async with self._database.transaction() as transaction:
            state = await jukebox.held_state(transaction)
            if state.cue == cue:
                await jukebox.write_state(transaction, changed(state))


def _position(heard: _Heard, now: float) -> float:
    return min(heard.position + max(0.0, now - heard.began), heard.item.file.duration or float("inf"))

"""The door of playback."""

import math
from collections.abc import Sequence
from typing import Any, Literal

import msgspec

from antiphon.areas.accounts.api import Access
from antiphon.areas.accounts.api.page_passwords import PagePasswords
from antiphon.areas.library.api import Library
from antiphon.areas.library.api.annotations import check_may_write
from antiphon.areas.library.data import AnnotationChanged, SongFile, SongRow
from antiphon.areas.playback.api.histories import Histories
from antiphon.areas.playback.api.jukebox import Jukebox
from antiphon.areas.playback.api.queues import Bookmarks, Queues
from antiphon.areas.playback.api.scrobbling import Scrobbling
from antiphon.areas.playback.api.shares import Shares
from antiphon.areas.playback.api.streaming import Streaming
from antiphon.areas.playback.api.transcoding import Transcoding
from antiphon.areas.playback.data import NowPlayingRow, Play, PlaybackReport, PlayRecorded, PlayRow, PlayStarted
from antiphon.areas.playback.data.transcodes import Transcoder
from antiphon.areas.playback.internal import personal, queries, writes
from antiphon.areas.playback.internal.permits import Permits
from antiphon.areas.playback.internal.queries import viewing
from antiphon.areas.playback.internal.reports import counts_as_play
from antiphon.areas.playback.internal.trending import Trending
from antiphon.kernel.cache import Cache
from antiphon.kernel.clock import Clock
from antiphon.kernel.db import Database, Transaction
from antiphon.kernel.errors import invalid, not_found, not_signed_in
from antiphon.kernel.jobs import JobQueue
from antiphon.kernel.paging import Page, Slice
from antiphon.kernel.principal import Principal, check_right

MAXIMUM_CLIENT = 200
# Clocks of phones go wrong: a play from further ahead than this counts as one of now.
BELIEVED_AHEAD_SECONDS = 86_400.0
MAXIMUM_PLAYS = 5_000
# Longer than any sound: what is told to have been heard beyond it is no length.
LONGEST_SECONDS = 1e7


class Playback:
    """Listening: audio that is handed out, plays that count, what is playing just now; `queues`, `bookmarks`,
    `shares`, `transcoding`, `streaming` (the rules for it), `jukebox`, `scrobbling` and `histories`."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        library: Library,
        access: Access,
        transcoder: Transcoder,
        streaming: Streaming,
        jukebox: Jukebox,
        cache: Cache,
        scrobbling: Scrobbling,
        jobs: JobQueue,
        page_passwords: PagePasswords,
        secret: str,
    ) -> None:
        """`cache` counts the transcodes of each person for all processes; with `secret` permits of shares are made."""
        self._database = database
        self._clock = clock
        self._library = library
        self.queues = Queues(database=database, clock=clock, library=library)
        self.bookmarks = Bookmarks(database=database, clock=clock, library=library)
        self.transcoding = Transcoding(library=library, transcoder=transcoder, streaming=streaming, cache=cache)
        self.shares = Shares(
            database=database,
            clock=clock,
            library=library,
            access=access,
            passwords=page_passwords,
            permits=Permits(secret, clock),
            transcoding=self.transcoding,
        )
        self.streaming = streaming
        self.jukebox = jukebox
        self.scrobbling = scrobbling
        self.histories = Histories(
            database=database, library=library, scrobbling=scrobbling, jobs=jobs, record=self.record_plays
        )
        self._trending = Trending(database.reader, clock)
        database.subscriptions.in_transaction(AnnotationChanged, self._log_like)

    async def audio(
        self, principal: Principal, song_id: int, *, right: Literal["stream", "download"] = "stream"
    ) -> SongFile:
        """The original audio of a song, to hear or to keep. Handing it out counts as no play.

        Raises NOT_SIGNED_IN, FORBIDDEN without the right, and NOT_FOUND where the caller may not hear the song or the
        file has vanished.
        """
        if principal.is_anonymous:
            raise not_signed_in()
        sentence = "This account may not play songs." if right == "stream" else "This account may not download songs."
        check_right(principal, right, sentence)
        return await self._library.files.song_file(principal, song_id)

    async def record_play(
        self, principal: Principal, song_id: int, *, played_at: float | None = None, seconds: float | None = None
    ) -> bool:
        """Count a listen that began at `played_at` (now where it is None); False where it was counted already.

        Raises NOT_FOUND where the caller may not hear the song.
        """
        return await self.record_plays(principal, [Play(song_id, played_at, seconds)]) == 1

    async def record_plays(self, principal: Principal, plays: Sequence[Play]) -> int:
        """Count several listens, each once however often it is told; how many were new.

        Songs the caller may not hear are passed over, so that one deleted song does not keep an app from telling the
        rest; NOT_FOUND is raised where none is left. Raises INVALID for impossible moments and lengths.
        """
        check_may_write(principal)
        if len(plays) > MAXIMUM_PLAYS:
            raise invalid(plays=f"At most {MAXIMUM_PLAYS} plays can be told at once.")
        now = self._clock()
        for play in plays:
            _check_play(play)
        async with self._database.transaction() as transaction:
            listed = msgspec.json.encode([play.song_id for play in plays]).decode()
            rows = await transaction.fetch(queries.ACCESSIBLE_DURATIONS, ids=listed, **viewing(principal))
            durations: dict[int, float] = dict(rows)
            if plays and not durations:
                raise not_found("song")
            heard = [play for play in plays if play.song_id in durations]
            # In one order everywhere, so that two transactions never wait for each other.
            heard.sort(key=lambda play: (play.song_id, play.played_at or now))
            return sum(
                [await self._record(transaction, principal, play, durations[play.song_id], now) for play in heard]
            )

    async def plays(self, principal: Principal, page: Page) -> Slice[PlayRow]:
        """One's own plays, the latest first; songs one may not see any more are left out."""
        if principal.is_anonymous:
            raise not_signed_in()
        visibility = viewing(principal)
        reader = self._database.reader
        rows = await reader.fetch(queries.PLAYS, limit=page.limit, offset=page.offset, **visibility)
        total = (await reader.fetch_slow(queries.PLAY_COUNT, **visibility))[0][0]
        return Slice(
            [PlayRow(row[0], row[1], row[2], row[3], row[4], SongRow(*row[5:])) for row in rows], int(total), page
        )

    async def trending(self, principal: Principal, wanted: int) -> list[SongRow]:
        """The songs that are played most these weeks; where too few are played, others that were played before or are
        new."""
        ids = await self._trending.ids()
        found = await self._library.browse.songs_by_ids(principal, ids, listed_only=True)
        return await self._library.picks.filled(principal, found, wanted)

    async def set_now_playing(self, principal: Principal, song_id: int | None, *, position: float = 0.0) -> None:
        """Say what the caller's app plays from `position` (seconds into the song) on; None for nothing any more.

        Raises NOT_FOUND where the caller may not hear the song, INVALID for a position that is none.
        """
        check_may_write(principal)
        if not (math.isfinite(position) and position >= 0):
            raise invalid(position="A position is a number of seconds, zero or more.")
        client = principal.client[:MAXIMUM_CLIENT]
        async with self._database.transaction() as transaction:
            if song_id is None:
                await writes.clear_now_playing(transaction, principal.user_id, client)
                return
            row = await transaction.fetch_one(queries.ACCESSIBLE_DURATIONS, ids=f"[{song_id}]", **viewing(principal))
            if row is None:
                raise not_found("song")
            await writes.set_now_playing(
                transaction,
                user_id=principal.user_id,
                client=client,
                song_id=song_id,
                started_at=self._clock(),
                position=min(position, float(row[1])),
            )
            await transaction.publish(PlayStarted(principal.user_id, song_id))

    async def report(self, principal: Principal, report: PlaybackReport) -> None:
        """Hear from an app where it is in a song: shown as now playing, and counted once enough of it was heard.

        Raises NOT_FOUND where the caller may not hear the song, INVALID for impossible values.
        """
        check_may_write(principal)
        _check_report(report)
        client, now = principal.client[:MAXIMUM_CLIENT], self._clock()
        async with self._database.transaction() as transaction:
            row = await transaction.fetch_one(
                queries.ACCESSIBLE_DURATIONS, ids=f"[{report.song_id}]", **viewing(principal)
            )
            if row is None:
                raise not_found("song")
            duration = float(row[1])
            # Nobody is further in a song than its end; of a song whose length is unknown any place is believed.
            position = min(report.position, duration or LONGEST_SECONDS)
            known = await transaction.fetch_one(queries.LISTEN, user_id=principal.user_id, client=client)
            goes_on = known is not None and known[0] == report.song_id and known[1] and report.state != "starting"
            begun_at, counted = (known[1], known[2]) if known and goes_on else (now, 0)
            if not goes_on and report.state != "starting":
                begun_at = now - position / max(report.rate, 0.1)
            if report.counts and not counted and counts_as_play(duration, position, now - begun_at, report.rate):
                await self._record(transaction, principal, Play(report.song_id, begun_at, position), duration, now)
                counted = 1
            if report.state == "stopped":
                await writes.clear_now_playing(transaction, principal.user_id, client)
                return
            await writes.set_now_playing(
                transaction,
                user_id=principal.user_id,
                client=client,
                song_id=report.song_id,
                started_at=now,
                position=min(report.position, duration),
                begun_at=begun_at,
                counted=counted,
            )
            if not goes_on:
                await transaction.publish(PlayStarted(principal.user_id, report.song_id))

    async def now_playing(self, principal: Principal) -> list[NowPlayingRow]:
        """What everybody plays just now, the latest first, as far as the caller may see the songs."""
        if principal.is_anonymous:
            raise not_signed_in()
        rows = await self._database.reader.fetch(queries.NOW_PLAYING, moment=self._clock(), **viewing(principal))
        return [NowPlayingRow(row[0], row[1], row[2], row[3], row[4], SongRow(*row[5:])) for row in rows]

    async def export_personal(self, user_id: int) -> dict[str, Any]:
        """What is known about a person's listening, by table, for the registry of personal data."""
        return await personal.export(self._database.reader, user_id)

    async def erase_personal(self, transaction: Transaction, user_id: int) -> None:
        """Take the person's name off their activity: plays stay as anonymous counts."""
        await writes.forget_person(transaction, user_id)

    async def _record(
        self, transaction: Transaction, principal: Principal, play: Play, duration: float, now: float
    ) -> int:
        told = now if play.played_at is None else play.played_at
        at = round(told if told <= now + BELIEVED_AHEAD_SECONDS else now, 3)
        completion = min(play.seconds / duration, 1.0) if play.seconds is not None and duration > 0 else None
        client = principal.client[:MAXIMUM_CLIENT]
        is_new = await writes.insert_activity(
            transaction,
            user_id=principal.user_id,
            song_id=play.song_id,
            action="play",
            at=at,
            client=client,
            seconds=play.seconds,
            completion=completion,
        )
        if not is_new:
            return 0
        await self._library.annotations.count_play(transaction, principal, play.song_id, at)
        await transaction.publish(PlayRecorded(principal.user_id, play.song_id, at, play.seconds, client))
        return 1

    async def _log_like(self, event: AnnotationChanged, transaction: Transaction) -> None:
        """A like is a star: the log keeps each, whatever dialect it was said in."""
        if event.thing == "song" and event.starred:
            await writes.insert_activity(
                transaction,
                user_id=event.user_id,
                song_id=event.thing_id,
                action="like",
                at=round(self._clock(), 3),
                client="",
            )


def _check_report(report: PlaybackReport) -> None:
    if not (math.isfinite(report.position) and report.position >= 0):
        raise invalid(position="A position is a number of seconds, zero or more.")
    if not (math.isfinite(report.rate) and 0 < report.rate <= 16):
        raise invalid(rate="A rate is a number above 0, at most 16.")


def _check_play(play: Play) -> None:
    if play.played_at is not None and not (math.isfinite(play.played_at) and play.played_at >= 0):
        raise invalid(played_at="This is no moment after 1970.")
    if play.seconds is not None and not 0 <= play.seconds <= LONGEST_SECONDS:
        raise invalid(seconds="This must be a number of seconds, zero or more.")

"""Podcasts: admins keep the channels and what is on the disk of them, everybody hears."""

import asyncio
import re
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Literal

import msgspec

from antiphon.areas.broadcasts.data.podcasts import (
    COMPLETED,
    DELETED,
    DOWNLOAD,
    DOWNLOADING,
    NEW,
    REFRESH,
    Channel,
    Episode,
    EpisodeFile,
    EpisodePosition,
    FeedReader,
    RemoteAudio,
)
from antiphon.areas.broadcasts.internal import podcasts, positions
from antiphon.areas.broadcasts.internal.passing import Passing
from antiphon.areas.library.api.files import fixed_size
from antiphon.areas.library.data import ArtworkMaker, Picture
from antiphon.areas.playback.api.queues import LONGEST_CLIENT
from antiphon.areas.playback.data.transcodes import Recording
from antiphon.kernel.clock import Clock, date_of
from antiphon.kernel.db import Database, Transaction
from antiphon.kernel.errors import AntiphonError, Kind, forbidden, invalid, not_found, not_signed_in
from antiphon.kernel.jobs import JobQueue
from antiphon.kernel.paging import Page, Slice
from antiphon.kernel.principal import Principal, check_right
from antiphon.kernel.record import recorded

LONGEST_COMMENT = 1_000
# Seconds, as in songs: no place in any sound lies further in.
LONGEST_POSITION = 1e7
FASTEST = 16.0
_RANGE = re.compile(r"bytes=\d{1,15}-\d{0,15}")


class Podcasts:
    """Channels and their episodes. Files lie in `folder` under names of the server's own."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        jobs: JobQueue,
        feeds: FeedReader,
        artwork: ArtworkMaker,
        folder: Path,
        episode_bytes: int,
    ) -> None:
        self._database = database
        self._clock = clock
        self._jobs = jobs
        self._feeds = feeds
        self._artwork = artwork
        self._folder = folder
        self._episode_bytes = episode_bytes
        self._passing = Passing()

    async def channels(self, principal: Principal) -> list[Channel]:
        """All channels, by title. Raises NOT_SIGNED_IN."""
        _check_signed_in(principal)
        return [Channel(*row) for row in await self._database.reader.fetch_slow(podcasts.CHANNELS)]

    async def channel(self, principal: Principal, channel_id: int) -> Channel:
        """A channel. Raises NOT_SIGNED_IN, NOT_FOUND."""
        _check_signed_in(principal)
        row = await self._database.reader.fetch_one(podcasts.CHANNEL, id=channel_id)
        if row is None:
            raise not_found("podcast")
        return Channel(*row)

    async def episodes(self, principal: Principal, channel_id: int, page: Page) -> Slice[Episode]:
        """The episodes of a channel, the newest first. Raises NOT_SIGNED_IN, NOT_FOUND."""
        await self.channel(principal, channel_id)
        reader = self._database.reader
        (total,) = (await reader.fetch(podcasts.COUNT_OF_CHANNEL, id=channel_id))[0]
        rows = await reader.fetch(
            podcasts.OF_CHANNEL, id=channel_id, user_id=principal.user_id, limit=page.limit, offset=page.offset
        )
        return Slice([await self._episode(row) for row in rows], int(total), page)

    async def newest(self, principal: Principal, page: Page) -> Slice[Episode]:
        """The episodes of all channels, the newest first. Raises NOT_SIGNED_IN."""
        _check_signed_in(principal)
        reader = self._database.reader
        (total,) = (await reader.fetch(podcasts.COUNT))[0]
        rows = await reader.fetch(podcasts.NEWEST, user_id=principal.user_id, limit=page.limit, offset=page.offset)
        return Slice([await self._episode(row) for row in rows], int(total), page)

    async def episode(self, principal: Principal, episode_id: int) -> Episode:
        """An episode. Raises NOT_SIGNED_IN, NOT_FOUND."""
        _check_signed_in(principal)
        row = await self._database.reader.fetch_one(podcasts.EPISODE, id=episode_id, user_id=principal.user_id)
        if row is None:
            raise not_found("episode")
        return await self._episode(row)

    async def add(self, principal: Principal, address: str) -> Channel:
        """Add a channel by the address of its feed, which a job then reads; its `status` tells how that went.

        Raises FORBIDDEN for all but admins, INVALID for what can be no address, CONFLICT where it is there already.
        """
        _check_admin(principal)
        url = self._feeds.check(address)
        async with self._database.transaction() as transaction:
            if await podcasts.count_channels(transaction) >= podcasts.MOST_CHANNELS:
                raise invalid(url=f"There are {podcasts.MOST_CHANNELS} podcasts already.")
            channel_id = await podcasts.insert_channel(transaction, url, self._clock())
            if channel_id is None:
                raise AntiphonError(Kind.CONFLICT, "podcast_exists", "This podcast is there already.")
            await self._jobs.add(
                transaction, REFRESH, {"channel_id": channel_id}, owner_id=principal.user_id or None, subject=url[:200]
            )
            await transaction.publish(recorded(principal, "podcast.added", "podcast", channel_id, url[:200]))
        return await self.channel(principal, channel_id)

    async def remove(self, principal: Principal, channel_id: int) -> None:
        """Remove a channel, its episodes and their files. Raises FORBIDDEN for all but admins, NOT_FOUND."""
        _check_admin(principal)
        async with self._database.transaction() as transaction:
            channel = await transaction.fetch_one(podcasts.CHANNEL, id=channel_id)
            if channel is None:
                raise not_found("podcast")
            names = await podcasts.delete_channel(transaction, channel_id)
            name = str(channel[2] or channel[1])[:200]
            await transaction.publish(recorded(principal, "podcast.removed", "podcast", channel_id, name))
        await self._delete_files(names)

    async def refresh(self, principal: Principal, channel_id: int | None = None) -> str:
        """Have all channels, or one, read anew; gives the job's id. Raises FORBIDDEN for all but admins, NOT_FOUND."""
        _check_admin(principal)
        async with self._database.transaction() as transaction:
            if channel_id is not None and await transaction.fetch_one(podcasts.CHANNEL, id=channel_id) is None:
                raise not_found("podcast")
            given = {} if channel_id is None else {"channel_id": channel_id}
            return await self._jobs.add(
                transaction, REFRESH, given, owner_id=principal.user_id or None, subject="Podcasts"
            )

    async def download(self, principal: Principal, episode_id: int) -> str:
        """Have an episode fetched onto the disk; gives the job's id, empty where it lies there already.

        Raises FORBIDDEN for all but admins, NOT_FOUND.
        """
        _check_admin(principal)
        return await self._download(principal, episode_id)

    async def _download(self, principal: Principal, episode_id: int) -> str:
        async with self._database.transaction() as transaction:
            state = await self._state(transaction, episode_id)
            status, job_id, file_name, _, title = state
            if status == COMPLETED and (self._folder / file_name).is_file():
                return ""
            if status == DOWNLOADING and job_id:
                return job_id
            made = await self._jobs.add(
                transaction, DOWNLOAD, {"episode_id": episode_id}, owner_id=principal.user_id or None, subject=title
            )
            await podcasts.change_episode(transaction, episode_id, status=DOWNLOADING, job_id=made, error="")
        return made

    async def delete_episode(self, principal: Principal, episode_id: int) -> None:
        """Take an episode from the disk; it stays known as deleted. Raises FORBIDDEN for all but admins, NOT_FOUND."""
        _check_admin(principal)
        async with self._database.transaction() as transaction:
            state = await self._state(transaction, episode_id)
            await podcasts.change_episode(transaction, episode_id, status=DELETED, error="", file_name="", job_id="")
            await transaction.publish(recorded(principal, "episode.deleted", "episode", episode_id, state[4]))
        await self._delete_files([state[2]] if state[2] else [])

    async def audio(
        self, principal: Principal, episode_id: int, *, right: Literal["stream", "download"] = "stream"
    ) -> EpisodeFile:
        """The audio of an episode, to hear or to keep.

        Raises FORBIDDEN without the right, and NOT_FOUND, as `episode_not_downloaded` while it is not on the disk.
        """
        episode = await self._to_hear(principal, episode_id, right)
        if episode.status != COMPLETED or not episode.file_name:
            raise AntiphonError(
                Kind.NOT_FOUND, "episode_not_downloaded", "This episode has not been downloaded to this server."
            )
        return EpisodeFile(
            path=self._folder / episode.file_name,
            content_type=episode.content_type,
            suffix=episode.suffix,
            name=f"{episode.title}.{episode.suffix}",
            duration=episode.duration,
            recording=_recording(episode) if episode.format else None,
        )

    @asynccontextmanager
    async def pass_on(
        self,
        principal: Principal,
        episode_id: int,
        *,
        wanted: str = "",
        may_keep: Callable[[], Awaitable[bool]] | None = None,
    ) -> AsyncGenerator[RemoteAudio, None]:
        """The audio of an episode that is not on the disk, while it comes from where it is; `wanted` is the range of
        bytes that a client asks for, as in HTTP. A new one that is heard from its beginning is fetched onto the disk
        beside it, if `may_keep` says so; it is asked only then.

        Raises FORBIDDEN without the right, NOT_FOUND, TOO_MANY_REQUESTS, UNAVAILABLE, UNSUPPORTED_MEDIA.
        """
        episode = await self._to_hear(principal, episode_id, "stream")
        known = wanted if _RANGE.fullmatch(wanted) else ""
        with self._passing.place(principal.user_id):
            async with self._feeds.pass_on(episode.audio_url, most=self._episode_bytes, wanted=known) as audio:
                is_begun = not known or known.startswith("bytes=0-")
                if is_begun and episode.status == NEW and may_keep is not None and await may_keep():
                    await self._download(principal, episode_id)
                yield audio

    async def _to_hear(self, principal: Principal, episode_id: int, right: Literal["stream", "download"]) -> Episode:
        episode = await self.episode(principal, episode_id)
        sentence = "This account may not play." if right == "stream" else "This account may not download."
        check_right(principal, right, sentence)
        return episode

    async def picture(
        self, principal: Principal, thing: Literal["podcast", "episode"], thing_id: int, size: int
    ) -> Picture | None:
        """The picture of a channel, or of an episode's channel, within `size` pixels; None where there is none.

        Raises NOT_SIGNED_IN, NOT_FOUND.
        """
        _check_signed_in(principal)
        statement = podcasts.CHANNEL_PICTURE if thing == "podcast" else podcasts.EPISODE_PICTURE
        row = await self._database.reader.fetch_one(statement, id=thing_id)
        if row is None:
            raise not_found(thing)
        if not row[0]:
            return None
        try:
            return await self._artwork.sized(self._folder / row[0], False, row[1], fixed_size(size))
        except AntiphonError as error:
            if error.kind is not Kind.NOT_FOUND:
                raise
            return None

    async def positions(self, principal: Principal) -> list[EpisodePosition]:
        """Where the caller stopped, the latest first. Raises NOT_SIGNED_IN."""
        _check_signed_in(principal)
        rows = await self._database.reader.fetch(positions.OF_PERSON, user_id=principal.user_id)
        return [EpisodePosition(await self.episode(principal, row[0]), *row[2:6]) for row in rows]

    async def set_position(
        self, principal: Principal, episode_id: int, position: float, comment: str = "", *, rate: float = 0.0
    ) -> None:
        """Note where the caller's app is, in seconds, and how fast it plays on from there: 0 where they stopped.

        Raises NOT_SIGNED_IN, NOT_FOUND, INVALID by field.
        """
        await self.episode(principal, episode_id)
        if not 0 <= position < LONGEST_POSITION:
            raise invalid(position="A position is a number of seconds, zero or more.")
        if not 0 <= rate <= FASTEST:
            raise invalid(rate=f"A rate is a number from 0 to {FASTEST:.0f}.")
        if len(comment) > LONGEST_COMMENT:
            raise invalid(comment=f"A comment has at most {LONGEST_COMMENT} characters.")
        async with self._database.transaction() as transaction:
            await positions.write(
                transaction,
                principal.user_id,
                episode_id,
                position=position,
                comment=comment,
                client=principal.client[:LONGEST_CLIENT],
                rate=rate,
                now=self._clock(),
            )

    async def remove_position(self, principal: Principal, episode_id: int) -> None:
        """Forget where the caller stopped. Raises NOT_SIGNED_IN, NOT_FOUND."""
        await self.episode(principal, episode_id)
        async with self._database.transaction() as transaction:
            await positions.remove(transaction, principal.user_id, episode_id, played=False)

    async def set_played(self, principal: Principal, episode_id: int, played: bool) -> None:
        """Note that the caller has heard an episode, or that they have not. Raises NOT_SIGNED_IN, NOT_FOUND."""
        await self.episode(principal, episode_id)
        async with self._database.transaction() as transaction:
            if played:
                await positions.mark_played(transaction, principal.user_id, episode_id, self._clock())
            else:
                await positions.remove(transaction, principal.user_id, episode_id, played=True)

    async def note_heard(self, principal: Principal, episode_id: int) -> None:
        """Note that an app has heard an episode. Apps say so after half of it too: where a place in it is kept, that
        tells more. Raises NOT_SIGNED_IN, NOT_FOUND."""
        if not (await self.episode(principal, episode_id)).position:
            await self.set_played(principal, episode_id, True)

    async def _episode(self, row: tuple[Any, ...]) -> Episode:
        """What a row tells, and how far its download is."""
        episode = Episode(*row)
        if episode.status != DOWNLOADING or not episode.job_id:
            return episode
        job = await self._jobs.find(episode.job_id)
        return episode if job is None else msgspec.structs.replace(episode, progress=job.progress)

    @staticmethod
    async def _state(transaction: Transaction, episode_id: int) -> tuple[str, str, str, str, str]:
        state = await podcasts.episode_state(transaction, episode_id)
        if state is None:
            raise not_found("episode")
        return state

    async def _delete_files(self, names: list[str]) -> None:
        for name in names:
            await asyncio.to_thread((self._folder / name).unlink, missing_ok=True)


def _recording(episode: Episode) -> Recording:
    return Recording(
        id=episode.id,
        title=episode.title,
        artist=episode.channel_title,
        album=episode.channel_title,
        date=date_of(episode.published_at).date().isoformat(),
        duration=episode.duration,
        format=episode.format,
        suffix=episode.suffix,
        bitrate=episode.bitrate,
        sample_rate=episode.sample_rate,
        channels=episode.channels,
    )


def _check_signed_in(principal: Principal) -> None:
    if principal.is_anonymous and principal.via != "system":
        raise not_signed_in()


def _check_admin(principal: Principal) -> None:
    _check_signed_in(principal)
    if not principal.is_admin:
        raise forbidden("Only admins may change podcasts.", "admins_only")

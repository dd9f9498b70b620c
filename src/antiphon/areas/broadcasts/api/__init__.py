"""The door of broadcasts."""

from pathlib import Path
from typing import Any

from antiphon.areas.broadcasts.api.lists import PodcastLists
from antiphon.areas.broadcasts.api.podcasts import Podcasts
from antiphon.areas.broadcasts.api.queues import MixedQueues
from antiphon.areas.broadcasts.api.radio import Radio
from antiphon.areas.broadcasts.data.podcasts import FeedReader
from antiphon.areas.broadcasts.internal import positions, queues
from antiphon.areas.broadcasts.internal.fetching import Fetching
from antiphon.areas.library.api import Library
from antiphon.areas.library.data import ArtworkMaker
from antiphon.areas.playback.api.queues import Queues
from antiphon.kernel.clock import Clock
from antiphon.kernel.db import Database, Transaction
from antiphon.kernel.jobs import JobQueue

__all__ = ["Broadcasts", "Podcasts", "Radio"]


class Broadcasts:
    """What comes from elsewhere: `radio` and `podcasts`, `lists` of these, and `queues` in which their episodes
    stand among songs; `fetching` is what jobs do for them."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        jobs: JobQueue,
        library: Library,
        songs: Queues,
        feeds: FeedReader,
        artwork: ArtworkMaker,
        folder: Path,
        episode_bytes: int,
    ) -> None:
        """`songs` are the play queues that hold nothing else. `folder` is where audio and pictures of podcasts lie; an
        episode has at most `episode_bytes`."""
        self._database = database
        self.radio = Radio(database=database, clock=clock)
        self.podcasts = Podcasts(
            database=database,
            clock=clock,
            jobs=jobs,
            feeds=feeds,
            artwork=artwork,
            folder=folder,
            episode_bytes=episode_bytes,
        )
        self.lists = PodcastLists(database=database, clock=clock, jobs=jobs, feeds=feeds)
        self.queues = MixedQueues(database=database, clock=clock, library=library, songs=songs)
        self.fetching = Fetching(
            database=database, clock=clock, feeds=feeds, folder=folder, episode_bytes=episode_bytes
        )

    async def export_personal(self, user_id: int) -> dict[str, Any]:
        """What is known about a person's listening to podcasts, for the registry of personal data."""
        reader = self._database.reader
        return {
            **await positions.export(reader, user_id),
            "podcast_queues": await queues.export(reader, user_id),
        }

    async def erase_personal(self, transaction: Transaction, user_id: int) -> None:
        """Forget where a person stopped, and what they have lined up."""
        await positions.forget_person(transaction, user_id)
        await queues.forget_person(transaction, user_id)

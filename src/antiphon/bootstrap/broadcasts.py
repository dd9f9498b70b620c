"""Radio and podcasts as every process wires them: one guarded way out to addresses that people enter."""

from antiphon.adapters.feeds import FeedDoor
from antiphon.adapters.media.artwork import ArtworkFiles
from antiphon.adapters.media.intake import SoundChecks
from antiphon.adapters.media.tags import Unreadable
from antiphon.adapters.media.tags.sniff import KINDS, sniff
from antiphon.adapters.outgoing.guarded import Guarded
from antiphon.areas.broadcasts import jobs
from antiphon.areas.broadcasts.api import Broadcasts
from antiphon.areas.library.api import Library
from antiphon.areas.playback.api.queues import Queues
from antiphon.bootstrap.jobs import Background
from antiphon.bootstrap.settings import Settings
from antiphon.kernel.clock import Clock
from antiphon.kernel.db import Database


def wire_broadcasts(
    settings: Settings,
    database: Database,
    clock: Clock,
    background: Background,
    artwork: ArtworkFiles,
    sounds: SoundChecks,
    library: Library,
) -> Broadcasts:
    """The area, its kinds of jobs, and what is tidied up of it at night."""
    broadcasts = Broadcasts(
        database=database,
        clock=clock,
        jobs=background.queue,
        library=library,
        songs=Queues(database=database, clock=clock, library=library),
        feeds=FeedDoor(Guarded(settings.outgoing_allow), _kind_of_audio, sounds),
        artwork=artwork,
        folder=settings.data / "podcasts",
        episode_bytes=settings.podcast_episode_bytes,
    )
    jobs.serve(background.registry, broadcasts)
    background.cleanup.add("podcasts", broadcasts.fetching.remove_leftovers)
    return broadcasts


def _kind_of_audio(head: bytes) -> tuple[str, str] | None:
    """Media type and ending of a file that begins so; None for what is no audio."""
    try:
        # Behind tags that may be longer than what is here, podcasts have MPEG audio.
        kind = "mpeg" if head.startswith(b"ID3") else sniff(head)
    except Unreadable:
        return None
    return None if kind is None else KINDS[kind][:2]

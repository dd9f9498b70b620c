"""Playback wired: transcoding, the rules for it, scrobbling, the jukebox."""

from antiphon.adapters.media.transcoding import MediaTranscoder
from antiphon.areas.accounts.api import Accounts
from antiphon.areas.library.api import Library
from antiphon.areas.playback import jobs as playback_jobs
from antiphon.areas.playback.api import Playback
from antiphon.areas.playback.api.scrobbling import Scrobbling
from antiphon.areas.playback.api.streaming import Streaming
from antiphon.bootstrap.jobs import Background
from antiphon.bootstrap.jukebox import wire_jukebox
from antiphon.bootstrap.scrobbling import make_scrobble_services
from antiphon.bootstrap.settings import Settings
from antiphon.kernel.cache import Cache
from antiphon.kernel.clock import Clock
from antiphon.kernel.db import Database
from antiphon.kernel.pubsub import PubSub
from antiphon.kernel.secret_box import SecretBox
from antiphon.kernel.settings import RuntimeSettings


def _wire_scrobbling(settings: Settings, database: Database, clock: Clock, background: Background) -> Scrobbling:
    scrobbling = Scrobbling(
        database=database,
        clock=clock,
        outbox=background.outbox,
        box=SecretBox(settings.encrypt_key),
        services=make_scrobble_services(settings.scrobbling),
        address=settings.address,
    )
    background.cleanup.add("scrobbles", scrobbling.sweep)
    return scrobbling


def wire_playback(
    settings: Settings,
    database: Database,
    clock: Clock,
    background: Background,
    accounts: Accounts,
    library: Library,
    transcoder: MediaTranscoder,
    cache: Cache,
    pubsub: PubSub,
) -> Playback:
    """Playback, with what it needs of the outside."""
    streaming = Streaming(
        database=database,
        runtime_settings=RuntimeSettings(database.reader),
        places=settings.transcodes,
        processes=settings.workers,
        resize_cache=transcoder.resize,
    )
    playback = Playback(
        database=database,
        clock=clock,
        library=library,
        access=accounts.access,
        transcoder=transcoder,
        streaming=streaming,
        jukebox=wire_jukebox(settings, database, clock, pubsub),
        cache=cache,
        scrobbling=_wire_scrobbling(settings, database, clock, background),
        jobs=background.queue,
        page_passwords=accounts.page_passwords,
        secret=settings.secret_key,
    )
    playback_jobs.serve(background.registry, playback, accounts.access)
    return playback

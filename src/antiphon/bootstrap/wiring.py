"""The composition root: settings in, a wired application out, the same in web, worker and command line."""

import contextlib
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import cast

from antiphon.adapters.db.sqlite import open_sqlite
from antiphon.adapters.folder_watch import FolderWatches
from antiphon.adapters.media.artwork import ArtworkFiles
from antiphon.adapters.media.artwork.portraits import Portraits
from antiphon.adapters.media.intake import SoundChecks
from antiphon.adapters.media.tags import find_lyrics_beside, read_lyrics, read_many
from antiphon.adapters.media.transcoding import MediaTranscoder
from antiphon.api.http.areas import Areas
from antiphon.api.http.ceilings import Ceilings
from antiphon.api.http.signed import SignedAddresses
from antiphon.api.realtime.events import CasesNews, QueueNews, TakenNews
from antiphon.api.realtime.tell import (
    ADMINS,
    tell_access_ended,
    tell_library_changed,
    tell_notice,
    tell_room,
    tell_user,
)
from antiphon.areas.accounts.api import Accounts, AccountsOptions
from antiphon.areas.accounts.data import AccessEnded
from antiphon.areas.administration.data import CasesChanged
from antiphon.areas.broadcasts.api import Broadcasts
from antiphon.areas.discovery.api import Discovery
from antiphon.areas.library import jobs as library_jobs
from antiphon.areas.library.api import Library, UploadTools
from antiphon.areas.library.data import LibraryChanged, ScanTools, Storage
from antiphon.areas.library.data.libraries import FolderRules
from antiphon.areas.library.data.watching import WatchMode, WatchTools
from antiphon.areas.playback.api import Playback
from antiphon.areas.playback.data import PlaybackTaken, QueueChanged
from antiphon.areas.playlists.api import Playlists
from antiphon.areas.social import jobs as social_jobs
from antiphon.areas.social.api import Social
from antiphon.areas.social.data import NoticePut
from antiphon.bootstrap import metadata  # noqa: F401 - every table must be known before the first foreign key is needed
from antiphon.bootstrap.administration import wire_administration
from antiphon.bootstrap.broadcasts import wire_broadcasts
from antiphon.bootstrap.identity_providers import make_providers
from antiphon.bootstrap.jobs import Background, Role, make_cache, make_pubsub, wire_background
from antiphon.bootstrap.mail import wire_post
from antiphon.bootstrap.playing import wire_playback
from antiphon.bootstrap.settings import Settings
from antiphon.bootstrap.sound import SoundHelpers
from antiphon.bootstrap.storage_settings import make_storage
from antiphon.kernel.cache import Cache
from antiphon.kernel.clock import Clock, system_clock
from antiphon.kernel.db import Database
from antiphon.kernel.events import Subscriptions
from antiphon.kernel.jobs import JobRegistry
from antiphon.kernel.limits import Limits
from antiphon.kernel.personal import PersonalData
from antiphon.kernel.pubsub import PubSub
from antiphon.kernel.settings import RuntimeSettings


@dataclass(frozen=True, kw_only=True)
class Application:
    """Everything there is, wired. `areas` is what dialects see of it."""

    settings: Settings
    database: Database
    cache: Cache
    pubsub: PubSub
    background: Background
    areas: Areas
    personal: PersonalData
    artwork: ArtworkFiles
    portraits: Portraits
    sounds: SoundChecks
    sound: SoundHelpers
    storage: Storage
    transcoder: MediaTranscoder

    async def close(self) -> None:
        """Give everything back, the first opened last."""
        await self.areas.playback.scrobbling.close()
        await self.areas.playback.transcoding.close()
        await self.background.close()
        await self.artwork.close()
        await self.portraits.close()
        await self.sounds.close()
        await self.sound.close()
        await self.transcoder.close()
        await self.pubsub.close()
        await self.cache.close()
        await self.database.close()


def database_file(settings: Settings) -> Path | None:
    """The SQLite file, or None where PostgreSQL is configured."""
    return None if settings.database_url else settings.data / "antiphon.db"


def open_database(settings: Settings, subscriptions: Subscriptions, *, synchronous: str = "FULL") -> Database:
    """The database that the settings name."""
    file = database_file(settings)
    if file is None:
        # Here, not above: a server on SQLite need not load it.
        from antiphon.adapters.db.postgres import open_postgres

        return open_postgres(settings.database_url, subscriptions)
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # What SQLite puts beside it has the file's own mode. Where no file can be made, SQLite says why.
    with contextlib.suppress(OSError):
        file.touch(mode=0o600, exist_ok=False)
    return open_sqlite(file, subscriptions, synchronous=synchronous)


def job_registry() -> JobRegistry:
    """Every kind of job and every schedule, the same in all processes."""
    registry = JobRegistry()
    library_jobs.register(registry)
    return registry


def wire(settings: Settings, *, clock: Clock = system_clock, synchronous: str = "FULL") -> Application:
    """The application. No connection is made and nothing is started here."""
    subscriptions = Subscriptions()
    database = open_database(settings, subscriptions, synchronous=synchronous)
    cache, pubsub = make_cache(settings), make_pubsub(settings)
    background = wire_background(settings, database, job_registry(), pubsub)
    artwork, portraits = ArtworkFiles(settings.data / "cache" / "artwork"), Portraits()
    sounds, storage = SoundChecks(settings.tag_code_page), make_storage(settings.data, settings.object_storage)
    transcoder = MediaTranscoder(settings.data / "cache" / "transcodes", settings.transcode_cache)
    _carry_news(database, pubsub)
    accounts = _wire_accounts(settings, database, clock, cache, background, portraits)
    upload_tools, sound = _upload_tools(settings, storage, sounds, portraits, accounts), SoundHelpers(settings)
    library = _wire_library(settings, database, clock, background, artwork, upload_tools, accounts, sound)
    broadcasts = wire_broadcasts(settings, database, clock, background, artwork, sounds, library)
    areas, personal = _wire_areas(
        settings, database, clock, cache, pubsub, background, accounts, library, broadcasts, transcoder,
        Discovery(library=library, neighbours=sound.neighbours),
    )  # fmt: skip
    return Application(
        settings=settings,
        database=database,
        cache=cache,
        pubsub=pubsub,
        background=background,
        areas=areas,
        personal=personal,
        artwork=artwork,
        portraits=portraits,
        sounds=sounds,
        sound=sound,
        storage=storage,
        transcoder=transcoder,
    )


def _upload_tools(
    settings: Settings, storage: Storage, sounds: SoundChecks, portraits: Portraits, accounts: Accounts
) -> UploadTools:
    return UploadTools(
        storage=storage,
        sounds=sounds,
        covers=portraits,
        access=accounts.access,
        quota=settings.upload_quota,
        incoming=settings.data / "uploads" / "incoming",
        copies=settings.data / "cache" / "stored",
        archives=settings.archives,
        words=partial(read_lyrics, code_page=settings.tag_code_page),
    )


def _carry_news(database: Database, pubsub: PubSub) -> None:
    """Tell the web processes what their sockets should hear of."""

    async def library_changed(event: LibraryChanged) -> None:
        await tell_library_changed(pubsub, event.revision)

    async def access_ended(event: AccessEnded) -> None:
        if not event.keeps_sessions:
            await tell_access_ended(pubsub, event.user_id)

    async def notice_put(event: NoticePut) -> None:
        await tell_notice(pubsub, event)

    async def queue_changed(event: QueueChanged) -> None:
        await tell_user(pubsub, event.user_id, QueueNews(event.client))

    async def playback_taken(event: PlaybackTaken) -> None:
        await tell_user(pubsub, event.user_id, TakenNews(event.client, event.by))

    async def cases_changed(event: CasesChanged) -> None:
        await tell_room(pubsub, ADMINS, CasesNews(event.open_cases))

    database.subscriptions.after_commit(CasesChanged, cases_changed)
    database.subscriptions.after_commit(QueueChanged, queue_changed)
    database.subscriptions.after_commit(PlaybackTaken, playback_taken)
    database.subscriptions.after_commit(LibraryChanged, library_changed)
    database.subscriptions.after_commit(NoticePut, notice_put)
    database.subscriptions.after_commit(AccessEnded, access_ended)


def _wire_accounts(
    settings: Settings, database: Database, clock: Clock, cache: Cache, background: Background, portraits: Portraits
) -> Accounts:
    return Accounts(
        database=database,
        clock=clock,
        cache=cache,
        runtime_settings=RuntimeSettings(database.reader),
        options=AccountsOptions(
            password_pepper=settings.password_pepper,
            encrypt_key=settings.encrypt_key,
            admin_email=settings.admin_email,
            registration=settings.registration,
            artist_registration=settings.artist_registration,
            mail_configured=bool(settings.smtp_url),
            rate_limits=settings.rate_limits,
            public_url=settings.public_url,
            address=settings.address,
        ),
        picture_maker=portraits,
        post=wire_post(settings, background),
        outbox=background.outbox,
        providers=make_providers(settings, clock),
    )


def _wire_library(
    settings: Settings,
    database: Database,
    clock: Clock,
    background: Background,
    artwork: ArtworkFiles,
    upload_tools: UploadTools,
    accounts: Accounts,
    sound: SoundHelpers,
) -> Library:
    library = Library(
        database=database,
        clock=clock,
        jobs=background.queue,
        artwork_maker=artwork,
        scan_tools=ScanTools(
            tags=read_many,
            lyrics=find_lyrics_beside,
            processes=max(1, os.cpu_count() or 1),
            code_page=settings.tag_code_page,
        ),
        upload_tools=upload_tools,
        sound_tools=sound.tools,
        people=accounts.people,
        folder_rules=FolderRules(settings.music_roots, (settings.data,)),
        watch_tools=WatchTools(FolderWatches(settings.watch_seconds).open, cast(WatchMode, settings.watch_music)),
    )
    library_jobs.serve(background.registry, library)
    library_jobs.subscribe(database.subscriptions, library)
    background.companions.append(library.watching)
    background.cleanup.add("uploads", library.uploads.tidying.remove_old)
    background.cleanup.add("exports", library.exports.remove_old)
    background.cleanup.add("releases", library.releases.settle)
    return library


def _tidy_up(background: Background, accounts: Accounts, social: Social) -> None:
    """What the areas leave behind is removed at night."""
    background.cleanup.add("links", accounts.letters.remove_old)
    background.cleanup.add("invitations", accounts.invitations.remove_old)
    background.cleanup.add("notices", social.notices.remove_old)
    background.cleanup.add("chat", social.chat.remove_old)


def _personal_data(
    accounts: Accounts,
    library: Library,
    playback: Playback,
    playlists: Playlists,
    social: Social,
    background: Background,
) -> PersonalData:
    """What each area knows of people, the lowest first."""
    personal = PersonalData()
    personal.register("accounts", accounts.personal.export, accounts.personal.erase)
    personal.register("library", library.export_personal, library.erase_personal)
    personal.register("jobs", background.queue.export_personal, background.queue.erase_personal)
    personal.register("playback", playback.export_personal, playback.erase_personal)
    personal.register("playlists", playlists.export_personal, playlists.erase_personal)
    personal.register("social", social.export_personal, social.erase_personal)
    return personal


def _wire_areas(
    settings: Settings,
    database: Database,
    clock: Clock,
    cache: Cache,
    pubsub: PubSub,
    background: Background,
    accounts: Accounts,
    library: Library,
    broadcasts: Broadcasts,
    transcoder: MediaTranscoder,
    discovery: Discovery,
) -> tuple[Areas, PersonalData]:
    playback = wire_playback(settings, database, clock, background, accounts, library, transcoder, cache, pubsub)
    playlists = Playlists(database=database, clock=clock, library=library)
    social = Social(database=database, clock=clock)
    social_jobs.subscribe(database.subscriptions, social)
    _tidy_up(background, accounts, social)
    personal = _personal_data(accounts, library, playback, playlists, social, background)
    personal.register("broadcasts", broadcasts.export_personal, broadcasts.erase_personal)
    administration = wire_administration(database, clock, accounts, library, playlists, social, personal)
    areas = Areas(
        accounts=accounts,
        library=library,
        playback=playback,
        playlists=playlists,
        social=social,
        broadcasts=broadcasts,
        discovery=discovery,
        administration=administration,
        jobs=background.queue,
        database=database,
        cache=cache,
        limits=Limits(cache, clock, enabled=settings.rate_limits),
        ceilings=Ceilings(cache, clock, enabled=settings.rate_limits),
        signed=SignedAddresses(settings.secret_key, accounts.access, clock),
        catalogue_is_open=settings.catalogue_access == "open",
    )
    return areas, personal


@asynccontextmanager
async def open_application(
    settings: Settings, role: Role = "shell", *, clock: Clock = system_clock
) -> AsyncIterator[Application]:
    """The application for as long as the block runs.

    What a heavy job writes can be done again, so it does not wait for the disk at each commit. Web, worker and beat
    hear the news of the other processes.
    """
    application = wire(settings, clock=clock, synchronous="NORMAL" if role == "heavy" else "FULL")
    try:
        if role in ("web", "worker", "beat"):
            await application.pubsub.start()
        yield application
    finally:
        await application.close()

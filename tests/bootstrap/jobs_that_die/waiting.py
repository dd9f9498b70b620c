"""A house in which a job of every kind waits."""

import io
import time
import zipfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import insert, text, update

from antiphon.areas.accounts.data import Registration
from antiphon.areas.broadcasts.data.podcasts import REFRESH
from antiphon.areas.library.api.editing import TOTALS
from antiphon.areas.library.api.search_order import ORDER_SEARCH
from antiphon.areas.library.api.sounds import MEASURE
from antiphon.areas.playback.data import Play
from antiphon.bootstrap.settings import read_settings
from antiphon.bootstrap.wiring import wire
from antiphon.kernel.db import metadata
from antiphon.kernel.jobs.tables import job
from antiphon.kernel.paging import Page
from antiphon.kernel.principal import SYSTEM, Principal
from tests.areas.library.uploading import bring
from tests.audio.maker import AudioMaker
from tests.audio.tagging import cover_picture
from tests.feeds import PodcastServer, item, rss, run_jobs
from tests.services import lastfm_stand_in
from tests.services.lastfm_stand_in import LastFmStandIn
from tests.services.listenbrainz_stand_in import TOKEN, ListenBrainzStandIn
from tests.services.mail import MailServer, do_what_waits
from tests.stage import PASSWORD, Stage

stale_total, upload = metadata.tables["stale_total"], metadata.tables["upload"]
HISTORY = b'{"listened_at": 1500000000, "track_metadata": {"artist_name": "Aurora", "track_name": "Dawn"}}\n'


class Outside:
    """What the house calls."""

    def __init__(
        self, mail: MailServer, feeds: PodcastServer, listenbrainz: ListenBrainzStandIn, lastfm: LastFmStandIn
    ) -> None:
        self.mail = mail
        self.feeds = feeds
        self.listenbrainz = listenbrainz
        self.lastfm = lastfm

    def letters(self) -> int:
        """How many letters have come since it was asked last; one that came twice is one."""
        count = len({mail["Message-ID"] for mail in self.mail.mails})
        self.mail.mails.clear()
        return count

    def settings(self) -> dict[str, str]:
        """How the house finds them."""
        return {
            "SMTP_URL": self.mail.url,
            "MAIL_FROM": "music@example.org",
            "PUBLIC_URL": "https://music.example",
            "OUTGOING_ALLOW": "127.0.0.1",
            "LISTENBRAINZ_URL": f"{self.listenbrainz.base}/",
            "LASTFM_URL": self.lastfm.base,
            "LASTFM_API_KEY": lastfm_stand_in.KEY,
            "LASTFM_SECRET": lastfm_stand_in.SECRET,
            "RATE_LIMITS": "off",
        }


@asynccontextmanager
async def opened(environment: Mapping[str, str], folder: Path, audio: AudioMaker) -> AsyncIterator[Stage]:
    """The house, for as long as the block runs."""
    application = wire(read_settings(dict(environment), folder), synchronous="OFF")
    try:
        yield Stage(application, Path(environment["ANTIPHON_MUSIC"]), audio)
    finally:
        await application.close()


class Furnishing:
    """Makes the jobs: first what has to be there before, then one of every kind."""

    def __init__(self, stage: Stage, outside: Outside, folder: Path) -> None:
        self.stage = stage
        self.areas = stage.areas
        self.outside = outside
        self.folder = folder
        self.ines: Principal
        self.boss: Principal

    async def furnish(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Everything. Afterwards the jobs wait."""
        await self._people_and_music()
        gone = await self._things_that_go()
        await self._connections()
        await self._podcasts()
        await do_what_waits(self.stage.application)
        async with self.stage.application.database.transaction() as transaction:
            await transaction.execute(text("DELETE FROM job"))
        with monkeypatch.context() as later:
            later.setattr("antiphon.areas.library.api.uploads.tools.LISTENED_AT_ONCE", 0)
            await bring(self.stage, self.ines, self._sound("Long", "wav"), label="long.wav", draft=True)
        await self._jobs(*gone)
        await self._old_things()

    async def _people_and_music(self) -> None:
        stage = self.stage
        stage.add_files()
        await stage.scan()
        async with stage.application.database.transaction() as transaction:
            await transaction.execute(text("UPDATE song SET duration = 200.0"))
        self.boss = await stage.person("boss", admin=True)
        registration = Registration(username="ines", email="ines@example.org", password=PASSWORD, role="artist")
        signed_in = await self.areas.accounts.registration.register(registration)
        self.ines = await self.areas.accounts.access.authenticate(signed_in.token)

    async def _things_that_go(self) -> tuple[int, str]:
        song = await bring(self.stage, self.ines, self._sound("Gone"), label="gone.mp3")
        exports = self.areas.library.exports
        table = await exports.begin(self.ines, "albums")
        await do_what_waits(self.stage.application)
        return song.song_id, (await exports.finished(self.ines, table.id)).id

    async def _connections(self) -> None:
        scrobbling = self.areas.playback.scrobbling
        await scrobbling.connect(self.ines, "listenbrainz", TOKEN)
        address = await scrobbling.begin(self.ines, "lastfm")
        back = parse_qs(urlsplit(address).query)["cb"][0]
        state = parse_qs(urlsplit(back).query)["state"][0]
        await scrobbling.finish(self.ines, "lastfm", state, self.outside.lastfm.say_yes())
        self.outside.lastfm.loved = [{"name": name, "artist": {"name": "Aurora"}} for name in ("Dawn", "Dusk")]

    async def _podcasts(self) -> None:
        feeds = self.outside.feeds
        feeds.files["/feed.xml"] = rss(item("one")).encode()
        feeds.files["/one.mp3"] = self._sound("Episode")
        self.channel = await self.areas.broadcasts.podcasts.add(self.boss, f"{feeds.address}/feed.xml")
        await run_jobs(self.stage, REFRESH)
        feeds.files["/feed.xml"] = rss(item("one"), item("two"), title="Renamed").encode()

    async def _jobs(self, song_id: int, table_id: str) -> None:
        stage, areas, ines = self.stage, self.areas, self.ines
        queue = stage.application.background.queue
        await areas.library.editing.songs.remove(ines, [song_id])
        await areas.library.exports.remove(ines, table_id)
        await areas.library.exports.begin(ines, "songs")
        await self._send("one.flac", self._sound("One", "flac", picture=True))
        await self._send("album.zip", self._archive())
        await areas.library.uploads.integrity.request(self.boss, contents=True)
        dawn = (await stage.songs(ines))["Dawn"]
        await areas.playback.record_plays(ines, [Play(dawn.id, dawn_at) for dawn_at in (1.7e9, 1.7e9 + 300)])
        await areas.playback.histories.request(ines, "listenbrainz", HISTORY)
        await areas.playback.histories.request_loves(ines, "lastfm")
        podcasts = areas.broadcasts.podcasts
        await podcasts.refresh(self.boss, self.channel.id)
        [episode] = (await podcasts.episodes(self.boss, self.channel.id, Page())).rows
        await podcasts.download(self.boss, episode.id)
        await areas.accounts.letters.forgot("ines@example.org")
        for number in (4, 5):
            tags = {"title": f"New {number}", "artist": "Aurora", "album": "Third"}
            path = stage.music / f"Aurora/Third/{number}.mp3"
            stage.audio.song(path, tags, kind="mp3", seconds=1 + number / 10, picture=True)
        (stage.music / "loose.mp3").unlink()
        await areas.library.scans.request(SYSTEM)
        async with stage.application.database.transaction() as transaction:
            await transaction.execute(insert(stale_total).values(thing="artist", id=dawn.id))
            for kind in (TOTALS, ORDER_SEARCH, "cleanup"):
                await queue.add(transaction, kind)
            # It gives way to everything else that computes.
            await transaction.execute(update(job).where(job.c.kind == MEASURE).values(created_at=time.time() + 1000))

    async def _old_things(self) -> None:
        """What the night tidies up."""
        row = await self.areas.library.uploads.begin(self.ines, size=5000, is_resumable=True)
        receiving = await self.areas.library.uploads.receive(self.ines, row.id, 0)
        await receiving.write(b"never finished")
        await receiving.keep()
        receiving.close()
        async with self.stage.application.database.transaction() as transaction:
            await transaction.execute(update(upload).where(upload.c.id == row.id).values(expires_at=1.0))

    async def _send(self, label: str, content: bytes) -> None:
        uploads = self.areas.library.uploads
        row = await uploads.begin(self.ines, size=len(content), label=label, draft=True, is_resumable=True)
        receiving = await uploads.receive(self.ines, row.id, 0)
        await receiving.write(content)
        await receiving.keep()
        receiving.close()
        await uploads.complete(self.ines, row.id)

    def _sound(self, title: str, kind: str = "mp3", *, picture: bool = False) -> bytes:
        path = self.folder / f"{title}.{kind}"
        return self.stage.audio.song(path, {"title": title, "album": "Shore"}, kind=kind, picture=picture).read_bytes()

    def _archive(self) -> bytes:
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w") as opened_archive:
            for number in range(2):
                opened_archive.writestr(f"Shore/{number}.mp3", self._sound(f"Packed {number}"))
            opened_archive.writestr("Shore/cover.png", cover_picture())
        return made.getvalue()

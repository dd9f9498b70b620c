"""A stage for tests: the whole application wired over a fresh database, with a scanned folder of real music."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
import pytest_asyncio

from antiphon.areas.accounts.data import Registration
from antiphon.areas.library.data import SongFilter, SongRow
from antiphon.bootstrap.settings import read_settings
from antiphon.bootstrap.wiring import Application, wire
from antiphon.kernel.paging import Page
from antiphon.kernel.principal import Principal
from tests.audio.maker import AudioMaker
from tests.services.scanned import Scanned

PASSWORD = "correct horse battery"

# (file, tags): two albums of one artist, one of another, and a song that belongs to no album.
CATALOGUE: Sequence[tuple[str, dict[str, str | Sequence[str]]]] = [
    (
        f"Aurora/First Light/{track:02d}.mp3",
        {
            "title": title,
            "artist": "Aurora",
            "albumartist": "Aurora",
            "album": "First Light",
            "tracknumber": str(track),
            "date": "2001-04-02",
            "genre": ["Pop", "Electronic"],
        },
    )
    for track, title in enumerate(("Dawn", 'Noon <&> "Sun"', "Dusk"), 1)
] + [
    (
        "Aurora/Second/01.flac",
        {
            "title": "Überfluß",
            "artist": ["Aurora", "Борис"],
            "albumartist": "Aurora",
            "album": "Second",
            "tracknumber": "1",
            "discnumber": "1",
            "date": "2010",
            "genre": "Rock",
            "lyrics": "First line\nSecond line",
        },
    ),
    (
        "Борис/Свет/01.ogg",
        {"title": "Утро", "artist": "Борис", "album": "Свет", "tracknumber": "1", "date": "1999", "genre": "Rock"},
    ),
    ("loose.mp3", {"title": "Alone", "artist": "The Nobody"}),
]
_KINDS = {".mp3": "mp3", ".flac": "flac", ".ogg": "vorbis"}


class Stage:
    """The application, and people and music to play with."""

    def __init__(self, application: Application, music: Path, audio: AudioMaker) -> None:
        self.application = application
        self.areas = application.areas
        self.music = music
        self.audio = audio

    async def person(self, name: str, *, admin: bool = False) -> Principal:
        """Somebody new, signed in."""
        if admin:
            await self.areas.accounts.registration.create_admin(f"{name}@example.org", name, PASSWORD)
            signed_in = await self.areas.accounts.signing_in.by_password(name=name, by_email=False, password=PASSWORD)
        else:
            signed_in = await self.areas.accounts.registration.register(
                Registration(username=name, email=f"{name}@example.org", password=PASSWORD)
            )
        return await self.areas.accounts.access.authenticate(signed_in.token)

    def add_files(self, files: Sequence[tuple[str, dict[str, str | Sequence[str]]]] = CATALOGUE) -> None:
        """Put sound files into the music folder."""
        for name, tags in files:
            path = self.music / name
            self.audio.song(path, tags, kind=_KINDS[path.suffix], picture=name.startswith("Aurora/First"))

    async def scan(self) -> None:
        """Read the music folder."""
        await self.areas.library.scans.declare_folders([self.music])
        await self.areas.library.scans.run(lambda *_: None)

    async def songs(self, principal: Principal) -> dict[str, SongRow]:
        """All songs that somebody sees in lists, by title."""
        found = await self.areas.library.browse.songs(principal, SongFilter(), "title", Page(500))
        return {song.title: song for song in found.rows}


def opened(place: Path, database_url: str, **settings: str) -> Application:
    """The application wired over a folder `music`, which is made where it is missing, and a folder `data`."""
    (place / "music").mkdir(exist_ok=True)
    folders = {"ANTIPHON_DATA": str(place / "data"), "ANTIPHON_MUSIC": str(place / "music")}
    if database_url.startswith("postgresql:"):
        settings["DATABASE_URL"] = database_url
    return wire(read_settings({**folders, "RATE_LIMITS": "off", **settings}, place), synchronous="OFF")


@pytest_asyncio.fixture
async def stage(
    request: pytest.FixtureRequest, database_url: str, scanned_stage: Scanned, tmp_path: Path, audio: AudioMaker
) -> AsyncIterator[Stage]:
    """The application on SQLite and then on PostgreSQL, with the music of `CATALOGUE`; a module's own settings stand in
    its `STAGE_SETTINGS`."""
    await scanned_stage.copy_to(tmp_path, database_url)
    application = opened(tmp_path, database_url, **getattr(request.module, "STAGE_SETTINGS", {}))
    yield Stage(application, tmp_path / "music", audio)
    await application.close()

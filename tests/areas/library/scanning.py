"""What tests of scans say often."""

import os
from collections.abc import Sequence
from pathlib import Path

from antiphon.areas.library.data import AlbumFilter, AlbumRow, ArtistFilter, ArtistRow, ScanReport, SongRow
from antiphon.areas.library.data.libraries import Place
from antiphon.areas.library.internal import libraries
from antiphon.kernel.paging import Page
from antiphon.kernel.principal import SYSTEM
from tests.stage import Stage

EVERYTHING = Page(500)


async def scan(stage: Stage, *, full: bool = False, accept_missing: bool = False) -> ScanReport:
    """Scan the music folder; the report."""
    await stage.areas.library.scans.declare_folders([stage.music])
    return await stage.areas.library.scans.run(lambda *_: None, full=full, accept_missing=accept_missing)


async def scan_places(stage: Stage, *places: tuple[str, bool]) -> ScanReport:
    """Scan some folders (deep or not) of the one library."""
    ((library_id, _),) = await stage.application.database.reader.fetch(libraries.FOLDERS)
    wanted = [Place(library_id, path, deep) for path, deep in places]
    return await stage.areas.library.scans.run(lambda *_: None, places=wanted)


async def albums(stage: Stage) -> dict[str, AlbumRow]:
    """All albums by title."""
    found = await stage.areas.library.browse.albums(SYSTEM, AlbumFilter(), "title", EVERYTHING)
    assert found.total == len(found.rows)
    return {album.title: album for album in found.rows}


async def artists(stage: Stage) -> dict[str, ArtistRow]:
    """All artists by name."""
    found = await stage.areas.library.browse.artists(SYSTEM, ArtistFilter(), "name", EVERYTHING)
    return {artist.name: artist for artist in found.rows}


async def songs(stage: Stage) -> dict[str, SongRow]:
    """All songs by title."""
    return await stage.songs(SYSTEM)


def song(stage: Stage, path: str, *, kind: str = "mp3", picture: bool = False, **tags: str | Sequence[str]) -> Path:
    """Put a tagged file into the music folder."""
    return stage.audio.song(stage.music / path, tags, kind=kind, picture=picture)


def later(path: Path, seconds: int = 10) -> None:
    """Make a file look as if it had been changed later."""
    status = path.stat()
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns + seconds * 1_000_000_000))

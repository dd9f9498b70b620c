"""`antiphon seed`: music to try things out with, made on the spot in a folder of its own."""

import asyncio

from antiphon.adapters.demo_music.seed_names import Names, artist_names, genre_names
from antiphon.bootstrap.data_folder import server_runs
from antiphon.bootstrap.demo import music_folders, seeded_folder
from antiphon.bootstrap.wiring import Application
from antiphon.cli.progress import ProgressLine
from antiphon.cli.scan import scan_by_server, scan_here
from antiphon.cli.seed import seed_artists, seed_genres, told


async def seed_catalogue(application: Application, kind: str, count: int, seed: int) -> int:
    """Have `count` genres, artists, songs or albums there; gives the exit code."""
    library = application.areas.library
    if kind == "genres":
        return await seed_genres(library, _first(genre_names(seed), count))
    if kind == "artists":
        return await seed_artists(library, _first(artist_names(seed), count))
    return await _seed_songs(application, kind, count, seed)


async def _seed_songs(application: Application, kind: str, count: int, seed: int) -> int:
    # The instruments are loaded only where they are played.
    from antiphon.adapters.demo_music.seeding import SONGS_OF_ALBUM, make_seed_songs, plan_songs

    settings, library = application.settings, application.areas.library
    songs = plan_songs(count * SONGS_OF_ALBUM if kind == "albums" else count, seed)
    folder, line = seeded_folder(settings.data), ProgressLine("Songs")
    made = await asyncio.to_thread(make_seed_songs, folder, songs, line.show)
    line.done(told(made, len(songs)))
    await library.scans.declare_folders(music_folders(settings))
    if server_runs(settings.data):
        return await scan_by_server(library, application.areas.jobs, full=False, accept_missing=False)
    return await scan_here(library, full=False, accept_missing=False)


def _first(names: Names, count: int) -> list[str]:
    return [names[number] for number in range(count)]

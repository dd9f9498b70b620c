"""The demo library as a whole: all songs made by two processes, in a folder that appears at once or not at all."""

from __future__ import annotations

import math
import multiprocessing
import os
import shutil
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from pathlib import Path

from antiphon.adapters.demo_music.catalogue import ALBUMS, SORT_NAMES, DemoAlbum, DemoSong
from antiphon.adapters.demo_music.covers import paint_cover
from antiphon.adapters.demo_music.songs import MadeSong, make_sound, stable_seed, sync_words
from antiphon.adapters.demo_music.styles import STYLES
from antiphon.adapters.demo_music.tagging import SongTags, write_song_tags

Report = Callable[[float, str], None]

_PROCESSES = 2
# Signs that some file system does not take.
FORBIDDEN = str.maketrans('/\\:*?"<>|', "_________")


def make_demo_library(folder: Path, report: Report) -> None:
    """Make the demo library: 3 artists, 5 albums, 30 songs with tags and covers, in about 15 seconds.

    `report` hears how far it is (0 to 1) and a sentence. Everything is made in a hidden folder beside and renamed at
    the end, so an interrupted run leaves no half library. Raises FileExistsError when the folder has files in it.
    """
    if folder.exists() and any(folder.iterdir()):
        raise FileExistsError(f"{folder} is not empty: the demo music needs a folder of its own.")
    folder.parent.mkdir(parents=True, exist_ok=True)
    _remove_left_overs(folder)
    unfinished = folder.parent / f".{folder.name}.making-{os.getpid()}"
    try:
        unfinished.mkdir()
        _make_albums(unfinished, report)
        unfinished.rename(folder)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    report(1.0, "The demo music is ready.")


def _remove_left_overs(folder: Path) -> None:
    """Folders of runs that were killed. Those of living processes stay."""
    for path in folder.parent.glob(f".{folder.name}.*-*"):
        number = path.name.rpartition("-")[2]
        if number.isdecimal() and not _is_alive(int(number)):
            shutil.rmtree(path, ignore_errors=True)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return process != os.getpid()


def _make_albums(root: Path, report: Report) -> None:
    context = multiprocessing.get_context("spawn")
    report(0.0, "Tuning the instruments.")
    with ProcessPoolExecutor(
        _PROCESSES, mp_context=context, initializer=end_with_parent, initargs=(os.getpid(),)
    ) as pool:
        try:
            covers = [
                pool.submit(paint_cover, album.cover, album.palette, number + 1) for number, album in enumerate(ALBUMS)
            ]
            songs: dict[Future[MadeSong], tuple[DemoAlbum, DemoSong]] = {}
            for album in ALBUMS:
                for song in album.songs:
                    path = root / song_path(album, song)
                    path.parent.mkdir(parents=True, exist_ok=True)
                    seed = stable_seed(album.artist, album.title, song.title)
                    songs[pool.submit(make_sound, path, STYLES[song.style], seed, song.seconds)] = (album, song)
            made: dict[str, MadeSong] = {}
            for done in as_completed(songs):
                album, song = songs[done]
                made[song.title] = done.result()
                report(0.96 * len(made) / len(songs), f"{album.artist} played “{song.title}”.")
            for album, cover in zip(ALBUMS, covers, strict=True):
                _finish_album(root, album, made, cover.result())
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise


def end_with_parent(parent: int) -> None:
    """A worker whose parent was killed would wait for ever: it watches, and ends with it."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def song_path(album: DemoAlbum, song: DemoSong) -> Path:
    """Where a song lies in the library."""
    number = f"{track_of(album, song):02d}"
    if album.discs:
        number = f"{song.disc}-{number}"
    folder = Path(album.artist.translate(FORBIDDEN)) / album.title.translate(FORBIDDEN)
    return folder / f"{number} {song.title.translate(FORBIDDEN)}{song.suffix}"


def track_of(album: DemoAlbum, song: DemoSong) -> int:
    """The number of a song on its disc."""
    return [other.title for other in album.songs if other.disc == song.disc].index(song.title) + 1


def _finish_album(root: Path, album: DemoAlbum, made: dict[str, MadeSong], cover: bytes) -> None:
    """Tags need what only the whole album tells: its loudness."""
    sounds = [made[song.title] for song in album.songs]
    energy = sum(sound.seconds * 10 ** (sound.loudness / 10) for sound in sounds) / sum(
        sound.seconds for sound in sounds
    )
    loudness, peak = 10 * math.log10(energy), max(sound.peak for sound in sounds)
    for song in album.songs:
        path = root / song_path(album, song)
        write_song_tags(
            path, _tags_of(album, song, made[song.title], loudness, peak), cover if album.embedded else None
        )
    if not album.embedded:
        (root / song_path(album, album.songs[0])).with_name("cover.jpg").write_bytes(cover)


def _tags_of(album: DemoAlbum, song: DemoSong, made: MadeSong, loudness: float, peak: float) -> SongTags:
    artists = (album.artist, song.guest) if song.guest else (album.artist,)
    return SongTags(
        title=song.title,
        artists=artists,
        album=album.title,
        album_artist=album.artist,
        track=track_of(album, song),
        track_total=sum(other.disc == song.disc for other in album.songs),
        date=album.date,
        genres=song.genres,
        mood=song.mood,
        tempo=made.tempo,
        key=made.key,
        loudness=made.loudness,
        peak=made.peak,
        album_loudness=loudness,
        album_peak=peak,
        disc=song.disc,
        disc_total=len(album.discs) or 1,
        disc_subtitle=album.discs[song.disc - 1] if album.discs else "",
        artist_sort=tuple(SORT_NAMES[artist] for artist in artists),
        album_artist_sort=SORT_NAMES[album.artist],
        words="\n".join(song.words),
        synced=sync_words(song.words, made) if song.synced else (),
    )

"""Any number of playable songs made on the spot, to try things out with.

Each genre gets a few pieces that are composed and played for it; from the second round on songs share their sound, as
making each anew would take half a second. Song number 7 is always the same one, so what is there already is left alone,
and a larger number adds to it.
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import NamedTuple

import msgspec

from antiphon.adapters.demo_music.catalogue import ALBUMS
from antiphon.adapters.demo_music.covers import paint_cover
from antiphon.adapters.demo_music.library import FORBIDDEN, end_with_parent
from antiphon.adapters.demo_music.seed_names import GENRES, album_titles, artist_names, song_titles
from antiphon.adapters.demo_music.songs import MadeSong, make_sound, stable_seed
from antiphon.adapters.demo_music.styles import style_for
from antiphon.adapters.demo_music.tagging import SongTags, write_song_tags

Report = Callable[[float, str], None]

SONGS_OF_ALBUM = 6
ALBUMS_OF_ARTIST = 2
PIECES_OF_GENRE = 3
COVERS = 20
SECONDS = 10.0
_PROCESSES = 2
# Hidden, so that no scan takes what lies in it for music.
_WORKSHOP = ".pieces"
_MOODS = ("happy", "calm", "energetic", "romantic", "sad", "neutral")
_FIRST_YEAR, _YEARS = 1968, 57


class SeedSong(NamedTuple):
    """A song that is to be made: where it lies below the folder, what it says of itself, and which piece it plays."""

    path: Path
    title: str
    artist: str
    album: str
    genre: str
    mood: str
    year: int
    track: int
    piece: str
    cover: int


def plan_songs(count: int, seed: int) -> list[SeedSong]:
    """The first `count` songs: six on an album, two albums by an artist."""
    artists, albums, songs = artist_names(seed), album_titles(seed), song_titles(seed)
    found = []
    for number in range(count):
        album_number, track = divmod(number, SONGS_OF_ALBUM)
        artist_number = album_number // ALBUMS_OF_ARTIST
        artist, album, title = artists[artist_number], albums[album_number], songs[number]
        genre = GENRES[artist_number % len(GENRES)]
        folder = Path(artist.translate(FORBIDDEN)) / album.translate(FORBIDDEN)
        found.append(
            SeedSong(
                folder / f"{track + 1:02d} {title.translate(FORBIDDEN)}.mp3",
                title,
                artist,
                album,
                genre,
                _MOODS[album_number % len(_MOODS)],
                _FIRST_YEAR + stable_seed(album, str(seed)) % _YEARS,
                track + 1,
                f"{genre}-{(number + album_number) % PIECES_OF_GENRE}-{seed}",
                album_number % COVERS,
            )
        )
    return found


def make_seed_songs(folder: Path, wanted: Iterable[SeedSong], report: Report) -> int:
    """Make those songs that are not there yet; gives how many these were. `report` hears how far it is (0 to 1) and a
    sentence. Each file appears whole or not at all."""
    missing = [song for song in wanted if not (folder / song.path).exists()]
    if not missing:
        return 0
    workshop = folder / _WORKSHOP
    workshop.mkdir(parents=True, exist_ok=True)
    made = _make_pieces(workshop, missing, lambda share, sentence: report(share * 0.8, sentence))
    for number, song in enumerate(missing):
        _make_song(folder, workshop, song, made[song.piece])
        report(0.8 + 0.2 * number / len(missing), f"{song.artist} recorded “{song.title}”.")
    report(1.0, "The songs are ready.")
    return len(missing)


def _make_pieces(workshop: Path, songs: list[SeedSong], report: Report) -> dict[str, MadeSong]:
    """Have the pieces of these songs in the workshop; what became known of each."""
    genres = {song.piece: song.genre for song in songs}
    covers = sorted({song.cover for song in songs})
    known = {piece: _known(workshop, piece) for piece in genres}
    made = {piece: sound for piece, sound in known.items() if sound is not None}
    new = [piece for piece in genres if piece not in made]
    if not new and all((workshop / f"{cover}.jpg").exists() for cover in covers):
        return made
    context = multiprocessing.get_context("spawn")
    report(0.0, "Tuning the instruments.")
    with ProcessPoolExecutor(
        _PROCESSES, mp_context=context, initializer=end_with_parent, initargs=(os.getpid(),)
    ) as pool:
        playing = {pool.submit(_make_piece, workshop, piece, genres[piece]): piece for piece in new}
        painting = [pool.submit(_paint, workshop, cover) for cover in covers]
        for done in as_completed(playing):
            made[playing[done]] = done.result()
            report(len(made) / len(genres), f"{len(made)} of {len(genres)} pieces played.")
        for painted in painting:
            painted.result()
    return made


def _known(workshop: Path, piece: str) -> MadeSong | None:
    try:
        return MadeSong(*msgspec.json.decode((workshop / f"{piece}.json").read_bytes(), type=list))
    except (OSError, msgspec.DecodeError, TypeError):
        return None


def _make_piece(workshop: Path, piece: str, genre: str) -> MadeSong:
    made = make_sound(workshop / f"{piece}.mp3", style_for(genre, ""), stable_seed(piece), SECONDS)
    plain = made._replace(tempo=int(made.tempo), loudness=float(made.loudness), lines=())
    (workshop / f"{piece}.json").write_bytes(msgspec.json.encode(list(plain)))
    return plain


def _paint(workshop: Path, cover: int) -> None:
    target = workshop / f"{cover}.jpg"
    if not target.exists():
        design = ALBUMS[cover % len(ALBUMS)]
        target.write_bytes(paint_cover(design.cover, design.palette, 100 + cover))


def _make_song(folder: Path, workshop: Path, song: SeedSong, made: MadeSong) -> None:
    target = folder / song.path
    target.parent.mkdir(parents=True, exist_ok=True)
    cover = target.with_name("cover.jpg")
    if not cover.exists():
        shutil.copyfile(workshop / f"{song.cover}.jpg", cover)
    unfinished = target.with_name(f".{target.name}")
    shutil.copyfile(workshop / f"{song.piece}.mp3", unfinished)
    tags = SongTags(
        title=song.title,
        artists=(song.artist,),
        album=song.album,
        album_artist=song.artist,
        track=song.track,
        track_total=SONGS_OF_ALBUM,
        date=str(song.year),
        genres=(song.genre,),
        mood=song.mood,
        tempo=made.tempo,
        key=made.key,
        loudness=made.loudness,
        peak=made.peak,
        album_loudness=made.loudness,
        album_peak=made.peak,
    )
    write_song_tags(unfinished, tags, None)
    unfinished.replace(target)

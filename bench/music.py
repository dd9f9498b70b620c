"""Music folders to scan: real, small, tagged files, made once and kept in a cache outside the repository."""

import io
import multiprocessing
import os
import random
import shutil
import tempfile
import time
from pathlib import Path
from uuid import UUID

from PIL import Image

from bench.invention import Collection, MadeAlbum
from tests.audio.sounds import FORMATS, encode_tone
from tests.audio.tagging import write_tags

# What people have: format and share of the albums.
KINDS = (("mp3", 45), ("flac", 32), ("aac", 12), ("opus", 7), ("vorbis", 4))
BASES_OF_EACH = 6
COVER_SHARE = 0.6
# The folder is made anew when this changes.
VERSION = 1


def cache_folder() -> Path:
    """Where benchmarks keep what is slow to make: ANTIPHON_BENCH_CACHE, else below the system's temporary folder."""
    folder = Path(os.environ.get("ANTIPHON_BENCH_CACHE") or Path(tempfile.gettempdir()) / "antiphon-bench")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def music_folder(songs: int) -> Path:
    """A folder with so many songs (12.5 in a folder, 60 % of the albums with an embedded cover), made where missing."""
    folder = cache_folder() / f"music-{VERSION}-{songs}"
    if folder.is_dir():
        return folder
    unfinished = folder.with_suffix(".part")
    shutil.rmtree(unfinished, ignore_errors=True)
    start = time.monotonic()
    print(f"Making {songs:,} songs in {folder} …", flush=True)
    bases = _bases()
    collection = Collection(songs)
    with multiprocessing.get_context("fork").Pool(initializer=_begin, initargs=(unfinished, bases, collection)) as pool:
        for _ in pool.imap_unordered(_make_album, collection.albums(), chunksize=8):
            pass
    unfinished.rename(folder)
    print(f"… made in {time.monotonic() - start:.0f} s.", flush=True)
    return folder


def _bases() -> dict[str, list[Path]]:
    """A few dozen encoded tones that all songs are copies of."""
    folder = cache_folder() / f"bases-{VERSION}"
    folder.mkdir(exist_ok=True)
    bases: dict[str, list[Path]] = {}
    for kind, _ in KINDS:
        for number in range(BASES_OF_EACH):
            base = folder / f"{kind}-{number}.{FORMATS[kind].suffix}"
            if not base.exists():
                unfinished = base.with_suffix(".part")
                encode_tone(unfinished, FORMATS[kind], 1 + number * 0.37, hertz=220 * (number + 1))
                unfinished.rename(base)
            bases.setdefault(kind, []).append(base)
    return bases


class _Maker:
    folder: Path
    bases: dict[str, list[Path]]
    collection: Collection


def _begin(folder: Path, bases: dict[str, list[Path]], collection: Collection) -> None:
    _Maker.folder, _Maker.bases, _Maker.collection = folder, bases, collection


def _make_album(album: MadeAlbum) -> None:
    chance = random.Random(f"files {album.number}")
    kind = chance.choices([kind for kind, _ in KINDS], [share for _, share in KINDS])[0]
    cover = _cover(chance) if chance.random() < COVER_SHARE else None
    names = _Maker.collection.artists
    by = names[album.artists[0]] if album.artists else "Various Artists"
    folder = _Maker.folder / by / f"{album.title} ({album.number})"
    folder.mkdir(parents=True)
    for number, tags in enumerate(_tags_of(album, chance)):
        base = chance.choice(_Maker.bases[kind])
        song = folder / f"{number + 1:02} {album.songs[number].title}{base.suffix}"
        shutil.copyfile(base, song)
        write_tags(song, tags, cover)


def _tags_of(album: MadeAlbum, chance: random.Random) -> list[dict[str, str | list[str]]]:
    names = _Maker.collection.artists
    shared: dict[str, str | list[str]] = {"album": album.title, "date": str(album.year)}
    if album.compilation:
        shared |= {"albumartist": "Various Artists", "compilation": "1"}
    else:
        shared["albumartist"] = " & ".join(names[number] for number in album.artists)
    if identified := chance.random() < 0.5:
        shared |= {"musicbrainz_albumid": _uuid(chance), "musicbrainz_releasegroupid": _uuid(chance)}
    with_gain = chance.random() < 0.4
    tags = []
    for song in album.songs:
        own: dict[str, str | list[str]] = {
            **shared,
            "title": song.title,
            "artist": [names[number] for number in song.artists],
            "genre": song.genres,
            "tracknumber": str(song.track),
            "discnumber": str(song.disc),
        }
        if song.composer is not None:
            own["composer"] = names[song.composer]
        if identified:
            own["musicbrainz_trackid"] = _uuid(chance)
        if with_gain:
            own |= {"replaygain_track_gain": f"{chance.uniform(-12, 2):.2f} dB", "replaygain_track_peak": "0.988"}
        if chance.random() < 0.03:
            own["comment"] = "Ripped from my own disc"
        tags.append(own)
    return tags


def _uuid(chance: random.Random) -> str:
    return str(UUID(int=chance.getrandbits(128), version=4))


def _cover(chance: random.Random) -> bytes:
    """A JPEG of about 20 KB: a coarse picture made smooth, as photographs are."""
    coarse = Image.frombytes("RGB", (48, 48), chance.randbytes(48 * 48 * 3))
    stored = io.BytesIO()
    coarse.resize((400, 400), Image.Resampling.BICUBIC).save(stored, "JPEG", quality=80)
    return stored.getvalue()

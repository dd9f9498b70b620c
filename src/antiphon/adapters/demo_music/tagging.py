"""Tags for made songs, in the way of each format."""

from __future__ import annotations

import base64
import importlib
from itertools import accumulate
from pathlib import Path
from typing import Any, NamedTuple

_REFERENCE = -18.0  # LUFS that ReplayGain 2 aims at
_REFERENCE_OPUS = -23.0  # LUFS that the R128 tags of Opus aim at
_LAST_LINE = 4_000  # milliseconds that the last line takes
_SUNG_SHARE = 0.8  # of the time until the next line; then comes a breath
LICENSE_ADDRESS = "https://creativecommons.org/publicdomain/zero/1.0/"
LICENSE = "CC0 1.0: no rights reserved"

SyncedWords = tuple[tuple[int, str], ...]


class SongTags(NamedTuple):
    """What a made song says of itself."""

    title: str
    artists: tuple[str, ...]
    album: str
    album_artist: str
    track: int
    track_total: int
    date: str
    genres: tuple[str, ...]
    mood: str
    tempo: int
    key: str
    loudness: float  # LUFS
    peak: float  # of full scale
    album_loudness: float
    album_peak: float
    disc: int = 1
    disc_total: int = 1
    disc_subtitle: str = ""
    artist_sort: tuple[str, ...] = ()
    album_artist_sort: str = ""
    words: str = ""
    synced: SyncedWords = ()
    comment: str = "Composed and played by Antiphon."

    @property
    def artist(self) -> str:
        """The artist with the guests, as it is shown."""
        return " feat. ".join((self.artists[0], ", ".join(self.artists[1:]))) if self.artists[1:] else self.artists[0]


def write_song_tags(path: Path, tags: SongTags, cover: bytes | None) -> None:
    """Write the tags, and the cover (a JPEG) into the file when there is one."""
    suffix = path.suffix.lower()
    if suffix == ".mp3":
        _write_id3(path, tags, cover)
    elif suffix == ".m4a":
        _write_mp4(path, tags, cover)
    elif suffix in (".flac", ".opus"):
        _write_comments(path, tags, cover)


def lrc(synced: SyncedWords) -> str:
    """Words with their times as LRC: of each line, and of each word, which gets its share of the line by its length."""
    starts = [time for time, _ in synced]
    ends = [*starts[1:], starts[-1] + _LAST_LINE] if starts else []
    return "\n".join(
        f"[{_clock(start)}]{_by_word(start, start + round((end - start) * _SUNG_SHARE), line)}"
        for (start, line), end in zip(synced, ends, strict=True)
    )


def _by_word(start: int, end: int, line: str) -> str:
    words = line.split()
    places = accumulate((len(word) for word in words), initial=0)
    length = max(1, sum(map(len, words)))
    times = [_clock(start + (end - start) * place // length) for place in places]
    return " ".join(f"<{time}>{word}" for time, word in zip(times, words, strict=False)) + f"<{times[-1]}>"


def _clock(time: int) -> str:
    return f"{time // 60_000:02d}:{time // 1000 % 60:02d}.{time % 1000 // 10:02d}"


def _described(tags: SongTags) -> dict[str, list[str]]:
    """What all families keep under names of one's own."""
    return {
        "ARTISTS": list(tags.artists),
        "MOOD": [tags.mood],
        "LICENSE": [LICENSE_ADDRESS],
        "REPLAYGAIN_TRACK_GAIN": [f"{_REFERENCE - tags.loudness:.2f} dB"],
        "REPLAYGAIN_TRACK_PEAK": [f"{tags.peak:.6f}"],
        "REPLAYGAIN_ALBUM_GAIN": [f"{_REFERENCE - tags.album_loudness:.2f} dB"],
        "REPLAYGAIN_ALBUM_PEAK": [f"{tags.album_peak:.6f}"],
    }


def _write_comments(path: Path, tags: SongTags, cover: bytes | None) -> None:
    opus = path.suffix.lower() == ".opus"
    file = _open("mutagen.oggopus", "OggOpus", path) if opus else _open("mutagen.flac", "FLAC", path)
    values: dict[str, list[str]] = {
        "TITLE": [tags.title], "ARTIST": [tags.artist], "ALBUM": [tags.album], "ALBUMARTIST": [tags.album_artist],
        "ARTISTSORT": list(tags.artist_sort), "ALBUMARTISTSORT": [tags.album_artist_sort],
        "TRACKNUMBER": [str(tags.track)], "TRACKTOTAL": [str(tags.track_total)], "DISCNUMBER": [str(tags.disc)],
        "DISCTOTAL": [str(tags.disc_total)], "DISCSUBTITLE": [tags.disc_subtitle], "DATE": [tags.date],
        "GENRE": list(tags.genres), "BPM": [str(tags.tempo)], "INITIALKEY": [tags.key], "COPYRIGHT": [LICENSE],
        "COMMENT": [tags.comment], "LYRICS": [lrc(tags.synced) if tags.synced else tags.words],
        "COMPOSER": list(tags.artists),
        **_described(tags),
    }  # fmt: skip
    if opus:
        values = {name: value for name, value in values.items() if not name.startswith("REPLAYGAIN")}
        values["R128_TRACK_GAIN"] = [str(round((_REFERENCE_OPUS - tags.loudness) * 256))]
        values["R128_ALBUM_GAIN"] = [str(round((_REFERENCE_OPUS - tags.album_loudness) * 256))]
    for name, value in values.items():
        if any(value):
            file[name] = [text for text in value if text]
    if cover is not None:
        block = _load("mutagen.flac", "Picture")()
        block.type, block.mime, block.data = 3, "image/jpeg", cover
        if opus:
            file["METADATA_BLOCK_PICTURE"] = [base64.b64encode(block.write()).decode("ascii")]
        else:
            file.add_picture(block)
    file.save()


def _write_id3(path: Path, tags: SongTags, cover: bytes | None) -> None:
    id3 = importlib.import_module("mutagen.id3")
    tag = id3.ID3()
    texts = {
        "TIT2": [tags.title], "TPE1": [tags.artist], "TPE2": [tags.album_artist], "TALB": [tags.album],
        "TSOP": list(tags.artist_sort), "TSO2": [tags.album_artist_sort], "TRCK": [f"{tags.track}/{tags.track_total}"],
        "TPOS": [f"{tags.disc}/{tags.disc_total}"], "TSST": [tags.disc_subtitle], "TDRC": [tags.date],
        "TCON": list(tags.genres), "TBPM": [str(tags.tempo)], "TKEY": [tags.key], "TCOP": [LICENSE],
        "TCOM": list(tags.artists),
    }  # fmt: skip
    for frame, value in texts.items():
        if any(value):
            tag.add(getattr(id3, frame)(encoding=3, text=value))
    for name, value in _described(tags).items():
        tag.add(id3.TXXX(encoding=3, desc=name, text=value))
    tag.add(id3.WCOP(url=LICENSE_ADDRESS))
    if tags.comment:
        tag.add(id3.COMM(encoding=3, lang="eng", desc="", text=[tags.comment]))
    if tags.words:
        tag.add(id3.USLT(encoding=3, lang="eng", desc="", text=tags.words))
    if tags.synced:
        lines = [(line, time) for time, line in tags.synced]
        tag.add(id3.SYLT(encoding=3, lang="eng", format=2, type=1, desc="", text=lines))
    if cover is not None:
        tag.add(id3.APIC(encoding=3, mime="image/jpeg", type=3, desc="", data=cover))
    tag.save(path, v2_version=4)


def _write_mp4(path: Path, tags: SongTags, cover: bytes | None) -> None:
    mp4 = importlib.import_module("mutagen.mp4")
    file = mp4.MP4(path)
    texts = {
        "©nam": [tags.title], "©ART": [tags.artist], "aART": [tags.album_artist], "©alb": [tags.album],
        "soar": list(tags.artist_sort), "soaa": [tags.album_artist_sort], "©day": [tags.date],
        "©gen": list(tags.genres), "cprt": [LICENSE], "©cmt": [tags.comment], "©wrt": list(tags.artists),
        "©lyr": [lrc(tags.synced) if tags.synced else tags.words],
    }  # fmt: skip
    for atom, value in texts.items():
        if any(value):
            file[atom] = value
    file["trkn"], file["disk"] = [(tags.track, tags.track_total)], [(tags.disc, tags.disc_total)]
    file["tmpo"] = [tags.tempo]
    described = {**_described(tags), "initialkey": [tags.key], "DISCSUBTITLE": [tags.disc_subtitle]}
    for name, value in described.items():
        if any(value):
            file[f"----:com.apple.iTunes:{name}"] = [text.encode() for text in value]
    if cover is not None:
        file["covr"] = [mp4.MP4Cover(cover, mp4.MP4Cover.FORMAT_JPEG)]
    file.save()


def _load(module: str, name: str) -> Any:
    return getattr(importlib.import_module(module), name)


def _open(module: str, name: str, path: Path) -> Any:
    return _load(module, name)(path)

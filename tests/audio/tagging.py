"""Writing one set of tags into files of every family, as common taggers (Picard, mp3tag, iTunes) do."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import mutagen
import mutagen.id3 as id3
from mutagen.apev2 import APEBinaryValue, APEValue
from mutagen.flac import Picture
from mutagen.mp4 import MP4Cover
from PIL import Image

Tags = Mapping[str, str | Sequence[str]]

_ID3_FRAMES = {
    "title": "TIT2", "artist": "TPE1", "albumartist": "TPE2", "album": "TALB", "date": "TDRC", "originaldate": "TDOR",
    "releasedate": "TDRL", "genre": "TCON", "composer": "TCOM", "conductor": "TPE3", "remixer": "TPE4",
    "lyricist": "TEXT", "discsubtitle": "TSST", "mood": "TMOO", "language": "TLAN", "isrc": "TSRC", "label": "TPUB",
    "media": "TMED", "bpm": "TBPM", "initialkey": "TKEY", "copyright": "TCOP", "titlesort": "TSOT",
    "albumsort": "TSOA", "artistsort": "TSOP", "albumartistsort": "TSO2", "composersort": "TSOC", "compilation": "TCMP",
    "grouping": "GRP1",
}  # fmt: skip
_DESCRIBED = {
    "artists": "ARTISTS", "albumartists": "ALBUMARTISTS", "catalognumber": "CATALOGNUMBER", "barcode": "BARCODE",
    "musicbrainz_albumid": "MusicBrainz Album Id", "musicbrainz_artistid": "MusicBrainz Artist Id",
    "musicbrainz_albumartistid": "MusicBrainz Album Artist Id",
    "musicbrainz_releasegroupid": "MusicBrainz Release Group Id",
    "musicbrainz_releasetrackid": "MusicBrainz Release Track Id", "releasetype": "MusicBrainz Album Type",
    "releasecountry": "MusicBrainz Album Release Country", "replaygain_track_gain": "REPLAYGAIN_TRACK_GAIN",
    "replaygain_track_peak": "REPLAYGAIN_TRACK_PEAK", "replaygain_album_gain": "REPLAYGAIN_ALBUM_GAIN",
    "replaygain_album_peak": "REPLAYGAIN_ALBUM_PEAK", "itunesadvisory": "ITUNESADVISORY",
}  # fmt: skip
_MP4_ATOMS = {
    "title": "©nam", "artist": "©ART", "albumartist": "aART", "album": "©alb", "date": "©day", "genre": "©gen",
    "composer": "©wrt", "copyright": "cprt", "titlesort": "sonm", "albumsort": "soal", "artistsort": "soar",
    "albumartistsort": "soaa", "composersort": "soco", "comment": "©cmt", "lyrics": "©lyr", "grouping": "©grp",
}  # fmt: skip
_PEOPLE = ("producer", "engineer", "arranger", "mixer", "djmixer")


def cover_picture(colour: str = "teal", size: int = 64) -> bytes:
    """A small JPEG."""
    stored = io.BytesIO()
    Image.new("RGB", (size, size), colour).save(stored, "JPEG")
    return stored.getvalue()


def write_tags(path: Path, tags: Tags, picture: bytes | None = None) -> None:
    """Add these tags (by their Vorbis names, one value or several) to the file, in its own family's way."""
    file = mutagen.File(path)
    if file.tags is None:
        file.add_tags()
    listed = {name: [value] if isinstance(value, str) else list(value) for name, value in tags.items()}
    family = type(file.tags).__mro__
    names = {kind.__name__ for kind in family}
    if "ID3Tags" in names:
        write_id3(file.tags, listed, picture)
    elif "MP4Tags" in names:
        _write_mp4(file.tags, listed, picture)
    elif "APEv2" in names:
        write_ape(file.tags, listed, picture)
    else:
        _write_vorbis(file, listed, picture)
    file.save()


def write_id3(tag: Any, tags: Mapping[str, list[str]], picture: bytes | None) -> None:
    """Fill an ID3 tag of mutagen."""
    people = [[role, name] for role in _PEOPLE for name in tags.get(role, ())]
    if people:
        tag.add(id3.TIPL(encoding=3, people=people))
    for name, values in tags.items():
        if name in _ID3_FRAMES:
            tag.add(getattr(id3, _ID3_FRAMES[name])(encoding=3, text=values))
        elif name in _DESCRIBED:
            tag.add(id3.TXXX(encoding=3, desc=_DESCRIBED[name], text=values))
        elif name in ("tracknumber", "discnumber"):
            total = tags.get(name.replace("number", "total"), [""])[0]
            frame = id3.TRCK if name == "tracknumber" else id3.TPOS
            tag.add(frame(encoding=3, text="/".join(part for part in (values[0], total) if part)))
        elif name == "musicbrainz_trackid":
            tag.add(id3.UFID(owner="http://musicbrainz.org", data=values[0].encode()))
        elif name == "comment":
            tag.add(id3.COMM(encoding=3, lang="eng", desc="", text=values))
        elif name == "lyrics":
            tag.add(id3.USLT(encoding=3, lang="eng", desc="", text=values[0]))
        elif name == "performer":
            tag.add(id3.TMCL(encoding=3, people=[_instrument_and_name(value) for value in values]))
    if picture is not None:
        tag.add(id3.APIC(encoding=3, mime="image/jpeg", type=3, desc="", data=picture))


def _instrument_and_name(value: str) -> list[str]:
    name, _, instrument = value.rstrip(")").partition(" (")
    return [instrument, name]


def _write_mp4(tag: Any, tags: Mapping[str, list[str]], picture: bytes | None) -> None:
    for name, values in tags.items():
        if name in _MP4_ATOMS:
            tag[_MP4_ATOMS[name]] = values
        elif name in ("tracknumber", "discnumber"):
            total = int(tags.get(name.replace("number", "total"), ["0"])[0])
            tag["trkn" if name == "tracknumber" else "disk"] = [(int(values[0]), total)]
        elif name == "compilation":
            tag["cpil"] = values[0] == "1"
        elif name == "bpm":
            tag["tmpo"] = [int(values[0])]
        elif name == "itunesadvisory":
            tag["rtng"] = [int(values[0])]
        elif name not in ("tracktotal", "disctotal"):
            described = "MusicBrainz Track Id" if name == "musicbrainz_trackid" else _DESCRIBED.get(name, name.upper())
            tag[f"----:com.apple.iTunes:{described}"] = [value.encode() for value in values]
    if picture is not None:
        tag["covr"] = [MP4Cover(picture, MP4Cover.FORMAT_JPEG)]


def write_ape(tag: Any, tags: Mapping[str, list[str]], picture: bytes | None) -> None:
    """Fill an APEv2 tag of mutagen, with the names of that family."""
    renamed = {"tracknumber": "Track", "discnumber": "Disc", "date": "Year", "albumartist": "Album Artist"}
    for name, values in tags.items():
        if name in ("tracknumber", "discnumber"):
            total = tags.get(name.replace("number", "total"), [""])[0]
            values = ["/".join(part for part in (values[0], total) if part)]
        if name not in ("tracktotal", "disctotal"):
            tag[renamed.get(name, name)] = APEValue("\0".join(values), 0)
    if picture is not None:
        tag["Cover Art (Front)"] = APEBinaryValue(b"cover.jpg\0" + picture)


def _write_vorbis(file: Any, tags: Mapping[str, list[str]], picture: bytes | None) -> None:
    for name, values in tags.items():
        file.tags[name] = values
    if picture is None:
        return
    block = Picture()
    block.type, block.mime, block.data = 3, "image/jpeg", picture
    if hasattr(file, "add_picture"):
        file.add_picture(block)
    else:
        file.tags["metadata_block_picture"] = [base64.b64encode(block.write()).decode()]

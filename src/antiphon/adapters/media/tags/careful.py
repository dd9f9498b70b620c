"""The careful reader: mutagen. It knows every format and oddity, and takes three times as long as the quick readers."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable
from typing import Any

from antiphon.adapters.media.tags import id3_values
from antiphon.adapters.media.tags.code_pages import undeclared
from antiphon.adapters.media.tags.names import MP4_ATOMS, compact_name
from antiphon.adapters.media.tags.raw import Protected, RawTags, Unreadable
from antiphon.adapters.media.tags.vorbis_values import note_vorbis_comment

# Kind → module, class, codec (None: the class tells).
_READERS = {
    "mpeg": ("mutagen.mp3", "MP3", None),
    "flac": ("mutagen.flac", "FLAC", "flac"),
    "mp4": ("mutagen.mp4", "MP4", None),
    "wav": ("mutagen.wave", "WAVE", "wav"),
    "aiff": ("mutagen.aiff", "AIFF", "aiff"),
    "wavpack": ("mutagen.wavpack", "WavPack", "wavpack"),
    "adts": ("mutagen.aac", "AAC", "aac"),
    "ape": ("mutagen.monkeysaudio", "MonkeysAudio", "ape"),
    "asf": ("mutagen.asf", "ASF", "wma"),
    "musepack": ("mutagen.musepack", "Musepack", "musepack"),
    "dsf": ("mutagen.dsf", "DSF", "dsd"),
    "tta": ("mutagen.trueaudio", "TrueAudio", "tta"),
    "ogg:vorbis": ("mutagen.oggvorbis", "OggVorbis", "vorbis"),
    "ogg:opus": ("mutagen.oggopus", "OggOpus", "opus"),
    "ogg:flac": ("mutagen.oggflac", "OggFLAC", "flac"),
    "ogg:speex": ("mutagen.oggspeex", "OggSpeex", "speex"),
}
_OGG_MARKS = (
    (b"\x01vorbis", "ogg:vorbis"),
    (b"OpusHead", "ogg:opus"),
    (b"\x7fFLAC", "ogg:flac"),
    (b"Speex   ", "ogg:speex"),
)
_LATIN_1 = 0
_ASF_NAMES = {
    "author": "artist", "wm/albumartist": "albumartist", "wm/albumtitle": "album", "wm/tracknumber": "tracknumber",
    "wm/partofset": "discnumber", "wm/year": "year", "wm/genre": "genre", "wm/composer": "composer",
    "wm/publisher": "label", "wm/lyrics": "lyrics", "wm/writer": "lyricist", "wm/conductor": "conductor",
    "wm/isrc": "isrc", "wm/beatsperminute": "bpm", "wm/initialkey": "initialkey", "wm/language": "language",
    "wm/setsubtitle": "discsubtitle", "wm/mood": "mood", "wm/iscompilation": "compilation",
    "wm/catalogno": "catalognumber", "wm/barcode": "barcode", "wm/media": "media",
    "wm/originalreleasetime": "originaldate",
}  # fmt: skip


def read_carefully(path: str, kind: str, head: bytes, raw: RawTags) -> None:
    """Fill `raw` from a file of this kind.

    Raises Unreadable when mutagen cannot read it, whatever it stumbled over: hostile files bring it to raise
    anything, also errors of recursion and memory.
    """
    if kind == "ogg":
        kind = next((name for mark, name in _OGG_MARKS if mark in head[:512]), "ogg:vorbis")
    module, class_name, codec = _READERS[kind]
    try:
        file = _load(module, class_name, path)
        _note_sound(raw, file.info, codec)
        if file.tags is not None:
            _NOTES[_tag_family(file.tags)](raw, file.tags)
        if kind in ("flac", "ogg:flac"):
            _note_flac_pictures(raw, getattr(file, "pictures", ()))
    except Protected:
        raise
    except Exception as error:
        raise Unreadable("The file is damaged: its audio could not be found.") from error


def note_ape_at_end(path: str, raw: RawTags) -> None:
    """Add what an APEv2 tag at the end of an MP3 file says beyond the tags at hand (mp3gain writes only there)."""
    beside = RawTags(raw.with_picture)
    try:
        _note_ape(beside, _load("mutagen.apev2", "APEv2", path))
    except Exception:  # noqa: BLE001 - a second, damaged tag takes nothing from the first
        return
    for name, values in beside.values.items():
        raw.values.setdefault(name, values)
    raw.has_picture = bool(raw.has_picture or beside.has_picture)
    if raw.picture is None:
        raw.picture = beside.picture


def _load(module: str, class_name: str, path: str) -> Any:
    return getattr(importlib.import_module(module), class_name)(path)


def _note_sound(raw: RawTags, info: Any, codec: str | None) -> None:
    raw.duration = getattr(info, "length", None)
    raw.sample_rate = getattr(info, "sample_rate", None)
    raw.channels = getattr(info, "channels", None)
    raw.bit_depth = getattr(info, "bits_per_sample", None)
    raw.bitrate = (getattr(info, "bitrate", 0) or 0) / 1000 or None
    if codec is None:
        codec = _mp4_codec(info) if hasattr(info, "codec") else f"mp{info.layer}"
    raw.codec = codec
    if codec not in ("flac", "alac", "wav", "aiff", "wavpack", "ape", "tta", "dsd"):
        raw.bit_depth = None
    mode = str(getattr(info, "bitrate_mode", "")).rpartition(".")[2].lower()
    raw.bitrate_mode = mode if mode in ("cbr", "vbr", "abr") else None


def _mp4_codec(info: Any) -> str:
    codec = str(info.codec).lower()
    if codec in ("drms", "enca"):
        raise Protected("The file is protected against copying (DRM).")
    if codec.startswith("mp4a"):
        return {"mp4a.69": "mp3", "mp4a.6b": "mp3"}.get(codec, "aac")
    return {"alac": "alac", "flac": "flac", "opus": "opus", "ac-3": "ac3", "ec-3": "eac3"}.get(codec, codec)


def _tag_family(tags: Any) -> str:
    for family in type(tags).__mro__:
        if family.__name__ in _NOTES:
            return family.__name__
    raise Unreadable("Its tags are of an unknown kind.")


def _note_id3(raw: RawTags, tags: Any) -> None:
    raw.slash_separates = tuple(tags.version) < (2, 4)
    raw.has_picture = bool(raw.has_picture)
    for frame in tags.values():
        name = frame.FrameID
        read = _read_text if getattr(frame, "encoding", None) == _LATIN_1 else str
        if name == "TXXX":
            id3_values.add_described_text(raw, frame.desc, [read(text) for text in frame.text])
        elif name == "COMM":
            id3_values.add_comment(raw, frame.desc, "\n".join([read(text) for text in frame.text]))
        elif name == "USLT":
            raw.add("lyrics", read(frame.text))
        elif name == "SYLT":
            lines = [(time, read(text)) for text, time in frame.text]
            id3_values.add_synced_lyrics(raw, int(frame.format), int(frame.type), lines)
        elif name == "APIC":
            raw.note_picture(int(frame.type), frame.data)
        elif name == "UFID":
            id3_values.add_identifier(raw, frame.owner, frame.data)
        elif name == "RVA2":
            id3_values.add_volume(raw, frame.desc, frame.gain, frame.peak)
        elif hasattr(frame, "people"):
            id3_values.add_people(raw, [read(text) for pair in frame.people for text in pair])
        elif hasattr(frame, "text"):
            id3_values.add_text_frame(raw, name, [read(text) for text in frame.text])


def _read_text(text: object) -> str:
    """Text that was read as Latin-1 because its tag says so, or nothing."""
    said = str(text)
    try:
        return said if said.isascii() else undeclared(said.encode("latin-1"))
    except UnicodeEncodeError:
        return said


def _note_vorbis(raw: RawTags, tags: Iterable[tuple[str, str]]) -> None:
    for name, value in tags:
        note_vorbis_comment(raw, name, value)
    raw.has_picture = bool(raw.has_picture)


def _note_flac_pictures(raw: RawTags, pictures: Iterable[Any]) -> None:
    for picture in pictures:
        raw.note_picture(picture.type, picture.data)


def _note_ape(raw: RawTags, tags: Any) -> None:
    raw.has_picture = False
    for name, value in tags.items():
        if name.lower().startswith("cover art"):
            # The picture stands behind its file name and a NUL.
            data = bytes(value.value).partition(b"\x00")[2]
            raw.note_picture(3 if "front" in name.lower() else 0, data)
        elif value.kind == 0:
            for text in str(value).split("\x00"):
                note_vorbis_comment(raw, name, text)


def _note_mp4(raw: RawTags, tags: Any) -> None:
    raw.has_picture = False
    for atom, values in tags.items():
        if atom == "covr":
            for picture in values:
                raw.note_picture(3, bytes(picture))
        elif atom in ("trkn", "disk"):
            number, total = values[0]
            kind = "track" if atom == "trkn" else "disc"
            raw.add(f"{kind}number", str(number))
            raw.add(f"{kind}total", str(total))
        elif atom.startswith("----:"):
            for value in values:
                note_vorbis_comment(raw, atom.split(":", 2)[2], bytes(value).decode("utf-8", "replace"))
        elif atom == "cpil":
            raw.add("compilation", "1" if values else "0")
        elif atom in ("tmpo", "rtng"):
            raw.add("bpm" if atom == "tmpo" else "explicit", str(values[0]))
        elif atom in MP4_ATOMS:
            for value in values:
                raw.add(MP4_ATOMS[atom], str(value))


def _note_asf(raw: RawTags, tags: Any) -> None:
    raw.has_picture = None
    for name, value in tags:
        if name == "WM/Picture":
            raw.has_picture = True
        else:
            plain = name.lower()
            raw.add(_ASF_NAMES.get(plain) or compact_name(plain.removeprefix("wm/")), str(value))


_NOTES: dict[str, Callable[[RawTags, Any], None]] = {
    "ID3Tags": _note_id3,
    "VComment": _note_vorbis,
    "APEv2": _note_ape,
    "MP4Tags": _note_mp4,
    "ASFTags": _note_asf,
}

"""MP4 (M4A): AAC, ALAC and their kin, with the tags of iTunes."""

from __future__ import annotations

from collections.abc import Iterator

from antiphon.adapters.media.tags.id3_values import genre_by_number
from antiphon.adapters.media.tags.names import MP4_ATOMS
from antiphon.adapters.media.tags.raw import Protected, RawTags, Unusual
from antiphon.adapters.media.tags.source import Source
from antiphon.adapters.media.tags.vorbis_values import note_vorbis_comment

_ATOMS_LIMIT = 5_000
_CODECS = {b"alac": "alac", b"fLaC": "flac", b"Opus": "opus", b"ac-3": "ac3", b"ec-3": "eac3", b".mp3": "mp3"}
_ENCRYPTED = (b"drms", b"enca")
_AAC_RATES = (96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000, 7_350)
_AAC_CHANNELS = {1: 1, 2: 2, 3: 3, 4: 4, 5: 5, 6: 6, 7: 8}
_TEXT_ATOMS = {name.encode("latin-1"): tag for name, tag in MP4_ATOMS.items()}
_NUMBER_ATOMS = {b"tmpo": "bpm", b"cpil": "compilation", b"rtng": "explicit"}
_PAIR_ATOMS = {b"trkn": "track", b"disk": "disc"}
_PICTURES_LIMIT = 100

Atom = tuple[bytes, int, int]  # kind, start and end of what it holds


def read_mp4(source: Source, raw: RawTags) -> None:
    """Read an MP4 file. Raises Unusual for fragmented, damaged and soundless ones, Protected for encrypted ones."""
    raw.has_picture = False
    movie = _child(source, 0, source.size, b"moov")
    sound = False
    for kind, start, end in _atoms(source, movie[1], movie[2]):
        if kind == b"mvex":
            raise Unusual
        if kind == b"trak" and not sound:
            sound = _read_track(source, raw, start, end)
        elif kind == b"udta":
            _read_user_data(source, raw, start, end)
    if not sound:
        raise Unusual
    if raw.duration and not raw.bitrate:
        raw.bitrate = (source.size - (movie[2] - movie[1])) * 8 / raw.duration / 1000


def _atoms(source: Source, start: int, end: int) -> Iterator[Atom]:
    for _ in range(_ATOMS_LIMIT):
        if start + 8 > end:
            return
        header = source.read(start, 16)
        size, body = int.from_bytes(header[:4], "big"), start + 8
        if size == 1:
            size, body = int.from_bytes(header[8:16], "big"), start + 16
        elif size == 0:
            size = end - start
        if size < body - start or start + size > end:
            raise Unusual
        yield header[4:8], body, start + size
        start += size


def _child(source: Source, start: int, end: int, wanted: bytes) -> Atom:
    for atom in _atoms(source, start, end):
        if atom[0] == wanted:
            return atom
    raise Unusual


def _read_track(source: Source, raw: RawTags, start: int, end: int) -> bool:
    """Note the track's sound; False when it is not a track of sound."""
    track = start, end
    _, start, end = _child(source, start, end, b"mdia")
    parts = {kind: (first, last) for kind, first, last in _atoms(source, start, end)}
    handler, header, media = parts[b"hdlr"], parts[b"mdhd"], parts[b"minf"]
    if source.read(handler[0] + 8, 4) != b"soun":
        return False
    data = source.read(header[0], 32)
    if data[0] == 1:
        scale, ticks = int.from_bytes(data[20:24], "big"), int.from_bytes(data[24:32], "big")
    else:
        scale, ticks = int.from_bytes(data[12:16], "big"), int.from_bytes(data[16:20], "big")
    raw.duration = max(0, ticks - _unheard(source, *track)) / scale if scale else None
    table = _child(source, *media, b"stbl")
    description = _child(source, table[1], table[2], b"stsd")
    _read_description(raw, source.read(description[1] + 8, min(description[2] - description[1] - 8, 4096)))
    return True


def _unheard(source: Source, start: int, end: int) -> int:
    """What stands before the sound as its encoder's own, in ticks of the track: the first edit begins behind it."""
    for kind, first, last in _atoms(source, start, end):
        if kind != b"edts":
            continue
        edits = _child(source, first, last, b"elst")
        data = source.read(edits[1], min(edits[2] - edits[1], 64))
        width = 8 if data[:1] == b"\1" else 4
        begins = data[8 + width : 8 + 2 * width]
        return max(0, int.from_bytes(begins, "big", signed=True)) if len(begins) == width else 0
    return 0


def _read_description(raw: RawTags, entry: bytes) -> None:
    kind = entry[4:8]
    if kind in _ENCRYPTED:
        raise Protected("The file is protected against copying (DRM).")
    raw.channels = int.from_bytes(entry[24:26], "big") or None
    raw.sample_rate = int.from_bytes(entry[32:34], "big") or None
    raw.codec = _CODECS.get(kind, "aac" if kind == b"mp4a" else kind.decode("latin-1").strip())
    if kind == b"mp4a":
        place = entry.find(b"esds", 36)
        if place > 0:
            _read_stream_descriptor(raw, entry[place + 8 :])
    elif kind == b"alac":
        place = entry.find(b"alac", 36)
        if place > 0:
            cookie = entry[place + 8 : place + 32]
            raw.bit_depth, raw.channels = cookie[5], cookie[9]
            raw.bitrate = int.from_bytes(cookie[16:20], "big") / 1000 or None
            raw.sample_rate = int.from_bytes(cookie[20:24], "big")


def _read_stream_descriptor(raw: RawTags, data: bytes) -> None:
    """Codec, mean bitrate, rate and channels of AAC (ISO 14496-1, ES descriptor)."""
    position = _descriptor(data, 0, 3)
    flags = data[position + 2]
    position += 3 + (2 if flags & 0x80 else 0) + (2 if flags & 0x20 else 0)
    position = _descriptor(data, position, 4)
    raw.codec = "mp3" if data[position] in (0x69, 0x6B) else "aac"
    raw.bitrate = int.from_bytes(data[position + 9 : position + 13], "big") / 1000 or None
    position += 13
    if raw.codec != "aac" or position >= len(data) or data[position] != 5:
        return
    position = _descriptor(data, position, 5)
    bits = int.from_bytes(data[position : position + 4].ljust(4, b"\x00"), "big")
    kind, rate, channels = bits >> 27, bits >> 23 & 15, bits >> 19 & 15
    if kind in (5, 29):  # spectral band replication: the rate that is heard follows
        rate = bits >> 15 & 15
    if rate < len(_AAC_RATES):
        raw.sample_rate = _AAC_RATES[rate]
        raw.channels = _AAC_CHANNELS.get(channels, raw.channels)


def _descriptor(data: bytes, position: int, kind: int) -> int:
    """Where the content of the descriptor that begins there starts."""
    if data[position] != kind:
        raise Unusual
    position += 1
    while data[position] & 0x80:
        position += 1
    return position + 1


def _read_user_data(source: Source, raw: RawTags, start: int, end: int) -> None:
    for kind, first, last in _atoms(source, start, end):
        if kind != b"meta":
            continue
        # QuickTime leaves out the four bytes of version and flags.
        first += 0 if source.read(first + 4, 4) == b"hdlr" else 4
        for inner, items_start, items_end in _atoms(source, first, last):
            if inner == b"ilst":
                _read_items(source, raw, items_start, items_end)


def _read_items(source: Source, raw: RawTags, start: int, end: int) -> None:
    for kind, first, last in _atoms(source, start, end):
        if kind == b"covr":
            raw.has_picture = True
            if raw.with_picture:
                for value in _values(source.read(first, last - first))[:_PICTURES_LIMIT]:
                    raw.note_picture(3, value)
        elif kind in _TEXT_ATOMS:
            for value in _values(source.read(first, last - first)):
                raw.add(_TEXT_ATOMS[kind], value.decode("utf-8", "replace"))
        elif kind == b"----":
            _read_named(raw, source.read(first, last - first))
        elif kind in _NUMBER_ATOMS:
            for value in _values(source.read(first, last - first)):
                raw.add(_NUMBER_ATOMS[kind], str(int.from_bytes(value[:8], "big")))
        elif kind in _PAIR_ATOMS:
            for value in _values(source.read(first, last - first)):
                raw.add(f"{_PAIR_ATOMS[kind]}number", str(int.from_bytes(value[2:4], "big")))
                raw.add(f"{_PAIR_ATOMS[kind]}total", str(int.from_bytes(value[4:6], "big")))
        elif kind == b"gnre":
            for value in _values(source.read(first, last - first)):
                raw.add("genre", genre_by_number(int.from_bytes(value[:2], "big") - 1))


def _values(data: bytes) -> list[bytes]:
    if data[4:8] == b"data" and int.from_bytes(data[:4], "big") == len(data):
        return [data[16:]]
    return [value for kind, value in _parts(data) if kind == b"data"]


def _parts(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Name and content of the small atoms inside one item; `data` without its type and language."""
    position = 0
    while position + 8 <= len(data):
        size, kind = int.from_bytes(data[position : position + 4], "big"), data[position + 4 : position + 8]
        if size < 8 or position + size > len(data):
            raise Unusual
        yield kind, data[position + (16 if kind == b"data" else 12) : position + size]
        position += size


def _read_named(raw: RawTags, data: bytes) -> None:
    name = ""
    for kind, value in _parts(data):
        if kind == b"name":
            name = value.decode("utf-8", "replace")
        elif kind == b"data" and name:
            note_vorbis_comment(raw, name, value.decode("utf-8", "replace"))

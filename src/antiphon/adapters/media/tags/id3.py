"""ID3 tags, read quickly. What needs undoing (unsynchronised, compressed, encrypted) goes to the careful reader."""

from __future__ import annotations

from functools import lru_cache

from antiphon.adapters.media.tags import id3_values
from antiphon.adapters.media.tags.code_pages import undeclared
from antiphon.adapters.media.tags.names import ID3_FRAMES, ID3_PEOPLE
from antiphon.adapters.media.tags.raw import RawTags, Unusual
from antiphon.adapters.media.tags.source import BLOCK, Source

_CODES = ("latin-1", "utf-16", "utf-16-be", "utf-8")
# The three-letter frames of 2.2 that are more than text.
_NEW_NAMES = {"TXX": "TXXX", "COM": "COMM", "ULT": "USLT", "SLT": "SYLT", "PIC": "APIC", "UFI": "UFID"}
_SPECIAL = frozenset({"TXXX", "COMM", "USLT", "SYLT", "UFID", "RVA2"})
# Frames whose texts are simply noted.
_PLAIN_FRAMES = {frame: name for frame, name in ID3_FRAMES.items() if name != "genre"}
_UNSYNCHRONISED, _EXTENDED, _FOOTER = 0x80, 0x40, 0x10
_FRAMES_LIMIT = 5_000
_PICTURES = frozenset({"APIC", "PIC"})
# Large parts that say nothing of use.
_USELESS = frozenset({"GEOB", "GEO", "PRIV", "MCDI", "CHAP", "CTOC", "POPM", "PCNT"})


def read_id3(source: Source, raw: RawTags, start: int = 0) -> int:
    """Note everything in the ID3v2 tag that begins there, and return where it ends.

    Raises Unusual when the tag holds something that this reader does not undo.
    """
    header = source.read(start, 10)
    version, flags = header[3], header[5]
    if version not in (2, 3, 4) or flags & (_UNSYNCHRONISED | _EXTENDED):
        raise Unusual
    end = start + 10 + _synchsafe(header, 6)
    if end > source.size:
        raise Unusual
    raw.slash_separates = version < 4
    raw.has_picture = False
    _read_frames(source, raw, start + 10, end, version)
    return end + 10 if flags & _FOOTER else end


def _read_frames(source: Source, raw: RawTags, position: int, end: int, version: int) -> None:
    name_length, header_length = (3, 6) if version == 2 else (4, 10)
    block, place = source.read(position, min(BLOCK, end - position)), 0
    for _ in range(_FRAMES_LIMIT):
        if position + header_length >= end:
            return
        if place + header_length > len(block):
            block, place = source.read(position, min(BLOCK, end - position)), 0
        if block[place] == 0:  # padding up to the end of the tag
            return
        name = _frame_name(block[place : place + name_length])
        size = _frame_size(block[place : place + header_length], version)
        position += header_length
        place += header_length
        if position + size > end or not name:
            raise Unusual
        if size > 1 and name not in _USELESS:
            if place + size <= len(block):
                _note_frame(raw, name, block[place : place + size])
            elif name not in _PICTURES or raw.with_picture:
                _note_frame(raw, name, source.read(position, size))
            else:
                raw.has_picture = True
        position += size
        place += size


@lru_cache(maxsize=256)
def _frame_name(stored: bytes) -> str:
    """The name of a frame; empty for what is none."""
    name = stored.decode("latin-1")
    return name if name.isalnum() and name.isascii() else ""


def _frame_size(header: bytes, version: int) -> int:
    if version == 2:
        return int.from_bytes(header[3:6], "big")
    if header[9]:  # compressed, encrypted, unsynchronised or grouped
        raise Unusual
    size = int.from_bytes(header[4:8], "big")
    return size if version == 3 or size < 0x80 else _synchsafe(header, 4)


def _note_frame(raw: RawTags, name: str, data: bytes) -> None:
    if (plain := _PLAIN_FRAMES.get(name)) is not None:
        raw.add_all(plain, decode_texts(data[0], data[1:]))
        return
    if name in ID3_FRAMES or name in ID3_PEOPLE:
        id3_values.add_text_frame(raw, name, decode_texts(data[0], data[1:]))
        return
    special = _NEW_NAMES.get(name, name)
    if special == "APIC":
        _note_picture(raw, data, name == "PIC")
    elif special in _SPECIAL:
        _note_special(raw, special, data)


def decode_texts(code: int, data: bytes) -> list[str]:
    """The texts of a frame, which stand apart by NUL. Raises Unusual for an unknown code."""
    if code > 3:
        raise Unusual
    if code in (1, 2) and len(data) % 2:
        data = data[:-1]
    if not code and not data.isascii():
        return [undeclared(text) for text in data.rstrip(b"\x00").split(b"\x00")]
    return data.decode(_CODES[code], "replace").rstrip("\x00").split("\x00")


def _note_special(raw: RawTags, name: str, data: bytes) -> None:
    code = data[0]
    if name == "TXXX":
        description, rest = _split_text(code, data, 1)
        id3_values.add_described_text(raw, decode_texts(code, description)[0], decode_texts(code, rest))
    elif name == "COMM":
        description, rest = _split_text(code, data, 4)
        id3_values.add_comment(raw, decode_texts(code, description)[0], "\n".join(decode_texts(code, rest)))
    elif name == "USLT":
        raw.add("lyrics", decode_texts(code, _split_text(code, data, 4)[1])[0])
    elif name == "SYLT":
        _read_synced_lyrics(raw, data)
    elif name == "UFID":
        owner, _, identifier = data.partition(b"\x00")
        id3_values.add_identifier(raw, owner.decode("latin-1"), identifier)
    else:
        _read_volume(raw, data)


def _split_text(code: int, data: bytes, start: int) -> tuple[bytes, bytes]:
    """The text that begins there, and what follows its end mark."""
    if code in (0, 3):
        first, _, rest = data[start:].partition(b"\x00")
        return first, rest
    end = start
    while (end := data.find(b"\x00\x00", end)) >= 0:
        if (end - start) % 2 == 0:
            return data[start:end], data[end + 2 :]
        end += 1
    return data[start:], b""


def _read_synced_lyrics(raw: RawTags, data: bytes) -> None:
    code, unit, kind = data[0], data[4], data[5]
    _, rest = _split_text(code, data, 6)
    lines: list[tuple[int, str]] = []
    while len(rest) > 4:
        text, rest = _split_text(code, rest, 0)
        lines.append((int.from_bytes(rest[:4], "big"), decode_texts(code, text)[0]))
        rest = rest[4:]
    id3_values.add_synced_lyrics(raw, unit, kind, lines)


def _read_volume(raw: RawTags, data: bytes) -> None:
    name, _, rest = data.partition(b"\x00")
    while len(rest) >= 4:
        bits = rest[3]
        length = (bits + 7) // 8
        if rest[0] == 1:  # master volume
            gain = int.from_bytes(rest[1:3], "big", signed=True) / 512
            peak = int.from_bytes(rest[4 : 4 + length], "big") / (1 << (bits - 1)) if bits else 0.0
            id3_values.add_volume(raw, name.decode("latin-1"), gain, peak)
        rest = rest[4 + length :]


def _note_picture(raw: RawTags, data: bytes, old: bool) -> None:
    raw.has_picture = True
    if not raw.with_picture:
        return
    # 2.2 has three letters for the format, later versions a media type that ends with NUL.
    position = 4 if old else data.find(b"\x00", 1) + 1
    kind = data[position]
    raw.note_picture(kind, _split_text(data[0], data, position + 1)[1])


def read_id3v1(raw: RawTags, tag: bytes) -> None:
    """Fill the gaps from the 128 bytes at the end of old files. Their text is cut, so it never wins over other tags."""
    fields = (("title", 3, 33), ("artist", 33, 63), ("album", 63, 93), ("year", 93, 97), ("comment", 97, 127))
    track = tag[126] if tag[125] == 0 else 0
    for name, start, end in fields:
        if name == "comment" and track:
            end = 125
        # Bytes: what Latin-1 shows as a blank may be half of a letter.
        text = undeclared(tag[start:end].partition(b"\x00")[0].strip())
        if text and name not in raw.values and not (name == "year" and "date" in raw.values):
            raw.add(name, text)
    if track and "tracknumber" not in raw.values:
        raw.add("tracknumber", str(track))
    if "genre" not in raw.values and tag[127] < 255 and (genre := id3_values.genre_by_number(tag[127])):
        raw.add("genre", genre)


def _synchsafe(data: bytes, offset: int) -> int:
    first, second, third, fourth = data[offset : offset + 4]
    if (first | second | third | fourth) & 0x80:
        raise Unusual
    return first << 21 | second << 14 | third << 7 | fourth

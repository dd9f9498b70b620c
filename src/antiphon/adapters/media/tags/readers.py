"""Choosing the reader for a file, and not believing what it says too easily."""

from __future__ import annotations

import contextlib
import struct
from collections.abc import Callable

from antiphon.adapters.media.tags.adts import read_adts
from antiphon.adapters.media.tags.careful import note_ape_at_end, read_carefully
from antiphon.adapters.media.tags.chunks import read_aiff, read_wav
from antiphon.adapters.media.tags.cut_off import is_believable, shorten
from antiphon.adapters.media.tags.mp4 import read_mp4
from antiphon.adapters.media.tags.mpeg import read_mpeg
from antiphon.adapters.media.tags.probe import probe
from antiphon.adapters.media.tags.raw import Protected, RawTags, Unreadable, Unusual
from antiphon.adapters.media.tags.sniff import sniff
from antiphon.adapters.media.tags.source import Source
from antiphon.adapters.media.tags.xiph import read_flac, read_ogg

#: Shorter "music" than this many seconds is checked by decoding it,
_DOUBTFUL_DURATION = 0.5
#: and longer than this, when it has fewer bytes a second than any codec needs for more than silence.
_PLAUSIBLE_DURATION = 600.0
_FEWEST_BYTES = 250
_LONGEST = 86_400.0
#: How a tag of a known version begins; nothing else does.
_TAGS = (b"ID3\x03\x00", b"ID3\x04\x00", b"ID3\x02\x00")
_NOT_AUDIO = "Its content is no audio in a known format."

QuickReader = Callable[[Source, RawTags], None]
_QUICK_READERS: dict[str, QuickReader] = {
    "mpeg": read_mpeg,
    "flac": read_flac,
    "ogg": read_ogg,
    "mp4": read_mp4,
    "wav": read_wav,
    "aiff": read_aiff,
    "adts": read_adts,
}


def read_raw(path: str, with_picture: bool) -> tuple[str, RawTags, float]:
    """Read a file of any kind: what it is, what was found, and its duration in seconds (above 0, at most a day).

    Raises Unreadable with a sentence for people.
    """
    try:
        with Source(path) as source:
            kind, certain = _recognise(source, path)
            raw = _read_quickly(source, kind, with_picture) if certain else None
            is_quick = raw is not None
            if raw is None:
                raw = RawTags(with_picture)
                _read_oddity(path, kind, certain, source.head, raw)
            is_whole = is_believable(source, kind, raw)
            ape = kind == "mpeg" and _has_ape_tag(source)
            size = source.size
    except FileNotFoundError as error:
        raise Unreadable("The file is not there.") from error
    except PermissionError as error:
        raise Unreadable("The file may not be read by this account.") from error
    except (OSError, ValueError) as error:
        raise Unreadable("The file could not be opened.") from error
    if not (is_quick or certain) or _is_doubtful(raw, size):
        probe(path, kind, raw)
    elif not is_whole:
        _measure_what_is_left(path, kind, raw)
    if ape:
        note_ape_at_end(path, raw)
    if not raw.duration or not raw.duration > 0:  # nor is it NaN
        raise Unreadable(_NOT_AUDIO)
    return kind, raw, min(raw.duration, _LONGEST)


def _recognise(source: Source, path: str) -> tuple[str, bool]:
    """What the file is, and whether its bytes say so (not only its name)."""
    begins_with_tag = source.head.startswith(_TAGS)
    kind = None if begins_with_tag else sniff(source.head)
    if begins_with_tag or (kind is None and source.head.startswith(b"ID3")):
        kind = _kind_behind_id3(source)
    if kind is not None:
        return kind, True
    name = path.lower()
    if name.endswith((".mp3", ".mp2")):
        return "mpeg", False
    if name.endswith(".aac"):
        return "adts", False
    raise Unreadable(_NOT_AUDIO)


def _kind_behind_id3(source: Source) -> str | None:
    """What follows the tag, which some taggers put before FLAC and AAC too; None when it is not clear."""
    offset = id3_end(source.head)
    start = source.read(offset, 512)
    sound = start.lstrip(b"\x00")
    return sniff(sound) if len(sound) >= 12 else None


def id3_end(head: bytes) -> int:
    """Where an ID3v2 tag that begins the file ends."""
    if len(head) < 10:
        return 0
    size = head[6] << 21 | head[7] << 14 | head[8] << 7 | head[9]
    return 10 + size + (10 if head[5] & 0x10 else 0)


def _read_quickly(source: Source, kind: str, with_picture: bool) -> RawTags | None:
    """What the quick reader of this kind found; None when there is none, or when it met something unusual."""
    reader = _QUICK_READERS.get(kind)
    if reader is None:
        return None
    raw = RawTags(with_picture)
    try:
        reader(source, raw)
    except (Unusual, struct.error, LookupError, ValueError):
        return None
    return raw


def _has_ape_tag(source: Source) -> bool:
    """Whether an APEv2 tag ends the file, before the 128 bytes of an ID3v1 tag if there is one."""
    if source.size < 160:
        return False
    tail = source.tail()
    return tail[128:136] == b"APETAGEX" or tail[:8] == b"APETAGEX"


def _is_doubtful(raw: RawTags, size: int) -> bool:
    """Whether the duration that the file tells is hard to believe for its bytes."""
    if not raw.duration or raw.duration < _DOUBTFUL_DURATION:
        return True
    return raw.duration > _PLAUSIBLE_DURATION and size < raw.duration * _FEWEST_BYTES


def _measure_what_is_left(path: str, kind: str, raw: RawTags) -> None:
    """Go through a file that seems to end in the middle; where that says nothing, the header is believed."""
    found = RawTags()
    with contextlib.suppress(Unreadable):
        probe(path, kind, found)
    if found.duration:
        shorten(raw, found.duration)


def _read_oddity(path: str, kind: str, certain: bool, head: bytes, raw: RawTags) -> None:
    """Read carefully. What even that cannot read has no tags, and no duration yet. Raises Unreadable."""
    try:
        read_carefully(path, kind, head, raw)
    except Protected:
        raise
    except Unreadable:
        if not certain:
            raise Unreadable(_NOT_AUDIO) from None
        raw.duration = None

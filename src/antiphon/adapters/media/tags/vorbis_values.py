"""What Vorbis comments mean (FLAC, Ogg, and with the same names APEv2)."""

from __future__ import annotations

import base64
import binascii
import struct
from functools import lru_cache

from antiphon.adapters.media.tags.names import compact_name
from antiphon.adapters.media.tags.raw import RawTags

_PERFORMER = "performer"
_PICTURES = ("metadatablockpicture", "coverart")


@lru_cache(maxsize=2048)
def plain_name(name: bytes) -> str | None:
    """The compact name of a comment whose text is simply noted; None for pictures and performers."""
    compact = compact_name(name.decode("ascii", "replace"))
    return None if compact in _PICTURES or compact.startswith(_PERFORMER) else compact


def note_vorbis_comment(raw: RawTags, name: str, value: str) -> None:
    """Note one comment; pictures among them too."""
    compact = compact_name(name)
    if compact not in _PICTURES and not compact.startswith(_PERFORMER):
        raw.add(compact, value)
    elif compact in _PICTURES:
        raw.has_picture = True
        if raw.with_picture:
            _note_picture(raw, compact, value)
    else:
        _note_performer(raw, name, value)


def read_flac_picture(raw: RawTags, block: bytes) -> None:
    """Note the picture in a picture block of FLAC; a damaged one is none."""
    try:
        kind, position = struct.unpack_from(">II", block)
        position += 8
        position += 4 + struct.unpack_from(">I", block, position)[0] + 16
        (size,) = struct.unpack_from(">I", block, position)
    except struct.error:
        return
    raw.note_picture(kind, block[position + 4 : position + 4 + size])


def _note_picture(raw: RawTags, name: str, value: str) -> None:
    try:
        data = base64.b64decode(value)
    except (binascii.Error, ValueError):
        return
    if name == "coverart":
        raw.note_picture(3, data)
    else:
        read_flac_picture(raw, data)


def _note_performer(raw: RawTags, name: str, value: str) -> None:
    """ "PERFORMER=Ann (violin)" and "PERFORMER:VIOLIN=Ann" say the same."""
    instrument = name.partition(":")[2]
    if not instrument and value.endswith(")") and " (" in value:
        value, _, instrument = value[:-1].rpartition(" (")
    raw.credits.append(("performer", value, instrument or None))

"""Files whose headers claim two hours."""

import struct
from collections.abc import Callable

CLAIMED_SECONDS = 7200


def flac(content: bytes) -> bytes:
    """STREAMINFO tells how many samples there are."""
    place = content.index(b"fLaC") + 8 + 10
    (packed,) = struct.unpack(">Q", content[place : place + 8])
    rate = packed >> 44
    packed = (packed >> 36 << 36) | (rate * CLAIMED_SECONDS)
    return content[:place] + struct.pack(">Q", packed) + content[place + 8 :]


def mp3(content: bytes) -> bytes:
    """The first frame tells how many there are, and so does LAME's count of bytes."""
    place = max(content.find(b"Xing"), content.find(b"Info"))
    flags = int.from_bytes(content[place + 4 : place + 8], "big")
    assert flags & 1, "the file tells no number of frames"
    frames = CLAIMED_SECONDS * 44_100 // 1152
    return content[: place + 8] + frames.to_bytes(4, "big") + content[place + 12 :]


def wav(content: bytes) -> bytes:
    """The chunk of samples tells how long it is."""
    data = content.index(b"data")
    rate = int.from_bytes(content[content.index(b"fmt ") + 16 :][:4], "little")
    return content[: data + 4] + min(rate * CLAIMED_SECONDS, 0xFFFFFF00).to_bytes(4, "little") + content[data + 8 :]


def opus(content: bytes) -> bytes:
    """The last page tells at which sample it ends."""
    place = content.rindex(b"OggS")
    page = bytearray(content[place:])
    page[6:14] = struct.pack("<q", 48_000 * CLAIMED_SECONDS)
    page[22:26] = bytes(4)
    page[22:26] = struct.pack("<I", _ogg_sum(page))
    return content[:place] + bytes(page)


def aac(content: bytes) -> bytes:
    """The film and its track tell how long they are."""
    changed = bytearray(content)
    for box in (b"mvhd", b"mdhd"):
        place = content.index(box) + 4
        assert content[place] == 0, "a box of the first version"
        scale = int.from_bytes(content[place + 12 : place + 16], "big")
        changed[place + 16 : place + 20] = (scale * CLAIMED_SECONDS).to_bytes(4, "big")
    return bytes(changed)


def _ogg_sum(page: bytes) -> int:
    rest = 0
    for byte in page:
        rest ^= byte << 24
        for _ in range(8):
            rest = (rest << 1) ^ (0x04C11DB7 if rest & 0x80000000 else 0)
            rest &= 0xFFFFFFFF
    return rest


LIARS: dict[str, Callable[[bytes], bytes]] = {"flac": flac, "mp3": mp3, "wav": wav, "opus": opus, "aac": aac}
"""How each kind is made to lie."""

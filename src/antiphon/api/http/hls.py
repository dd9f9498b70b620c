"""Playlists for players that take songs piece by piece (HTTP Live Streaming)."""

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

from antiphon.areas.playback.data.transcodes import OriginalPieces, Pieces

PLAYLIST = b"application/vnd.apple.mpegurl"
# Bit rates that a song is offered at where nobody asks for others, in kbit/s, the one to begin with first.
RENDITIONS = (128, 64, 256)
#: What stands before fragments of an MP4, by its name.
BEGINNING = "init.mp4"
# What the containers of the pieces add: a part of the sound, and so many bits a second in any case. Pieces differ.
OVERHEAD, AT_LEAST = 1.08, 4000
LARGEST_PIECE = 1.1
# Players that know no fragments of MP4 are told so by the version.
_VERSION, _VERSION_WITH_BEGINNING = 3, 7


class Variant(NamedTuple):
    """One of a song's playlists: the most and the usual bits in a second (0: not known), and its codec's name."""

    address: str
    peak: int
    average: int
    codecs: str


def encoded(bitrate: int, address: str) -> Variant:
    """Pieces that are made at a bit rate in kbit/s."""
    average = round(bitrate * 1000 * OVERHEAD) + AT_LEAST
    return Variant(address, round(average * LARGEST_PIECE), average, "mp4a.40.2")


def own(found: OriginalPieces, address: str) -> Variant:
    """Pieces of a song's own sound."""
    return Variant(address, found.peak, found.average, found.codecs)


def variants(listed: Sequence[Variant]) -> bytes:
    """The playlist of a song's playlists, the first the one to begin with."""
    lines = ["#EXTM3U", f"#EXT-X-VERSION:{_VERSION}", "#EXT-X-INDEPENDENT-SEGMENTS"]
    for one in listed:
        average = f",AVERAGE-BANDWIDTH={one.average}" if one.average else ""
        lines.append(f'#EXT-X-STREAM-INF:BANDWIDTH={one.peak}{average},CODECS="{one.codecs}"')
        lines.append(one.address)
    return ("\n".join(lines) + "\n").encode()


def pieces_of(pieces: Pieces, address: Callable[[int], str], beginning: str = "") -> bytes:
    """The playlist of a song's pieces; `beginning` is the address of what stands before them, where something does."""
    lengths = [pieces.seconds(number) for number in range(pieces.count)]
    lines = [
        "#EXTM3U",
        f"#EXT-X-VERSION:{_VERSION_WITH_BEGINNING if beginning else _VERSION}",
        f"#EXT-X-TARGETDURATION:{math.ceil(max(lengths))}",
        "#EXT-X-MEDIA-SEQUENCE:0",
        "#EXT-X-PLAYLIST-TYPE:VOD",
        "#EXT-X-INDEPENDENT-SEGMENTS",
    ]
    if beginning:
        lines.append(f'#EXT-X-MAP:URI="{beginning}"')
    for number, seconds in enumerate(lengths):
        lines.append(f"#EXTINF:{seconds:.5f},")
        lines.append(address(number))
    lines.append("#EXT-X-ENDLIST")
    return ("\n".join(lines) + "\n").encode()

"""Playlists for players that take songs piece by piece (HTTP Live Streaming)."""

from collections.abc import Callable, Sequence

from antiphon.areas.playback.data.transcodes import Pieces

PLAYLIST = b"application/vnd.apple.mpegurl"
# What the containers of the pieces add: a part of the sound, and so many bits a second in any case. Pieces differ.
OVERHEAD, AT_LEAST = 1.08, 4000
LARGEST_PIECE = 1.1


def variants(bitrates: Sequence[int], address: Callable[[int], str]) -> bytes:
    """The playlist of a song's playlists, one for each bit rate in kbit/s, the first the one to begin with."""
    lines = ["#EXTM3U", "#EXT-X-VERSION:3", "#EXT-X-INDEPENDENT-SEGMENTS"]
    for bitrate in bitrates:
        average = round(bitrate * 1000 * OVERHEAD) + AT_LEAST
        peak = round(average * LARGEST_PIECE)
        lines.append(f'#EXT-X-STREAM-INF:BANDWIDTH={peak},AVERAGE-BANDWIDTH={average},CODECS="mp4a.40.2"')
        lines.append(address(bitrate))
    return ("\n".join(lines) + "\n").encode()


def pieces_of(pieces: Pieces, address: Callable[[int], str]) -> bytes:
    """The playlist of a song's pieces."""
    lengths = [pieces.seconds(number) for number in range(pieces.count)]
    lines = [
        "#EXTM3U",
        "#EXT-X-VERSION:3",
        f"#EXT-X-TARGETDURATION:{max(1, round(max(lengths)))}",
        "#EXT-X-MEDIA-SEQUENCE:0",
        "#EXT-X-PLAYLIST-TYPE:VOD",
        "#EXT-X-INDEPENDENT-SEGMENTS",
    ]
    for number, seconds in enumerate(lengths):
        lines.append(f"#EXTINF:{seconds:.5f},")
        lines.append(address(number))
    lines.append("#EXT-X-ENDLIST")
    return ("\n".join(lines) + "\n").encode()

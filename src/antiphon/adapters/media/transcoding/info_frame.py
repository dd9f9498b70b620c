"""What stands before an MP3's sound and tells how long it is, and how much its encoder has put before and behind it:
players that read it cut that off, so that songs follow each other without a gap.

The places of the fields are those of LAME's own (http://gabriel.mp3-tech.org/mp3infotag.html): a frame of silence that
holds an "Info" header with the numbers of frames and bytes and a table for seeking, and LAME's part behind it.
"""

from struct import pack

#: Samples that LAME puts before the sound; decoders put 529 more before it, of which they know themselves.
DELAY = 576
#: The fewest that it puts behind it.
LEAST_PADDING = 576

_RATES = {44_100: (3, 0), 48_000: (3, 1), 32_000: (3, 2), 22_050: (2, 0), 24_000: (2, 1), 16_000: (2, 2)}
"""Version and index of each sample rate."""
_BITRATES = {
    3: (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    2: (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_SIDE_BYTES = {(3, 2): 32, (3, 1): 17, (2, 2): 17, (2, 1): 9}
_LONGEST = 1 << 31


def samples_in_frame(rate: int) -> int:
    """How many samples one frame holds."""
    return 1152 if rate >= 32_000 else 576


def info_frame(samples: int, rate: int, channels: int, bitrate: int) -> bytes:
    """The frame for so many samples that LAME encodes at a constant bit rate in kbit/s; nothing for a sample rate that
    MP3 has no number for."""
    if rate not in _RATES or not 0 < samples < _LONGEST:
        return b""
    version, rate_index = _RATES[rate]
    # Above the highest of its version LAME takes that.
    bitrate = min(bitrate, _BITRATES[version][-1])
    size_of = samples_in_frame(rate)
    padding = size_of - (samples + DELAY) % size_of
    if padding < LEAST_PADDING:
        padding += size_of
    frames = (samples + DELAY + padding) // size_of
    told = _told(frames, frames * size_of * bitrate * 125 // rate, samples, padding, bitrate)
    before = 4 + _SIDE_BYTES[version, min(channels, 2)]
    for index, one in enumerate(_BITRATES[version], 1):
        length = size_of // 8 * one * 1000 // rate
        if one >= bitrate and length >= before + len(told):
            head = bytes((0xFF, 0xE3 | version << 3, index << 4 | rate_index << 2, 0x40 if channels > 1 else 0xC0))
            return (head.ljust(before, b"\0") + told).ljust(length, b"\0")
    return b""


def _told(frames: int, size: int, samples: int, padding: int, bitrate: int) -> bytes:
    # At a constant bit rate every hundredth of the time is a hundredth of the bytes.
    places = bytes(percent * 256 // 100 for percent in range(100))
    xing = b"Info" + pack(">III", 0xF, frames, size) + places + pack(">I", 0)
    delays = (DELAY << 12 | padding).to_bytes(3, "big")
    constant = b"\1"
    lame = b"LAME3.100" + constant + bytes(10) + bytes((min(bitrate, 255),)) + delays + bytes(4) + pack(">I", size)
    return xing + lame + bytes(4)

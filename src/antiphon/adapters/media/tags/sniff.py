"""What a file is, told by its first bytes and never by its name."""

from __future__ import annotations

from antiphon.adapters.media.tags.raw import Unreadable

#: Media type, usual ending, and further endings that fit the content.
KINDS = {
    "mpeg": ("audio/mpeg", "mp3", ("mp2", "mp1", "mpga")),
    "flac": ("audio/flac", "flac", ("fla",)),
    "ogg": ("audio/ogg", "ogg", ("oga", "opus", "spx")),
    "mp4": ("audio/mp4", "m4a", ("mp4", "m4b", "m4r", "m4p", "aac", "alac", "3gp", "mov")),
    "wav": ("audio/wav", "wav", ("wave", "bwf", "w64", "rf64")),
    "aiff": ("audio/aiff", "aiff", ("aif", "aifc", "afc")),
    "wavpack": ("audio/x-wavpack", "wv", ()),
    "adts": ("audio/aac", "aac", ("adts",)),
    "ape": ("audio/x-ape", "ape", ()),
    "asf": ("audio/x-ms-wma", "wma", ("asf",)),
    "musepack": ("audio/x-musepack", "mpc", ("mp+", "mpp")),
    "dsf": ("audio/x-dsf", "dsf", ()),
    "tta": ("audio/x-tta", "tta", ()),
}

# By their first four bytes.
_SIGNATURES = {
    b"fLaC": "flac",
    b"OggS": "ogg",
    b"wvpk": "wavpack",
    b"MAC ": "ape",
    b"MPCK": "musepack",
    b"DSD ": "dsf",
    b"TTA1": "tta",
}
_LONGER_SIGNATURE, _SHORTER_SIGNATURE = b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", b"MP+"
_FOREIGN = (
    (b"\x89PNG", "It is a picture (PNG), not audio."),
    (b"\xff\xd8\xff", "It is a picture (JPEG), not audio."),
    (b"GIF8", "It is a picture (GIF), not audio."),
    (b"BM", "It is a picture (BMP), not audio."),
    (b"#EXTM3U", "It is a playlist, not audio."),
    (b"[playlist]", "It is a playlist, not audio."),
    (b"%PDF", "It is a document (PDF), not audio."),
    (b"PK\x03\x04", "It is an archive (ZIP), not audio."),
    (b"Rar!", "It is an archive (RAR), not audio."),
    (b"7z\xbc\xaf", "It is an archive (7z), not audio."),
    (b"\x1f\x8b", "It is an archive (gzip), not audio."),
    (b"\x7fELF", "It is a program, not audio."),
    (b"MZ", "It is a program, not audio."),
    (b"MThd", "It is a MIDI score, not recorded audio."),
    (b"\x1aE\xdf\xa3", "Matroska and WebM are not among the formats read here."),
)


def sniff(head: bytes) -> str | None:
    """The kind of audio that begins so (at least 12 bytes); None when nothing is recognised.

    Raises Unreadable when the bytes clearly are something else than audio.
    """
    if (kind := _SIGNATURES.get(head[:4])) is not None:
        return kind
    if head.startswith((_LONGER_SIGNATURE, _SHORTER_SIGNATURE)):
        return "musepack" if head.startswith(_SHORTER_SIGNATURE) else "asf"
    if head[4:8] == b"ftyp" or head[4:8] in (b"moov", b"mdat"):
        return "mp4"
    if head.startswith((b"RIFF", b"RF64")) and head[8:12] == b"WAVE":
        return "wav"
    if head.startswith(b"FORM") and head[8:12] in (b"AIFF", b"AIFC"):
        return "aiff"
    if len(head) >= 4 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0:
        return _sniff_frames(head)
    for signature, reason in _FOREIGN:
        if head.startswith(signature):
            raise Unreadable(reason)
    if _is_text(head):
        raise Unreadable("It is text, not audio.")
    return None


def _sniff_frames(head: bytes) -> str | None:
    """MPEG audio and raw AAC begin alike: twelve set bits, then the layer (0 for AAC)."""
    if head[1] & 0xF6 == 0xF0:
        return "adts"
    bitrate, rate = head[2] >> 4, head[2] >> 2 & 3
    if head[1] >> 3 & 3 == 1 or head[1] & 6 == 0 or bitrate == 15 or rate == 3:
        return None
    return "mpeg"


def _is_text(head: bytes) -> bool:
    sample = head.removeprefix(b"\xef\xbb\xbf")[:512]
    return len(sample) >= 4 and all(byte in b"\t\n\r\x1b" or 0x20 <= byte < 0x7F for byte in sample)


def suffix_for(kind: str, named: str) -> str:
    """The ending that fits the content: the one in the file's name when it is right, else the usual one."""
    _, usual, others = KINDS[kind]
    return named if named == usual or named in others else usual

"""What the helper process does with a sound of a stranger: tags, proof that it decodes, and what tells it apart."""

import hashlib
import logging
import os
from pathlib import Path
from typing import Any

import msgspec

from antiphon.adapters.media.tags import AUTO, Unreadable, assume, read_tags
from antiphon.areas.library.data import CheckedSound
from antiphon.areas.library.data.tags import ReadTags, Reason
from antiphon.kernel.confinement import leave_network, limit_bytes

log = logging.getLogger(__name__)

MEMORY = 1536 * 1024 * 1024
MOST_BYTES = 64 * 1024 * 1024
LONGEST_PICTURE = 32 * 1024 * 1024
# The kinds that are taken, by their media type, and the one format that FFmpeg may see in each.
FORMATS = {
    "audio/mpeg": "mp3",
    "audio/flac": "flac",
    "audio/ogg": "ogg",
    "audio/mp4": "mov",
    "audio/aac": "aac",
    "audio/wav": "wav",
    "audio/aiff": "aiff",
    "audio/x-wavpack": "wv",
}
OPTIONS = {"protocol_whitelist": "file", "format_whitelist": ",".join(FORMATS.values())}
LONGEST_PACKET_SECONDS = 60.0
BELIEVED_MORE_SECONDS = 1.0
# What no kind of audio goes below.
LEAST_BYTES_A_SECOND = 500.0
LONGEST_SOUND_SECONDS = 86_400.0


class NotAudio(msgspec.Struct, frozen=True, tag=True):
    """Why a file is not taken: a sentence for people."""

    reason: Reason


def begin() -> None:
    """Limit this process: memory, the size of files, its place in the queue for the processor, and no network."""
    os.nice(5)
    limit_bytes(MEMORY, MOST_BYTES)
    leave_network(reads_own_files=True)


def check_sound(path: Path, sha256: str = "", whole: bool = True, code_page: str = AUTO) -> CheckedSound | NotAudio:
    """Read the tags of a file, decode the beginning of its audio, and go through all of it, unless `whole` says that
    the beginning will do for now; `sha256` is that of its bytes where it is known. Tags that name no code page are
    taken for `code_page`. What tells of it has no path: its name is ours. Never raises."""
    assume(code_page)
    try:
        return _checked(str(path), sha256, whole)
    except Unreadable as error:
        return NotAudio(str(error))
    except Exception as error:
        # Hostile files find ways that nobody thought of.
        log.exception("an upload could not be read")
        return NotAudio(f"Its content could not be read ({type(error).__name__}).")


def _checked(path: str, sha256: str, whole: bool) -> CheckedSound:
    tags = read_tags(path, with_picture=True)
    kind = FORMATS.get(tags.content_type)
    if kind is None:
        raise Unreadable("MP3, WAV, FLAC, Ogg, Opus, M4A, AAC, AIFF and WavPack are taken.")
    seconds, audio_hash = _listen(path, kind, whole)
    tags = msgspec.structs.replace(
        tags, path="", suffix=_suffix(tags), duration=_believed(tags.duration, seconds), picture=_picture(tags)
    )
    return CheckedSound(tags, sha256 or (_file_hash(path) if whole else ""), audio_hash if whole else "")


def _suffix(tags: ReadTags) -> str:
    """The file lies under a name without an ending: the one that fits is told by the codec."""
    return "opus" if tags.codec == "opus" and tags.suffix == "ogg" else tags.suffix


def _picture(tags: ReadTags) -> bytes | None:
    return tags.picture if tags.picture and len(tags.picture) <= LONGEST_PICTURE else None


def _believed(told: float, measured: float) -> float:
    """A header may promise more than there is; what it tells too precisely to be measured is believed."""
    return told if told <= measured + BELIEVED_MORE_SECONDS else measured


def _listen(path: str, kind: str, whole: bool) -> tuple[float, str]:
    """Seconds of all packets and a hash of them, after the first frame proved that they decode. Of the beginning alone,
    the seconds are the most that so many bytes could be."""
    import av
    import av.error

    try:
        with av.open(f"file:{path}", format=kind, options=OPTIONS, metadata_errors="replace") as container:
            if not container.streams.audio:
                raise Unreadable("There is no audio in it.")
            stream = container.streams.audio[0]
            found = _go_through(container, stream, whole)
            if stream.codec_context.sample_rate <= 0 or stream.codec_context.channels <= 0:
                raise Unreadable("No audio in it could be decoded.")
    except (av.error.FFmpegError, ValueError, OSError) as error:
        raise Unreadable("No audio in it could be decoded.") from error
    return found if whole else (_most_seconds(path), "")


def _most_seconds(path: str) -> float:
    return min(LONGEST_SOUND_SECONDS, Path(path).stat().st_size / LEAST_BYTES_A_SECOND)


def _go_through(container: Any, stream: Any, whole: bool) -> tuple[float, str]:
    import av.error

    scale = float(stream.time_base or 0)
    payload = hashlib.sha256(f"{stream.codec_context.name}\0".encode())
    is_decoded, ticks = False, 0
    try:
        for packet in container.demux(stream):
            if not packet.size:
                continue
            payload.update(packet)
            if packet.duration and packet.duration * scale <= LONGEST_PACKET_SECONDS:
                ticks += packet.duration
            if not is_decoded:
                is_decoded = _decodes(packet)
            if is_decoded and not whole:
                break
    except (av.error.InvalidDataError, EOFError):
        # What came so far counts: files end in the middle.
        log.info("an upload ends in the middle")
    if not is_decoded:
        raise Unreadable("No audio in it could be decoded.")
    seconds = ticks * scale
    return (seconds or float("inf")), payload.hexdigest()


def _decodes(packet: Any) -> bool:
    import av.error

    try:
        return bool(packet.decode())
    except av.error.InvalidDataError:
        return False


def _file_hash(path: str) -> str:
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

"""The last word on doubtful files: FFmpeg opens them, and at least one packet must decode."""

from __future__ import annotations

from antiphon.adapters.media.tags.raw import RawTags, Unreadable

_FORMATS = {
    "mpeg": "mp3", "flac": "flac", "ogg": "ogg", "mp4": "mov", "wav": "wav", "aiff": "aiff", "wavpack": "wv",
    "adts": "aac", "ape": "ape",
}  # fmt: skip
_WHITELIST = {"protocol_whitelist": "file", "format_whitelist": "mp3,wav,flac,ogg,mov,aac,aiff,ape,wv"}
#: The longest believed duration.
_DAY = 86_400.0
# Damaged files claim packets of hours.
_LONGEST_PACKET = 60.0
_NO_AUDIO = "No audio in it could be decoded."


def probe(path: str, kind: str, raw: RawTags) -> None:
    """Put right what the tag readers could not tell: duration, rate, channels, codec.

    Raises Unreadable when nothing decodes. Kinds that FFmpeg is not asked about are left as they are.
    """
    if kind not in _FORMATS:
        return
    import av
    import av.error

    try:
        with av.open(f"file:{path}", format=_FORMATS[kind], options=_WHITELIST, metadata_errors="replace") as container:
            if not container.streams.audio:
                raise Unreadable("There is no audio in it.")
            stream = container.streams.audio[0]
            duration = _measure(container, stream)
            rate, channels = stream.codec_context.sample_rate, stream.codec_context.channels
            codec = stream.codec_context.name
    except (av.error.FFmpegError, ValueError, OSError) as error:
        raise Unreadable(_NO_AUDIO) from error
    if not duration or rate <= 0 or channels <= 0:
        raise Unreadable(_NO_AUDIO)
    raw.duration, raw.sample_rate, raw.channels = min(duration, _DAY), rate, channels
    raw.codec = raw.codec or {"mp3float": "mp3", "mp2float": "mp2", "libopus": "opus"}.get(codec, codec)


def _measure(container: object, stream: object) -> float:
    """Seconds of all packets, after the first frame proved that they decode."""
    import av
    import av.error

    decoded = False
    ticks = samples = 0
    scale = float(stream.time_base or 0)  # type: ignore[attr-defined]
    for packet in container.demux(stream):  # type: ignore[attr-defined]
        if packet.duration and packet.duration * scale <= _LONGEST_PACKET:
            ticks += packet.duration
        if decoded:
            continue
        try:
            frames = packet.decode()
        except av.error.InvalidDataError:
            continue
        if frames:
            decoded = True
            samples += sum(frame.samples for frame in frames)
    if not decoded:
        return 0.0
    if ticks and scale:
        return ticks * scale
    return samples / (stream.codec_context.sample_rate or 1)  # type: ignore[attr-defined]

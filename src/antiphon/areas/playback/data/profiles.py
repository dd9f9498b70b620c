"""What an app says it can play, in detail. Bit rates are in bits per second here, as apps say them."""

import msgspec

HLS = "hls"
"""The protocol of songs that come piece by piece."""


class DirectPlay(msgspec.Struct, frozen=True, rename="camel"):
    """Originals that an app plays as they are; an empty list means any."""

    containers: tuple[str, ...] = ()
    audio_codecs: tuple[str, ...] = ()
    protocols: tuple[str, ...] = ()
    max_audio_channels: int | None = None


class TranscodeTo(msgspec.Struct, frozen=True, rename="camel"):
    """A form that an app takes; it names the one it likes best first."""

    container: str
    audio_codec: str = ""
    protocol: str = "http"
    max_audio_channels: int | None = None


class Limitation(msgspec.Struct, frozen=True, rename="camel"):
    """What sound in one codec must be like. Where it is not `required`, it is only liked better."""

    name: str
    comparison: str
    values: tuple[str, ...]
    required: bool = False


class CodecLimits(msgspec.Struct, frozen=True, rename="camel"):
    """The limitations of one codec."""

    name: str
    limitations: tuple[Limitation, ...] = ()
    type: str = "AudioCodec"


class ClientProfile(msgspec.Struct, frozen=True, rename="camel"):
    """All that an app says. A limit of 0, or none at all, limits nothing."""

    name: str = ""
    platform: str = ""
    max_audio_bitrate: int | None = None
    max_transcoding_audio_bitrate: int | None = None
    direct_play_profiles: tuple[DirectPlay, ...] = ()
    transcoding_profiles: tuple[TranscodeTo, ...] = ()
    codec_profiles: tuple[CodecLimits, ...] = ()


class Stream(msgspec.Struct, frozen=True):
    """Sound as it comes to an app. `bitrate` is in bits per second."""

    container: str
    codec: str
    channels: int
    bitrate: int
    sample_rate: int
    bit_depth: int = 0
    protocol: str = "http"


class Advice(msgspec.Struct, frozen=True):
    """What an app should do with a song: play the original, or the transcode that `wanted` asks for, or neither."""

    source: Stream
    reasons: tuple[str, ...] = ()
    target: Stream | None = None
    form: str = ""
    bitrate: int = 0
    sample_rate: int = 0
    channels: int = 0

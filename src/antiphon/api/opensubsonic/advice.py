"""What is told about playing a song as it is, or in another form."""

from antiphon.api.opensubsonic.values import Value


class StreamDetails(Value):
    """Sound as it comes to an app; `audio_bitrate` in bits per second."""

    protocol: str
    container: str
    codec: str
    audio_channels: int | None = None
    audio_bitrate: int | None = None
    audio_samplerate: int | None = None
    audio_bitdepth: int | None = None


class TranscodeDecision(Value):
    """What an app should do with a song."""

    can_direct_play: bool
    can_transcode: bool
    source_stream: StreamDetails
    transcode_reason: tuple[str, ...] = ()
    error_reason: str = ""
    transcode_params: str | None = None
    transcode_stream: StreamDetails | None = None

"""What an app should do with a song, by all that it says it can play."""

import msgspec

from antiphon.areas.playback.data.profiles import (
    HLS,
    Advice,
    ClientProfile,
    DirectPlay,
    Limitation,
    Stream,
    TranscodeTo,
)
from antiphon.areas.playback.data.streaming import AS_WANTED, Ruled
from antiphon.areas.playback.data.transcodes import Form, Sounding
from antiphon.areas.playback.internal.forms import (
    FORMS,
    LOSSLESS,
    fitting_bitrate,
    fitting_bits,
    fitting_channels,
    fitting_rate,
    form_named,
    is_same,
)

# Pieces are MPEG-TS with AAC, which whatever plays HLS takes; apps name what else they would take there as well.
_CONTAINERS_OF_PIECES = ("", "ts", "mpegts", "mpeg2ts", "mp2t", "mp4", "m4a", "mov", "aac", "adts", "hls")
RULE = "ruled otherwise by the server"

# What else clients call the containers and codecs that songs come in.
_CONTAINERS = {
    "mp3": ("mp3", "mpeg"),
    "m4a": ("m4a", "mp4", "mov"),
    "mp4": ("m4a", "mp4", "mov"),
    "ogg": ("ogg", "oga"),
    "oga": ("ogg", "oga"),
    "opus": ("ogg", "oga", "opus"),
    "wav": ("wav", "wave"),
    "aiff": ("aiff", "aif"),
    "aac": ("aac", "adts"),
}
_CODECS = {
    "wav": ("wav", "pcm", "pcm_s16le", "pcm_s24le"),
    "aiff": ("aiff", "pcm", "pcm_s16be"),
    "mp3": ("mp3", "mpeg"),
}


def advice_for(song: Sounding, client: ClientProfile, ruled: Ruled = AS_WANTED) -> Advice:
    """The original where the app plays it and the rules let it; else the first form the app takes that can be made,
    the ruled one before others."""
    client = _within(client, ruled)
    source = Stream(
        container=song.suffix,
        codec=song.format,
        channels=song.channels,
        bitrate=song.bitrate * 1000,
        sample_rate=song.sample_rate,
        bit_depth=song.bit_depth,
    )
    reasons = _against(source, client)
    ruled_form = FORMS[ruled.form] if ruled.form else None
    is_against_rule = ruled_form is not None and not is_same(ruled_form, song.format, song.suffix)
    if not reasons and not is_against_rule:
        return Advice(source)
    for profile in client.transcoding_profiles:
        made = _made(source, profile, client)
        if made is not None:
            return Advice(source, reasons or (RULE,), *made)
    return Advice(source, reasons)


def _within(client: ClientProfile, ruled: Ruled) -> ClientProfile:
    """The app's profile as the rules leave it: no more than their bit rate, and their form first."""
    if ruled == AS_WANTED:
        return client
    profiles = sorted(client.transcoding_profiles, key=lambda profile: not _makes(profile, ruled.form))
    most = ruled.bitrate * 1000
    if not most:
        return msgspec.structs.replace(client, transcoding_profiles=tuple(profiles))
    # What is lossless keeps under no ceiling.
    lossy = tuple(profile for profile in profiles if (form := _form(profile)) is None or form.bitrate)
    return msgspec.structs.replace(
        client,
        max_audio_bitrate=_least(client.max_audio_bitrate or 0, most),
        max_transcoding_audio_bitrate=_least(
            client.max_transcoding_audio_bitrate or client.max_audio_bitrate or 0, most
        ),
        transcoding_profiles=lossy,
    )


def _makes(profile: TranscodeTo, codec: str) -> bool:
    form = _form(profile)
    return form is not None and form.codec == codec


def _against(source: Stream, client: ClientProfile) -> tuple[str, ...]:
    """Why the original cannot be played; nothing where it can."""
    reasons: list[str] = []
    if client.max_audio_bitrate and source.bitrate > client.max_audio_bitrate:
        reasons.append("audio bitrate not supported")
    profiles = [_against_profile(source, profile) for profile in client.direct_play_profiles]
    if not profiles:
        reasons.append("no direct play profile")
    elif "" not in profiles:
        reasons += sorted(set(profiles))
    for limits in client.codec_profiles:
        if limits.name.lower() in _CODECS.get(source.codec, (source.codec,)):
            reasons += [
                f"{one.name} not supported" for one in limits.limitations if one.required and not _fulfils(source, one)
            ]
    return tuple(reasons)


def _against_profile(source: Stream, profile: DirectPlay) -> str:
    if profile.protocols and "http" not in _lower(profile.protocols):
        return "protocol not supported"
    if profile.containers and not _lower(profile.containers) & {
        *_CONTAINERS.get(source.container, ()),
        source.container,
    }:
        return "container not supported"
    if profile.audio_codecs and not _lower(profile.audio_codecs) & {*_CODECS.get(source.codec, ()), source.codec}:
        return "audio codec not supported"
    if profile.max_audio_channels and source.channels > profile.max_audio_channels:
        return "audio channels not supported"
    return ""


def _lower(names: tuple[str, ...]) -> set[str]:
    return {name.lower() for name in names}


def _made(source: Stream, profile: TranscodeTo, client: ClientProfile) -> tuple[Stream, str, int, int, int] | None:
    """The stream that a profile asks for and what to ask the server for; None where it cannot be made."""
    form = _form(profile)
    if form is None:
        return None
    if form.codec == "flac" and source.codec not in LOSSLESS:
        # Lossless from lossy is more bytes for nothing; another profile may be meant for it.
        return None
    limits = [
        one
        for codec in client.codec_profiles
        if codec.name.lower() in ((profile.audio_codec or profile.container).lower(), _codec(form))
        for one in codec.limitations
    ]
    is_cut = form.codec == "segment"
    most_channels = _least(profile.max_audio_channels or 0, _bound(limits, "audioChannels"))
    # All pieces of a song have the same channels and rate, whoever asks for them.
    channels = fitting_channels(form, source.channels, 0 if is_cut else most_channels)
    rate = fitting_rate(form, source.sample_rate, 0 if is_cut else _bound(limits, "audioSamplerate"))
    most = _least(
        client.max_transcoding_audio_bitrate or client.max_audio_bitrate or 0,
        _bound(limits, "audioBitrate"),
        0 if source.codec in LOSSLESS or not form.bitrate else min(source.bitrate, form.bitrate * 1000),
    )
    bitrate = fitting_bitrate(form, most // 1000, channels)
    made = Stream(
        container="ogg" if form.codec == "opus" else form.suffix,
        codec=_codec(form),
        channels=channels,
        bitrate=(bitrate * 1000) or rate * channels * fitting_bits(form, source.codec, source.bit_depth),
        sample_rate=rate,
        bit_depth=fitting_bits(form, source.codec, source.bit_depth) if form.codec == "flac" else 0,
        protocol=HLS if is_cut else "http",
    )
    fits = not most or form.bitrate == 0 or made.bitrate <= most
    if is_cut and profile.max_audio_channels:
        fits = fits and channels <= profile.max_audio_channels
    if not fits or any(one.required and not _fulfils(made, one) for one in limits):
        return None
    return made, form.codec, bitrate, rate, channels


def _form(profile: TranscodeTo) -> Form | None:
    container, codec, protocol = profile.container.lower(), profile.audio_codec.lower(), profile.protocol.lower()
    if protocol == HLS:
        return FORMS["segment"] if codec in ("", "aac") and container in _CONTAINERS_OF_PIECES else None
    if protocol != "http":
        return None
    if codec == "aac":
        return form_named("m4a" if container in ("mp4", "m4a", "mov") else "aac")
    form = form_named(codec or container)
    if form is None:
        return None
    fitting = {"mp3": ("mp3", "mpeg"), "opus": ("ogg", "oga", "opus"), "flac": ("flac",)}
    return form if container in fitting.get(form.codec, (container,)) else None


def _codec(form: Form) -> str:
    """What is inside of a form."""
    return "aac" if form.codec in ("m4a", "segment") else form.codec


def _least(*limits: int) -> int:
    """The smallest of some limits, where 0 is none."""
    return min((limit for limit in limits if limit > 0), default=0)


def _bound(limits: list[Limitation], name: str) -> int:
    """The most that limitations allow of something, 0 where they say nothing."""
    found = [
        max(_numbers(one.values), default=0)
        for one in limits
        if one.name == name and one.comparison in ("Equals", "LessThanEqual")
    ]
    return _least(*found)


def _numbers(values: tuple[str, ...]) -> list[int]:
    return [int(value) for value in values if value.isascii() and value.isdigit() and len(value) < 12]


def _fulfils(stream: Stream, limit: Limitation) -> bool:
    """Whether sound is as a limitation wants it; what is not known of it is believed to be."""
    known = {
        "audioChannels": stream.channels,
        "audioBitrate": stream.bitrate,
        "audioSamplerate": stream.sample_rate,
        "audioBitdepth": stream.bit_depth,
    }.get(limit.name, 0)
    wanted = _numbers(limit.values)
    if not known or not wanted:
        return True
    if limit.comparison == "Equals":
        return known in wanted
    if limit.comparison == "NotEquals":
        return known not in wanted
    return known <= wanted[0] if limit.comparison == "LessThanEqual" else known >= wanted[0]

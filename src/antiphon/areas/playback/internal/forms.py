"""The forms that songs can be put into, and what each of them allows."""

from antiphon.areas.playback.data.transcodes import Codec, Form

_MP3_BITRATES = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_USUAL_RATES = (44_100, 48_000)
# Below 32 kHz MP3 has other, lower bit rates: such sound is brought to the usual rates.
_MP3_RATES = (32_000, 44_100, 48_000)

FORMS: dict[Codec, Form] = {
    "mp3": Form("mp3", "audio/mpeg", "mp3", 192, _MP3_BITRATES, _MP3_RATES, 2),
    "opus": Form("opus", "audio/ogg", "opus", 128, (16, 320), (48_000,), 2),
    "aac": Form("aac", "audio/aac", "aac", 160, (32, 320), _MP3_RATES, 2),
    "m4a": Form("m4a", "audio/mp4", "m4a", 160, (32, 320), _MP3_RATES, 2),
    "flac": Form("flac", "audio/flac", "flac", 0, (), (32_000, 44_100, 48_000, 88_200, 96_000, 176_400, 192_000), 8),
    "segment": Form("segment", "video/mp2t", "ts", 160, (32, 320), _USUAL_RATES, 2),
}
# Other words for them that clients use.
_NAMES: dict[str, Codec] = {
    "mp3": "mp3",
    "mpeg": "mp3",
    "opus": "opus",
    "ogg": "opus",
    "oga": "opus",
    "aac": "aac",
    "adts": "aac",
    "m4a": "m4a",
    "mp4": "m4a",
    "flac": "flac",
}
LOSSLESS = frozenset(("flac", "alac", "wav", "aiff", "wavpack", "wv", "ape"))
# A sample of these has no bits that FLAC could keep more of.
_BITS = 16
# What an AAC frame of one channel can hold at most, in kbit/s.
_AAC_CHANNEL = 160


def form_named(name: str) -> Form | None:
    """The form that clients call so, None where there is no such form."""
    codec = _NAMES.get(name.lower())
    return None if codec is None else FORMS[codec]


def is_same(form: Form, source: str, suffix: str) -> bool:
    """True where a song of the format `source`, in a file that ends on `suffix`, is in this form already."""
    if form.codec in ("aac", "m4a"):
        return source == "aac" and (suffix == "aac") == (form.codec == "aac")
    return source == form.codec


def is_called(name: str, source: str, suffix: str) -> bool:
    """True where a client that asks for `name` means a song as it lies there, whether or not we make such a form: Ogg
    Vorbis is `ogg` and `vorbis`. What is lossless is not meant by the name of a lossy form, even in files that end so,
    and bare frames of AAC are something else than such frames in MP4."""
    form = form_named(name)
    if form is not None and (form.codec in ("aac", "m4a") or (form.bitrate and source in LOSSLESS)):
        return is_same(form, source, suffix)
    return name.lower() in (source, suffix)


def fitting_bitrate(form: Form, most: int, channels: int) -> int:
    """The highest allowed bit rate of at most `most` kbit/s (0: the form's usual one); 0 for lossless forms."""
    if not form.bitrate:
        return 0
    wanted = most or form.bitrate
    if form.codec == "mp3":
        return max((rate for rate in form.bitrates if rate <= wanted), default=form.bitrates[0])
    fitting = min(max(wanted, form.bitrates[0]), form.bitrates[-1])
    return fitting if form.codec == "opus" else min(fitting, channels * _AAC_CHANNEL)


def fitting_rate(form: Form, source: int, wanted: int = 0) -> int:
    """The sample rate to make of one of `source` Hz: the same where the form has it, else a relative of it."""
    most = min(wanted, source) if wanted else source
    if most in form.rates:
        return most
    family = 11_025 if most % 11_025 == 0 else 12_000
    related = [rate for rate in form.rates if rate % family == 0]
    lower = [rate for rate in related or form.rates if rate <= most]
    return max(lower) if lower else min(related or form.rates)


def fitting_channels(form: Form, source: int, wanted: int = 0) -> int:
    """How many channels to make of `source` ones. More than two stay only in FLAC, and only in its usual numbers."""
    most = min(source, wanted or form.channels, form.channels)
    return most if most in (1, 6, 8) else 2


def fitting_bits(form: Form, source: str, bits: int) -> int:
    """The bits of a sample; what was lossy before has 16."""
    return 24 if form.codec == "flac" and source in LOSSLESS and bits > _BITS else _BITS


def length_at_most(form: Form, bitrate: int, duration: float, tags: int) -> int | None:
    """Bytes that a transcode of so many seconds surely fits in, with so many bytes of tags; None for lossless ones.

    MP3 keeps its bit rate exactly. Opus and AAC keep it over time, but for their containers and short songs.
    """
    if not bitrate:
        return None
    exact = bitrate * 125 * (duration + 0.5)
    spare = 1.0 if form.codec == "mp3" else 1.12
    return round(exact * spare) + 4_096 + 2 * tags

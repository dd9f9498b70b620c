"""What is decided about a song's form, by rules and by what an app says of itself."""

import asyncio
from collections.abc import Sequence
from typing import Any

import msgspec
import pytest

from antiphon.adapters.cache.memory import MemoryCache
from antiphon.areas.library.data import SongRow
from antiphon.areas.playback.api.transcoding import _form, _within
from antiphon.areas.playback.data.profiles import ClientProfile
from antiphon.areas.playback.data.streaming import AS_WANTED, Ruled
from antiphon.areas.playback.data.transcodes import Codec, Wanted
from antiphon.areas.playback.internal.advice import advice_for
from antiphon.areas.playback.internal.carriage import carriage, own_peak, own_pieces, told_codecs
from antiphon.areas.playback.internal.clients import RULES, rule_for
from antiphon.areas.playback.internal.forms import (
    FORMS,
    fitting_bitrate,
    fitting_bits,
    fitting_channels,
    fitting_rate,
    form_named,
    is_called,
    length_at_most,
)
from antiphon.areas.playback.internal.places import Places
from antiphon.kernel.errors import AntiphonError, Kind


def song(**values: Any) -> SongRow:
    """A FLAC file of CD quality, but for `values`."""
    known = {"format": "flac", "suffix": "flac", "bitrate": 900, "sample_rate": 44_100, "bit_depth": 16, "channels": 2}
    empty = dict.fromkeys(SongRow.__struct_fields__)
    return SongRow(**{**empty, "duration": 100.0, **known, **values})


@pytest.mark.parametrize(
    ("codec", "source", "wanted", "made"),
    [
        ("mp3", 44_100, 0, 44_100),
        ("mp3", 96_000, 0, 48_000),
        ("mp3", 88_200, 0, 44_100),
        ("mp3", 22_050, 0, 44_100),
        ("mp3", 8_000, 0, 48_000),
        ("mp3", 48_000, 44_100, 44_100),
        ("opus", 44_100, 0, 48_000),
        ("opus", 44_100, 22_050, 48_000),
        ("flac", 192_000, 0, 192_000),
        ("flac", 352_800, 0, 176_400),
        ("flac", 96_000, 48_000, 48_000),
        ("aac", 11_025, 0, 44_100),
        ("segment", 32_000, 0, 48_000),
    ],
)
def test_the_sample_rate_is_one_that_the_form_has(codec: Codec, source: int, wanted: int, made: int) -> None:
    assert fitting_rate(FORMS[codec], source, wanted) == made


@pytest.mark.parametrize(
    ("codec", "most", "channels", "made"),
    [
        ("mp3", 0, 2, 192),
        ("mp3", 200, 2, 192),
        ("mp3", 1, 2, 32),
        ("mp3", 9_999, 2, 320),
        ("opus", 97, 2, 97),
        ("opus", 4, 2, 16),
        ("aac", 320, 1, 160),
        ("aac", 320, 2, 320),
        ("flac", 128, 2, 0),
    ],
)
def test_the_bit_rate_is_one_that_the_form_has(codec: Codec, most: int, channels: int, made: int) -> None:
    assert fitting_bitrate(FORMS[codec], most, channels) == made


def test_channels_are_mixed_down_where_the_form_has_less() -> None:
    assert fitting_channels(FORMS["mp3"], 6) == 2
    assert fitting_channels(FORMS["opus"], 1) == 1
    assert fitting_channels(FORMS["flac"], 6) == 6
    assert fitting_channels(FORMS["flac"], 5) == 2
    assert fitting_channels(FORMS["flac"], 6, wanted=2) == 2
    assert fitting_channels(FORMS["mp3"], 2, wanted=1) == 1


def test_only_what_was_lossless_keeps_more_bits() -> None:
    assert fitting_bits(FORMS["flac"], "flac", 24) == 24
    assert fitting_bits(FORMS["flac"], "mp3", 32) == 16
    assert fitting_bits(FORMS["mp3"], "flac", 24) == 16


def test_a_length_is_told_only_where_it_can_be() -> None:
    assert length_at_most(FORMS["flac"], 0, 100.0, 0) is None
    told = length_at_most(FORMS["mp3"], 128, 100.0, 0)
    assert told is not None
    assert 1_600_000 < told < 1_620_000


@pytest.mark.parametrize(
    ("name", "codec"), [("MP3", "mp3"), ("ogg", "opus"), ("mp4", "m4a"), ("flv", None), ("", None)]
)
def test_forms_go_by_several_names(name: str, codec: Codec | None) -> None:
    found = form_named(name)
    assert (None if found is None else found.codec) == codec


@pytest.mark.parametrize(("name", "source", "suffix", "is_meant"), [
    ("ogg", "vorbis", "ogg", True),
    ("Vorbis", "vorbis", "ogg", True),
    ("oga", "vorbis", "oga", True),
    ("wav", "wav", "wav", True),
    ("aif", "aiff", "aif", True),
    ("ogg", "flac", "ogg", False),
    ("m4a", "alac", "m4a", False),
    ("alac", "alac", "m4a", True),
    ("aac", "aac", "m4a", False),
    ("mp4", "aac", "mp4", True),
    ("mp3", "vorbis", "ogg", False),
    ("", "vorbis", "ogg", False),
])  # fmt: skip
def test_a_song_is_meant_by_the_names_of_its_own(name: str, source: str, suffix: str, is_meant: bool) -> None:
    assert is_called(name, source, suffix) is is_meant


@pytest.mark.parametrize(("name", "client", "ruled", "form"), [
    ("ogg", "nobody knows it", AS_WANTED, None),
    ("ogg", "nobody knows it", Ruled("mp3", 0), "opus"),
    ("ogg", "nobody knows it", Ruled("", 96), "opus"),
    ("mp2", "nobody knows it", AS_WANTED, None),
    ("mp2", "Aonsoku 0.9", AS_WANTED, "mp3"),
])  # fmt: skip
def test_names_get_round_no_rule_and_nothing_that_an_app_cannot_play(
    name: str, client: str, ruled: Ruled, form: Codec | None
) -> None:
    source, suffix = ("vorbis", "ogg") if name == "ogg" else ("mp2", "mp2")
    wanted = _within(Wanted(format=name, client=client), ruled)
    found = _form(song(format=source, suffix=suffix, bitrate=160), wanted, ruled)
    assert (None if found is None else found.codec) == form


def test_rules_about_apps_name_forms_that_exist_and_apps_but_once() -> None:
    names: Sequence[str] = [name for rule in RULES for name in rule.names]
    assert len(names) == len(set(names))
    assert all(rule.form in FORMS and not {"mp3", "flac"} & rule.unplayable for rule in RULES)
    assert rule_for("DSub").form == "mp3"
    assert "ape" in rule_for("Aonsoku 0.9").unplayable
    assert rule_for("nobody knows it").unplayable == frozenset()


def test_an_album_of_six_channels_comes_in_two() -> None:
    client = msgspec.convert({"transcodingProfiles": [{"container": "mp3", "audioCodec": "mp3"}]}, ClientProfile)
    advice = advice_for(song(channels=6, sample_rate=96_000, bit_depth=24), client)
    assert (advice.channels, advice.sample_rate, advice.form) == (2, 48_000, "mp3")


@pytest.mark.parametrize(
    ("limit", "plays"),
    [
        ({"name": "audioSamplerate", "comparison": "LessThanEqual", "values": ["48000"]}, True),
        ({"name": "audioSamplerate", "comparison": "LessThanEqual", "values": ["32000"]}, False),
        ({"name": "audioBitdepth", "comparison": "Equals", "values": ["16", "24"]}, True),
        ({"name": "audioBitdepth", "comparison": "NotEquals", "values": ["16"]}, False),
        ({"name": "audioChannels", "comparison": "GreaterThanEqual", "values": ["3"]}, False),
        ({"name": "audioProfile", "comparison": "Equals", "values": ["LC"]}, True),
        ({"name": "audioChannels", "comparison": "GreaterThanEqual", "values": ["3"], "required": False}, True),
    ],
)
def test_limitations_of_a_codec(limit: dict[str, Any], plays: bool) -> None:
    said = {
        "directPlayProfiles": [{"containers": ["flac"], "audioCodecs": ["flac"], "protocols": ["http"]}],
        "codecProfiles": [{"type": "AudioCodec", "name": "flac", "limitations": [{"required": True, **limit}]}],
    }
    assert (advice_for(song(), msgspec.convert(said, ClientProfile)).reasons == ()) is plays


def test_lossless_is_not_made_of_lossy() -> None:
    said = {
        "transcodingProfiles": [{"container": "flac", "audioCodec": "flac"}, {"container": "ogg", "audioCodec": "opus"}]
    }
    client = msgspec.convert(said, ClientProfile)
    assert advice_for(song(format="mp3", suffix="mp3", bitrate=96, bit_depth=0), client).form == "opus"
    assert advice_for(song(format="wav", suffix="wav"), client).form == "flac"


async def test_places_for_a_person_and_in_all() -> None:
    cache = MemoryCache()
    places, elsewhere = Places(cache), Places(cache)
    own = [await places.take("1", per_person=3, most=4) for _ in range(2)]
    await elsewhere.take("1", per_person=3, most=4)
    for person, process in (("1", places), ("1", elsewhere)):
        with pytest.raises(AntiphonError) as caught:
            await process.take(person, per_person=3, most=4)
        assert (caught.value.kind, caught.value.code) == (Kind.TOO_MANY_REQUESTS, "too_many_transcodes")
        assert caught.value.retry_after
    await places.take("2", per_person=3, most=4)
    await places.take("2", per_person=3, most=4)
    with pytest.raises(AntiphonError):
        await places.take("3", per_person=3, most=4)
    await elsewhere.take("3", per_person=3, most=4)
    # Who leaps, and has just left somewhere, finds the place there soon.
    waiting = asyncio.create_task(elsewhere.take("1", per_person=3, most=4, patience=5))
    await asyncio.sleep(0.06)
    assert not waiting.done()
    await places.free(own[0])
    await waiting
    assert (len(places), len(elsewhere)) == (3, 3)
    await places.close()
    await elsewhere.close()


def described(kind: int, *, long_lengths: bool = False) -> bytes:
    """What stands before fragments of AAC of a kind, as far as it is read."""
    config = (kind << 11 if kind < 31 else 31 << 11 | (kind - 32) << 5).to_bytes(2, "big")
    head = b"\x80\x80\x80" if long_lengths else b""
    specific = b"\x05" + head + bytes([len(config)]) + config
    decoder = b"\x04" + head + bytes([13 + len(specific)]) + b"\x40" + bytes(12) + specific
    stream = b"\x03" + head + bytes([3 + len(decoder)]) + bytes(3) + decoder
    return b"ftyp....moov....esds" + bytes(4) + stream


@pytest.mark.parametrize("long_lengths", [False, True])
def test_players_are_told_which_kind_of_aac_it_is(long_lengths: bool) -> None:
    for kind in (2, 5, 29, 42):
        assert told_codecs(described(kind, long_lengths=long_lengths)) == f"mp4a.40.{kind}"
    whole = described(2, long_lengths=long_lengths)
    for end in range(len(whole)):
        assert told_codecs(whole[:end]).startswith("mp4a.40.")


@pytest.mark.parametrize(("values", "form"), [
    ({}, "fragment"),
    ({"format": "mp3", "suffix": "mp3"}, "packed"),
    ({"format": "aac", "suffix": "aac"}, "packed"),
    ({"format": "aac", "suffix": "m4a"}, "fragment"),
    ({"format": "wav", "suffix": "wav", "bit_depth": 24}, "flac_fragment"),
    ({"format": "wav", "suffix": "wav", "bit_depth": 32}, None),
    ({"format": "wav", "suffix": "wav", "channels": 5}, None),
    ({"format": "vorbis", "suffix": "ogg", "bit_depth": 0}, None),
])  # fmt: skip
def test_nothing_is_called_the_original_that_is_not(values: dict[str, Any], form: str | None) -> None:
    found = carriage(song(**values))
    assert (None if found is None else found.codec) == form


def test_no_piece_is_too_short_to_hold_a_packet() -> None:
    """Durations are known to the millisecond: a song of just two pieces has no third."""
    whole = own_pieces(song())
    length = 2 * whole.frames * whole.frame / whole.sample_rate
    assert own_pieces(song(duration=length + 0.0005)).count == 2
    assert own_pieces(song(duration=length + 0.01)).count == 3
    assert own_pieces(song(duration=0.0)).count == 1
    assert own_peak(song()) > 44_100 * 2 * 16

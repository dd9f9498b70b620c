"""Every format and every family of tags gives the same clean values."""

from __future__ import annotations

from pathlib import Path

import pytest

from antiphon.adapters.media.tags import read_many, read_tags
from antiphon.areas.library.data.tags import BrokenFile, Credit, ReadTags
from tests.audio import AudioMaker
from tests.audio.maker import odd_names
from tests.audio.sounds import FORMATS
from tests.audio.tagging import cover_picture

RECORDING = "11111111-aaaa-4aaa-8aaa-000000000001"
FIRST, SECOND = "11111111-aaaa-4aaa-8aaa-00000000000a", "11111111-aaaa-4aaa-8aaa-00000000000b"
EVERYTHING = {
    "title": "Überall, überall",
    "titlesort": "Überall",
    "artist": "Ana Ferro & The Lanterns",
    "artists": ["Ana Ferro", "The Lanterns"],
    "artistsort": ["Ferro, Ana", "Lanterns, The"],
    "albumartist": "Ana Ferro",
    "albumartistsort": "Ferro, Ana",
    "album": "Nine Rooms",
    "albumsort": "Nine Rooms, The",
    "tracknumber": "3",
    "tracktotal": "12",
    "discnumber": "1",
    "disctotal": "2",
    "discsubtitle": "Downstairs",
    "date": "1999-05-06",
    "originaldate": "1998",
    "releasedate": "1999-06",
    "genre": ["Dream Pop", "Folk"],
    "composer": ["Ana Ferro", "Otto Lind"],
    "composersort": ["Ferro, Ana", "Lind, Otto"],
    "conductor": "Mira Stahl",
    "lyricist": "Otto Lind",
    "remixer": "Kasimir",
    "producer": "Ida Noll",
    "engineer": "Per Holm",
    "performer": "Jo Brand (violin)",
    "mood": "Calm",
    "language": "deu",
    "isrc": "DEA620500001",
    "label": "Kellerton",
    "catalognumber": "KT 042",
    "barcode": "4006381333931",
    "media": "CD",
    "bpm": "96",
    "initialkey": "Am",
    "copyright": "1999 Kellerton",
    "comment": "Recorded in the cellar.",
    "compilation": "1",
    "musicbrainz_trackid": RECORDING,
    "musicbrainz_releasetrackid": RECORDING.replace("1", "2"),
    "musicbrainz_albumid": RECORDING.replace("1", "3"),
    "musicbrainz_releasegroupid": RECORDING.replace("1", "4"),
    "musicbrainz_artistid": [FIRST, SECOND],
    "musicbrainz_albumartistid": FIRST,
    "releasetype": ["Album", "Live"],
    "releasecountry": "DE",
    "replaygain_track_gain": "-6.54 dB",
    "replaygain_track_peak": "0.987654",
    "replaygain_album_gain": "+1.25 dB",
    "replaygain_album_peak": "1.0",
    "itunesadvisory": "1",
    "lyrics": "One line\nand another",
}
TAGGED = [kind for kind in FORMATS if kind != "adts"]


@pytest.mark.parametrize("kind", FORMATS)
def test_sound_is_described(audio: AudioMaker, kind: str) -> None:
    made = FORMATS[kind]
    read = read_tags(str(audio.tone(kind)))
    assert (read.codec, read.suffix, read.sample_rate, read.channels) == (made.codec, made.suffix, made.sample_rate, 2)
    assert read.duration == pytest.approx(1.0, abs=0.06)
    assert read.bit_depth == made.bit_depth
    assert read.content_type.startswith("audio/")
    assert read.bitrate is None or 8 <= read.bitrate <= 2000
    assert read.has_picture is False
    assert read.title is None
    assert read.artists == ()


@pytest.mark.parametrize("kind", ["mp3", "flac", "opus", "aac", "wav", "mp2", "adts"])
def test_mono_is_told(audio: AudioMaker, kind: str) -> None:
    assert read_tags(str(audio.tone(kind, channels=1))).channels == 1


@pytest.mark.parametrize("kind", TAGGED)
def test_everything_is_read_in_every_family(audio: AudioMaker, tmp_path: Path, kind: str) -> None:
    path = audio.song(tmp_path / f"song.{FORMATS[kind].suffix}", EVERYTHING, kind=kind, picture=True)
    read = read_tags(str(path))
    _assert_names(read)
    _assert_numbers(read)
    _assert_people(read)
    _assert_identifiers(read)


def _assert_names(read: ReadTags) -> None:
    assert (read.title, read.sort_title) == ("Überall, überall", "Überall")
    assert (read.album, read.sort_album, read.disc_subtitle) == ("Nine Rooms", "Nine Rooms, The", "Downstairs")
    assert read.genres == ("Dream Pop", "Folk")
    assert (read.moods, read.languages) == (("Calm",), ("deu",))
    assert read.comment == "Recorded in the cellar."
    assert read.copyright == "1999 Kellerton"
    assert read.lyrics == "One line\nand another"
    assert read.synced_lyrics == ()
    assert (read.initial_key, read.media, read.explicit_status) == ("Am", "CD", "explicit")


def _assert_numbers(read: ReadTags) -> None:
    assert (read.track, read.track_total, read.disc, read.disc_total) == (3, 12, 1, 2)
    assert (read.date, read.original_date, read.release_date, read.year) == ("1999-05-06", "1998", "1999-06", 1999)
    assert (read.replaygain_track_gain, read.replaygain_track_peak) == (-6.54, 0.987654)
    assert (read.replaygain_album_gain, read.replaygain_album_peak) == (1.25, 1.0)
    assert read.bpm == 96
    assert read.compilation is True
    assert read.has_picture is True
    assert read.picture is None


def _assert_people(read: ReadTags) -> None:
    assert read.artists == (
        Credit("Ana Ferro", "artist", "Ferro, Ana", FIRST),
        Credit("The Lanterns", "artist", "Lanterns, The", SECOND),
    )
    assert read.artist_text == "Ana Ferro & The Lanterns"
    assert read.album_artists == (Credit("Ana Ferro", "album_artist", "Ferro, Ana", FIRST),)
    assert set(read.contributors) == {
        Credit("Ana Ferro", "composer", "Ferro, Ana"),
        Credit("Otto Lind", "composer", "Lind, Otto"),
        Credit("Mira Stahl", "conductor"),
        Credit("Otto Lind", "lyricist"),
        Credit("Kasimir", "remixer"),
        Credit("Ida Noll", "producer"),
        Credit("Per Holm", "engineer"),
        Credit("Jo Brand", "performer", instrument="violin"),
    }


def _assert_identifiers(read: ReadTags) -> None:
    assert read.musicbrainz_recording_id == RECORDING
    assert read.musicbrainz_track_id == RECORDING.replace("1", "2")
    assert read.musicbrainz_release_id == RECORDING.replace("1", "3")
    assert read.musicbrainz_release_group_id == RECORDING.replace("1", "4")
    assert read.musicbrainz_artist_ids == (FIRST, SECOND)
    assert read.musicbrainz_album_artist_ids == (FIRST,)
    assert (read.isrc, read.labels) == (("DEA620500001",), ("Kellerton",))
    assert (read.catalog_number, read.barcode) == ("KT 042", "4006381333931")
    assert (read.release_types, read.release_country) == (("album", "live"), "DE")


@pytest.mark.parametrize("kind", TAGGED)
def test_the_picture_comes_only_when_asked_for(audio: AudioMaker, tmp_path: Path, kind: str) -> None:
    path = audio.song(tmp_path / f"song.{FORMATS[kind].suffix}", {"title": "Covered"}, kind=kind, picture=True)
    read = read_tags(str(path), with_picture=True)
    assert (read.title, read.has_picture, read.picture_type) == ("Covered", True, "image/jpeg")
    assert read.picture == cover_picture()


@pytest.mark.parametrize("kind", ["mp3", "flac", "aac"])
def test_the_content_decides_not_the_name(audio: AudioMaker, tmp_path: Path, kind: str) -> None:
    wrong = "wav" if kind == "mp3" else "mp3"
    path = audio.song(tmp_path / f"song.{wrong}", {"title": "Disguised"}, kind=kind)
    read = read_tags(str(path))
    assert (read.title, read.codec, read.suffix) == ("Disguised", FORMATS[kind].codec, FORMATS[kind].suffix)


def test_a_name_that_fits_keeps_its_ending(audio: AudioMaker, tmp_path: Path) -> None:
    assert read_tags(str(audio.song(tmp_path / "book.M4B", kind="aac"))).suffix == "m4b"
    assert read_tags(str(audio.song(tmp_path / "song.oga", kind="vorbis"))).suffix == "oga"


def test_a_fragmented_mp4_has_its_whole_duration(audio: AudioMaker) -> None:
    read = read_tags(str(audio.tone("aac", seconds=2.0, fragmented=True)))
    assert (read.codec, read.sample_rate) == ("aac", 44_100)
    assert read.duration == pytest.approx(2.0, abs=0.1)


def test_very_short_sounds_are_sounds(audio: AudioMaker) -> None:
    assert read_tags(str(audio.tone("flac", seconds=0.2))).duration == pytest.approx(0.2, abs=0.01)
    assert read_tags(str(audio.tone("mp3", seconds=0.3))).duration == pytest.approx(0.3, abs=0.06)


def test_a_song_that_was_cut_off_lasts_as_long_as_what_is_left(audio: AudioMaker, tmp_path: Path) -> None:
    whole = audio.tone("mp3", seconds=10.0).read_bytes()
    path = tmp_path / "cut.mp3"
    path.write_bytes(whole[: len(whole) // 4])
    assert read_tags(str(path)).duration == pytest.approx(2.5, abs=0.3)


def test_a_song_whose_bit_rate_changes_late_is_as_long_as_its_frames(tmp_path: Path) -> None:
    """No header tells its length, and it begins quietly; behind it stands a tag that is no sound."""
    quiet, loud = (b"\xff\xfb" + bytes([rate << 4]) + bytes(1) for rate in (5, 11))
    frames = quiet.ljust(208, b"\0") * 1200 + loud.ljust(626, b"\0") * 1800
    for name, behind in (("plain.mp3", b""), ("tagged.mp3", b"APETAGEX" + bytes(20_000))):
        (tmp_path / name).write_bytes(frames + behind)
        read = read_tags(str(tmp_path / name))
        assert read.duration == pytest.approx(3000 * 1152 / 44_100, abs=0.01)
        assert (read.bitrate, read.bitrate_mode) == (round(len(frames) * 8 / read.duration / 1000), "vbr")
    (tmp_path / "constant.mp3").write_bytes(quiet.ljust(208, b"\0") * 3000)
    assert read_tags(str(tmp_path / "constant.mp3")).bitrate_mode == "cbr"


def test_all_allowed_names_can_be_read(audio: AudioMaker, tmp_path: Path) -> None:
    paths = [str(audio.song(tmp_path / name, {"title": "Odd"})) for name in odd_names()]
    read = read_many([(path, False) for path in paths])
    assert [(one.path, getattr(one, "title", None)) for one in read] == [(path, "Odd") for path in paths]
    assert not any(isinstance(one, BrokenFile) for one in read)

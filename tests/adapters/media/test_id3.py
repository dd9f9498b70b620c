"""The versions and oddities of ID3, and the tags that lie beside it in MP3 files."""

from __future__ import annotations

import shutil
import zlib
from pathlib import Path

import mutagen.apev2
import mutagen.id3 as id3
import pytest
from mutagen.flac import FLAC

from antiphon.adapters.media.tags import read_tags
from antiphon.areas.library.data import SungWord, SyncedLine
from antiphon.areas.library.data.tags import Credit, ReadTags
from tests.audio import AudioMaker
from tests.audio.id3_bytes import encode_text, id3_tag, id3v1_tag, synchsafe, text_frame
from tests.audio.tagging import cover_picture, write_ape, write_tags


def _read(audio: AudioMaker, folder: Path, tag: bytes, after: bytes = b"", with_picture: bool = False) -> ReadTags:
    return read_tags(str(audio.with_bytes(folder / "song.mp3", before=tag, after=after)), with_picture)


def _names(credits: tuple[Credit, ...]) -> list[str]:
    return [credit.name for credit in credits]


@pytest.mark.parametrize("code", [0, 1, 2, 3])
def test_all_text_codes(audio: AudioMaker, tmp_path: Path, code: int) -> None:
    text = "Café del Mar" if code == 0 else "Café ночь 夜 🎵"
    read = _read(audio, tmp_path, id3_tag(4, [("TIT2", text_frame(text, code=code))]))
    assert read.title == text


@pytest.mark.parametrize(("version", "names"), [(2, ("TP1", "TCO")), (3, ("TPE1", "TCON")), (4, ("TPE1", "TCON"))])
@pytest.mark.parametrize("code", [0, 1, 3])
def test_nul_separates_values_in_all_versions(
    audio: AudioMaker, tmp_path: Path, version: int, names: tuple[str, str], code: int
) -> None:
    artist, genre = names
    frames = [(artist, text_frame("Ann", "Bob", code=code)), (genre, text_frame("Jazz", "Soul", code=code))]
    read = _read(audio, tmp_path, id3_tag(version, frames))
    assert _names(read.artists) == ["Ann", "Bob"]
    assert read.genres == ("Jazz", "Soul")


def test_a_byte_order_mark_before_each_value_is_dropped(audio: AudioMaker, tmp_path: Path) -> None:
    content = b"\x01" + encode_text("Ann\0", 1) + encode_text("Bob", 1)
    assert _names(_read(audio, tmp_path, id3_tag(3, [("TPE1", content)])).artists) == ["Ann", "Bob"]


def test_a_slash_separates_only_before_version_4(audio: AudioMaker, tmp_path: Path) -> None:
    frames = [("TPE1", text_frame("Ann/AC/DC/Bob")), ("TCON", text_frame("Rock/Pop"))]
    old = _read(audio, tmp_path, id3_tag(3, frames))
    assert (_names(old.artists), old.genres) == (["Ann", "AC/DC", "Bob"], ("Rock", "Pop"))
    new = _read(audio, tmp_path, id3_tag(4, frames))
    assert (_names(new.artists), new.genres) == (["Ann/AC/DC/Bob"], ("Rock/Pop",))


def test_version_2_brings_its_picture_and_comment(audio: AudioMaker, tmp_path: Path) -> None:
    picture = cover_picture()
    frames = [
        ("TT2", text_frame("Old", code=0)),
        ("COM", b"\x00eng\x00Said long ago"),
        ("TXX", b"\x00MusicBrainz Album Id\x00abc"),
        ("PIC", b"\x00JPG\x03front\x00" + picture),
    ]
    read = _read(audio, tmp_path, id3_tag(2, frames), with_picture=True)
    assert (read.title, read.comment, read.musicbrainz_release_id) == ("Old", "Said long ago", "abc")
    assert (read.picture, read.picture_type, read.has_picture) == (picture, "image/jpeg", True)


def test_the_front_cover_comes_before_other_pictures(audio: AudioMaker, tmp_path: Path) -> None:
    front, back = cover_picture("red"), cover_picture("blue")
    frames = [
        ("APIC", b"\x00image/jpeg\x00\x04back\x00" + back),
        ("APIC", b"\x01image/jpeg\x00\x03" + encode_text("front\0", 1) + front),
    ]
    assert _read(audio, tmp_path, id3_tag(3, frames), with_picture=True).picture == front


def test_a_large_picture_is_skipped_and_what_follows_is_read(audio: AudioMaker, tmp_path: Path) -> None:
    frames = [("APIC", b"\x00image/jpeg\x00\x03\x00" + bytes(300_000)), ("TIT2", text_frame("Behind"))]
    read = _read(audio, tmp_path, id3_tag(4, frames))
    assert (read.title, read.has_picture) == ("Behind", True)


def test_dates_of_version_3_are_put_together(audio: AudioMaker, tmp_path: Path) -> None:
    frames = [("TYER", text_frame("1997")), ("TDAT", text_frame("1606")), ("TORY", text_frame("1969"))]
    read = _read(audio, tmp_path, id3_tag(3, frames))
    assert (read.date, read.original_date, read.year) == ("1997-06-16", "1969", 1997)


@pytest.mark.parametrize(
    ("stored", "genres"),
    [
        ("(17)", ("Rock",)),
        ("17", ("Rock",)),
        ("(51)(39)", ("Techno-Industrial", "Noise")),
        ("(4)Eurodisco", ("Eurodisco",)),
        ("(RX)", ("Remix",)),
        ("((I think)", ("(I think)",)),
        ("(unplugged) Folk", ("(unplugged) Folk",)),
        ("(255)", ()),
        ("Synthwave", ("Synthwave",)),
    ],
)
def test_genres_told_by_number(audio: AudioMaker, tmp_path: Path, stored: str, genres: tuple[str, ...]) -> None:
    assert _read(audio, tmp_path, id3_tag(3, [("TCON", text_frame(stored))])).genres == genres


def test_synced_lyrics(audio: AudioMaker, tmp_path: Path) -> None:
    lines = b"".join(text + b"\x00" + time.to_bytes(4, "big") for text, time in [(b"Hello", 1_234), (b"World", 5_678)])
    read = _read(audio, tmp_path, id3_tag(4, [("SYLT", b"\x03eng\x02\x01\x00" + lines)]))
    assert read.synced_lyrics == (SyncedLine(1_234, "Hello"), SyncedLine(5_678, "World"))
    assert read.lyrics == "Hello\nWorld"


def test_synced_syllables_become_lines(audio: AudioMaker, tmp_path: Path) -> None:
    sung = [(b"\nHel", 1_000), (b"lo ", 1_200), (b"there", 1_400), (b"\nWorld", 3_000)]
    lines = b"".join(text + b"\x00" + time.to_bytes(4, "big") for text, time in sung)
    read = _read(audio, tmp_path, id3_tag(3, [("SYLT", b"\x00eng\x02\x01\x00" + lines)]))
    words = (SungWord(1_000, "Hel"), SungWord(1_200, "lo "), SungWord(1_400, "there"))
    assert read.synced_lyrics == (SyncedLine(1_000, "Hello there", words), SyncedLine(3_000, "World"))


def test_lrc_in_plain_lyrics_is_synced(audio: AudioMaker, tmp_path: Path) -> None:
    content = b"\x03eng\x00[00:01.50]Hello\n[00:03.00]World"
    read = _read(audio, tmp_path, id3_tag(4, [("USLT", content)]))
    assert read.synced_lyrics == (SyncedLine(1_500, "Hello"), SyncedLine(3_000, "World"))
    assert read.lyrics == "Hello\nWorld"


def test_people_in_pairs(audio: AudioMaker, tmp_path: Path) -> None:
    old = _read(audio, tmp_path, id3_tag(3, [("IPLS", text_frame("producer", "Ann", "cello", "Bob"))]))
    assert old.contributors == (
        Credit("Ann", "producer"),
        Credit("Bob", "performer", instrument="cello"),
    )
    frames = [("TIPL", text_frame("DJ-mix", "Cy", "mix", "Di")), ("TMCL", text_frame("harp", "Eve"))]
    new = _read(audio, tmp_path, id3_tag(4, frames))
    assert [(credit.role, credit.name) for credit in new.contributors] == [
        ("djmixer", "Cy"),
        ("mixer", "Di"),
        ("performer", "Eve"),
    ]


def test_volume_adjustment_frames(audio: AudioMaker, tmp_path: Path) -> None:
    content = b"track\x00\x01" + (-3 * 512).to_bytes(2, "big", signed=True) + b"\x10" + (0x4000).to_bytes(2, "big")
    read = _read(audio, tmp_path, id3_tag(4, [("RVA2", content)]))
    assert (read.replaygain_track_gain, read.replaygain_track_peak) == (-3.0, 0.5)


def test_comments_of_players_are_no_comments(audio: AudioMaker, tmp_path: Path) -> None:
    frames = [("COMM", b"\x00engiTunNORM\x00 00000A2C"), ("COMM", b"\x00eng\x00A word"), ("COMM", b"\x00engother\x00X")]
    assert _read(audio, tmp_path, id3_tag(3, frames)).comment == "A word"


def test_unsynchronised_tags_are_undone(audio: AudioMaker, tmp_path: Path) -> None:
    tag = id3_tag(3, [("TIT2", text_frame("Ünsync", code=1))], flags=0x80)
    assert _read(audio, tmp_path, tag).title == "Ünsync"


def test_compressed_frames_are_undone(audio: AudioMaker, tmp_path: Path) -> None:
    plain = text_frame("Pressed", code=0)
    packed = synchsafe(len(plain)) + zlib.compress(plain)
    tag = id3_tag(4, [("TIT2", packed)], frame_flags=0x09)
    assert _read(audio, tmp_path, tag).title == "Pressed"


def test_sizes_that_itunes_wrote_wrongly(audio: AudioMaker, tmp_path: Path) -> None:
    long, short = text_frame("L" * 300), text_frame("Artist")
    frames = b"TIT2" + len(long).to_bytes(4, "big") + b"\0\0" + long
    frames += b"TPE1" + len(short).to_bytes(4, "big") + b"\0\0" + short
    read = _read(audio, tmp_path, b"ID3\x04\x00\x00" + synchsafe(len(frames)) + frames)
    assert (read.title, _names(read.artists)) == ("L" * 300, ["Artist"])


def test_id3v1_alone(audio: AudioMaker, tmp_path: Path) -> None:
    tag = id3v1_tag(b"Caf\xe9 Song", b"Bj\xf6rk", b"Album", track=7, genre=17)
    read = _read(audio, tmp_path, b"", after=tag)
    assert (read.title, _names(read.artists), read.album) == ("Café Song", ["Björk"], "Album")
    assert (read.year, read.track, read.genres) == (1997, 7, ("Rock",))
    assert read.duration == pytest.approx(1.0, abs=0.06)


def test_id3v1_in_cyrillic_code_page(audio: AudioMaker, tmp_path: Path) -> None:
    tag = id3v1_tag("Группа крови".encode("cp1251"), "Кино".encode("cp1251"), "Последний герой".encode("cp1251"))
    read = _read(audio, tmp_path, b"", after=tag)
    assert (read.title, _names(read.artists), read.album) == ("Группа крови", ["Кино"], "Последний герой")


def test_id3v1_never_beats_id3v2(audio: AudioMaker, tmp_path: Path) -> None:
    read = _read(
        audio,
        tmp_path,
        id3_tag(4, [("TIT2", text_frame("The whole long title"))]),
        after=id3v1_tag(b"The who", b"A", b"B"),
    )
    assert (read.title, _names(read.artists)) == ("The whole long title", ["A"])


def test_an_ape_tag_fills_the_gaps(audio: AudioMaker, tmp_path: Path) -> None:
    path = audio.with_bytes(tmp_path / "song.mp3", before=id3_tag(4, [("TIT2", text_frame("From ID3"))]))
    ape = mutagen.apev2.APEv2()
    write_ape(ape, {"title": ["From APE"], "replaygain_track_gain": ["-4.20 dB"], "artist": ["Ann", "Bob"]}, None)
    ape.save(path)
    with path.open("ab") as file:
        file.write(id3v1_tag(b"From ID3v1", b"", b""))
    read = read_tags(str(path))
    assert (read.title, read.replaygain_track_gain) == ("From ID3", -4.2)
    assert _names(read.artists) == ["Ann", "Bob"]


def test_id3_before_flac_loses_to_the_comments(audio: AudioMaker, tmp_path: Path) -> None:
    path = audio.song(tmp_path / "song.flac", {"title": "Right", "artist": "Ann"}, kind="flac")
    path.write_bytes(id3_tag(3, [("TIT2", text_frame("Wrong"))]) + path.read_bytes())
    read = read_tags(str(path))
    assert (read.title, read.codec, read.suffix, _names(read.artists)) == ("Right", "flac", "flac", ["Ann"])


def test_id3_before_raw_aac(audio: AudioMaker, tmp_path: Path) -> None:
    tag = id3_tag(4, [("TIT2", text_frame("Raw"))])
    read = read_tags(str(audio.with_bytes(tmp_path / "song.aac", "adts", before=tag)))
    assert (read.title, read.codec) == ("Raw", "aac")
    assert read.duration == pytest.approx(1.0, abs=0.06)


def test_zeros_between_tag_and_sound(audio: AudioMaker, tmp_path: Path) -> None:
    tag = id3_tag(4, [("TIT2", text_frame("Padded"))]) + bytes(500)
    assert _read(audio, tmp_path, tag).title == "Padded"


def test_rubbish_before_the_sound(audio: AudioMaker, tmp_path: Path) -> None:
    path = audio.with_bytes(tmp_path / "song.mp3", before=b"\x01\x02rubbish\x90\x91" * 20)
    read = read_tags(str(path))
    assert (read.codec, read.sample_rate) == ("mp3", 44_100)


def test_quick_and_careful_reader_agree(audio: AudioMaker, tmp_path: Path) -> None:
    """The same frames, unsynchronised and not, go through both readers."""
    tags = {"title": "Same", "artist": ["A", "B"], "genre": "Folk", "date": "2001-02-03", "isrc": "X", "bpm": "90"}
    path = audio.song(tmp_path / "song.mp3", {**tags, "lyrics": "La\nla", "performer": "Jo (harp)"}, picture=True)
    quick = read_tags(str(path), with_picture=True)
    other = tmp_path / "careful" / "song.mp3"
    other.parent.mkdir()
    shutil.copyfile(path, other)
    tag = id3.ID3(other)
    for frame in tag.values():
        if hasattr(frame, "encoding"):
            frame.encoding = id3.Encoding.UTF16
    tag.save(other, v2_version=4)
    _set_unsynchronised(other)
    careful = read_tags(str(other), with_picture=True)
    for name in ReadTags.__struct_fields__:
        if name not in ("path", "bitrate", "duration"):
            assert getattr(careful, name) == getattr(quick, name), name
    assert careful.duration == pytest.approx(quick.duration, abs=0.1)


def _set_unsynchronised(path: Path) -> None:
    data = path.read_bytes()
    size = data[6] << 21 | data[7] << 14 | data[8] << 7 | data[9]
    frames, position = [], 10
    while position < 10 + size and data[position]:
        length = int.from_bytes(bytes(4), "big")
        for byte in data[position + 4 : position + 8]:
            length = length << 7 | byte
        frames.append((data[position : position + 4].decode(), data[position + 10 : position + 10 + length]))
        position += 10 + length
    path.write_bytes(id3_tag(3, [(name, content) for name, content in frames], flags=0x80) + data[10 + size :])
    assert len(frames) > 5


def test_flac_with_several_pictures(audio: AudioMaker, tmp_path: Path) -> None:
    path = audio.song(tmp_path / "song.flac", {"title": "T"}, kind="flac", picture=True)
    file = FLAC(path)
    file.pictures[0].type = 4
    file.save()
    write_tags(path, {}, cover_picture("red"))
    assert read_tags(str(path), with_picture=True).picture == cover_picture("red")


def test_ordinary_files_need_no_careful_reader(
    audio: AudioMaker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: str, *_: object) -> None:
        raise AssertionError(path)

    monkeypatch.setattr("antiphon.adapters.media.tags.readers.read_carefully", refuse)
    monkeypatch.setattr("antiphon.adapters.media.tags.readers.probe", refuse)
    tags = {"title": "Quick", "artist": ["A", "B"], "genre": "Folk"}
    for kind in ("mp3", "flac", "vorbis", "opus", "aac", "alac", "wav", "aiff", "mp2", "adts"):
        path = audio.song(tmp_path / f"song.{kind}", tags if kind != "adts" else None, kind=kind)
        assert read_tags(str(path)).duration == pytest.approx(1.0, abs=0.06)
    for version in (2, 3, 4):
        frames = [("TT2" if version == 2 else "TIT2", text_frame("Quick", code=1))]
        assert _read(audio, tmp_path, id3_tag(version, frames)).title == "Quick"

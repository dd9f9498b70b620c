"""Text in old code pages is read as it was meant, and only what was wrongly declared is read anew."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from antiphon.adapters.media.tags import find_lyrics_beside, read_many, read_tags
from antiphon.adapters.media.tags.code_pages import AUTO, CODE_PAGES, assume, repaired, undeclared
from antiphon.adapters.media.tags.text import clean_line
from antiphon.areas.library.data.tags import ReadTags
from antiphon.kernel.principal import SYSTEM
from tests.audio.id3_bytes import id3_tag, id3v1_tag
from tests.audio.maker import AudioMaker
from tests.stage import Stage, opened

WESTERN = (
    "Motörhead", "Björk", "Sigur Rós", "Ágætis byrjun", "Mötley Crüe", "Où est passé l'été?", "ÀÉÈ", "Þú", "Æøå",
    "Señorita ¿Qué?", "Łódź", "Größe", "Ænima", "Blue Öyster Cult", "Édith Piaf – Non", "Straße", "ÄÖÜ", "AÏSHA",
    "Nø", "Mañana ñ", "½ & ¾", "5° below", "© 1999", "naïve façade",
)  # fmt: skip
CYRILLIC = (
    "Кино", "Группа крови", "Звезда по имени Солнце", "ДДТ - Дождь", "Аквариум (live)", "Океан Ельзи", "Мумий Тролль",
    "Вільний вітер", "Песня №5 тихая", "ЛЮБЭ", "Земфира feat. Мумий Тролль", "Ёлка зелёная",
)  # fmt: skip
# What people call their songs there, by the code page of the time.
FOREIGN = {
    "big5": ("周杰倫", "七里香", "A面第一首", "聽媽媽的話 (Live)", "Beyond - 海闊天空", "愛"),
    "euc_jp": ("宇多田ヒカル", "さくら", "First Love 〜初恋〜"),
    "euc_kr": ("서태지와 아이들", "난 알아요", "사랑 (Remix)", "김광석 - 서른 즈음에"),
    "gb18030": ("王菲", "红豆", "月亮代表我的心", "Beyond 真的爱你", "爱"),
    "koi8_r": ("Кино", "Группа крови", "ДДТ - Дождь"),
    "koi8_u": ("Океан Ельзи", "Вільний вітер"),
    "shift_jis": ("宇多田", "椎名林檎", "ﾊﾙｶ", "夜に駆ける", "ｱｲﾄﾞﾙ (Instrumental)", "LOVE 恋"),
    "windows_874": ("คาราบาว", "รักเธอ"),
    "windows_1250": ("Łódź", "Dvořák", "Žlutý pes", "Příběh"),
    "windows_1251": ("Кино", "Ой"),
    "windows_1253": ("Ελλάδα", "Χάρις Αλεξίου - Το τραγούδι"),
    "windows_1254": ("Barış Manço", "Dağlar Dağlar"),
    "windows_1255": ("שלום", "עפרה חזה"),
    "windows_1256": ("فيروز", "أم كلثوم"),
    "windows_1257": ("Prāta Vētra", "Žąsys"),
    "windows_1258": ("Đông Phương", "sông"),
}
# Nobody can tell what these are, where another code page is what to expect.
MERE_ACCENTS = ("ÀÉÈ", "ÄÖÜ", "Þú", "Æøå")
NAMES = [name for name in WESTERN if name not in (*MERE_ACCENTS, "Łódź")]
# Latin letters and others do not stand in one word there.
OTHER_SCRIPTS = sorted(set(FOREIGN) - {"windows_1250", "windows_1254", "windows_1257", "windows_1258"})


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    yield
    assume(AUTO)


def test_each_code_page_is_tried() -> None:
    assert set(FOREIGN) == set(CODE_PAGES)


@pytest.mark.parametrize("name", WESTERN)
def test_western_names_stay(name: str) -> None:
    assert clean_line(name) == name


@pytest.mark.parametrize("name", CYRILLIC)
def test_cyrillic_declared_as_latin_is_read_right(name: str) -> None:
    assert clean_line(name.encode("cp1251").decode("latin-1")) == name


@pytest.mark.parametrize("name", [*WESTERN[:6], *CYRILLIC, "夜に駆ける", "Ελλάδα"])
def test_utf_8_declared_as_latin_is_read_right(name: str) -> None:
    assert clean_line(name.encode("utf-8").decode("latin-1")) == name


@pytest.mark.parametrize("name", ["夜に駆ける", "アイドル", "さくら (2020 Version)", "残酷な天使のテーゼ"])
def test_kana_in_shift_jis_are_told_without_asking(name: str) -> None:
    assert clean_line(name.encode("cp932").decode("latin-1")) == name


@pytest.mark.parametrize(("code_page", "name"), [(page, name) for page in FOREIGN for name in FOREIGN[page]])
def test_what_names_no_code_page_is_read_in_that_of_the_owner(code_page: str, name: str) -> None:
    assume(code_page)
    assert undeclared(name.encode(CODE_PAGES[code_page])) == name
    # Nor does it take anything from what newer programs wrote.
    assert undeclared(name.encode("utf-8")) == name


@pytest.mark.parametrize("code_page", OTHER_SCRIPTS)
@pytest.mark.parametrize(
    "name",
    [name for name in WESTERN if name.encode("cp1252", "ignore").decode("cp1252") == name and name not in MERE_ACCENTS],
)
def test_western_names_stay_whatever_the_owner_says(code_page: str, name: str) -> None:
    assume(code_page)
    assert clean_line(undeclared(name.encode("cp1252"))) == name


@pytest.mark.parametrize("code_page", ["big5", "euc_kr", "gb18030", "shift_jis"])
def test_a_last_character_that_was_cut_takes_nothing_with_it(code_page: str) -> None:
    assume(code_page)
    name = FOREIGN[code_page][0]
    assert undeclared((name + name[0]).encode(CODE_PAGES[code_page])[:-1]) == name
    assert undeclared(("夜" * 10).encode()[:29]) == "夜" * 9


@given(some.text(alphabet="абвгдежзийклмнопрстуфхцчшщъыьэюя", min_size=4, max_size=20))
def test_repaired_text_is_cyrillic_or_untouched(word: str) -> None:
    misread = word.encode("cp1251").decode("latin-1")
    assert repaired(misread) in (word, misread)


@given(some.text(alphabet=some.characters(max_codepoint=0x7F)))
def test_ascii_is_never_repaired(text: str) -> None:
    assert repaired(text) == text


@given(some.binary(), some.sampled_from(sorted(CODE_PAGES)))
def test_no_bytes_are_too_strange(stored: bytes, code_page: str) -> None:
    assume(code_page)
    assert isinstance(clean_line(undeclared(stored)), str)


def test_long_text_of_many_signs_is_read_in_no_time() -> None:
    assume("euc_kr")
    begun = time.process_time()
    assert undeclared("가 ".encode("cp949") * 100_000) == "가 " * 100_000
    assert time.process_time() - begun < 1.0


def _read(path: Path, code_page: str) -> ReadTags:
    (read,) = read_many([(str(path), False)], code_page)
    assert isinstance(read, ReadTags)
    return read


def test_tags_that_say_what_they_are_written_in_are_believed(audio: AudioMaker, tmp_path: Path) -> None:
    for kind in ("flac", "alac", "mp3", "vorbis"):
        path = audio.song(tmp_path / f"{kind}.sound", {"title": "Señor Nø", "artist": "ÀÉ"}, kind=kind)
        for code_page in ("windows_1250", "windows_1254", "gb18030"):
            read = _read(path, code_page)
            assert (read.title, read.artists[0].name) == ("Señor Nø", "ÀÉ"), (kind, code_page)


def test_the_quick_and_the_careful_reader_agree_on_code_pages(audio: AudioMaker, tmp_path: Path) -> None:
    def frames(version: int) -> bytes:
        texts = {"TIT2": "七里香", "TPE1": "周杰倫", "TALB": "許功蓋"}
        found = [(name, b"\0" + text.encode("cp950")) for name, text in texts.items()]
        return id3_tag(version, [*found, ("COMM", b"\0eng\0" + "很好".encode("cp950"))])

    quick = audio.with_bytes(tmp_path / "quick.mp3", before=frames(3))
    careful = tmp_path / "careful.mp3"
    stored = bytearray(quick.read_bytes())
    stored[5] |= 0x80  # as if it were unsynchronised: the quick reader leaves it
    careful.write_bytes(stored)
    for path in (quick, careful):
        read = _read(path, "big5")
        assert (read.title, read.artists[0].name, read.album, read.comment) == ("七里香", "周杰倫", "許功蓋", "很好")
    assert read_tags(str(quick)).title == "七里香"


def test_old_tags_of_thirty_bytes(audio: AudioMaker, tmp_path: Path) -> None:
    name = "キュ"  # its last byte is what Latin-1 takes for the end of a line
    tag = id3v1_tag(name.encode("cp932"), "さよなら".encode("cp932"), b"")
    path = audio.with_bytes(tmp_path / "song.mp3", before=b"", after=tag)
    for code_page in ("shift_jis", AUTO):
        read = _read(path, code_page)
        assert (read.title, read.artists[0].name) == (name, "さよなら")


def test_comments_that_should_be_utf_8(audio: AudioMaker, tmp_path: Path) -> None:
    path = audio.song(tmp_path / "song.flac", {"title": "Bjork", "artist": "abcd"}, kind="flac")
    path.write_bytes(path.read_bytes().replace(b"Bjork", b"Bj\xf6rk").replace(b"abcd", "王菲".encode("gb18030")))
    read = _read(path, "gb18030")
    assert (read.title, read.artists[0].name) == ("Björk", "王菲")


def test_words_beside_a_song(tmp_path: Path) -> None:
    (tmp_path / "song.lrc").write_bytes("[00:01.00]아리랑 아리랑\n[00:02.00]아라리요\n".encode("cp949"))
    found = find_lyrics_beside(str(tmp_path / "song.mp3"), "euc_kr")
    assert [line.text for line in found.synced] == ["아리랑 아리랑", "아라리요"]


async def test_a_scan_reads_as_the_owner_says(database_url: str, tmp_path: Path, audio: AudioMaker) -> None:
    application = opened(tmp_path, database_url, TAG_CODE_PAGE="euc_kr")
    stage = Stage(application, tmp_path / "music", audio)
    try:
        frames = [("TIT2", b"\0" + "난 알아요".encode("cp949")), ("TPE1", b"\0" + "서태지".encode("cp949"))]
        audio.with_bytes(stage.music / "song.mp3", before=id3_tag(3, frames))
        (stage.music / "song.lrc").write_bytes("[00:01.00]이 밤이 흐르고".encode("cp949"))
        await stage.areas.library.scans.declare_folders([stage.music])
        await stage.areas.library.scans.run(lambda *_: None)
        (row,) = (await stage.songs(SYSTEM)).values()
        assert (row.title, row.artist) == ("난 알아요", "서태지")
        lyrics = await stage.areas.library.browse.lyrics(SYSTEM, row.id)
        assert "이 밤이 흐르고" in str(lyrics)
    finally:
        await application.close()

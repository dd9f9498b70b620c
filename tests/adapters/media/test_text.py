"""Text out of strangers' files becomes clean, and only wrongly declared text is read anew."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as some

from antiphon.adapters.media.tags.text import LINE_LIMIT, clean_block, clean_line, repair_code_page

WESTERN = (
    "Motörhead", "Björk", "Sigur Rós", "Ágætis byrjun", "Mötley Crüe", "Où est passé l'été?", "ÀÉÈ", "Þú", "Æøå",
    "Señorita ¿Qué?", "Łódź", "Größe", "Ænima", "Blue Öyster Cult", "Édith Piaf – Non", "Straße", "ÄÖÜ", "AÏSHA",
    "Nø", "Mañana ñ", "½ & ¾", "5° below", "© 1999", "naïve façade",
)  # fmt: skip
CYRILLIC = (
    "Кино", "Группа крови", "Звезда по имени Солнце", "ДДТ - Дождь", "Аквариум (live)", "Океан Ельзи", "Мумий Тролль",
    "Вільний вітер", "Песня №5 тихая", "ЛЮБЭ", "Земфира feat. Мумий Тролль", "Ёлка зелёная",
)  # fmt: skip


@pytest.mark.parametrize("name", WESTERN)
def test_western_names_stay(name: str) -> None:
    assert clean_line(name) == name


@pytest.mark.parametrize("name", CYRILLIC)
def test_cyrillic_declared_as_latin_is_read_right(name: str) -> None:
    assert clean_line(name.encode("cp1251").decode("latin-1")) == name


@pytest.mark.parametrize("name", [*WESTERN[:6], *CYRILLIC, "夜に駆ける", "Ελλάδα"])
def test_utf_8_declared_as_latin_is_read_right(name: str) -> None:
    assert clean_line(name.encode("utf-8").decode("latin-1")) == name


def test_quotation_marks_of_windows_are_kept() -> None:
    assert clean_line("Don\x92t \x93stop\x94 \x96 now caf\xe9") == "Don’t “stop” – now café"


def test_marks_and_control_characters_go() -> None:
    assert clean_line("\ufeffTi\x00t\x07le\u202e\x7f ") == "Title"
    assert clean_line("two\nlines\tand\r\nmore") == "two lines and  more"
    assert clean_block("\ufefftwo\r\nlines\rthree\x0b ") == "two\nlines\nthree"
    assert clean_line("\ud800x") == "\ufffdx"


def test_one_normal_form() -> None:
    assert clean_line("Cafe\u0301") == "Café"


def test_long_text_survives_up_to_the_limit() -> None:
    assert clean_line("x" * LINE_LIMIT) == "x" * LINE_LIMIT
    assert len(clean_line("x" * 50_000)) == LINE_LIMIT
    assert len(clean_line("é" * 50_000)) == LINE_LIMIT


@given(some.text())
def test_clean_text_holds_its_promises(text: str) -> None:
    for clean in (clean_line(text), clean_block(text)):
        assert clean == clean.strip()
        assert unicodedata.is_normalized("NFC", clean)
        assert not any(
            unicodedata.category(letter) in ("Cc", "Cs") for letter in clean.replace("\n", "").replace("\t", "")
        )
        clean.encode("utf-8")
    assert "\n" not in clean_line(text)


@given(some.text(alphabet="абвгдежзийклмнопрстуфхцчшщъыьэюя", min_size=4, max_size=20))
def test_repaired_text_is_cyrillic_or_untouched(word: str) -> None:
    misread = word.encode("cp1251").decode("latin-1")
    assert repair_code_page(misread) in (word, misread)


@given(some.text(alphabet=some.characters(max_codepoint=0x7F)))
def test_ascii_is_never_repaired(text: str) -> None:
    assert repair_code_page(text) == text

"""Text out of strangers' files becomes clean."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as some

from antiphon.adapters.media.tags.text import LINE_LIMIT, clean_block, clean_line


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

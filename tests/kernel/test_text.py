"""What people type is kept without characters that nobody sees."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as some

from antiphon.kernel.text import clean_line, clean_lines

HIDDEN = "\u202e\u2066\u2069\u200b\u200e\u061c\ufeff\u2060\u00ad\x07\x1b\x85\ue000\U000e0041"
TYPED = some.text(alphabet=some.one_of(some.characters(), some.sampled_from(HIDDEN + " \n\t\r\u2028ab")), max_size=60)
NEVER_KEPT = {"Cc", "Co", "Cs", "Zl", "Zp"}


def hidden_in(text: str, but: str = "") -> list[str]:
    """Characters that no stored text may hold: of these kinds, and all that turn the reading direction."""
    return [
        letter
        for letter in text
        if letter not in but and (unicodedata.category(letter) in NEVER_KEPT or letter in HIDDEN)
    ]


@given(TYPED)
def test_no_line_that_is_kept_holds_a_hidden_character(text: str) -> None:
    line, lines = clean_line(text), clean_lines(text)
    assert not hidden_in(line)
    assert not hidden_in(lines, "\n\t")
    assert (clean_line(line), clean_lines(lines)) == (line, lines)
    for kept in (line, lines):
        assert not kept or any(unicodedata.category(letter)[0] in "LNPSMC" for letter in kept)


@pytest.mark.parametrize("text", ["\u200b\u2066", "\u202e \x07", "\u200d\u200c", "\u3164\u2800\ufe0f"])
def test_a_title_that_shows_nothing_is_none(text: str) -> None:
    assert (clean_line(text), clean_lines(text)) == ("", "")


@pytest.mark.parametrize(
    "text", ["می\u200cخواهم", "👩\u200d🎤", "❤\ufe0f", "\u0600١٢", "Æ ø – “ok”", "क\u094d\u200dष", "e\u0301"]
)
def test_what_is_seen_or_joins_letters_stays(text: str) -> None:
    assert (clean_line(text), clean_lines(text)) == (text, text)


def test_lines_keep_their_ends_and_tabs() -> None:
    typed = " one\r\ntwo\tthree\u2028fo\u202eur\x1b[31m "
    assert clean_lines(typed) == "one\ntwo\tthree\nfour[31m"
    assert clean_line(typed) == "one two three four[31m"

"""Texts that people type or files hold, without characters that nobody sees."""

import re
import unicodedata

# Control, format (the marks that turn the reading direction among them), surrogate, private and separating characters.
_HIDDEN = frozenset(("Cc", "Cf", "Cs", "Co", "Zl", "Zp"))
# Of these categories, yet kept: the ends of lines and columns, what joins letters and emoji, and what is seen (signs
# that are written over numbers in Arabic and Syriac).
_KEPT = frozenset(
    "\n\t\u200c\u200d\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"
)
# What is kept but shows nothing where nothing else stands: joiners, fillers, the pattern without dots, variants.
_NOTHING_ALONE = re.compile("[\\s\u200c\u200d\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\ufe00-\ufe0f\uffa0]*")
_LINE_ENDS = re.compile("\r\n?|[\u2028\u2029]")


def clean_line(text: str) -> str:
    """`text` on one line, each run of blanks as one, without hidden characters; empty where nothing would be seen."""
    line = " ".join(text.split())
    if not line.isprintable():
        line = " ".join(without_hidden(line).split())
    return "" if shows_nothing(line) else line


def clean_lines(text: str) -> str:
    """`text` without hidden characters but line feeds and tabs, and without blanks around it; empty where nothing
    would be seen."""
    lines = without_hidden(_LINE_ENDS.sub("\n", text)).strip()
    return "" if shows_nothing(lines) else lines


def without_hidden(text: str) -> str:
    """`text` without the characters that nobody sees, but for line feeds, tabs and what joins letters and emoji."""
    if text.replace("\n", "").replace("\t", "").isprintable():
        return text
    return "".join(letter for letter in text if letter in _KEPT or unicodedata.category(letter) not in _HIDDEN)


def shows_nothing(text: str) -> bool:
    """Whether nothing of `text` would be seen, though it may hold characters."""
    return _NOTHING_ALONE.fullmatch(text) is not None

"""Text out of files of strangers, made fit to keep: one normal form, no hidden characters, limits, old code pages."""

from __future__ import annotations

import re
import unicodedata

from antiphon.kernel.text import shows_nothing, without_hidden

#: Characters of one-line text (titles, names); what is longer is cut.
LINE_LIMIT = 10_000
#: Characters of text with several lines (lyrics, comments).
BLOCK_LIMIT = 200_000

_BIDI_OVERRIDES = (0x202A, 0x202B, 0x202C, 0x202D, 0x202E)
_BYTE_ORDER_MARKS = (0xFEFF, 0xFFFE, 0xFFFF)
_REMOVED = dict.fromkeys([*range(0x20), *range(0x7F, 0xA0), *_BIDI_OVERRIDES, *_BYTE_ORDER_MARKS])
_REMOVED_FROM_LINES: dict[int, str | None] = {**_REMOVED, **dict.fromkeys((0x09, 0x0A, 0x0D, 0x2028, 0x2029), " ")}
_REMOVED_FROM_BLOCKS: dict[int, str | None] = {**_REMOVED, 0x09: "\t", 0x0A: "\n"}
_SURROGATES = re.compile("[\ud800-\udfff]")
_LINE_ENDS = re.compile("\r\n?|[\u2028\u2029]")

# The Cyrillic letters of Windows-1251, Ukrainian and Belarusian ones too, as Latin-1 shows them.
_MISREAD_LETTERS = "\u00a1\u00a2\u00a5\u00a8\u00aa\u00af\u00b2\u00b3\u00b4\u00b8\u00ba\u00bf-\u00ff"
_WORD = re.compile(f"[A-Za-z{_MISREAD_LETTERS}]+")
_MISREAD_WORD = re.compile(f"[{_MISREAD_LETTERS}]+")
_VOWELS = frozenset("аеёиоуыэюяіїє")


def clean_line(text: str) -> str:
    """One line of text in its normal form, blanks at the ends gone; empty when nothing is left."""
    if text.isascii() and text.isprintable():
        return text.strip()[:LINE_LIMIT]
    return _clean(text, _REMOVED_FROM_LINES, LINE_LIMIT)


def clean_block(text: str) -> str:
    """Text of several lines, their ends all a line feed; empty when nothing is left."""
    return _clean(_LINE_ENDS.sub("\n", text), _REMOVED_FROM_BLOCKS, BLOCK_LIMIT)


def _clean(text: str, removed: dict[int, str | None], limit: int) -> str:
    # Twice the limit is enough to find the kept part, whatever length a hostile file has.
    text = repair_code_page(text[: 2 * limit]).translate(removed)
    text = _SURROGATES.sub("\ufffd", text)
    kept = unicodedata.normalize("NFC", without_hidden(text)).strip()[:limit].rstrip()
    return "" if shows_nothing(kept) else kept


def repair_code_page(text: str) -> str:
    """Text that was stored in UTF-8 or Windows code pages but declared as Latin-1, read as it was meant.

    Careful by design: Western names ("Motörhead", "Sigur Rós") never change. Cyrillic is only recognised when whole
    words of at least four letters make sense in it.
    """
    if text.isascii():
        return text
    try:
        stored = text.encode("latin-1")
    except UnicodeEncodeError:
        return text
    try:
        return stored.decode("utf-8")
    except UnicodeDecodeError:
        pass
    if _looks_cyrillic(text):
        return stored.decode("cp1251", "replace")
    if any(0x80 <= byte <= 0x9F for byte in stored):
        # Latin-1 has only control characters there; Windows-1252 has quotation marks and dashes.
        return stored.decode("cp1252", "replace").replace("\ufffd", "")
    return text


def _looks_cyrillic(text: str) -> bool:
    longest = 0
    for word in _WORD.findall(text):
        if word.isascii():
            continue
        if not _MISREAD_WORD.fullmatch(word):
            return False
        read = word.encode("latin-1").decode("cp1251")
        if not (read.islower() or read.isupper() or read.istitle()):
            return False
        if _VOWELS & set(read.lower()):
            longest = max(longest, len(word))
    return longest >= 4

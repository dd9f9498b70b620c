"""Text out of files of strangers, made fit to keep: one normal form, no hidden characters, limits."""

from __future__ import annotations

import re
import unicodedata

from antiphon.adapters.media.tags.code_pages import repaired
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
    text = repaired(text[: 2 * limit]).translate(removed)
    text = _SURROGATES.sub("\ufffd", text)
    kept = unicodedata.normalize("NFC", without_hidden(text)).strip()[:limit].rstrip()
    return "" if shows_nothing(kept) else kept

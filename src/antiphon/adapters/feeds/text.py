"""Texts of strangers as plain text: no markup, no control characters, never longer than is shown."""

import re
from html.parser import HTMLParser

_SPACES = re.compile(r"[^\S\n]+")
_LINES = re.compile(r"\s*\n\s*")
_BREAKS = frozenset(("br", "p", "div", "li", "tr", "h1", "h2", "h3", "h4", "ul", "ol"))
_SILENT = frozenset(("script", "style"))


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag in _BREAKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in _BREAKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data)


def one_line(text: str, most: int) -> str:
    """A text on one line, at most `most` characters."""
    return " ".join(_printable(text[: most * 4]).split())[:most]


def plain(text: str, most: int) -> str:
    """A text without its markup, at most `most` characters; paragraphs stay apart."""
    shortened = text[: most * 4]
    if "<" in shortened or "&" in shortened:
        words = _Words()
        words.feed(shortened)
        words.close()
        shortened = "".join(words.parts)
    return _LINES.sub("\n", _SPACES.sub(" ", _printable(shortened))).strip()[:most]


def _printable(text: str) -> str:
    return "".join(letter if letter.isprintable() or letter in "\n\t" else " " for letter in text)

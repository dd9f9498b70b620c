"""Lyrics as TTML: the W3C's timed text, and the way Apple Music and its tools write it, with singers and translations.

Files are of strangers: a document type is refused before anything in it is read, so that no entity is ever expanded,
and elements, depth, lines and words have bounds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NoReturn
from xml.parsers import expat

from antiphon.adapters.media.tags.bounds import LINES_LIMIT, WORDS_LIMIT
from antiphon.adapters.media.tags.text import clean_line
from antiphon.adapters.media.tags.ttml_time import Clock
from antiphon.areas.library.data.lyrics import (
    LATEST,
    LayerKind,
    LyricsLayer,
    Singer,
    SingerRole,
    Singing,
    SungWord,
    SyncedLine,
)
from antiphon.areas.library.data.ports import FoundLyrics

ELEMENTS_LIMIT, DEPTH_LIMIT = 100_000, 50
SINGERS_LIMIT, LAYERS_LIMIT = 50, 20
# Who sings where nobody is named, and what is sung behind a line.
LEAD, BACKGROUND = "lead", "background"
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}")
_IN_LINES: dict[str, LayerKind] = {"x-translation": "translation", "x-roman": "pronunciation"}
_IN_HEAD: dict[str, LayerKind] = {"translation": "translation", "transliteration": "pronunciation"}


class NoTtml(Exception):
    """A file that is no TTML, with a sentence for people."""


class _Node:
    """An element: its name and its attributes without their prefixes, and what is in it."""

    __slots__ = ("attributes", "children", "name")

    def __init__(self, name: str, attributes: dict[str, str]) -> None:
        self.name = name
        self.attributes = attributes
        self.children: list[_Node | str] = []

    def nodes(self) -> Iterator[_Node]:
        return (child for child in self.children if isinstance(child, _Node))

    def below(self, name: str) -> Iterator[_Node]:
        """All elements of a name inside, in their order."""
        for child in self.nodes():
            if child.name == name:
                yield child
            yield from child.below(name)

    def text(self) -> str:
        return "".join(child if isinstance(child, str) else " " if child.name == "br" else child.text()
                       for child in self.children)  # fmt: skip

    def get(self, name: str) -> str:
        return self.attributes.get(name, "")


class _Piece:
    """Some of a line's text, in milliseconds where it has times of its own."""

    __slots__ = ("end", "start", "text")

    def __init__(self, text: str, start: int | None = None, end: int | None = None) -> None:
        self.text = text
        self.start = start
        self.end = end


def parse_ttml(stored: bytes) -> FoundLyrics:
    """What a TTML file says. Raises NoTtml."""
    root = _tree(stored)
    if root.name != "tt":
        raise NoTtml("This is no TTML: its outermost element is no tt.")
    return _Document(root).found()


def _tree(stored: bytes) -> _Node:
    top = _Node("", {})
    path, count = [top], 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal count
        count += 1
        if count > ELEMENTS_LIMIT or len(path) > DEPTH_LIMIT:
            raise NoTtml("This TTML has too many elements.")
        node = _Node(_bare(name), {_bare(key): value for key, value in attributes.items()})
        path[-1].children.append(node)
        path.append(node)

    def doctype(*_: object) -> NoReturn:
        raise NoTtml("This TTML has a document type, which is not read.")

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = doctype
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _: path.pop()
    parser.CharacterDataHandler = lambda data: path[-1].children.append(data)
    try:
        parser.Parse(stored, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise NoTtml("This is no TTML: it is no well-formed XML.") from error
    return next(top.nodes())


def _bare(name: str) -> str:
    return name.rpartition(":")[2]


class _Document:
    """One file, on its way to lines."""

    def __init__(self, root: _Node) -> None:
        self._root = root
        self._clock = Clock(root.get("frameRate"), root.get("tickRate"))
        self._words_left = WORDS_LIMIT
        self._plain: list[str] = []
        self._lines: list[SyncedLine] = []
        # Lines in other words, by kind and language; and where the lines of the head belong.
        self._layers: dict[tuple[LayerKind, str], list[SyncedLine]] = {}
        self._starts: dict[str, int] = {}
        self._language = _language(root.get("lang"))

    def found(self) -> FoundLyrics:
        paragraphs = list(self._paragraphs())[:LINES_LIMIT]
        is_absolute = self._spans_are_absolute([node for node, _, _ in paragraphs])
        for node, agent, offset in paragraphs:
            self._line(node, agent, offset, is_absolute)
        self._head()
        lines = _in_order(self._lines)
        singers = self._singers(lines)
        known = {one.id for one in singers}
        layers = [LyricsLayer(kind, language, _in_order(one)) for (kind, language), one in self._layers.items() if one]
        return FoundLyrics(
            synced=tuple(line if line.singer in known else line._replace(singer="") for line in lines),
            plain="\n".join(self._plain).strip() or None,
            language=self._language,
            singing=Singing(singers, tuple(layers[:LAYERS_LIMIT])),
        )

    def _paragraphs(self) -> Iterator[tuple[_Node, str, int]]:
        """Each p with who sings it and the millisecond that its times are counted from: tools that write where a whole
        part begins count from the song's beginning all the same."""
        for body in self._root.nodes():
            if body.name != "body":
                continue
            for part, agent, begin in self._parts(body, "", 0):
                inside = [node for node in part.nodes() if node.name == "p"]
                begins = [time for node in inside if (time := self._clock.time(node.get("begin"))) is not None]
                offset = begin if begins and min(begins) < begin else 0
                for node in inside:
                    yield node, node.get("agent") or agent, offset

    def _parts(self, node: _Node, agent: str, offset: int) -> Iterator[tuple[_Node, str, int]]:
        agent = node.get("agent") or agent
        offset = max(offset, self._clock.time(node.get("begin")) or 0)
        yield node, agent, offset
        for child in node.nodes():
            if child.name == "div":
                yield from self._parts(child, agent, offset)

    def _spans_are_absolute(self, paragraphs: list[_Node]) -> bool:
        """Whether the times of words count from the song's beginning, as most tools write, or from their line's."""
        for node in paragraphs:
            begin = self._clock.time(node.get("begin"))
            times = [self._clock.time(span.get("begin")) for span in node.below("span")]
            if begin is not None and any(time is not None and time < begin for time in times):
                return False
        return True

    def _line(self, node: _Node, agent: str, offset: int, is_absolute: bool) -> None:
        begin = self._clock.time(node.get("begin"))
        start = None if begin is None else offset + begin
        shift = 0 if is_absolute or start is None else start
        pieces = list(self._pieces(node, shift))
        first = next((piece.start for piece in pieces if piece.start is not None), None)
        start = first if start is None else start
        line = self._sung(start or 0, pieces, agent or LEAD)
        self._plain.append(line.text)
        if start is None:
            return
        if node.get("key"):
            self._starts[node.get("key")] = line.start
        self._lines.append(line)
        for role, span in _spoken_beside(node):
            if role == "x-bg":
                self._background(span, line.start, shift)
            else:
                self._beside(_IN_LINES[role], span, line.start, shift)

    def _background(self, span: _Node, start: int, shift: int) -> None:
        """What is sung behind a line is a line of its own, without the brackets that tools put around it."""
        pieces = list(self._pieces(span, shift))
        if pieces:
            pieces[0].text = pieces[0].text.lstrip().removeprefix("(")
            pieces[-1].text = pieces[-1].text.rstrip().removesuffix(")")
        first = next((piece.start for piece in pieces if piece.start is not None), start)
        line = self._sung(first, pieces, BACKGROUND)
        if line.text:
            self._lines.append(line)
        for role, inner in _spoken_beside(span):
            if role in _IN_LINES:
                self._beside(_IN_LINES[role], inner, line.start, shift)

    def _beside(self, kind: LayerKind, node: _Node, start: int, shift: int) -> None:
        language = _language(node.get("lang"))
        line = self._sung(start, list(self._pieces(node, shift)), "")
        if line.text:
            self._layers.setdefault((kind, language), []).append(line)

    def _head(self) -> None:
        """Translations and transcriptions as Apple has them: in the head, by the keys of the lines."""
        for name, kind in _IN_HEAD.items():
            for layer in self._root.below(name):
                language = _language(layer.get("lang"))
                for text in layer.below("text"):
                    start = self._starts.get(text.get("for"))
                    line = None if start is None else self._sung(start, list(self._pieces(text, 0)), "")
                    if line is not None and line.text:
                        self._layers.setdefault((kind, language), []).append(line)

    def _pieces(self, node: _Node, shift: int) -> Iterator[_Piece]:
        """The text of a line, piece by piece, without what stands beside it."""
        for child in node.children:
            if isinstance(child, str):
                yield _Piece(child)
            elif child.name == "br":
                yield _Piece(" ")
            elif child.name == "span" and child.get("role") not in ("x-bg", *_IN_LINES):
                begin, end = (self._clock.time(child.get(name)) for name in ("begin", "end"))
                if begin is None or any(inner.get("begin") for inner in child.below("span")):
                    yield from self._pieces(child, shift)
                else:
                    yield _Piece(child.text(), shift + begin, None if end is None else shift + end)

    def _sung(self, start: int, pieces: list[_Piece], singer: str) -> SyncedLine:
        text, is_apart, latest = "", False, 0
        words: list[SungWord] = []
        for piece in pieces:
            told = clean_line(" ".join(piece.text.split()))
            if not told:
                is_apart = is_apart or bool(piece.text)
                continue
            if text and (is_apart or piece.text[0].isspace()):
                text += " "
                words[-1] = words[-1]._replace(text=f"{words[-1].text} ")
            if piece.start is None and words:
                # Signs between words belong to the one before.
                words[-1] = words[-1]._replace(text=words[-1].text + told)
            else:
                latest = _within(max(latest, start if piece.start is None else piece.start))
                end = None if piece.end is None or piece.end < latest else _within(piece.end)
                words.append(SungWord(latest, told, end))
            text += told
            is_apart = piece.text[-1].isspace()
        is_timed = any(piece.start is not None for piece in pieces) and len(words) <= self._words_left
        self._words_left -= len(words) if is_timed else 0
        return SyncedLine(_within(start), text, tuple(words) if is_timed else (), singer[:200])

    def _singers(self, lines: tuple[SyncedLine, ...]) -> tuple[Singer, ...]:
        """Who sings, in the order of their first lines; the first of them leads. Nobody where one voice sings all and
        has no name."""
        told = {node.get("id"): node for node in self._root.below("agent")}
        used = list(dict.fromkeys(line.singer for line in lines if line.text))[:SINGERS_LIMIT]
        made: list[Singer] = []
        for number in used:
            node = told.get(number)
            name = clean_line(next((one.text() for one in node.below("name")), ""))[:200] if node else ""
            role: SingerRole = "bg" if number == BACKGROUND else "voice"
            if node is not None and node.get("type") == "group":
                role = "group"
            made.append(Singer(number, role, name))
        leads = next((place for place, one in enumerate(made) if one.role == "voice"), None)
        leads = next((place for place, one in enumerate(made) if one.role == "group"), 0) if leads is None else leads
        if len(made) == 1 and not made[0].name:
            return ()
        return tuple(one._replace(role="main") if place == leads else one for place, one in enumerate(made))


def _spoken_beside(node: _Node) -> Iterator[tuple[str, _Node]]:
    """What stands in a line and is not its own text."""
    for child in node.nodes():
        if child.name == "span" and child.get("role") in ("x-bg", *_IN_LINES):
            yield child.get("role"), child


def _in_order(lines: list[SyncedLine]) -> tuple[SyncedLine, ...]:
    return tuple(sorted(lines, key=lambda line: line.start)[:LINES_LIMIT])


def _language(text: str) -> str:
    return text if _LANGUAGE.fullmatch(text) else ""


def _within(time: int) -> int:
    return max(0, min(LATEST, time))

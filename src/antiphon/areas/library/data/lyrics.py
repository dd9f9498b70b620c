"""Words in time: lines and, where they are known, the times of their single words, as people write them and as kept."""

import re
from collections.abc import Iterable, Iterator
from typing import Any, Literal, NamedTuple

import msgspec

from antiphon.kernel.text import clean_line

#: Milliseconds; nothing is sung later than this after a song's start.
LATEST = 24 * 3_600_000 - 1

_MARK = re.compile(r"<(\d{1,4}):(\d{1,2})(?:[.:](\d{1,3}))?>")


class SungWord(NamedTuple):
    """A word or syllable with the blank after it, sung from `start`, milliseconds into the song, until `end`; without
    an `end` until the next word begins."""

    start: int
    text: str
    end: int | None = None


class SyncedLine(NamedTuple):
    """A line that begins `start` milliseconds into the song.

    The texts of its `words` joined are its `text`, and their times never fall; there are none where only the line's own
    time is known. `singer` is the id of who sings it, where that is known.
    """

    start: int
    text: str
    words: tuple[SungWord, ...] = ()
    singer: str = ""


SingerRole = Literal["main", "voice", "bg", "group"]
"""Who leads, another one, those behind a line, and many at once."""
LayerKind = Literal["translation", "pronunciation"]


class Singer(NamedTuple):
    """Somebody who sings lines of a song. One of a song's singers is `main`."""

    id: str
    role: SingerRole
    name: str = ""


class LyricsLayer(NamedTuple):
    """The same words otherwise: in another language, or written as they are spoken. Its lines begin with those that
    they belong to; there need not be one for each. The `language` is empty where nobody tells."""

    kind: LayerKind
    language: str
    lines: tuple[SyncedLine, ...]


class Singing(NamedTuple):
    """What is known of words beside themselves: who sings them, and how else they are told."""

    singers: tuple[Singer, ...] = ()
    layers: tuple[LyricsLayer, ...] = ()


def milliseconds(minutes: str, seconds: str, fraction: str | None) -> int:
    """A moment as LRC writes it, of which the fraction has one to three digits or is left out."""
    return int(minutes) * 60_000 + int(seconds) * 1000 + int((fraction or "").ljust(3, "0"))


def mark(time: int) -> str:
    """What stands before a word that is sung from `time`, in milliseconds."""
    time = _within(time)
    return f"<{time // 60_000:02d}:{time // 1000 % 60:02d}.{time % 1000:03d}>"


def written_line(start: int, written: str) -> SyncedLine:
    """Read a line in which `<mm:ss.xx>` may stand before each word (enhanced LRC).

    What stands before the first mark is sung from the line's own start. A mark with nothing but blanks behind it ends
    the word before it. Times that fall are raised to the one before. Never raises.
    """
    first, *marked = _MARK.split(written)
    if not marked:
        return SyncedLine(start, clean_line(written))
    times = [start, *(milliseconds(*marked[place : place + 3]) for place in range(0, len(marked), 4))]
    return line_of_words(start, zip(times, (first, *marked[3::4]), strict=True))


def line_of_words(start: int, pieces: Iterable[tuple[int, str]]) -> SyncedLine:
    """A line out of pieces, each with the millisecond from which it is sung; blanks are drawn together, and a piece of
    blanks alone is silence."""
    text, is_apart, latest = "", False, 0
    words: list[SungWord] = []
    for time, piece in pieces:
        told = clean_line(piece)
        if not told:
            is_apart = is_apart or bool(piece)
            if words and words[-1].end is None:
                latest = min(LATEST, max(latest, time))
                words[-1] = words[-1]._replace(end=latest)
            continue
        if words and (is_apart or piece[0].isspace()):
            text += " "
            words[-1] = words[-1]._replace(text=f"{words[-1].text} ")
        latest = min(LATEST, max(latest, time))
        words.append(SungWord(latest, told))
        text += told
        is_apart = piece[-1].isspace()
    return SyncedLine(start, text, tuple(words))


def moved(line: SyncedLine, by: int) -> SyncedLine:
    """The same line, sung `by` milliseconds later, but not before the song begins."""
    words = tuple(
        SungWord(_within(word.start + by), word.text, None if word.end is None else _within(word.end + by))
        for word in line.words
    )
    return SyncedLine(max(0, line.start + by), line.text, words, line.singer)


def as_kept(lines: Iterable[SyncedLine]) -> list[list[Any]]:
    """Lines as they are kept: `[start, text]`, and `[start, text, [[start, text], [start, text, end], …]]` where the
    times of words are known, behind them the singer where one is."""
    return [_kept_line(line) for line in lines]


def from_kept(kept: Any) -> list[SyncedLine]:
    """What `as_kept` gave. Raises `msgspec.ValidationError` for anything else."""
    return msgspec.convert(kept, list[SyncedLine])


def read_kept(stored: str) -> list[SyncedLine]:
    """What `as_kept` gave, out of JSON."""
    return _LINES.decode(stored)


def singing_as_kept(singing: Singing) -> str:
    """Singers and layers as they are kept, in JSON; `[]` for none."""
    if not singing.singers and not singing.layers:
        return "[]"
    layers = [[layer.kind, layer.language, as_kept(layer.lines)] for layer in singing.layers]
    return msgspec.json.encode([[list(one) for one in singing.singers], layers]).decode()


def read_singing(stored: str) -> Singing:
    """What `singing_as_kept` gave."""
    return _SINGING.decode(stored)


def _kept_line(line: SyncedLine) -> list[Any]:
    if line.singer:
        return [line.start, line.text, list(_kept_words(line)), line.singer]
    return [line.start, line.text, list(_kept_words(line))] if line.words else [line.start, line.text]


def _kept_words(line: SyncedLine) -> Iterator[list[Any]]:
    for word in line.words:
        yield [word.start, word.text] if word.end is None else [word.start, word.text, word.end]


def _within(time: int) -> int:
    return max(0, min(LATEST, time))


_LINES = msgspec.json.Decoder(list[SyncedLine])
_SINGING = msgspec.json.Decoder(Singing)

"""Lyrics with times: the LRC format, and files that lie beside a song."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from antiphon.adapters.media.tags.bounds import FILE_LIMIT, LINES_LIMIT, REPEATED_LIMIT, WORDS_LIMIT
from antiphon.adapters.media.tags.code_pages import AUTO, as_meant
from antiphon.adapters.media.tags.text import BLOCK_LIMIT, clean_block, clean_line
from antiphon.areas.library.data.lyrics import LATEST, SyncedLine, milliseconds, moved, written_line
from antiphon.areas.library.data.ports import WORDS_ENDINGS, FoundLyrics
from antiphon.areas.library.data.words import WordsFile, first_words

_TIME = re.compile(r"\s*\[(\d{1,4}):(\d{1,2})(?:[.:](\d{1,3}))?\]")
_HEADER = re.compile(r"\s*\[([A-Za-z#]{1,20}):([^\]]*)\]\s*$")

SyncedLines = tuple[SyncedLine, ...]


def parse_lrc(text: str) -> tuple[SyncedLines, str | None]:
    """Read LRC: the lines with their times in milliseconds, in order, and all lines as plain text.

    Several times before one line repeat it, `[offset:+250]` shows everything 250 ms earlier, `<mm:ss.xx>` before words
    are their times, for the first of the line's own; headers such as `[ar:…]` are no lines. Text without any time gives
    no synced lines; text without any words gives None as plain text.
    """
    offset, words_left, letters_left = 0, WORDS_LIMIT, REPEATED_LIMIT
    timed: list[SyncedLine] = []
    plain: list[str] = []
    for line in clean_block(text).split("\n"):
        times, words = _split_times(line)
        header = None if times else _HEADER.match(line)
        if header is not None:
            if header[1].lower() == "offset":
                offset = _whole_number(header[2])
            continue
        if times:
            first = written_line(times[0], words)
            # A kilobyte of times before a long line would else be a hundred megabytes of words.
            times = times[: 1 + letters_left // max(1, len(first.text))]
            letters_left -= len(first.text) * (len(times) - 1)
            if len(first.words) * len(times) > words_left:
                first = first._replace(words=())
            words_left -= len(first.words) * len(times)
            timed += [first, *(moved(first, time - times[0]) for time in times[1:])]
        else:
            plain.append(words)
    if not timed:
        return (), "\n".join(plain).strip() or None
    shifted = sorted((moved(line, -offset) for line in timed), key=lambda line: line.start)
    synced = tuple(line for line in shifted if line.start <= LATEST)[:LINES_LIMIT]
    return synced, plain_text(synced)


def plain_text(synced: SyncedLines) -> str | None:
    """The words of synced lyrics, one line each."""
    return "\n".join(line.text for line in synced).strip() or None


def tidy_synced(lines: list[tuple[int, str]]) -> SyncedLines:
    """Lines from a binary tag, cleaned, in order of time and bounded in number; `<mm:ss.xx>` may stand before words."""
    tidied = (_tidy_line(time, clean_line(words)) for time, words in lines if 0 <= time <= LATEST)
    return tuple(sorted(tidied, key=lambda line: line.start)[:LINES_LIMIT])


def find_lyrics_beside(path: str, code_page: str = AUTO) -> FoundLyrics:
    """Read `song.ttml`, else `song.lrc`, else `song.txt`, that lies beside `song.mp3`; what was no good is told in
    `problem`. Nothing there, or nothing readable, gives no words. `code_page` is one of `code_pages.py`. Never
    raises."""
    found, unread = first_words(_words_files_beside(Path(path)), partial(read_lyrics, code_page=code_page))
    return found._replace(problem=f"{unread[0].name}: {unread[0].problem}") if unread else found


def read_lyrics(ending: str, stored: bytes, code_page: str = AUTO) -> FoundLyrics:
    """The words in a file whose name ends so (`.ttml`, else LRC or plain text). What was no good is told in `problem`,
    as a sentence. `code_page` is one of `code_pages.py`. Never raises."""
    if ending == ".ttml":
        # Few songs have such words, and what reads them takes a twentieth of a reader's start.
        from antiphon.adapters.media.tags.ttml import NoTtml, parse_ttml

        if len(stored) > FILE_LIMIT:
            return FoundLyrics(problem="This TTML is too large.")
        try:
            return parse_ttml(stored)
        except NoTtml as error:
            return FoundLyrics(problem=str(error))
    synced, plain = parse_lrc(decode_text(stored[:FILE_LIMIT], code_page))
    return FoundLyrics(synced, plain)


def decode_text(stored: bytes, code_page: str = AUTO) -> str:
    """Text of a file in an unknown code: by its byte order mark, UTF-8, `code_page` where it makes sense so, else as an
    old Windows code page."""
    if stored.startswith((b"\xff\xfe", b"\xfe\xff")):
        return stored.decode("utf-16", "replace")
    try:
        return stored.decode("utf-8-sig")
    except UnicodeDecodeError:
        told = as_meant(stored, code_page)
        return (stored.decode("latin-1") if told is None else told)[: 2 * BLOCK_LIMIT]


def _words_files_beside(song: Path) -> Iterator[WordsFile]:
    for ending in WORDS_ENDINGS:
        for written in (ending, ending.upper(), ending.title()):
            beside = song.with_suffix(written)
            try:
                if not beside.is_file():
                    continue
                with beside.open("rb") as file:
                    stored = file.read(FILE_LIMIT + 1)
            except OSError:
                continue
            yield WordsFile(os.fsencode(beside.name).decode("utf-8", "replace"), ending, stored)


def _tidy_line(time: int, words: str) -> SyncedLine:
    line = written_line(time, words)
    return line if line.words else SyncedLine(time, words)


def _split_times(line: str) -> tuple[list[int], str]:
    times: list[int] = []
    position = 0
    while found := _TIME.match(line, position):
        times.append(milliseconds(found[1], found[2], found[3]))
        position = found.end()
    return times, line[position:] if times else line.strip()


def _whole_number(text: str) -> int:
    try:
        return max(-LATEST, min(LATEST, int(text.strip())))
    except ValueError:
        return 0

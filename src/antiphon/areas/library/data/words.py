"""Words that lie beside songs: in music folders, in archives, and in what people send one by one."""

from collections.abc import Iterable
from typing import NamedTuple

from antiphon.areas.library.data.ports import FoundLyrics, WordsReader


class WordsFile(NamedTuple):
    """A file with words: its name as people know it, how that ends (`.ttml`, `.lrc`, `.txt`), and all its bytes."""

    name: str
    ending: str
    content: bytes


class UnreadWords(NamedTuple):
    """A file whose words cannot be read, by its name, and why, as a sentence."""

    name: str
    problem: str


def first_words(files: Iterable[WordsFile], read: WordsReader) -> tuple[FoundLyrics, list[UnreadWords]]:
    """The words of the first file that has any (none where no file does), and which before it could not be read. No
    file behind it is asked for."""
    unread: list[UnreadWords] = []
    for file in files:
        found = read(file.ending, file.content)
        if found.problem:
            unread.append(UnreadWords(file.name, found.problem))
        if found.synced or found.plain:
            return found, unread
    return FoundLyrics(), unread

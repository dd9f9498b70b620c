"""Old code pages: text of tags that do not say how it is written, or say Latin-1 and mean something else.

What can be told for certain is told: UTF-8, Windows-1251, and Shift_JIS where it holds kana. Which of the others a tag
is in nobody can tell from a few letters, so the owner may name one for tags that leave it open. Western names
("Motörhead", "Sigur Rós") stay as they are under a code page of another script: letters of two scripts in one word are
a sign that it was read wrongly.
"""

from __future__ import annotations

import re
import unicodedata

AUTO = "auto"
#: Names of code pages that an owner may give, and the codecs that read them: those of Windows where they know more.
CODE_PAGES = {
    "big5": "cp950",
    "euc_jp": "euc_jp",
    "euc_kr": "cp949",
    "gb18030": "gb18030",
    "koi8_r": "koi8_r",
    "koi8_u": "koi8_u",
    "shift_jis": "cp932",
    "windows_874": "cp874",
    "windows_1250": "cp1250",
    "windows_1251": "cp1251",
    "windows_1253": "cp1253",
    "windows_1254": "cp1254",
    "windows_1255": "cp1255",
    "windows_1256": "cp1256",
    "windows_1257": "cp1257",
    "windows_1258": "cp1258",
}
_OF_TWO_BYTES = frozenset({"big5", "euc_jp", "euc_kr", "gb18030", "shift_jis"})
_LONGEST_CHARACTER = 4
_LATIN = frozenset({"windows_1250", "windows_1254", "windows_1257", "windows_1258"})

# The Cyrillic letters of Windows-1251, Ukrainian and Belarusian ones too, as Latin-1 shows them.
_MISREAD_LETTERS = "\u00a1\u00a2\u00a5\u00a8\u00aa\u00af\u00b2\u00b3\u00b4\u00b8\u00ba\u00bf-\u00ff"
_MISREAD = re.compile(f"[A-Za-z{_MISREAD_LETTERS}]+")
_MISREAD_WORD = re.compile(f"[{_MISREAD_LETTERS}]+")
_VOWELS = frozenset("аеёиоуыэюяіїє")
_WORD = re.compile(r"[^\W\d_]+")
_KANA = re.compile("[\u3041-\u3096\u30a1-\u30fa\u30fc]")
_HALF_WIDTH = re.compile("[\uff61-\uff9f]+")
_FOREIGN = re.compile(r"[^\x00-\x7f]+")

_assumed = AUTO


def assume(code_page: str) -> None:
    """Take text that says nothing of it for written in `code_page`, one of CODE_PAGES or AUTO, from now on. A process
    reads for one server, so it keeps one."""
    global _assumed
    _assumed = code_page


def undeclared(stored: bytes) -> str:
    """Text of which nothing tells how it is written: in what the owner has named, where it makes sense so, else in
    Latin-1."""
    if stored.isascii() or _assumed == AUTO:
        return stored.decode("latin-1")
    told = as_meant(stored, _assumed)
    return stored.decode("latin-1") if told is None else told


def utf_8(stored: bytes) -> str:
    """Text of a format that knows UTF-8 alone. Programs that did not care wrote something older."""
    try:
        return stored.decode("utf-8")
    except UnicodeDecodeError:
        return undeclared(stored)


def repaired(text: str) -> str:
    """Text that was read as Latin-1, as it was meant, where that can be told for certain."""
    if text.isascii():
        return text
    try:
        stored = text.encode("latin-1")
    except UnicodeEncodeError:
        return text
    if (told := as_meant(stored)) is not None:
        return told
    if _looks_cyrillic(text):
        return stored.decode("cp1251", "replace")
    if any(0x80 <= byte <= 0x9F for byte in stored):
        # Latin-1 has only control characters there; Windows-1252 has quotation marks and dashes.
        return stored.decode("cp1252", "replace").replace("\ufffd", "")
    return text


def as_meant(stored: bytes, code_page: str = AUTO) -> str | None:
    """Text of which nothing tells how it is written, where it makes sense in UTF-8, in `code_page` or in Shift_JIS;
    else None."""
    if (text := _whole(stored, "utf-8")) is not None:
        return text
    if code_page != AUTO and (text := _read_as(stored, code_page)) is not None:
        return text
    text = _read_as(stored, "shift_jis")
    return text if text is not None and len(_KANA.findall(text)) > 1 else None


def _whole(stored: bytes, codec: str) -> str | None:
    """Text in a code; None where it is none. Old tags are cut after thirty bytes, and so may the last character be."""
    try:
        return stored.decode(codec)
    except UnicodeDecodeError as error:
        kept = stored[: error.start]
        if len(stored) - len(kept) >= _LONGEST_CHARACTER or kept.isascii():
            return None
        return kept.decode(codec)


def _read_as(stored: bytes, code_page: str) -> str | None:
    """Text in a code page; None where it makes no sense in it."""
    text = _whole(stored, CODE_PAGES[code_page])
    if text is None:
        return None
    foreign = "".join(_FOREIGN.findall(text))
    # Control characters, and what no standard has given a meaning.
    if any(unicodedata.category(letter) in ("Cc", "Cn", "Co", "Cs") for letter in foreign):
        return None
    if code_page in _LATIN:
        return text
    makes_sense = _has_signs(text) if code_page in _OF_TWO_BYTES else _has_words(text)
    return text if makes_sense else None


def _has_signs(text: str) -> bool:
    """Whether signs stand there of their own. One that an accented letter and the next one of a Western word would make
    leans on the others of that word."""
    stands_alone = False
    for found in _FOREIGN.finditer(text):
        start, end = found.span()
        before, after = text[max(start - 1, 0) : start], text[end : end + 1]
        if _is_letter(after) and after.islower():
            return False
        is_full = not _HALF_WIDTH.fullmatch(found[0])
        if len(found[0]) > 1 or (is_full and not _is_letter(before) and not _is_letter(after)):
            stands_alone = True
    return stands_alone


def _is_letter(character: str) -> bool:
    return character.isascii() and character.isalpha()


def _has_words(text: str) -> bool:
    """Whether there are words of another script, and none that mixes it with Latin letters."""
    longest = 0
    for word in _WORD.findall(text):
        if word.isascii():
            continue
        if any(letter.isascii() for letter in word):
            return False
        longest = max(longest, len(word))
    return longest > 1


def _looks_cyrillic(text: str) -> bool:
    """Only whole words of at least four letters that make sense in Windows-1251 are taken for it."""
    longest = 0
    for word in _MISREAD.findall(text):
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

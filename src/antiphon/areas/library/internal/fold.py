"""Folding text so that case, accents and width do not matter: the same for what is stored and what is asked."""

import re
import unicodedata
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+", re.UNICODE)
# Letters that are no base letter with a mark, yet are typed as if they were.
_LETTERS = str.maketrans(
    {"ø": "o", "đ": "d", "ł": "l", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ß": "ss"}
)
MAXIMUM_WORDS = 12
LONGEST_WORD = 64


def fold(text: str) -> str:
    """`text` in lower case, without accents, in plain forms: `Ærøskøbing ＡＢＣ` → `aeroskobing abc`."""
    if text.isascii():
        return text.lower()
    # Compatibility forms first: some of them stand for capital letters.
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    marks_off = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return unicodedata.normalize("NFC", marks_off).translate(_LETTERS)


# As many characters as take less than a third of a page of PostgreSQL's indexes, whichever they are.
LONGEST_KEY = 500


def name_key(name: str) -> str:
    """What artists and genres are told apart by; some letters fold into many, so it is cut behind that."""
    return fold(name).strip()[:LONGEST_KEY]


def words_of(text: str) -> list[str]:
    """The folded words of `text`, in order, with repeats."""
    return [word[:LONGEST_WORD] for word in _WORD.findall(fold(text))]


def search_text(*texts: str) -> str:
    """The words that a thing is found by, each once."""
    return " ".join(dict.fromkeys(word for text in texts for word in _kept_words(text[:2000])))


@lru_cache(maxsize=128)
def _kept_words(text: str) -> list[str]:
    """The songs of an album name the same artist and the same album."""
    return words_of(text)


_ARTICLES = ("the ", "a ", "an ", "el ", "la ", "los ", "las ", "le ", "les ", "die ", "der ", "das ", "ein ", "eine ")


def sort_key(text: str, sort_text: str = "", *, drop_article: bool = False) -> str:
    """What things are ordered by: the sort text if there is one, else the name (without its article where asked).

    Digits come before letters; text of 10,000 characters is ordered by its first 200.
    """
    key = fold(sort_text or text)[:200].strip()
    if drop_article and not sort_text:
        key = next(
            (key[len(article) :] for article in _ARTICLES if key.startswith(article) and len(key) > len(article)), key
        )
    return key

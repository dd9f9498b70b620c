"""Full-text search, bounded: candidates are taken in the order of popularity, and only these few are ranked.

Never is an unbounded match ordered: a common word in a million titles would cost a tenth of a second.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Text,
    and_,
    bindparam,
    column,
    func,
    literal_column,
    select,
    table,
)

from antiphon.areas.library.internal import tables as t
from antiphon.areas.library.internal.fold import MAXIMUM_WORDS, fold, words_of
from antiphon.areas.library.internal.visibility import (
    artists_of_library,
    listed_albums,
    listed_artists,
    listed_songs,
)
from antiphon.kernel.db import Statement, checked
from antiphon.kernel.text import clean_line

CANDIDATES = 300
# Where there are more: so many of those whose names begin with the query are ranked besides, the very name first.
NAMED = 50
_WORDS = bindparam("words", type_=Text)
_KEY = bindparam("name_key", type_=Text)
_LIMIT = bindparam("candidates", type_=Integer)

_THINGS: dict[str, tuple[Any, Any, Any, Any]] = {
    "song": (t.song, t.song_search, t.song.c.title_key, listed_songs()),
    "album": (t.album, t.album_search, t.album.c.title_key, listed_albums()),
    "artist": (t.artist, t.artist_search, t.artist.c.name_key, listed_artists(t.artist)),
}
_POPULARITY = {"song": t.song.c.play_count, "album": t.album.c.play_count, "artist": literal_column("0")}


def _in_library(thing: str) -> ColumnElement[bool]:
    library_id = bindparam("library_id", type_=BigInteger)
    if thing != "artist":
        return checked(_THINGS[thing][0].c.library_id) == library_id
    return artists_of_library(t.artist, library_id)


def _candidates(thing: str, *, narrowed: bool) -> Statement:
    """(id, title key, popularity) of the first matches the caller may see, in the order of the index."""
    whole, words, title, listed = _THINGS[thing]
    if narrowed:
        listed = and_(listed, _in_library(thing))
    columns = (whole.c.id, title.label("title"), _POPULARITY[thing].label("popularity"))
    index = table(f"{thing}_search_index", column("rowid"))
    # FTS5 walks its matches in the order of rowids; the joins and the LIMIT stop it early.
    sqlite = (
        select(*columns)
        .select_from(index.join(words, words.c.position == index.c.rowid).join(whole, whole.c.id == words.c.id))
        .where(literal_column(f"{thing}_search_index").op("MATCH")(_WORDS), listed)
        .order_by(index.c.rowid)
        .limit(_LIMIT)
    )
    folded = func.to_tsvector(literal_column("'simple'"), words.c.words)
    postgresql = (
        select(*columns)
        .select_from(words.join(whole, whole.c.id == words.c.id))
        .where(folded.op("@@")(func.to_tsquery(literal_column("'simple'"), _WORDS)), listed)
        .order_by(words.c.position)
        .limit(_LIMIT)
    )
    return Statement(sqlite=sqlite, postgresql=postgresql)


def _named(thing: str, *, narrowed: bool) -> Statement:
    """(id, name, popularity) of the first `candidates` names from `name_key` on, as far as they begin with it and the
    caller may see them: in the order of names, so the very name first, and the more played before the less.

    The names are walked along their index. That they begin with the key is looked at besides, as databases differ about
    what stands behind those that do.
    """
    whole, _, name, listed = _THINGS[thing]
    names = select(whole.c.id, name.label("name")).where(name >= _KEY).order_by(name, whole.c.id).limit(_LIMIT)
    walked = names.subquery("walked")
    if narrowed:
        listed = and_(listed, _in_library(thing))
    begins = func.substr(walked.c.name, 1, func.length(_KEY)) == _KEY
    popularity: ColumnElement[int] = literal_column("popularity")
    return Statement(
        select(whole.c.id, walked.c.name, _POPULARITY[thing].label("popularity"))
        .select_from(walked.join(whole, whole.c.id == walked.c.id))
        .where(begins, listed)
        .order_by(walked.c.name, popularity.desc(), whole.c.id)
    )


FIND = {thing: _candidates(thing, narrowed=False) for thing in _THINGS}
FIND_IN_LIBRARY = {thing: _candidates(thing, narrowed=True) for thing in _THINGS}
FIND_NAMED = {thing: _named(thing, narrowed=False) for thing in _THINGS}
FIND_NAMED_IN_LIBRARY = {thing: _named(thing, narrowed=True) for thing in _THINGS}


def name_key(query: str) -> str:
    """What the names are compared with where a query has no word: the signs that it is made of, which some apps put a
    star behind. Empty where nothing would be seen."""
    key = fold(clean_line(query[:500])).strip()[:200]
    return key.removesuffix("*") or key


def match_expression(query: str, dialect: str) -> str | None:
    """What the index is asked: every word of `query`, each as the beginning of a word. None where there is no word."""
    words = list(dict.fromkeys(words_of(query[:500])))[:MAXIMUM_WORDS]
    if not words:
        return None
    if dialect == "sqlite":
        return " AND ".join(f'"{word}"*' for word in words)
    return " & ".join(f"'{word}':*" for word in words)


def ranked(query: str, candidates: list[tuple[int, str, int]]) -> list[int]:
    """The ids of candidates, the best first: the very title, titles that begin so, titles with all words, the rest;
    the more played before the less."""
    words = words_of(query)
    whole = " ".join(words)
    beginnings = [f" {word}" for word in words]
    place_of = _place_of_word if len(words) == 1 else _place
    places = [(place_of(title, whole, beginnings), -popularity, thing_id) for thing_id, title, popularity in candidates]
    places.sort()
    return [place[2] for place in places]


def _place_of_word(title: str, word: str, beginnings: list[str]) -> int:
    """The same as `_place`, for the most of searches: those for one word. Titles are folded when they are stored, so
    a look at the title itself tells where the word stands, but for signs right around it."""
    if word not in title:
        return 3
    if title.startswith(word):
        if len(title) == len(word):
            return 0
        if title[-1].isalnum():
            return 1
    elif beginnings[0] in title and title[0].isalnum():
        return 2
    return _place(title, word, beginnings)


def _place(title: str, whole: str, beginnings: list[str]) -> int:
    is_plain = "  " not in title and title.replace(" ", "").isalnum()
    plain = title if is_plain else " ".join(words_of(title))
    if plain.startswith(whole):
        return int(len(plain) > len(whole))
    spaced = f" {plain}"
    return 2 if all(beginning in spaced for beginning in beginnings) else 3

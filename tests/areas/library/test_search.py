"""Search: case, accents, beginnings, several words, rank; the same on both databases."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.areas.library.internal import search
from antiphon.areas.library.internal.fold import fold, sort_key, words_of
from antiphon.areas.library.internal.search import match_expression, ranked
from antiphon.kernel.paging import Page
from antiphon.kernel.principal import SYSTEM
from tests.areas.library.scanning import later, scan, song
from tests.stage import Stage


async def found(stage: Stage, query: str, limit: int = 20) -> list[str]:
    return [row.title for row in await stage.areas.library.search.songs(SYSTEM, query, Page(limit))]


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("dawn", "Dawn"),
        ("DAW", "Dawn"),
        ("uberfluss", "Überfluß"),
        ("ÜBERFLUSS", "Überfluß"),
        ("überfl", "Überfluß"),
        ("утро", "Утро"),
        ("УТРО", "Утро"),
        ("aurora dusk", "Dusk"),
        ("dusk  AURORA", "Dusk"),
        ("first li dawn", "Dawn"),
        ('noon "sun"', 'Noon <&> "Sun"'),
        ("nobody alo", "Alone"),
    ],
)
async def test_songs_are_found_by_their_words(stage: Stage, query: str, title: str) -> None:
    assert title in await found(stage, query)


@pytest.mark.parametrize(
    "query",
    [
        "",
        "   ",
        '""',
        "!!!",
        "*",
        "%",
        "_",
        "\0",
        "\u200b",
        "´",
        "zzzzzz",
        "dawn zzzzzz",
        "'",
        "\\",
        "AND",
        "NEAR(",
        "🎵",
    ],
)
async def test_queries_that_find_nothing(stage: Stage, query: str) -> None:
    assert await found(stage, query) == []


async def test_albums_and_artists_are_found(stage: Stage) -> None:
    hits = await stage.areas.library.search.everything(SYSTEM, "aurora", 5)
    assert [row.name for row in hits.artists] == ["Aurora"]
    assert {row.title for row in hits.albums} == {"First Light", "Second"}
    assert len(hits.songs) == 4
    hits = await stage.areas.library.search.everything(SYSTEM, "борис", 5)
    assert [row.name for row in hits.artists] == ["Борис"]


SIGNS = ("!!!", "!!", "+", "÷", "÷ (Deluxe)", "???", "*", "**", "_", "%", "'", "🎵")


@pytest.fixture
async def signs(empty_stage: Stage) -> Stage:
    """Artists, albums and songs whose names are made of signs, beside one that has a word."""
    for number, name in enumerate((*SIGNS, "Plain!")):
        tags = {"title": name, "artist": name, "albumartist": name, "album": name}
        song(empty_stage, f"{number}.mp3", **tags)
    await scan(empty_stage)
    return empty_stage


async def test_names_that_are_made_of_signs_are_found(signs: Stage) -> None:
    library_id = (await signs.areas.library.browse.libraries(SYSTEM))[0].id
    for name in SIGNS:
        beginning_so = [one for one in SIGNS if one.startswith(name.removesuffix("*") or "*")]
        for chosen in (None, library_id):
            hits = await signs.areas.library.search.everything(SYSTEM, f" {name} ", 20, library_id=chosen)
            names = [
                [row.name for row in hits.artists],
                [row.title for row in hits.albums],
                [row.title for row in hits.songs],
            ]
            if name == "÷ (Deluxe)":
                assert names == [[name]] * 3, "it has a word"
                continue
            assert all(sorted(found) == sorted(beginning_so) for found in names), (name, names)
            assert all(found[0] == name for found in names if name != "**"), (name, names)
    assert await found(signs, "!!!*") == ["!!!"], "as some apps ask"
    assert await found(signs, "+", limit=0) == []
    assert (await signs.areas.library.search.everything(SYSTEM, "+", 20, library_id=library_id + 1)).songs == []


async def test_pages_of_names_of_signs_fit_together(signs: Stage) -> None:
    pages = [await signs.areas.library.search.songs(SYSTEM, "!", Page(1, offset)) for offset in (0, 1, 2)]
    assert [[row.title for row in page] for page in pages] == [["!!"], ["!!!"], []]


async def test_the_very_title_comes_first_then_what_is_played_more(empty_stage: Stage) -> None:
    for number, title in enumerate(("Rain on me", "Purple rain", "Rain", "Rainbow", "The rain song")):
        song(empty_stage, f"{number}.mp3", title=title, artist=f"A{number}")
    await scan(empty_stage)
    assert (await found(empty_stage, "rain"))[0] == "Rain"
    mara = await empty_stage.person("mara")
    purple = (await empty_stage.songs(SYSTEM))["Purple rain"].id
    await empty_stage.areas.playback.record_play(mara, purple)
    ordered = await found(empty_stage, "rain")
    assert ordered.index("Purple rain") < ordered.index("The rain song")


async def test_pages_of_a_search_fit_together(empty_stage: Stage) -> None:
    for number in range(25):
        song(empty_stage, f"{number}.mp3", title=f"Common {number:02}", artist="A")
    await scan(empty_stage)
    search = empty_stage.areas.library.search
    pages = [await search.songs(SYSTEM, "common", Page(10, offset)) for offset in (0, 10, 20, 30)]
    ids = [row.id for page in pages for row in page]
    assert len(ids) == len(set(ids)) == 25


async def test_the_very_title_is_found_among_more_songs_than_are_ranked(
    empty_stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "CANDIDATES", 5)
    for number in range(9):
        song(empty_stage, f"a/{number}.mp3", title=f"Number {number} of One", artist="One Ada", album="One Night")
    await scan(empty_stage)
    song(empty_stage, "z/last.mp3", title="One", artist="Zoe", album="Other")
    song(empty_stage, "z/once.mp3", title="One day", artist="Zoe", album="Other")
    await scan(empty_stage)
    titles = await found(empty_stage, "one")
    assert titles[:2] == ["One", "One day"]
    # Pages of it fit together, and nothing stands there twice.
    everything = await found(empty_stage, "one", 30)
    assert sorted(everything) == sorted(["One", "One day", *(f"Number {number} of One" for number in range(9))])
    pages = [await empty_stage.areas.library.search.songs(SYSTEM, "one", Page(4, offset)) for offset in (0, 4, 8, 12)]
    assert [row.title for page in pages for row in page] == everything


async def test_a_retagged_song_is_found_by_its_new_words_only(empty_stage: Stage) -> None:
    song(empty_stage, "1.mp3", title="Before", artist="A")
    await scan(empty_stage)
    later(song(empty_stage, "1.mp3", title="After", artist="A"))
    await scan(empty_stage)
    assert await found(empty_stage, "before") == []
    assert await found(empty_stage, "after") == ["After"]


@given(st.text(max_size=80))
def test_any_query_makes_a_safe_expression(query: str) -> None:
    for dialect in ("sqlite", "postgresql"):
        expression = match_expression(query, dialect)
        assert (expression is None) == (words_of(query[:500]) == [])
        if expression is not None:
            assert "\0" not in expression
            assert expression.count('"') % 2 == 0
            assert expression.count("'") % 2 == 0


@given(st.text(max_size=80))
def test_any_query_makes_a_safe_key(query: str) -> None:
    key = search.name_key(query)
    assert "\0" not in key
    key.encode()


@given(st.text(max_size=40))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert words_of(text) == words_of(" ".join(words_of(text)))


@given(st.lists(st.tuples(st.integers(1, 99), st.text(max_size=9), st.integers(0, 9)), unique_by=lambda row: row[0]))
def test_ranking_loses_and_doubles_nothing(candidates: list[tuple[int, str, int]]) -> None:
    assert sorted(ranked("a", candidates)) == sorted(row[0] for row in candidates)


def rank_of(title: str, word: str) -> int:
    """How good a hit is: the title, its beginning, the beginning of a word in it, something else of the thing."""
    words = words_of(title)
    whole = " ".join(words)
    if whole.startswith(word):
        return int(whole != word)
    return 2 if any(one.startswith(word) for one in words) else 3


@given(st.text("aab c_-(é1ß", max_size=3), st.lists(st.text("aab  c_-(é1ß.ﬁ²", max_size=8), max_size=9))
def test_one_word_ranks_by_where_it_stands(query: str, titles: list[str]) -> None:
    words = words_of(query)
    if len(words) != 1:
        return
    ids = ranked(query, [(number, fold(title), 0) for number, title in enumerate(titles)])
    assert ids == sorted(range(len(titles)), key=lambda number: (rank_of(titles[number], words[0]), number))


def test_sort_keys() -> None:
    assert sort_key("The Nobody", drop_article=True) == "nobody"
    assert sort_key("The The", drop_article=True) == "the"
    assert sort_key("The", drop_article=True) == "the"
    assert sort_key("Beatles, The", "Beatles", drop_article=True) == "beatles"
    assert sort_key("Ärger") == "arger"

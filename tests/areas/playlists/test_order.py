"""Places stay in order whatever is put where, and stay short."""

from hypothesis import given
from hypothesis import strategies as st

from antiphon.areas.playlists.internal.order import LONGEST, place_between, places_between


@given(st.lists(st.tuples(st.floats(0, 1), st.integers(1, 40)), max_size=60))
def test_random_edits_keep_places_in_order(edits: list[tuple[float, int]]) -> None:
    places: list[str] = []
    for where, wanted in edits:
        at = round(where * len(places))
        before = places[at - 1] if at else None
        after = places[at] if at < len(places) else None
        made = places_between(before, after, wanted)
        assert len(made) == wanted
        places[at:at] = made
        if where > 0.9:
            del places[at : at + wanted // 2]
    assert places == sorted(places, key=str.encode)
    assert len(set(places)) == len(places)


@given(st.lists(st.booleans(), min_size=1, max_size=400))
def test_places_grow_slowly_where_edits_crowd(sides: list[bool]) -> None:
    low, high = "a0", "a1"
    for side in sides:
        middle = place_between(low, high)
        assert low < middle < high
        low, high = (middle, high) if side else (low, middle)
    assert len(low) <= 2 + len(sides) / 5 + 2


def test_many_places_at_the_ends_are_short() -> None:
    for places in (
        places_between(None, None, 100_000),
        places_between("a0", None, 100_000),
        places_between(None, "a0", 100_000),
        places_between("a0", "a1", 100_000),
    ):
        assert places == sorted(set(places))
        assert max(map(len, places)) <= 6 < LONGEST

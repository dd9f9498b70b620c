"""How files that lie elsewhere are known again: by the strongest key that leads to one alone."""

import time

from hypothesis import given
from hypothesis import strategies as st

from antiphon.areas.library.internal.scan.lost_files import LostFiles, keys_of

FILES = st.tuples(
    st.sampled_from(["/a/one.mp3", "/a/two.mp3", "/b/one.mp3", "/b/two.mp3"]), st.integers(1, 2), st.integers(1, 2)
)


def keys(file: tuple[str, int, int]) -> tuple[object, ...]:
    return keys_of(*file, file[0])


def same(one: tuple[str, int, int], other: tuple[str, int, int], part: int) -> bool:
    """Whether two files have the same size and time, and the same place (2) or name (1), or whatever name (0)."""
    places = (one[0], other[0])
    names = [place.rpartition("/")[2] for place in places]
    return one[1:] == other[1:] and (part == 0 or len(set(names if part == 1 else places)) == 1)


@given(st.lists(FILES, max_size=8), st.lists(FILES, max_size=12))
def test_a_file_is_the_one_that_is_most_like_it_or_none(
    lost: list[tuple[str, int, int]], found: list[tuple[str, int, int]]
) -> None:
    left = dict(enumerate(lost, start=1))
    files = LostFiles({song_id: keys(file) for song_id, file in left.items()})
    for file in found:
        alike = [[song_id for song_id, one in left.items() if same(one, file, part)] for part in (2, 1, 0)]
        expected = next((songs[0] for songs in alike if len(songs) == 1), None)
        assert files.take(keys(file)) == expected
        left.pop(expected or 0, None)


def test_files_that_are_all_alike_cost_no_more_than_others() -> None:
    """Sound of one length without tags, copied by what keeps no times, is of one size and one time."""
    count = 50_000
    began = time.process_time()
    files = LostFiles({number: keys_of(f"old/{number}.wav", 1, 1) for number in range(1, count)})
    assert [files.take(keys_of(f"new/{number}", 1, 1)) for number in range(1, count)] == [None] * (count - 1)
    assert [files.take(keys_of(f"new/{number}.wav", 1, 1)) for number in range(1, count)] == list(range(1, count))
    assert time.process_time() - began < 10

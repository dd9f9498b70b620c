"""Random choices by thrown ids: each thing as likely as any other, and no search where nearly nothing may be seen."""

from collections import Counter
from collections.abc import Sequence

from antiphon.areas.library.internal.random import THROWS, Row, thrown

LARGEST = 1000


class Seen:
    """Rows of some of the ids, as a caller may see them."""

    def __init__(self, ids: set[int]) -> None:
        self.ids = ids
        self.looks = 0

    async def rows(self, ids: Sequence[int]) -> list[Row]:
        self.looks += 1
        assert len(set(ids)) == len(ids)
        return [(number, "title") for number in ids if number in self.ids]


async def test_everything_that_may_be_seen_is_as_likely() -> None:
    seen = Seen({number for number in range(1, LARGEST + 1) if number % 5})
    times: Counter[int] = Counter()
    for _ in range(400):
        found = await thrown(seen.rows, LARGEST, 50)
        assert len(found) <= 50
        assert list(found) != sorted(found)
        times.update(list(found))
    # Three throws find all that are wanted, but for one now and then.
    assert sum(times.values()) > 400 * 50 - 5
    # 25 times each, give or take; the place among the ids counts for nothing.
    assert times.keys() == seen.ids
    assert max(times.values()) < 60
    assert 0.8 < sum(times[number] for number in range(LARGEST // 2)) / (400 * 25) < 1.2
    assert seen.looks <= THROWS * 400


async def test_what_hardly_anything_may_be_seen_of_is_looked_at_once() -> None:
    seen = Seen({7, 300, 999})
    found = await thrown(seen.rows, LARGEST, 50)
    assert found.keys() <= seen.ids
    assert seen.looks == 1
    assert await thrown(seen.rows, 0, 50) == {}

"""What the helper process does: it multiplies all vectors with those that are asked for. Exact, and quick enough:
100,000 songs take about a millisecond."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

LENGTH = 64


def begin_searching() -> None:
    """One thread: a question is short, and others want the cores."""
    for library in ("OPENBLAS", "OMP", "MKL"):
        os.environ[f"{library}_NUM_THREADS"] = "1"
    os.nice(1)


class _Index:
    """The vectors of one pair of files, as many of them as have been read."""

    def __init__(self, base: Path) -> None:
        import numpy as np

        self.base = base
        self.count = 0
        self.ids: NDArray[np.int64] = np.zeros(0, np.int64)
        self.vectors: Floats = np.zeros((0, LENGTH), np.float32)
        self.places: dict[int, int] = {}

    def read_up_to(self, count: int) -> None:
        """Take in what has been added since."""
        import numpy as np

        if count == self.count:
            return
        ids = np.memmap(f"{self.base}.ids", "<i8", "r", shape=(count,))
        halves = np.memmap(f"{self.base}.f16", "<f2", "r", shape=(count, LENGTH))
        self.vectors = np.concatenate((self.vectors, halves[self.count :].astype(np.float32)))
        self.ids = np.array(ids)
        for place in range(self.count, count):
            song_id = int(self.ids[place])
            older = self.places.get(song_id)
            if older is not None:
                # What was measured again is found by its newer vector alone.
                self.vectors[older] = 0.0
            self.places[song_id] = place
        self.count = count

    def best(self, nearness: "Floats", without: list[int], wanted: int) -> list[tuple[int, float]]:
        """The `wanted` nearest, the nearest first."""
        import numpy as np

        nearness[without] = -2.0
        wanted = min(wanted, len(nearness))
        if wanted <= 0:
            return []
        chosen = np.argpartition(nearness, -wanted)[-wanted:]
        ordered = chosen[np.lexsort((self.ids[chosen], -nearness[chosen]))]
        # A vector of nothing but zeros stands for a song that is found elsewhere.
        return [(int(self.ids[at]), float(nearness[at])) for at in ordered if nearness[at] > -2.0 and self._counts(at)]

    def _counts(self, place: Any) -> bool:
        return self.places[int(self.ids[place])] == int(place)


_index: _Index | None = None


def _read(base: Path, count: int) -> _Index:
    global _index
    if _index is None or _index.base != base or _index.count > count:
        _index = _Index(base)
    _index.read_up_to(count)
    return _index


def search(base: Path, count: int, seeds: list[int], wanted: int) -> tuple[list[tuple[int, float]]]:
    """The songs nearest to any of the seeds."""
    index = _read(base, count)
    places = [index.places[seed] for seed in seeds if seed in index.places]
    if not places:
        return ([],)
    nearness = (
        index.vectors @ index.vectors[places[0]]
        if len(places) == 1
        else (index.vectors @ index.vectors[places].T).max(axis=1)
    )
    return (index.best(nearness, places, wanted),)


def walk(
    base: Path, count: int, start: int, end: int, steps: int, choices: int
) -> tuple[list[list[tuple[int, float]]] | None]:
    """The songs nearest to each of the places on the way from one song to another; then that other one itself."""
    import numpy as np

    index = _read(base, count)
    if start not in index.places or end not in index.places:
        return (None,)
    ends = [index.places[start], index.places[end]]
    first, last = index.vectors[ends]
    to_start = index.vectors @ first
    found = []
    for step in range(1, steps + 1):
        share = step / (steps + 1)
        place = (1 - share) * first + share * last
        nearness = index.vectors @ (place / max(float(np.linalg.norm(place)), 1e-6))
        best = index.best(nearness.astype(np.float32), ends, choices)
        # What lies on the other side leads nowhere.
        near = [song_id for song_id, nearness_to_place in best if nearness_to_place > 0]
        found.append([(song_id, float(to_start[index.places[song_id]])) for song_id in near])
    return ([*found, [(end, float(to_start[index.places[end]]))]],)

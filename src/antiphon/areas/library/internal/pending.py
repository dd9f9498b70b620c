"""Changes on disk that wait to be scanned: each place until it has been quiet for a moment."""

from collections.abc import Collection, Iterable

from antiphon.areas.library.data.libraries import Place
from antiphon.areas.library.data.watching import FolderChange
from antiphon.areas.library.internal.paths import stored_path
from antiphon.areas.library.internal.scan.walk import AUDIO_SUFFIXES, LYRICS_SUFFIXES, PICTURE_SUFFIXES

QUIET_SECONDS = 1.0
# A place that never is quiet (a large copy) is scanned all the same, without the files that are still written to.
LONGEST_SECONDS = 10.0
# With more of them a look at the whole library is simpler.
MOST_PLACES = 200
_SUFFIXES = AUDIO_SUFFIXES | PICTURE_SUFFIXES | LYRICS_SUFFIXES


def place_of(library_id: int, change: FolderChange) -> Place | None:
    """What a scan has to look at after a change; None where it does not concern music."""
    path = stored_path(change.path)
    parts = path.split("/")
    if any(part.startswith(".") for part in parts):
        return None
    if change.kind in ("folder", "listing"):
        return Place(library_id, path, deep=change.kind == "folder")
    if parts[-1].rpartition(".")[2].lower() in _SUFFIXES:
        return Place(library_id, path.rpartition("/")[0], deep=False)
    # What has gone under another name may have been a folder of music.
    return Place(library_id, path) if change.kind == "gone" else None


class Pending:
    """The places that wait, with the moments at which something was first and last heard of each."""

    def __init__(self) -> None:
        self._waiting: dict[Place, tuple[float, float]] = {}

    def add(self, places: Iterable[Place], now: float) -> None:
        """Something has changed there."""
        for place in places:
            first, _ = self._waiting.get(place, (now, now))
            self._waiting[place] = (first, now)

    def due(self, now: float) -> list[Place]:
        """The places that are to be scanned now."""
        found = [
            place
            for place, (first, last) in self._waiting.items()
            if now - last >= QUIET_SECONDS or now - first >= LONGEST_SECONDS
        ]
        counts: dict[int, int] = {}
        for place in found:
            counts[place.library_id] = counts.get(place.library_id, 0) + 1
        whole = {library_id for library_id, count in counts.items() if count > MOST_PLACES}
        return [Place(library_id) for library_id in whole] + [place for place in found if place.library_id not in whole]

    def done(self, places: Collection[Place], until: float) -> None:
        """A scan of these places is on its way: forget what they hold, unless something was heard after `until`."""
        for place, (_, last) in list(self._waiting.items()):
            if last <= until and any(other.holds(place) for other in places):
                del self._waiting[place]

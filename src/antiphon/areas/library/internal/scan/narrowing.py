"""A scan of some folders instead of all: which files it is about, and whether somebody still writes to one of them."""

import errno
import fcntl
import os
import signal
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence

from antiphon.areas.library.data.libraries import Place
from antiphon.areas.library.internal.scan.discs import album_folder

# Beyond so many folders reading what is known of the whole library is quicker than asking for each.
MANY_PLACES = 20
# A file that was changed less recently is not asked about.
RECENT_SECONDS = 60.0
SETTLED_SECONDS = 2.0


def outermost(places: Iterable[Place]) -> list[Place]:
    """The places without those that another one holds."""
    kept: list[Place] = []
    for place in sorted(set(places), key=lambda place: (place.library_id, place.path, not place.deep)):
        if not any(other.holds(place) for other in kept):
            kept.append(place)
    return kept


def by_library(places: Iterable[Place]) -> dict[int, list[Place]]:
    """The outermost places of each library."""
    found: dict[int, list[Place]] = defaultdict(list)
    for place in outermost(places):
        found[place.library_id].append(place)
    return dict(found)


class Narrowing:
    """What of one library is looked at. Without places: all of it."""

    def __init__(self, places: Sequence[Place] = ()) -> None:
        self.places = [place for place in places if not _is_hidden(place.path)]
        self.is_whole = not places or any(not place.path and place.deep for place in places)
        self._flat = {place.path for place in self.places if not place.deep}
        self._deep = {place.path for place in self.places if place.deep}

    def covers_folder(self, path: str) -> bool:
        """Whether the files directly in a folder are looked at. An album's folder is not without those of its discs,
        for which its picture stands."""
        if self.is_whole or path in self._flat or album_folder(path) in self._flat:
            return True
        while path not in self._deep:
            if not path:
                return False
            path = path.rpartition("/")[0]
        return True

    def covers_file(self, path: str) -> bool:
        """Whether a file is looked at."""
        return self.covers_folder(path.rpartition("/")[0])


def _is_hidden(path: str) -> bool:
    """Whether a scan passes a folder over: it or one above it is hidden."""
    return any(part.startswith(".") for part in path.split("/"))


def is_being_written(path: str, modified_ns: int, *, cautious: bool) -> bool:
    """Whether a file that was changed a moment ago is still open for writing.

    The kernel tells the owner of a file, by way of a lease that is given back at once. Where it does not tell, a
    `cautious` caller waits until the file has rested for two seconds; others take it as it is.
    """
    age = time.time() - modified_ns / 1e9
    if age > RECENT_SECONDS:
        return False
    try:
        file = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        # Whoever opens the file meanwhile makes the kernel send a signal: one that does nothing.
        fcntl.fcntl(file, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except OSError as error:
        if error.errno == errno.EAGAIN:
            return True
        return cautious and age < SETTLED_SECONDS
    finally:
        os.close(file)
    return False

"""Files that are not where they were, found again by what a move leaves as it was."""

from collections.abc import Hashable, Iterable, Mapping

Keys = tuple[Hashable, ...]
"""What a file is known again by, the strongest first."""


class LostFiles:
    """The lost files of songs. A key that several of them have leads to none: a wrong match would mix up two people's
    memories. However many are alike, looking for one takes the same time."""

    def __init__(self, keys: Mapping[int, Keys]) -> None:
        """`keys` has those of each song's file, by the song."""
        self._keys = dict(keys)
        # Most keys are one song's alone: those need no set.
        self._songs: dict[Hashable, int | set[int]] = {}
        for song_id, own in self._keys.items():
            for key in own:
                known = self._songs.setdefault(key, song_id)
                if isinstance(known, set):
                    known.add(song_id)
                elif known != song_id:
                    self._songs[key] = {known, song_id}

    def take(self, keys: Iterable[Hashable]) -> int | None:
        """The song whose file has the strongest of these keys that leads to one, and nobody is told it again; or
        None."""
        for key in keys:
            song_id = self._only(key)
            if song_id is not None:
                for own in self._keys.pop(song_id):
                    self._forget(own, song_id)
                return song_id
        return None

    def _only(self, key: Hashable) -> int | None:
        found = self._songs.get(key)
        if isinstance(found, set):
            return next(iter(found)) if len(found) == 1 else None
        return found

    def _forget(self, key: Hashable, song_id: int) -> None:
        found = self._songs[key]
        if isinstance(found, set):
            found.discard(song_id)
        else:
            del self._songs[key]


def keys_of(path: str, size: int, modified_ns: int, *places: str) -> Keys:
    """What a file keeps when it is moved: its size and modification time, together with one of `places` where it may
    lie as before, or with its name, or alone."""
    name = path.rpartition("/")[2]
    return (*((size, modified_ns, place) for place in places), (size, modified_ns, name), (size, modified_ns))

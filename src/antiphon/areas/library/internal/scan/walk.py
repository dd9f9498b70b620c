"""Walking a music folder."""

import contextlib
import os
import stat
import time
from collections.abc import Collection, Iterator, Sequence
from operator import attrgetter
from pathlib import Path

import msgspec

from antiphon.areas.library.data.libraries import Place
from antiphon.areas.library.data.ports import WORDS_ENDINGS
from antiphon.areas.library.internal.paths import real_text, shown_text, stored_path
from antiphon.areas.library.internal.scan.discs import album_folder
from antiphon.areas.library.internal.scan.narrowing import RECENT_SECONDS, is_being_written

AUDIO_SUFFIXES = frozenset(
    (
        "mp3",
        "mp2",
        "mpga",
        "flac",
        "ogg",
        "oga",
        "opus",
        "m4a",
        "m4b",
        "mp4",
        "aac",
        "alac",
        "wav",
        "aif",
        "aiff",
        "aifc",
        "wv",
    )
)
PICTURE_SUFFIXES = frozenset(("jpg", "jpeg", "png", "webp", "gif"))
LYRICS_SUFFIXES = frozenset(ending.removeprefix(".") for ending in WORDS_ENDINGS)
# In the order in which they are preferred; any other picture comes after these.
COVER_NAMES = ("cover", "folder", "front", "album", "albumart", "artwork", "thumb")

# Bytes of a path below the root: an index of PostgreSQL takes no more than a third of a page.
LONGEST_PATH = 2600
# Characters that never have more bytes than that.
SHORT_PATH = LONGEST_PATH // 4

# What the database keeps of a time in nanoseconds: from 1677 to 2262.
EARLIEST_NS, LATEST_NS = -(2**63), 2**63 - 1

_GONE = (FileNotFoundError, NotADirectoryError)
_PATH = attrgetter("path")


class FoundFile(msgspec.Struct, frozen=True, gc=False, array_like=True):
    """One audio file: its path below the root (as the database keeps paths), its size in bytes, its modification time
    in nanoseconds as far as the database counts, and whether somebody still writes to it."""

    path: str
    size: int
    modified_ns: int
    is_growing: bool = False


class FoundFolder(msgspec.Struct, gc=False):
    """One folder with audio files in it.

    `cover` is the path of the picture that stands for it (for a disc without one, its album's), `lyrics` the names of
    lyrics files with their endings in small letters, `signature` a text that changes when one of these does: then the
    folder's songs are read again.
    """

    path: str
    files: list[FoundFile]
    cover: str | None
    lyrics: frozenset[str]
    signature: str


class Walk:
    """Goes through a folder and everything below it, each real folder once; with `places`, only through these.

    Hidden files and folders, sockets, pipes and devices are passed over, and so are links that lead out of the root, or
    to what the walk comes to anyway. What lies in `apart` (paths below the root) belongs to another library.
    What cannot be read is told in `warnings` and stops nothing; what may well be there all the same, and all below it,
    is in `unreadable` (paths as the database keeps them, "" for the root).
    """

    def __init__(self, root: Path, places: Sequence[Place] = (), apart: Collection[str] = ()) -> None:
        self.root = str(root)
        self.warnings: list[str] = []
        self.unreadable: set[str] = set()
        self._places = places
        self._apart = set(apart)
        self._real_root = os.path.realpath(root)
        # What was changed before is not asked about. A file that somebody begins to write during the walk is younger.
        self._rested_ns = int((time.time() - RECENT_SECONDS) * 1e9)
        self._seen: set[tuple[int, int]] = set()
        self._walked: set[str] = set()
        self._lent: dict[str, tuple[str, int] | None] = {}

    def __iter__(self) -> Iterator[FoundFolder]:
        if not self._places:
            yield from self._below("", deep=True)
        for place in self._places:
            path = real_text(place.path)
            real = os.path.realpath(f"{self.root}/{path}")
            if self._is_apart(real):
                continue
            self._note_apart(real, path)
            if path and real != f"{self._real_root}/{path}" and (not self._holds(real) or self._comes_to(real)):
                continue
            # A folder that has gone has nothing in it any more.
            if self._is_folder(path):
                yield from self._below(path, deep=place.deep)

    def _below(self, start: str, *, deep: bool) -> Iterator[FoundFolder]:
        waiting = [start]
        while waiting:
            relative = waiting.pop()
            folder, below = self._folder(relative)
            if deep:
                waiting.extend(sorted(below, reverse=True))
            elif relative == start:
                waiting.extend(name for name in below if album_folder(name) == start)
            if folder is not None and folder.path not in self._walked:
                self._walked.add(folder.path)
                yield folder

    def _folder(self, relative: str) -> tuple[FoundFolder | None, list[str]]:
        prefix = f"{relative}/" if relative else ""
        files: list[FoundFile] = []
        below: list[str] = []
        pictures: list[tuple[str, int]] = []
        lyrics: list[tuple[str, int]] = []
        try:
            with os.scandir(f"{self.root}/{relative}" if relative else self.root) as entries:
                for entry in entries:
                    self._entry(entry, prefix, files, below, pictures, lyrics)
        except OSError as error:
            self._cannot_read(relative, "this folder", error)
            return None, []
        if not files:
            return None, below
        files.sort(key=_PATH)
        path = stored_path(relative)
        cover = min(pictures, key=_cover_order, default=None)
        shown = None if cover is None else f"{path}/{cover[0]}" if path else cover[0]
        if cover is None and (above := album_folder(relative)) is not None and (cover := self._lent_by(above)):
            shown, cover = f"{stored_path(above)}/{cover[0]}", (f"../{cover[0]}", cover[1])
        beside = [cover, *sorted(lyrics)] if cover else sorted(lyrics)
        signature = "|".join(f"{name}:{modified}" for name, modified in beside)
        words = frozenset(_with_small_ending(name) for name, _ in lyrics)
        return FoundFolder(path, files, shown, words, signature), below

    def _lent_by(self, album: str) -> tuple[str, int] | None:
        """The picture of the folder of an album, which its discs share."""
        if album not in self._lent:
            pictures: list[tuple[str, int]] = []
            with contextlib.suppress(OSError), os.scandir(f"{self.root}/{album}") as entries:
                pictures.extend(
                    (stored_path(entry.name), entry.stat().st_mtime_ns)
                    for entry in entries
                    if entry.name[0] != "." and entry.name.rpartition(".")[2].lower() in PICTURE_SUFFIXES
                )
            self._lent[album] = min(pictures, key=_cover_order, default=None)
        return self._lent[album]

    def _entry(
        self,
        entry: "os.DirEntry[str]",
        prefix: str,
        files: list[FoundFile],
        below: list[str],
        pictures: list[tuple[str, int]],
        lyrics: list[tuple[str, int]],
    ) -> None:
        name = entry.name
        if name[0] == ".":
            return
        path = prefix + name
        try:
            # Nearly all are, and what a folder tells of them itself needs no questions.
            is_plain = entry.is_file(follow_symlinks=False)
            if not is_plain and entry.is_dir():
                if path not in self._apart and self._is_new_folder(entry, path):
                    below.append(path)
                return
            suffix = name.rpartition(".")[2].lower()
            if suffix in AUDIO_SUFFIXES:
                if (is_plain or self._leads_to_file(entry, path)) and (len(path) <= SHORT_PATH or self._fits(path)):
                    files.append(self._found(entry, path))
            elif suffix in PICTURE_SUFFIXES:
                pictures.append((stored_path(name), entry.stat().st_mtime_ns))
            elif suffix in LYRICS_SUFFIXES:
                lyrics.append((stored_path(name), entry.stat().st_mtime_ns))
        except OSError as error:
            self._cannot_read(path, "this", error)

    def _found(self, entry: "os.DirEntry[str]", path: str) -> FoundFile:
        status = entry.stat()
        modified_ns = status.st_mtime_ns
        growing = modified_ns > self._rested_ns and is_being_written(
            entry.path, modified_ns, cautious=bool(self._places)
        )
        if not EARLIEST_NS <= modified_ns <= LATEST_NS:
            modified_ns = EARLIEST_NS if modified_ns < 0 else LATEST_NS
        return FoundFile(stored_path(path), status.st_size, modified_ns, growing)

    def _leads_to_file(self, entry: "os.DirEntry[str]", path: str) -> bool:
        """Whether a link leads to a file and may be followed. Pipes, sockets and devices are none."""
        return stat.S_ISREG(entry.stat().st_mode) and self._may_follow(entry, path)

    def _is_folder(self, path: str) -> bool:
        try:
            return stat.S_ISDIR(os.stat(f"{self.root}/{path}").st_mode)
        except OSError as error:
            if not isinstance(error, _GONE):
                self._cannot_read(path, "this folder", error)
            return False

    def _cannot_read(self, path: str, what: str, error: OSError) -> None:
        """Tell it. What has gone since it was listed, or a link into nowhere, has no songs that could stay."""
        said = f"{_shown(path or self.root)}: {what} cannot be read ({error.strerror})."
        if not isinstance(error, _GONE):
            self.unreadable.add(stored_path(path))
            said += " Its songs stay as they are."
        if isinstance(error, PermissionError):
            said += " Give the server's user the right to read it."
        self.warnings.append(said)

    def _is_new_folder(self, entry: "os.DirEntry[str]", path: str) -> bool:
        """A link to a folder is followed once: so a loop of links ends."""
        if not entry.is_symlink():
            return True
        if not self._may_follow(entry, path):
            return False
        status = entry.stat()
        key = (status.st_dev, status.st_ino)
        is_new = key not in self._seen
        self._seen.add(key)
        return is_new

    def _may_follow(self, entry: "os.DirEntry[str]", path: str) -> bool:
        """False for a link to what the walk comes to anyway, as every song would stand there twice; and, with a
        warning, for one that leads out of the root."""
        real = os.path.realpath(entry.path)
        if self._is_apart(real):
            return False
        if self._holds(real):
            self._note_apart(real, path)
            is_other_file = not entry.is_dir() and real.rpartition(".")[2].lower() not in AUDIO_SUFFIXES
            return is_other_file or not self._comes_to(real)
        self.warnings.append(f"{_shown(path)}: this link leads out of the music folder and is not followed.")
        return False

    def _fits(self, path: str) -> bool:
        """False, with a warning, for a path that no index takes."""
        if len(stored_path(path).encode()) <= LONGEST_PATH:
            return True
        self.warnings.append(f"{_shown(path[:80])}…: the path of this file is too long, so it is left out.")
        return False

    def _holds(self, real: str) -> bool:
        return real == self._real_root or real.startswith(self._real_root + os.sep)

    def _is_apart(self, real: str) -> bool:
        """Whether a real path lies in another library."""
        within = real[len(self._real_root) + 1 :] if self._apart and self._holds(real) else ""
        return any(within == other or within.startswith(f"{other}/") for other in self._apart)

    def _note_apart(self, real: str, path: str) -> None:
        """What belongs to another library below a real folder does so by each path that leads there."""
        start = real[len(self._real_root) + 1 :] + "/" if self._holds(real) else "/"
        self._apart |= {f"{path}/{other.removeprefix(start)}" for other in self._apart if other.startswith(start)}

    def _comes_to(self, real: str) -> bool:
        """Whether the walk comes to something inside the root without any link: nothing on the way is hidden."""
        return f"{os.sep}." not in real[len(self._real_root) :]


def libraries_within(paths: Sequence[str]) -> dict[str, frozenset[str]]:
    """For the folder of each library (as the database keeps paths) where others lie within it, below its root."""
    real = {path: os.path.realpath(real_text(path)) for path in paths}
    return {
        path: frozenset(other.removeprefix(f"{root}/") for other in real.values() if other.startswith(f"{root}/"))
        for path, root in real.items()
    }


def _shown(path: str) -> str:
    return shown_text(stored_path(path))


def _with_small_ending(name: str) -> str:
    stem, _, ending = name.rpartition(".")
    return f"{stem}.{ending.lower()}"


def _cover_order(picture: tuple[str, int]) -> tuple[int, str]:
    stem = picture[0].rpartition(".")[0].lower()
    return (COVER_NAMES.index(stem) if stem in COVER_NAMES else len(COVER_NAMES), picture[0])

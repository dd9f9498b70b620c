"""ZIP archives of strangers: looked over before anything is unpacked, and read file by file without trust.

No name in an archive ever becomes a path: names are labels, and what is wrong with them is a reason to refuse the file.
"""

import stat
import zipfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO

import msgspec

from antiphon.areas.library.data import ArchiveLimits, LeftBehind
from antiphon.areas.library.data.ports import WORDS_ENDINGS
from antiphon.areas.library.internal.scan.walk import COVER_NAMES
from antiphon.areas.library.internal.uploading import archive_names, central_directory
from antiphon.areas.library.internal.uploading.archive_names import file_kind
from antiphon.kernel.errors import AntiphonError, Kind

BEGINNINGS = (b"PK\x03\x04", b"PK\x05\x06")
MOST_PICTURE_BYTES = 20 * 1024 * 1024
MOST_WORDS_BYTES = 128 * 1024
MOST_SONG_BYTES = 2 * 1024 * 1024 * 1024
MOST_REASONS = 100
READ_AT_ONCE = 1024 * 1024
# Small files of silence shrink by any ratio, and hurt nobody.
HARMLESS_BYTES = 1024 * 1024
ENCRYPTED, STRONGLY_ENCRYPTED, MASKED = 0x1, 0x40, 0x2000
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


class Entry(msgspec.Struct, frozen=True):
    """A file of an archive: its label, its path there (a label too), its unpacked size in bytes, its place."""

    name: str
    path: PurePosixPath
    size: int
    info: zipfile.ZipInfo

    @property
    def folder(self) -> PurePosixPath:
        """The folder it lies in."""
        return self.path.parent

    @property
    def ending(self) -> str:
        """How its name ends, such as `.lrc`."""
        return self.path.suffix.casefold()

    @property
    def bare(self) -> PurePosixPath:
        """Its path without an ending, which words have from their song."""
        return self.folder / self.path.stem.casefold()


class Contents(msgspec.Struct, frozen=True):
    """What an archive holds: songs in its own order, the best picture of each folder, words by the names of their songs
    without an ending, what is refused (the first of it), how much that is in all, and how many files are no music."""

    songs: Sequence[Entry]
    pictures: dict[PurePosixPath, Entry]
    words: Mapping[PurePosixPath, Sequence[Entry]]
    reasons: Sequence[LeftBehind]
    refused: int
    passed_over: int

    def picture_for(self, song: Entry) -> Entry | None:
        """The picture of the song's folder, else of the one around it: discs of one album have folders of their own."""
        for folder in (song.folder, song.folder.parent):
            if folder in self.pictures:
                return self.pictures[folder]
        return None

    def words_for(self, song: Entry) -> Sequence[Entry]:
        """The words that lie beside a song under its name, the best first."""
        return self.words.get(song.bare, ())


class Archive:
    """An archive that has been looked over. Close it."""

    def __init__(self, path: Path, limits: ArchiveLimits) -> None:
        """Raises UNSUPPORTED_MEDIA `bad_archive`, TOO_LARGE `archive_too_large`."""
        self._file: BinaryIO = path.open("rb")
        try:
            size = path.stat().st_size
            central_directory.check(self._file, size, limits.files)
            self._zip = zipfile.ZipFile(self._file)
        except (zipfile.BadZipFile, EOFError, ValueError, LookupError, OSError, NotImplementedError) as error:
            self._file.close()
            raise damaged() from error
        except BaseException:
            self._file.close()
            raise
        try:
            self.contents = _contents(self._zip.infolist(), limits, size)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Let the file go."""
        self._zip.close()
        self._file.close()

    def copy(self, entry: Entry, write: Callable[[bytes], None], progress: Callable[[int], None]) -> None:
        """Unpack one file: at most the bytes it tells, and exactly those. `progress` hears how many there are already.

        Raises UNSUPPORTED_MEDIA `entry_damaged`, and what `write` raises.
        """
        done = 0
        try:
            opened = self._zip.open(entry.info)
        except (zipfile.BadZipFile, EOFError, ValueError, RuntimeError, OSError) as error:
            raise entry_damaged() from error
        with opened:
            while chunk := _next(opened):
                done += len(chunk)
                write(chunk)
                progress(done)
        if done != entry.size:
            raise entry_damaged()

    def content(self, entry: Entry) -> bytes:
        """All bytes of a picture or of words. Raises UNSUPPORTED_MEDIA `entry_damaged`."""
        content = bytearray()
        self.copy(entry, content.extend, lambda _: None)
        return bytes(content)


def is_archive(path: Path) -> bool:
    """Whether a file begins as a ZIP does."""
    try:
        with path.open("rb") as file:
            return file.read(4) in BEGINNINGS
    except FileNotFoundError:
        return False


def damaged() -> AntiphonError:
    """The archive as a whole cannot be read."""
    sentence = "This ZIP is damaged or incomplete: its table of contents cannot be read."
    return AntiphonError(Kind.UNSUPPORTED_MEDIA, "bad_archive", sentence)


def entry_damaged() -> AntiphonError:
    """One of its files cannot."""
    return AntiphonError(Kind.UNSUPPORTED_MEDIA, "entry_damaged", "It is damaged inside the ZIP.")


def _next(opened: IO[bytes]) -> bytes:
    try:
        return opened.read(READ_AT_ONCE)
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, OSError) as error:
        raise entry_damaged() from error


def _contents(infos: Sequence[zipfile.ZipInfo], limits: ArchiveLimits, size: int) -> Contents:
    _check_whole(infos, limits, size)
    songs: list[Entry] = []
    pictures: dict[PurePosixPath, list[Entry]] = {}
    words: dict[PurePosixPath, list[Entry]] = {}
    reasons: list[LeftBehind] = []
    refused = passed_over = 0
    for info in infos:
        path = archive_names.readable(info)
        kind = file_kind(path)
        if info.is_dir() or kind == "litter":
            continue
        label = archive_names.label(path)
        reason = _reason(info, path, kind, limits)
        if reason is not None:
            refused += 1
            reasons.append(LeftBehind(label, *reason))
            continue
        entry = Entry(label, PurePosixPath(archive_names.slashed(path)), info.file_size, info)
        if kind == "song":
            songs.append(entry)
        elif kind == "picture" and info.file_size <= MOST_PICTURE_BYTES:
            pictures.setdefault(entry.folder, []).append(entry)
        elif kind == "words" and info.file_size <= MOST_WORDS_BYTES:
            words.setdefault(entry.bare, []).append(entry)
        else:
            passed_over += 1
    best = {folder: min(found, key=_rank) for folder, found in pictures.items()}
    beside = {song.bare for song in songs} & words.keys()
    sung = {name: sorted(words.pop(name), key=_place) for name in beside}
    passed_over += sum(map(len, words.values()))
    return Contents(songs, best, sung, reasons[:MOST_REASONS], refused, passed_over)


def _place(words: Entry) -> int:
    return WORDS_ENDINGS.index(words.ending)


def _rank(picture: Entry) -> tuple[int, str]:
    stem = PurePosixPath(picture.name).stem.casefold()
    return (COVER_NAMES.index(stem) if stem in COVER_NAMES else len(COVER_NAMES), picture.name)


def _check_whole(infos: Sequence[zipfile.ZipInfo], limits: ArchiveLimits, size: int) -> None:
    if len(infos) > limits.files:
        raise central_directory.too_many(limits.files)
    total = sum(info.file_size for info in infos)
    if total > limits.bytes:
        sentence = f"Unpacked, this ZIP has {total:,} bytes; at most {limits.bytes:,} are taken."
        raise AntiphonError(Kind.TOO_LARGE, "archive_too_large", sentence)
    # Files that lie over each other are how a few kilobytes are made to hold petabytes.
    end = 0
    for info in sorted(infos, key=lambda one: one.header_offset):
        if info.header_offset < end or info.header_offset + info.compress_size > size:
            raise damaged()
        end = info.header_offset + info.compress_size


def _reason(info: zipfile.ZipInfo, path: str, kind: str, limits: ArchiveLimits) -> tuple[str, str] | None:
    """Why a file is not taken, as code and sentence."""
    wrong = archive_names.what_is_wrong(info.orig_filename, path)
    if wrong is not None:
        return "entry_name", wrong
    mode = info.external_attr >> 16
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        return "entry_link", "It is a link or a device, not a file."
    if info.flag_bits & (ENCRYPTED | STRONGLY_ENCRYPTED | MASKED):
        return "entry_encrypted", "It is locked with a password. Make a ZIP without one."
    if kind == "archive":
        return "entry_nested", "Archives inside of archives are not unpacked."
    if info.compress_type not in METHODS:
        return "entry_method", "It is packed in a way that is not known here. Use ordinary ZIP compression."
    if kind == "song" and not info.file_size:
        return "entry_empty", "It is empty."
    if kind == "song" and info.file_size > MOST_SONG_BYTES:
        return "too_large", f"A file may have {MOST_SONG_BYTES // 1024**3} GiB at most."
    if info.file_size > HARMLESS_BYTES and info.file_size > limits.ratio * info.compress_size:
        return "entry_ratio", f"Unpacked it would be more than {limits.ratio} times as large, as in a ZIP bomb."
    return None

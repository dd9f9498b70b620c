"""The names in an archive: what kind of file they tell, what is wrong with them, and how people are shown them."""

import re
import unicodedata
import zipfile
from pathlib import PurePosixPath
from typing import Literal

from antiphon.areas.library.data.ports import WORDS_ENDINGS
from antiphon.areas.library.internal.uploading.labels import clean_label

FileKind = Literal["song", "picture", "words", "archive", "litter", "other"]

LONGEST = 1024
UTF_8 = 0x800
SONGS = {
    ".mp3", ".flac", ".ogg", ".oga", ".opus", ".m4a", ".m4b", ".mp4", ".alac", ".aac", ".wav", ".wave", ".aif",
    ".aiff", ".aifc", ".wv",
}  # fmt: skip
PICTURES = {".jpg", ".jpeg", ".png", ".webp", ".gif"}
ARCHIVES = {".zip", ".7z", ".rar", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst", ".jar", ".cab", ".iso"}
# What systems put into folders without being asked.
LITTER = {".ds_store", "thumbs.db", "desktop.ini"}
_DRIVE = re.compile(r"[A-Za-z]:")
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def readable(info: zipfile.ZipInfo) -> str:
    """The name as its maker meant it: some write UTF-8 without saying so."""
    name = info.filename
    if info.flag_bits & UTF_8:
        return name
    try:
        return name.encode("cp437").decode()
    except UnicodeError:
        return name


def slashed(path: str) -> str:
    """The path as it is meant: some archives of Windows have their folders behind the other slash."""
    return path.replace("\\", "/")


def file_kind(path: str) -> FileKind:
    """What a file is, as its name tells."""
    name = PurePosixPath(slashed(path))
    if "__MACOSX" in name.parts or name.name.startswith("._") or name.name.casefold() in LITTER:
        return "litter"
    suffix = name.suffix.casefold()
    if suffix in SONGS:
        return "song"
    if suffix in PICTURES:
        return "picture"
    if suffix in WORDS_ENDINGS:
        return "words"
    return "archive" if suffix in ARCHIVES else "other"


def what_is_wrong(told: str, path: str) -> str | None:
    """A sentence where a name cannot be trusted. `told` is the name byte for byte, `path` as it reads."""
    if len(path) > LONGEST:
        return f"Its name has more than {LONGEST} characters."
    for letter in told + path:
        if unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp") or letter in _TURNING:
            return "Its name holds control characters, or marks that turn the reading direction."
    if path.startswith(("/", "\\")) or _DRIVE.match(path):
        return "Its name begins at the root of a disk."
    if ".." in path.replace("\\", "/").split("/"):
        return "Its name leads out of the ZIP."
    return None


def label(path: str) -> str:
    """The last part of the name, fit to be shown."""
    return clean_label(path)

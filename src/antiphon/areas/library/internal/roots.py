"""Which folders of the machine an admin of the web may make a library of: below the roots that the owner has set.

Links are followed before anything is compared, and what lies elsewhere is refused in the same words whether it is there
or not: so nobody learns from here what else is on the disk.
"""

import asyncio
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from antiphon.areas.library.data.libraries import FolderRules
from antiphon.areas.library.internal.paths import stored_path
from antiphon.kernel.errors import AntiphonError, Kind, forbidden, invalid, unavailable

MOST_FOLDERS = 500
ANSWER_SECONDS = 10.0

_Found = TypeVar("_Found")


async def asked_of_disks(look: Callable[[], _Found]) -> _Found:
    """What `look` finds out from disks, beside the event loop. Raises UNAVAILABLE `folder_silent` where they do not
    answer: a folder of another machine may have gone away."""
    try:
        return await asyncio.wait_for(asyncio.to_thread(look), ANSWER_SECONDS)
    except TimeoutError as error:
        message = "A folder on the server does not answer: the disk or machine it is on may have gone away."
        raise unavailable("folder_silent", message) from error


def is_within(path: Path, folder: Path) -> bool:
    """Whether `path` is `folder` or lies below it. Both are absolute and without links."""
    return path == folder or folder in path.parents


def is_allowed(path: Path, rules: FolderRules) -> bool:
    """Whether a library may lie at `path`."""
    real = path.resolve()
    roots = [root.resolve() for root in rules.roots]
    is_forbidden = any(is_within(real, bad) or is_within(bad, real) for bad in map(Path.resolve, rules.forbidden))
    return any(is_within(real, root) for root in roots) and not is_forbidden


def checked_folder(text: str, rules: FolderRules) -> Path:
    """The folder that `text` names, without links. Raises FORBIDDEN `no_roots` where the owner allows none, INVALID."""
    if not rules.roots:
        raise forbidden("The owner of this server has not allowed that folders are added here.", "no_roots")
    if not text.startswith("/") or "\0" in text or len(text) > 4000:
        raise invalid(path="Write the whole path of a folder, beginning with /.")
    try:
        path = Path(text).resolve()
        if not is_allowed(path, rules):
            shown = ", ".join(str(root) for root in rules.roots)
            raise invalid(path=f"Folders may only be added below {shown}.")
        is_folder = path.is_dir() and os.access(path, os.R_OK | os.X_OK)
    except (OSError, RuntimeError) as error:
        raise invalid(path="This folder cannot be read.") from error
    if not is_folder:
        raise invalid(path="There is no such folder, or the server may not read it.")
    return path


def check_apart(path: Path, taken: Iterable[tuple[str, Path]]) -> None:
    """Raise CONFLICT `folder_taken` where `path` holds the folder of another library or lies in one, as every song
    would stand there twice. `taken` are libraries by name, with their folders. All are without links."""
    for name, real in taken:
        if is_within(path, real) or is_within(real, path):
            raise AntiphonError(Kind.CONFLICT, "folder_taken", f"This folder belongs to the library {name} already.")


def folders_below(path: Path, rules: FolderRules) -> Iterator[Path]:
    """The folders directly below one, by name; hidden ones and those that lead elsewhere are left out."""
    try:
        names = sorted(entry.name for entry in os.scandir(path) if entry.is_dir() and not entry.name.startswith("."))
    except OSError as error:
        raise invalid(below="This folder cannot be read.") from error
    found = (path / name for name in names[:MOST_FOLDERS])
    return (folder for folder in found if is_allowed(folder, rules))


def shown(path: Path) -> str:
    """A path as it is kept and told."""
    return stored_path(str(path))

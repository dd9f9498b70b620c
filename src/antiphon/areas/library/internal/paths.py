"""File names that are no UTF-8, kept in a database that takes only UTF-8.

Python gives undecodable bytes as lone surrogates U+DC80 to U+DCFF; here they stand as private-use characters of plane
16, so that a stored path is valid text and leads back to the very file.
"""

import os
from pathlib import Path

_SHIFT = 0x100000
_TO_STORED = {surrogate: surrogate + _SHIFT for surrogate in range(0xDC80, 0xDD00)}
_TO_SHOWN = dict.fromkeys(_TO_STORED.values(), 0xFFFD)
_TO_REAL = {stored: surrogate for surrogate, stored in _TO_STORED.items()}


def stored_path(path: str) -> str:
    """A path as the file system gives it, as the database keeps it."""
    return path if path.isascii() else path.translate(_TO_STORED)


def real_text(stored: str) -> str:
    """The other way round: a stored path as the file system takes it."""
    return stored if stored.isascii() else stored.translate(_TO_REAL)


def shown_text(stored: str) -> str:
    """A stored path for people: a replacement character for each byte that is no text."""
    return stored if stored.isascii() else stored.translate(_TO_SHOWN)


def real_path(root: Path, stored: str) -> Path:
    """The file that a stored path under `root` leads to.

    Raises ValueError where it leads out of the folder: only a damaged database can say so.
    """
    path = root / real_text(stored)
    if not os.path.normpath(path).startswith(os.path.normpath(root) + os.sep):
        raise ValueError("a stored path leads out of its library")
    return path

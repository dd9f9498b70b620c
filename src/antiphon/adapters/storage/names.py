"""The names that files are kept under."""

import re

from antiphon.kernel.errors import AntiphonError, Kind

_NAME = re.compile(r"[0-9a-f]{2}/[0-9a-f]{2}/[0-9a-f]{32}\.[a-z0-9]{1,8}")


def checked_name(name: str) -> str:
    """`name`, which the library has made. Raises ValueError for anything else: no name of a person leads to a file."""
    if not _NAME.fullmatch(name):
        raise ValueError("this is no name of a stored file")
    return name


def file_missing() -> AntiphonError:
    """What is told where a file is not there."""
    return AntiphonError(Kind.NOT_FOUND, "file_missing", "The file has vanished.")

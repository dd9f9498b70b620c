"""Folders that hold one disc of an album: `Album/CD1`, `Album/Disc 2`."""

import re

DISC_FOLDER = re.compile(r"(?:^|/)(?:cd|disc|disk)[ _.-]*\d{1,2}[^/]*$", re.IGNORECASE)


def album_folder(path: str) -> str | None:
    """The folder of the album whose disc the folder at `path` holds; None where it holds no disc, or lies at the root
    of its library, where pictures stand for no album."""
    above = DISC_FOLDER.sub("", path)
    return above if above and above != path else None

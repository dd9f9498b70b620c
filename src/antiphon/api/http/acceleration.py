"""Files that nginx sends itself: the server decides who may have them and tells it where they lie
(X-Accel-Redirect)."""

import os
from collections.abc import Sequence
from urllib.parse import quote


class Accelerator:
    """Folders of this machine, and the internal locations of nginx that lead to them."""

    def __init__(self, folders: Sequence[tuple[str, str]]) -> None:
        """Pairs of a folder and its location."""
        # The longest first: a folder may lie in another.
        self._folders = sorted(
            ((os.fsencode(folder.rstrip("/")) + b"/", location.rstrip("/") + "/") for folder, location in folders),
            key=lambda pair: len(pair[0]),
            reverse=True,
        )

    def location(self, path: str | os.PathLike[str]) -> str | None:
        """Where nginx finds a file; None where it does not."""
        name = os.fsencode(path)
        for folder, location in self._folders:
            if name.startswith(folder) and b"/../" not in name:
                return location + quote(name[len(folder) :])
        return None

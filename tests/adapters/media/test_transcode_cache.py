"""The folder of transcodes that are kept."""

import os
from pathlib import Path

from antiphon.adapters.media.transcoding.cache import tidy


def test_what_was_left_half_made_is_removed(tmp_path: Path) -> None:
    folder = tmp_path / "ab"
    folder.mkdir()
    old, new, whole = folder / "x.1.part", folder / "y.2.part", folder / "z"
    for file in (old, new, whole):
        file.write_bytes(b"12345")
    os.utime(old, (1, 1))
    assert tidy(tmp_path, 100, remove_parts=True) == 5
    assert sorted(folder.iterdir()) == [new, whole]

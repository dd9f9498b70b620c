"""The order in which files are run: those that take long first, so that none is begun when all others are done.

Files are handed to workers one by one (`--dist=loadfile`), in this order when xdist is told not to make its own
(`--no-loadscope-reorder`: it would begin those last that have few tests, and these are the long ones). A long file at
the end would keep a single worker busy.
"""

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# From the longest on, those that mostly wait among those that mostly work; then the other files of these folders, then
# all else as it was found.
LONG_FILES: Sequence[str] = (
    "bootstrap/test_demo.py",  # what its server composes is the demo library of all other tests
    "e2e/test_extremes.py",
    "bootstrap/test_stop.py",
    "e2e/test_accessibility.py",
    "security/test_permissions.py",
    "bootstrap/test_crash.py",
    "bootstrap/test_scan_faults.py",
    "e2e/test_accounts_pages.py",
    "bootstrap/test_database_trouble.py",
    "bootstrap/test_start.py",
    "e2e/test_sound.py",
    "e2e/test_trouble.py",
    "bootstrap/test_uploads.py",
    "e2e/test_playing.py",
    "e2e/test_broadcasts.py",
    "api/opensubsonic/test_clients.py",
    "adapters/demo_music/test_demo_library.py",
)
LONG_FOLDERS: Sequence[str] = ("e2e", "bootstrap", "cli", "adapters", "security")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Two workers more than there are cores: many tests wait, for a song that sounds and a server that ends."""
    return len(os.sched_getaffinity(0)) + 2


def _place(item: pytest.Item) -> int:
    """How early the file of a test is begun: the smaller, the earlier."""
    if not item.path.is_relative_to(ROOT):
        return len(LONG_FILES) + len(LONG_FOLDERS)
    name = item.path.relative_to(ROOT).as_posix()
    if name in LONG_FILES:
        return LONG_FILES.index(name)
    folder = name.partition("/")[0]
    return len(LONG_FILES) + (LONG_FOLDERS.index(folder) if folder in LONG_FOLDERS else len(LONG_FOLDERS))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files first; within a file, and among files that are alike, nothing changes."""
    items.sort(key=_place)

"""`sqlite3` without locks of its own around every value that is read.

SQLite guards each connection with a lock, which is taken for every call: for a page of fifty songs some thousand times.
In a process with threads that costs a tenth of such a page. Here no connection is ever used by two threads at once, so
SQLite is told to do without, in its mode for that (https://www.sqlite.org/threadsafe.html, "multi-thread"). It can be
told only before its first use in a process: whoever needs `sqlite3` takes it from this module.
"""

import ctypes
import importlib.util
import sys

MULTI_THREAD = 2
"""SQLITE_CONFIG_MULTITHREAD of sqlite3_config()."""


def _do_without_locks() -> bool:
    """Whether SQLite has agreed. Where it is in use already, or built into Python, all stays as it was."""
    module = importlib.util.find_spec("_sqlite3")
    if module is None or module.origin is None or "_sqlite3" in sys.modules:
        return False
    try:
        configure = ctypes.CDLL(module.origin).sqlite3_config
    except (OSError, AttributeError):
        return False
    return int(configure(MULTI_THREAD)) == 0


HAS_NO_LOCKS = _do_without_locks()
"""True where a connection must not be used by two threads at once. None is, whether it is true or not."""

import sqlite3  # noqa: E402 - only now

__all__ = ["HAS_NO_LOCKS", "sqlite3"]

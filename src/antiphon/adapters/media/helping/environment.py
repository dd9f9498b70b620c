"""What a helper process is told of the environment of the one that starts it."""

import os
import sys

_KEPT = ("PATH", "LD_LIBRARY_PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ")


def helper_environment() -> dict[str, str]:
    """What a helper needs to know of ours, and where our modules lie. Secrets in it are none of its business."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    # Each thread would reserve memory of its own, and much of it.
    return {**kept, "MALLOC_ARENA_MAX": "2", "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}

"""How much of the machine heavy work may take."""

import os


def processors_but_one() -> int:
    """All processors that this process may use but one, which is left to whoever answers meanwhile; one at least."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 2
    return max(1, usable - 1)

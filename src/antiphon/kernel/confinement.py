"""What a process gives up before it opens files of strangers. Little is loaded here: helper processes start often."""

import contextlib
import ctypes
import os
import resource
import sys

_CLONE_NEWNET, _CLONE_NEWUSER = 0x40000000, 0x10000000
_KEPT = ("PATH", "LD_LIBRARY_PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ")


def limit_bytes(memory: int, largest_file: int) -> None:
    """Limit this process to so many bytes of address space and of each file that it writes; it leaves no core file."""
    for what, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, largest_file),
        (resource.RLIMIT_CORE, 0),
    ):
        # A lower limit that was set from outside stays.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(what, (most, most))


def leave_network(*, reads_own_files: bool = False) -> None:
    """Have this process in a network of its own, without any other end, where the system lets it. Linux only.

    Root gives up the network alone: in a user namespace it could not read other people's files any more. Where it may
    not do that, a process that `reads_own_files` takes the user namespace all the same.
    """
    if sys.platform.startswith("linux"):
        with contextlib.suppress(OSError, AttributeError):
            system = ctypes.CDLL(None)
            if os.geteuid() == 0 and (system.unshare(_CLONE_NEWNET) == 0 or not reads_own_files):
                return
            system.unshare(_CLONE_NEWNET | _CLONE_NEWUSER)


def helper_environment() -> dict[str, str]:
    """What a helper process needs to know of our environment, and where our modules lie. Secrets in it are none of its
    business."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    # Each thread would reserve memory of its own, and much of it.
    return {**kept, "MALLOC_ARENA_MAX": "2", "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}

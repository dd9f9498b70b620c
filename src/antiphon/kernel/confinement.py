"""What a process gives up before it opens files of strangers. Little is loaded here: helper processes start often."""

import contextlib
import ctypes
import os
import resource
import sys

_CLONE_NEWNET, _CLONE_NEWUSER = 0x40000000, 0x10000000


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


def leave_network() -> None:
    """Have this process in a network of its own, without any other end, where the system lets it. Linux only."""
    if sys.platform.startswith("linux"):
        # Root gives up the network alone: in a user namespace it could not read other people's files any more.
        wanted = _CLONE_NEWNET if os.geteuid() == 0 else _CLONE_NEWNET | _CLONE_NEWUSER
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).unshare(wanted)

"""The process that started this one. Nothing else is loaded here: small helper processes need no more."""

import ctypes
import os
import sys

_PR_SET_PDEATHSIG = 1


def die_with_parent(sign: int, parent: int) -> None:
    """Have this process get `sign` when the one that started it, `parent`, ends. Linux only; elsewhere it does
    nothing. Ends this process at once where the parent has ended already."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, sign, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit(1)

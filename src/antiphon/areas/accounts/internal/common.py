"""Passwords that everybody tries first.

`common_passwords.txt` has the 3200 most common passwords of eight characters and more, out of published leaks, by their
digests: the words themselves are nothing to read.
"""

import hashlib
from functools import lru_cache
from importlib.resources import files

_DIGITS = 12


@lru_cache(maxsize=1)
def _digests() -> frozenset[str]:
    return frozenset((files(__package__) / "common_passwords.txt").read_text(encoding="ascii").split())


def is_common(password: str) -> bool:
    """True for one of the most common passwords, in small or capital letters."""
    folded = b"common password\0" + password.casefold().encode("utf-8", "surrogatepass")
    return hashlib.sha256(folded).hexdigest()[:_DIGITS] in _digests()

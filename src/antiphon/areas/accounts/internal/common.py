"""Passwords that everybody tries first: those of the package zxcvbn, out of published leaks."""

from functools import lru_cache


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    # Loaded when the first password is chosen: the package's other lists are large, and most starts need none.
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    return frozenset(FREQUENCY_LISTS["passwords"])


def is_common(password: str) -> bool:
    """True for one of the most common passwords, in small or capital letters."""
    return password.casefold() in _common()

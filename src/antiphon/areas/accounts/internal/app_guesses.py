"""Wrong sign-ins of Subsonic apps. Every call of theirs is a sign-in, so right ones must cost nothing, and an old phone
that keeps trying a revoked password must not stop the other apps of the house.

A right secret opens without asking anybody as long as this process has heard of no wrong one for the same account or
network. Where it has, tries are limited like those at an account's password. Apps that signed in from the same network
shortly before notice nothing of it, unless very many wrong ones come from there: behind a proxy, everybody may be one
network.
"""

import time
from typing import TypeVar

from antiphon.areas.accounts.internal.attempts import WINDOW_SECONDS, Attempts
from antiphon.kernel.limits import network_of

PURPOSE = "rest"
KEPT = 20_000
MOST_BESIDE_TRUSTED = 60
Key = TypeVar("Key")


class AppGuesses:
    """What this process remembers of tries at app passwords; how many there were, all processes count together."""

    def __init__(self, attempts: Attempts) -> None:
        self._attempts = attempts
        # When the first wrong one came in the last minutes, and how many since.
        self._wrong: dict[str, tuple[float, int]] = {}
        self._trusted: dict[tuple[int, str], tuple[float, int]] = {}

    async def right(self, password_id: int, account: str, address: str) -> None:
        """A right secret was given. Raises TOO_MANY_REQUESTS where too many wrong ones were before, so that guessing on
        does not help."""
        network = network_of(address)
        if _count(self._wrong, f"as:{account}") or _count(self._wrong, f"from:{network}"):
            is_trusted = _count(self._trusted, (password_id, network)) > 0
            if not is_trusted or _count(self._wrong, f"from:{network}") > MOST_BESIDE_TRUSTED:
                await self._attempts.check(PURPOSE, account, address)
        _keep(self._trusted, (password_id, network), time.monotonic(), 1)

    async def wrong(self, account: str, address: str) -> None:
        """Count a wrong one. Raises TOO_MANY_REQUESTS; such a try counts no further."""
        for name in (f"as:{account}", f"from:{network_of(address)}"):
            count = _count(self._wrong, name)
            began = self._wrong[name][0] if count else time.monotonic()
            _keep(self._wrong, name, began, count + 1)
        await self._attempts.admit(PURPOSE, account, address)


def _count(kept: dict[Key, tuple[float, int]], key: Key) -> int:
    """How many there were in the window that has not passed yet."""
    found = kept.get(key)
    return found[1] if found is not None and time.monotonic() - found[0] < WINDOW_SECONDS else 0


def _keep(kept: dict[Key, tuple[float, int]], key: Key, began: float, count: int) -> None:
    if len(kept) >= KEPT and key not in kept:
        for one in sorted(kept, key=lambda known: kept[known])[: KEPT // 2]:
            del kept[one]
    kept[key] = (began, count)

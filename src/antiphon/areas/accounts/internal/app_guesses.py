"""Wrong sign-ins of Subsonic apps. Every call of theirs is a sign-in, so right ones must cost nothing, and an old phone
that keeps trying a revoked password must not stop the other apps of the house.

A right secret opens without asking anybody as long as this process has heard of no wrong one for the same account or
network. Where it has, tries are limited like those at an account's password; apps that signed in from the same network
shortly before notice nothing of it.
"""

import time
from typing import TypeVar

from antiphon.areas.accounts.internal.attempts import WINDOW_SECONDS, Attempts
from antiphon.kernel.limits import network_of

PURPOSE = "rest"
KEPT = 20_000
Key = TypeVar("Key")


class AppGuesses:
    """What this process remembers of tries at app passwords; how many there were, all processes count together."""

    def __init__(self, attempts: Attempts) -> None:
        self._attempts = attempts
        self._suspected: dict[str, float] = {}
        self._trusted: dict[tuple[int, str], float] = {}

    async def right(self, password_id: int, account: str, address: str) -> None:
        """A right secret was given. Raises TOO_MANY_REQUESTS where too many wrong ones were before, so that guessing on
        does not help."""
        network = network_of(address)
        if self._is_suspected(account, network) and not _is_recent(self._trusted, (password_id, network)):
            await self._attempts.check(PURPOSE, account, address)
        _remember(self._trusted, (password_id, network))

    async def wrong(self, account: str, address: str) -> None:
        """Count a wrong one. Raises TOO_MANY_REQUESTS; such a try counts no further."""
        _remember(self._suspected, f"as:{account}")
        network = network_of(address)
        if network:
            _remember(self._suspected, f"from:{network}")
        await self._attempts.admit(PURPOSE, account, address)

    def _is_suspected(self, account: str, network: str) -> bool:
        return _is_recent(self._suspected, f"as:{account}") or _is_recent(self._suspected, f"from:{network}")


def _is_recent(moments: dict[Key, float], key: Key) -> bool:
    at = moments.get(key)
    return at is not None and time.monotonic() - at < WINDOW_SECONDS


def _remember(moments: dict[Key, float], key: Key) -> None:
    if len(moments) >= KEPT and key not in moments:
        oldest = sorted(moments, key=lambda one: moments[one])[: KEPT // 2]
        for one in oldest:
            del moments[one]
    moments[key] = time.monotonic()

"""Addresses of audio that play without any header: signed for one song, one person and a few hours.

The signature also covers the revision of the person's access, which the address does not show: a new password or a
block ends every address at once.
"""

import hashlib
import hmac
from collections.abc import Callable

from antiphon.areas.accounts.api import Access
from antiphon.kernel.clock import Clock
from antiphon.kernel.errors import AntiphonError, forbidden
from antiphon.kernel.principal import Principal

Sign = Callable[[int], str | None]
"""From a song's id to the path that plays it."""

HOUR = 3600
LONGEST_HOURS = 6


class SignedAddresses:
    """Signs addresses, and opens them again."""

    def __init__(self, secret_key: str, access: Access, clock: Clock) -> None:
        self._key = hmac.digest(secret_key.encode(), b"addresses of audio", "sha256")
        self._access = access
        self._clock = clock

    async def signer(self, principal: Principal) -> Sign:
        """From a song's id to a path that plays it for `principal` for five to six hours; to None for nobody."""
        if principal.is_anonymous:
            return _nowhere
        _, revision = await self._access.by_signature(principal.user_id)
        # At full hours, so that a player that asks again is given the same address.
        expires = (int(self._clock()) // HOUR + LONGEST_HOURS) * HOUR
        user_id = principal.user_id

        def sign(song_id: int) -> str:
            signature = self._signature(song_id, user_id, revision, expires)
            return f"/api/songs/{song_id}/audio/?user={user_id}&expires={expires}&signature={signature}"

        return sign

    async def open(self, song_id: int, user_id: int, expires: int, signature: str) -> Principal:
        """The person an address was signed for. Raises FORBIDDEN for one that was tampered with or has ended, and where
        the person is gone, blocked, or has a new password since."""
        try:
            principal, revision = await self._access.by_signature(user_id)
        except AntiphonError as error:
            raise _ended() from error
        expected = self._signature(song_id, user_id, revision, expires)
        is_right = hmac.compare_digest(expected.encode(), signature.encode("utf-8", "replace"))
        if not is_right or not 0 <= expires - self._clock() <= LONGEST_HOURS * HOUR:
            raise _ended()
        return principal

    def _signature(self, song_id: int, user_id: int, revision: int, expires: int) -> str:
        signed = f"{song_id}:{user_id}:{revision}:{expires}".encode()
        return hmac.new(self._key, signed, hashlib.sha256).hexdigest()


def _nowhere(_song_id: int) -> None:
    return None


def _ended() -> AntiphonError:
    return forbidden("This address plays nothing any more. Ask for the song again.", "address_ended")

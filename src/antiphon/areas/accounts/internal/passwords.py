"""Password hashes: Argon2id at the OWASP floor (m=19456 KiB, t=2, p=1), peppered, never on the event loop."""

import asyncio
import base64
import hashlib
import hmac
from collections.abc import Callable
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from antiphon.areas.accounts.internal.common import is_common
from antiphon.kernel.errors import invalid, unavailable

MINIMUM_LENGTH, MAXIMUM_LENGTH = 8, 1024
Result = TypeVar("Result")
HASHES_AT_A_TIME = 4
WAITING_HASHES = 64
# Argon2id at the floor of OWASP's Password Storage Cheat Sheet (memory in KiB).
COST = {"memory_cost": 19456, "time_cost": 2, "parallelism": 1}


class Passwords:
    """Makes and checks hashes, a few at a time: each takes 19 MiB and some 35 ms of a core."""

    def __init__(self, pepper: str) -> None:
        self._pepper = pepper.encode()
        self._hasher = PasswordHasher(
            memory_cost=COST["memory_cost"], time_cost=COST["time_cost"], parallelism=COST["parallelism"]
        )
        self._free = asyncio.Semaphore(HASHES_AT_A_TIME)
        self._waiting = 0
        self._unknown = self._hasher.hash("nobody has this password")

    def _peppered(self, password: str) -> bytes:
        return base64.b64encode(hmac.digest(self._pepper, password.encode("utf-8", "surrogatepass"), hashlib.sha256))

    async def hash(self, password: str) -> str:
        """The hash to keep. Raises UNAVAILABLE where too many wait for theirs already."""
        return await self._run(lambda: self._hasher.hash(self._peppered(password)))

    async def matches(self, password_hash: str, password: str) -> bool:
        """True where `password` made `password_hash`. An empty hash never matches, and takes as long to say so."""
        known = bool(password_hash) and len(password) <= MAXIMUM_LENGTH

        def check() -> bool:
            try:
                return self._hasher.verify(
                    password_hash if known else self._unknown, self._peppered(password[:MAXIMUM_LENGTH])
                )
            except (VerificationError, InvalidHashError):
                return False

        return await self._run(check) and known

    def is_outdated(self, password_hash: str) -> bool:
        """True for a hash that was made with less work than today's."""
        return self._hasher.check_needs_rehash(password_hash)

    async def _run(self, work: Callable[[], Result]) -> Result:
        if self._waiting >= WAITING_HASHES:
            raise unavailable("too_many_sign_ins", "Too many people sign in at once. Try again in a moment.", 2)
        self._waiting += 1
        try:
            async with self._free:
                return await asyncio.to_thread(work)
        finally:
            self._waiting -= 1


def check_password(password: str, *names: str) -> None:
    """Raise INVALID `password` where it is too short, too long, very common, or one of the person's own names."""
    if len(password) < MINIMUM_LENGTH:
        raise invalid(password=f"A password needs at least {MINIMUM_LENGTH} characters.")
    if len(password) > MAXIMUM_LENGTH:
        raise invalid(password=f"A password has at most {MAXIMUM_LENGTH} characters.")
    if password.casefold() in {name.casefold() for name in (*names, "antiphon")} or is_common(password):
        raise invalid(password="This password is easy to guess. Take another.")

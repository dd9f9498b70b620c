"""Passwords of pages that people open to others: hashed like those of accounts, and guarded like them."""

from antiphon.areas.accounts.internal.attempts import Attempts
from antiphon.areas.accounts.internal.passwords import Passwords, check_password
from antiphon.kernel.errors import AntiphonError, Kind


class PagePasswords:
    """Makes hashes of them, and tells who knows them."""

    def __init__(self, *, passwords: Passwords, attempts: Attempts) -> None:
        self._passwords = passwords
        self._attempts = attempts

    async def hash(self, password: str) -> str:
        """The hash to keep. Raises INVALID `password` for one that is easy to guess, UNAVAILABLE."""
        check_password(password)
        return await self._passwords.hash(password)

    async def check(self, page: str, password_hash: str, password: str, address: str) -> None:
        """Let somebody at `address` try a password; `page` names what it opens.

        Raises WRONG_CREDENTIALS, TOO_MANY_REQUESTS with the seconds to wait after too many wrong ones, UNAVAILABLE.
        """
        async with self._attempts.attempt("page", page, address):
            if not await self._passwords.matches(password_hash, password):
                raise AntiphonError(Kind.WRONG_CREDENTIALS, "wrong_credentials", "This is not the password.")

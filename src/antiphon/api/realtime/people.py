"""Who is connected: signed-in sockets, checked again and again, so that none outlives its token."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable

import msgspec

from antiphon.kernel.errors import AntiphonError, Kind
from antiphon.kernel.principal import Principal

log = logging.getLogger(__name__)

MOST_SOCKETS = 20
BELIEVED_SECONDS = 1.0
CHECKS_PER_SECOND = 100

Authenticate = Callable[[str], Awaitable[Principal | None]]
"""Who is behind a token; None or NOT_SIGNED_IN for nobody."""


class Person(msgspec.Struct):
    """One signed-in socket."""

    socket_id: str
    token: str
    principal: Principal
    checked_at: float


class People:
    """The signed-in sockets of this process. `refuse` ends one, `change` hears of new rights."""

    def __init__(
        self,
        authenticate: Authenticate,
        refuse: Callable[[str], Awaitable[None]],
        change: Callable[[Person], Awaitable[None]],
    ) -> None:
        self._authenticate = authenticate
        self._refuse = refuse
        self._change = change
        self._sockets: dict[str, Person] = {}
        self._of_user: dict[int, set[str]] = {}

    def __len__(self) -> int:
        return len(self._sockets)

    async def sign_in(self, socket_id: str, token: str) -> Person:
        """Raises NOT_SIGNED_IN, FORBIDDEN for a key that may not read, TOO_MANY_REQUESTS for the 21st socket."""
        principal = await self._who(token)
        if principal is None:
            raise AntiphonError(Kind.NOT_SIGNED_IN, "not_signed_in", "Sign in first.")
        if principal.scopes is not None and "read" not in principal.scopes:
            raise AntiphonError(Kind.FORBIDDEN, "forbidden", "This key may not read.")
        own = self._of_user.setdefault(principal.user_id, set())
        if len(own) >= MOST_SOCKETS:
            raise AntiphonError(Kind.TOO_MANY_REQUESTS, "too_many_sockets", "This account has too many connections.")
        own.add(socket_id)
        person = self._sockets[socket_id] = Person(socket_id, token, principal, time.monotonic())
        return person

    def leave(self, socket_id: str) -> None:
        """The socket is gone."""
        person = self._sockets.pop(socket_id, None)
        if person is not None:
            own = self._of_user.get(person.principal.user_id, set())
            own.discard(socket_id)
            if not own:
                self._of_user.pop(person.principal.user_id, None)

    def has_user(self, user_id: int) -> bool:
        """Whether one of the sockets here is that person's."""
        return user_id in self._of_user

    def has_admin(self) -> bool:
        """Whether one of the sockets here is an admin's."""
        return any(person.principal.is_admin for person in self._sockets.values())

    async def checked(self, socket_id: str) -> Person | None:
        """The person behind a socket, known or found to be signed in within the last second; None, and the socket
        ended, where they no longer are."""
        person = self._sockets.get(socket_id)
        if person is None or time.monotonic() - person.checked_at < BELIEVED_SECONDS:
            return person
        return person if await self._check(person) else None

    async def check_user(self, user_id: int) -> None:
        """Check the sockets of a person now, and again when no process believes an earlier check any more."""
        for pause in (0.0, BELIEVED_SECONDS + 0.1):
            await asyncio.sleep(pause)
            for socket_id in list(self._of_user.get(user_id, ())):
                person = self._sockets.get(socket_id)
                if person is not None:
                    await self._check(person)

    async def keep_checking(self) -> None:
        """Check everyone, for ever: each second where they are few, never more than a hundred a second."""
        while True:
            await asyncio.sleep(1.0)
            oldest_first = sorted(self._sockets.values(), key=lambda person: person.checked_at)
            for person in oldest_first[:CHECKS_PER_SECOND]:
                if person.socket_id in self._sockets and time.monotonic() - person.checked_at >= BELIEVED_SECONDS:
                    await self._check(person)

    async def _check(self, person: Person) -> bool:
        try:
            principal = await self._who(person.token)
        except AntiphonError as error:
            log.info("a token could not be checked now: %s", error)
            return True
        if principal is None or principal.user_id != person.principal.user_id:
            await self._refuse(person.socket_id)
            return False
        person.checked_at = time.monotonic()
        if principal != person.principal:
            person.principal = principal
            await self._change(person)
        return True

    async def _who(self, token: str) -> Principal | None:
        if not token:
            return None
        try:
            principal = await self._authenticate(token)
        except AntiphonError as error:
            if error.kind in (Kind.NOT_SIGNED_IN, Kind.WRONG_CREDENTIALS):
                return None
            raise
        return None if principal is None or principal.is_anonymous else principal

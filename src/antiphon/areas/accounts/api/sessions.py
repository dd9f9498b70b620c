"""Where somebody is signed in: their sessions, seen and ended by themselves."""

from antiphon.areas.accounts.data import AccessEnded, Session
from antiphon.areas.accounts.internal import queries, writes
from antiphon.areas.accounts.internal.devices import device_name
from antiphon.areas.accounts.internal.lifetimes import has_ended
from antiphon.areas.accounts.internal.managing import check_may_manage
from antiphon.kernel.clock import Clock
from antiphon.kernel.db import Database
from antiphon.kernel.errors import not_found
from antiphon.kernel.principal import Principal
from antiphon.kernel.record import recorded


class Sessions:
    """One's own sign-ins. Keys and app passwords see and end none of them."""

    def __init__(self, *, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def list(self, principal: Principal) -> list[Session]:
        """The caller's sessions that still last, the last used first."""
        check_may_manage(principal)
        found = await self._database.reader.fetch(queries.SESSIONS, user_id=principal.user_id)
        now = self._clock()
        return [
            Session(
                id=row[0],
                client=device_name(row[1]),
                network=row[2],
                created_at=row[3],
                last_used_at=row[4],
                is_current=row[0] == principal.session_id,
            )
            for row in found
            if not has_ended(principal.roles, row[3], row[4], now)
        ]

    async def end(self, principal: Principal, session_id: int) -> None:
        """End one of the caller's sessions, the one they ask by too. Raises NOT_FOUND for anybody else's."""
        check_may_manage(principal)
        async with self._database.transaction() as transaction:
            if not await writes.delete_own_session(transaction, principal.user_id, session_id):
                raise not_found("session")
            await transaction.publish(
                recorded(principal, "account.session_ended", "account", principal.user_id, principal.username)
            )
            await transaction.publish(AccessEnded(user_id=principal.user_id, session_id=session_id))

    async def end_others(self, principal: Principal) -> None:
        """End all of the caller's sessions but the one they ask by."""
        check_may_manage(principal)
        async with self._database.transaction() as transaction:
            await writes.delete_other_sessions(transaction, principal.user_id, principal.session_id)
            await transaction.publish(
                recorded(principal, "account.sessions_ended", "account", principal.user_id, principal.username)
            )
            await transaction.publish(AccessEnded(user_id=principal.user_id))

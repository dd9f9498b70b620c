"""Notices: what a person should know, put where it happens, read when they look."""

from typing import Any

from antiphon.areas.social.data import Notice, NoticeKind, NoticePut
from antiphon.areas.social.internal import notices as stored
from antiphon.kernel.clock import Clock
from antiphon.kernel.db import Database, Transaction
from antiphon.kernel.errors import forbidden, not_found, not_signed_in
from antiphon.kernel.paging import Page, Slice
from antiphon.kernel.principal import Principal

DAY = 86_400.0
READ_KEPT_SECONDS, KEPT_SECONDS = 60 * DAY, 400 * DAY


class Notices:
    """Everybody sees their own, and nobody else's."""

    def __init__(self, *, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def put(
        self,
        transaction: Transaction,
        user_id: int,
        kind: NoticeKind,
        details: dict[str, Any],
        *,
        key: str | None = None,
    ) -> None:
        """Tell a person something, with what causes it. What has the same key as one they have is told already."""
        now = self._clock()
        notice_id = await stored.insert_notice(transaction, user_id, kind, details, key, now)
        if notice_id is not None:
            await transaction.publish(
                NoticePut(user_id=user_id, notice_id=notice_id, kind=kind, details=details, created_at=now)
            )

    async def put_to_admins(
        self, transaction: Transaction, kind: NoticeKind, details: dict[str, Any], *, key: str
    ) -> None:
        """Tell every admin who can sign in."""
        for (admin_id,) in await transaction.fetch(stored.ADMINS):
            await self.put(transaction, admin_id, kind, details, key=key)

    async def settle(self, transaction: Transaction, key_start: str) -> None:
        """Count notices of admins as read, by the beginning of their key: one of them has seen to it."""
        await stored.mark_settled(transaction, key_start, self._clock())

    async def take_back(self, transaction: Transaction, user_id: int, key: str) -> None:
        """Have a notice never have been, unless the person has read it."""
        await stored.delete_unread(transaction, user_id, key)

    async def list(self, principal: Principal, page: Page, *, only_unread: bool = False) -> Slice[Notice]:
        """The caller's notices, the newest first. Raises NOT_SIGNED_IN."""
        _check_signed_in(principal)
        reader, wanted = self._database.reader, int(only_unread)
        found = await reader.fetch(
            stored.NOTICES, user_id=principal.user_id, only_unread=wanted, limit=page.limit, offset=page.offset
        )
        total = await reader.fetch_one(stored.NOTICES_COUNT, user_id=principal.user_id, only_unread=wanted)
        assert total is not None
        return Slice([stored.notice_of(row) for row in found], total[0], page)

    async def count_unread(self, principal: Principal) -> int:
        """How many notices the caller has not read. Raises NOT_SIGNED_IN."""
        _check_signed_in(principal)
        row = await self._database.reader.fetch_one(stored.NOTICES_COUNT, user_id=principal.user_id, only_unread=1)
        assert row is not None
        return int(row[0])

    async def read(self, principal: Principal, notice_id: int) -> None:
        """The caller has read one of their notices. Raises NOT_FOUND for anybody else's."""
        _check_may_write(principal)
        async with self._database.transaction() as transaction:
            if not await stored.is_own(transaction, principal.user_id, notice_id):
                raise not_found("notice")
            await stored.mark_read(transaction, principal.user_id, self._clock(), notice_id)

    async def read_all(self, principal: Principal) -> None:
        """The caller has read all of their notices."""
        _check_may_write(principal)
        async with self._database.transaction() as transaction:
            await stored.mark_read(transaction, principal.user_id, self._clock())

    async def delete(self, principal: Principal, notice_id: int) -> None:
        """Delete one of the caller's notices. Raises NOT_FOUND for anybody else's."""
        _check_may_write(principal)
        async with self._database.transaction() as transaction:
            if not await stored.delete_notice(transaction, principal.user_id, notice_id):
                raise not_found("notice")

    async def remove_old(self) -> int:
        """Delete what was read two months ago, and what is older than a year; gives how many."""
        now = self._clock()
        async with self._database.transaction() as transaction:
            return await stored.delete_old(transaction, now - READ_KEPT_SECONDS, now - KEPT_SECONDS)


def _check_signed_in(principal: Principal) -> None:
    if principal.is_anonymous:
        raise not_signed_in()


def _check_may_write(principal: Principal) -> None:
    _check_signed_in(principal)
    if principal.scopes is not None and "write" not in principal.scopes:
        raise forbidden("This key may not change anything.", "scope_missing")

"""Shares: a public page with some songs, for people without an account."""

import math
import secrets
from collections.abc import Sequence
from typing import Any

import msgspec

from antiphon.areas.accounts.api import Access
from antiphon.areas.library.api import Library
from antiphon.areas.library.data import SongFile, SongRow
from antiphon.areas.playback.data import SharedThing, ShareRow
from antiphon.areas.playback.internal import shares
from antiphon.kernel.clock import Clock
from antiphon.kernel.db import Database
from antiphon.kernel.errors import AntiphonError, Kind, invalid, not_found, not_signed_in
from antiphon.kernel.principal import Principal, check_right
from antiphon.kernel.record import recorded

MOST_THINGS = 1_000
LONGEST_DESCRIPTION = 2_000


class Shares:
    """What a share opens is what its owner may hear at that moment: flagged songs, lost rights and blocked owners close
    it without anybody having to think of it."""

    def __init__(self, *, database: Database, clock: Clock, library: Library, access: Access) -> None:
        self._database = database
        self._clock = clock
        self._library = library
        self._access = access

    async def create(
        self,
        principal: Principal,
        things: Sequence[SharedThing],
        *,
        description: str = "",
        expires_at: float | None = None,
    ) -> ShareRow:
        """Share songs and albums. Raises NOT_SIGNED_IN, FORBIDDEN without the right, NOT_FOUND, INVALID by field."""
        _check(principal)
        if not things or len(things) > MOST_THINGS:
            raise invalid(things=f"A share holds 1 to {MOST_THINGS} songs and albums.")
        for kind, number in things:
            await (self._library.browse.song if kind == "song" else self._library.browse.album)(principal, number)
        now = self._clock()
        async with self._database.transaction() as transaction:
            share_id = await shares.insert_share(
                transaction,
                owner_id=principal.user_id,
                token=secrets.token_urlsafe(16),
                description=_description(description),
                things=msgspec.json.encode(list(things)).decode(),
                expires_at=_expiry(expires_at),
                created_at=now,
            )
            await transaction.publish(recorded(principal, "share.created", "share", share_id))
        return await self.get(principal, share_id)

    async def list(self, principal: Principal) -> list[ShareRow]:
        """The caller's shares, the newest first; admins see everybody's."""
        _check(principal)
        rows = await self._database.reader.fetch(
            shares.OWN_SHARES, viewer_id=principal.user_id, sees_all=int(principal.is_admin)
        )
        return [await self._filled(row, principal) for row in rows]

    async def get(self, principal: Principal, share_id: int) -> ShareRow:
        """One of the caller's shares. Raises NOT_FOUND."""
        _check(principal)
        row = await self._database.reader.fetch_one(
            shares.OWN_SHARE, id=share_id, viewer_id=principal.user_id, sees_all=int(principal.is_admin)
        )
        if row is None:
            raise not_found("share")
        return await self._filled(row, principal)

    async def update(
        self,
        principal: Principal,
        share_id: int,
        *,
        description: str | None = None,
        expires_at: float | msgspec.UnsetType | None = msgspec.UNSET,
    ) -> ShareRow:
        """Change what is given; an expiry of None takes it away. Raises NOT_FOUND, INVALID."""
        await self.get(principal, share_id)
        values: dict[str, Any] = {}
        if description is not None:
            values["description"] = _description(description)
        if expires_at is not msgspec.UNSET:
            values["expires_at"] = _expiry(expires_at)
        async with self._database.transaction() as transaction:
            await shares.update_share(transaction, share_id, **values)
        return await self.get(principal, share_id)

    async def delete(self, principal: Principal, share_id: int) -> None:
        """End a share. Raises NOT_FOUND."""
        await self.get(principal, share_id)
        async with self._database.transaction() as transaction:
            await shares.delete_share(transaction, share_id)
            await transaction.publish(recorded(principal, "share.deleted", "share", share_id))

    async def visit(self, token: str) -> ShareRow:
        """Open the page of a share, which counts as a visit. Raises NOT_FOUND for what is not there (any more)."""
        row, owner = await self._open(token)
        async with self._database.transaction() as transaction:
            await shares.count_visit(transaction, row[0], self._clock())
        return await self._filled(row, owner)

    async def song(self, token: str, song_id: int) -> tuple[Principal, SongRow]:
        """A song of a share, and on whose behalf it may be heard. Raises NOT_FOUND."""
        row, owner = await self._open(token)
        for song in (await self._filled(row, owner)).songs:
            if song.id == song_id:
                return owner, song
        raise not_found("song")

    async def audio(self, token: str, song_id: int) -> SongFile:
        """The original audio of a song of a share. Raises NOT_FOUND."""
        owner, song = await self.song(token, song_id)
        return await self._library.files.song_file(owner, song.id)

    async def _open(self, token: str) -> tuple[tuple[Any, ...], Principal]:
        row = await self._database.reader.fetch_one(shares.SHARE_BY_TOKEN, token=token)
        if row is None or (row[5] is not None and row[5] <= self._clock()):
            raise not_found("share")
        try:
            owner, _ = await self._access.by_signature(row[1])
            _check(owner)
            check_right(owner, "stream", "This account may not play songs.")
        except AntiphonError as error:
            if error.kind not in (Kind.NOT_SIGNED_IN, Kind.FORBIDDEN):
                raise
            raise not_found("share") from error
        return tuple(row), owner

    async def _filled(self, row: Sequence[Any], viewer: Principal) -> ShareRow:
        songs: list[SongRow] = []
        for kind, number in shares.things_of(row[9]):
            if kind == "song":
                songs += await self._library.browse.songs_by_ids(viewer, [number])
            else:
                songs += await self._library.browse.songs_of_album(viewer, number)
        kept = {song.id: song for song in songs if not song.missing and not song.flagged}
        share_id, owner_id, username, token, description, expires_at, visits, last_visited_at, created_at = row[:9]
        return ShareRow(
            id=share_id,
            owner_id=owner_id,
            username=username,
            token=token,
            description=description,
            expires_at=expires_at,
            visits=visits,
            last_visited_at=last_visited_at,
            created_at=created_at,
            songs=list(kept.values()),
        )


def _check(principal: Principal) -> None:
    if principal.is_anonymous:
        raise not_signed_in()
    check_right(principal, "share", "This account may not share music.")


def _description(text: str) -> str:
    trimmed = text.strip()
    if len(trimmed) > LONGEST_DESCRIPTION:
        raise invalid(description=f"A description has at most {LONGEST_DESCRIPTION} characters.")
    return trimmed


def _expiry(moment: float | None) -> float | None:
    if moment is not None and not (math.isfinite(moment) and moment > 0):
        raise invalid(expires_at="This is no moment after 1970.")
    return moment

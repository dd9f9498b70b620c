"""Stars, ratings and play counts: one fact for a person and a thing, whatever dialect it was said in."""

from collections.abc import Sequence
from typing import Literal

import msgspec

from antiphon.areas.library.data import AnnotationChanged, SongRow
from antiphon.areas.library.internal import annotating, entities
from antiphon.areas.library.internal.visibility import viewing
from antiphon.kernel.clock import Clock
from antiphon.kernel.db import Database, Transaction
from antiphon.kernel.db.reader import Row
from antiphon.kernel.errors import forbidden, invalid, not_found, not_signed_in
from antiphon.kernel.principal import Principal

Thing = Literal["song", "album", "artist"]

_BY_IDS = {"song": entities.SONGS, "album": entities.ALBUMS, "artist": entities.ARTISTS}


def check_may_write(principal: Principal) -> None:
    """Raise NOT_SIGNED_IN for nobody and FORBIDDEN for a key without the scope `write`."""
    if principal.is_anonymous:
        raise not_signed_in()
    if principal.scopes is not None and "write" not in principal.scopes:
        raise forbidden("This key may only read.", "scope_missing")


class Annotations:
    """What each person thinks of songs, albums and artists."""

    def __init__(self, *, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def star(self, principal: Principal, thing: Thing, thing_ids: Sequence[int]) -> None:
        """Star things. Raises NOT_FOUND where the caller may not see one of them; then none is starred."""
        await self._set_star(principal, thing, thing_ids, self._clock())

    async def unstar(self, principal: Principal, thing: Thing, thing_ids: Sequence[int]) -> None:
        """Take stars away; a thing without a star stays as it is."""
        await self._set_star(principal, thing, thing_ids, None)

    async def rate(self, principal: Principal, thing: Thing, thing_id: int, rating: int) -> None:
        """Rate a thing from 1 to 5; 0 takes the rating away. Raises INVALID, NOT_FOUND."""
        check_may_write(principal)
        if not 0 <= rating <= 5:
            raise invalid(rating="A rating is a whole number from 0 to 5.")
        async with self._database.transaction() as transaction:
            await self._visible(transaction, principal, thing, [thing_id])
            await annotating.set_rating(transaction, thing, principal.user_id, thing_id, rating)
            await transaction.publish(AnnotationChanged(principal.user_id, thing, thing_id, None, rating))

    async def count_play(self, transaction: Transaction, principal: Principal, song_id: int, at: float) -> None:
        """One more play, inside the transaction that logs it. Raises NOT_FOUND where the caller may not hear it."""
        (row,) = await self._visible(transaction, principal, "song", [song_id])
        await annotating.count_play(transaction, principal.user_id, song_id, SongRow(*row).album_id, at)

    async def _set_star(self, principal: Principal, thing: Thing, thing_ids: Sequence[int], at: float | None) -> None:
        check_may_write(principal)
        ids = list(dict.fromkeys(thing_ids))
        async with self._database.transaction() as transaction:
            await self._visible(transaction, principal, thing, ids)
            await annotating.set_star(transaction, thing, principal.user_id, ids, at)
            for thing_id in ids:
                await transaction.publish(AnnotationChanged(principal.user_id, thing, thing_id, at is not None, None))

    async def _visible(
        self, transaction: Transaction, principal: Principal, thing: str, thing_ids: list[int]
    ) -> list[Row]:
        """The rows of things, each named once. Raises NOT_FOUND where the caller may not see one of them."""
        listed = msgspec.json.encode(thing_ids).decode()
        found = await transaction.fetch(_BY_IDS[thing], ids=listed, **viewing(principal))
        if {row[0] for row in found} != set(thing_ids):
            raise not_found(thing)
        return found

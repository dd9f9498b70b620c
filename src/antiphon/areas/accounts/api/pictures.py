"""People's pictures."""

import hashlib

from antiphon.areas.accounts.api.people import People
from antiphon.areas.accounts.data import Picture, PictureMaker, User
from antiphon.areas.accounts.internal import people, queries
from antiphon.kernel.clock import Clock
from antiphon.kernel.db import Database
from antiphon.kernel.errors import not_found
from antiphon.kernel.principal import Principal
from antiphon.kernel.record import recorded


class Pictures:
    """The picture that each person may have: set and taken away by themselves and admins, seen by who sees them."""

    def __init__(self, *, database: Database, clock: Clock, people: People, maker: PictureMaker) -> None:
        self._database = database
        self._clock = clock
        self._people = people
        self._maker = maker

    async def set(self, principal: Principal, user_id: int, given: bytes) -> User:
        """Make `given` somebody's picture. Raises NOT_FOUND, FORBIDDEN, UNSUPPORTED_MEDIA, INVALID `image`."""
        user = await self._people.changeable(principal, user_id)
        image = await self._maker.portrait(given)
        async with self._database.transaction() as transaction:
            # Whoever was removed meanwhile has no picture any more.
            if await transaction.fetch_one(queries.USER_BY_ID, user_id=user_id) is None:
                raise not_found("user")
            await people.write_picture(transaction, user_id, hashlib.sha256(image).hexdigest()[:32], image)
            await people.update_account(transaction, user_id, self._clock())
            await transaction.publish(
                recorded(principal, "account.changed", "account", user_id, user.username, fields=["image"])
            )
        return await self._people.get(principal, user_id)

    async def remove(self, principal: Principal, user_id: int) -> User:
        """Take somebody's picture away. Raises NOT_FOUND, also where there is none, FORBIDDEN."""
        user = await self._people.changeable(principal, user_id)
        if not user.picture:
            raise not_found("picture")
        async with self._database.transaction() as transaction:
            await people.delete_picture(transaction, user_id)
            await people.update_account(transaction, user_id, self._clock())
            await transaction.publish(
                recorded(principal, "account.changed", "account", user_id, user.username, fields=["image"])
            )
        return await self._people.get(principal, user_id)

    async def get(self, principal: Principal, user_id: int) -> Picture:
        """Somebody's picture. Raises NOT_FOUND where the caller may not see them, or they have none."""
        await self._people.get(principal, user_id)
        row = await self._database.reader.fetch_one(queries.PICTURE, user_id=user_id)
        if row is None:
            raise not_found("picture")
        return Picture(hash=row[0], image=bytes(row[1]))

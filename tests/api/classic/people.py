"""An artist with a song of their own, for tests of what owners may do."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import update

from antiphon.areas.library.internal import tables
from antiphon.areas.library.internal.revisions import library_changed
from tests.api.house import Caller, House


@asynccontextmanager
async def artist(house: House, name: str = "artemis") -> AsyncIterator[Caller]:
    """Somebody with the artist role."""
    async with house.caller(name) as person, house.caller("boss", admin=True) as boss:
        await boss.ask("PUT", f"/api/v1/users/{person.user['id']}/roles", json={"roles": ["user", "artist"]})
        async with house.caller(name, fresh=True) as fresh:
            yield fresh


async def give(house: House, song_id: int, owner: Caller | None) -> None:
    """Have a song be somebody's own, as if they had uploaded it."""
    async with house.application.database.transaction() as transaction:
        song = tables.song
        uploader = None if owner is None else owner.user["id"]
        await transaction.execute(update(song).where(song.c.id == song_id).values(uploader_id=uploader))
        await library_changed(transaction)

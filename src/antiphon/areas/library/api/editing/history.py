"""What was changed, by whom, and how it is undone."""

from collections.abc import Sequence
from typing import Any

import msgspec

from antiphon.areas.library.api.annotations import check_may_write
from antiphon.areas.library.api.editing.rights import check_may_change
from antiphon.areas.library.api.editing.tools import Tools
from antiphon.areas.library.data import ChangeRow, EditedThing
from antiphon.areas.library.internal import edits, entities
from antiphon.areas.library.internal.editing import albums, artists, genres, songs
from antiphon.areas.library.internal.editing.albums import AlbumNow
from antiphon.areas.library.internal.editing.artists import ArtistNow
from antiphon.areas.library.internal.editing.genres import GenreNow
from antiphon.areas.library.internal.editing.songs import SongNow
from antiphon.areas.library.internal.edits import Changed, stored
from antiphon.areas.library.internal.visibility import viewing
from antiphon.kernel.db import Transaction
from antiphon.kernel.errors import AntiphonError, Kind, not_found
from antiphon.kernel.paging import Page
from antiphon.kernel.principal import Principal

Now = SongNow | AlbumNow | ArtistNow | GenreNow


class History:
    """The changes of things that the caller may change."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    async def changes(self, principal: Principal, thing: EditedThing, thing_id: int, page: Page) -> list[ChangeRow]:
        """What was changed of a thing, the latest first. Raises NOT_FOUND, FORBIDDEN."""
        async with self._tools.transaction() as transaction:
            await _open(transaction, principal, thing, thing_id)
            rows = await transaction.fetch(
                edits.CHANGES, thing=thing, id=thing_id, limit=page.limit, offset=page.offset
            )
        return [_row(row) for row in rows]

    async def undo(self, principal: Principal, change_id: int) -> ChangeRow:
        """Set a field back to what it was before a change; gives that change. Raises NOT_FOUND, FORBIDDEN, CONFLICT
        `changed_since` where the field has been changed again, or what it named is gone."""
        check_may_write(principal)
        tools = self._tools
        async with tools.transaction() as transaction:
            row = await transaction.fetch_one(edits.CHANGE, id=change_id)
            if row is None:
                raise not_found("change")
            change = _row(row)
            now = await _open(transaction, principal, change.thing, change.thing_id, "change")
            current = now.name if isinstance(now, GenreNow) else now.facts.get(change.field)
            if stored(current) != stored(change.new) or (change.old is None and change.field in ("name", "title")):
                raise _changed_since()
            back = Changed(change.thing_id, change.field, change.new, change.old)
            await tools.add_up_later(transaction, await _write(transaction, now, back, principal, tools.clock()))
        return change

    async def undo_step(self, principal: Principal, change_id: int) -> int:
        """Set back all songs that were changed in one step with a change; gives how many. All or none. Raises as
        `undo`."""
        check_may_write(principal)
        tools = self._tools
        async with tools.transaction() as transaction:
            row = await transaction.fetch_one(edits.CHANGE, id=change_id)
            if row is None:
                raise not_found("change")
            change = _row(row)
            # Whether this one is theirs to undo is asked first: what others did is not to be learned from a conflict.
            await _open(transaction, principal, change.thing, change.thing_id, "change")
            rows = await transaction.fetch(edits.STEP, user=change.user_id, at=change.at)
            step = [_row(other) for other in rows] if change.thing == "song" else []
            listed = msgspec.json.encode(sorted({one.thing_id for one in step})).decode()
            found = {
                row[0]: SongNow(*row)
                for row in await transaction.fetch(songs.VISIBLE, ids=listed, **viewing(principal))
            }
            for one in step:
                if one.thing_id not in found:
                    raise _changed_since()
                check_may_change(principal, found[one.thing_id].uploader_id, "song")
            facts = {song_id: song.facts for song_id, song in found.items()}
            if not step or any(stored(facts[one.thing_id].get(one.field)) != stored(one.new) for one in step):
                raise _changed_since()
            await _check_albums(transaction, step)
            back = [Changed(one.thing_id, one.field, one.new, one.old) for one in step]
            user_id = principal.user_id or None
            is_complete = await songs.write(transaction, list(found.values()), back, user_id=user_id, now=tools.clock())
            await tools.add_up_later(transaction, is_complete)
        return len(found)


async def _check_albums(transaction: Transaction, step: Sequence[ChangeRow]) -> None:
    """Raise CONFLICT where a song would go back to an album that is gone."""
    wanted = {one.old["id"] for one in step if one.field == "album" and one.old["id"] is not None}
    for album_id in wanted:
        if await transaction.fetch_one(albums.ANY, id=album_id) is None:
            raise _changed_since()


async def _open(
    transaction: Transaction, principal: Principal, thing: str, thing_id: int, what: str | None = None
) -> Now:
    """Hold a thing that the caller may change."""
    statement, kind = _KINDS[thing]
    named: dict[str, Any] = {"ids": f"[{thing_id}]"} if thing == "song" else {"id": thing_id}
    if thing != "genre":
        row = await transaction.fetch_one(statement, **named, **viewing(principal))
    else:
        seen = await transaction.fetch_one(entities.GENRE, **named, **viewing(principal))
        row = await transaction.fetch_one(statement, **named) if seen is not None or principal.is_admin else None
    if row is None:
        raise not_found(what or thing)
    now: Now = kind(*row)
    check_may_change(principal, getattr(now, "uploader_id", None), thing)
    return now


_KINDS: dict[str, tuple[Any, Any]] = {
    "song": (songs.VISIBLE, SongNow),
    "album": (albums.VISIBLE, AlbumNow),
    "artist": (artists.VISIBLE, ArtistNow),
    "genre": (genres.BY_ID, GenreNow),
}


async def _write(transaction: Transaction, now: Now, back: Changed, principal: Principal, moment: float) -> bool:
    user_id = principal.user_id or None
    if isinstance(now, SongNow):
        if back.field == "album" and back.new["id"] is not None:
            known = await transaction.fetch_one(albums.ANY, id=back.new["id"])
            if known is None:
                raise _changed_since()
        return await songs.write(transaction, [now], [back], user_id=user_id, now=moment)
    if isinstance(now, AlbumNow):
        return await albums.write(transaction, now, [back], {}, user_id=user_id, now=moment)
    if isinstance(now, ArtistNow):
        return await artists.write(transaction, now, [back], user_id=user_id, now=moment)
    await genres.rename(transaction, now, back.new, user_id=user_id, now=moment)
    return True


def _changed_since() -> AntiphonError:
    return AntiphonError(
        Kind.CONFLICT, "changed_since", "This was changed again since: there is no way back from here."
    )


def _row(row: tuple[Any, ...]) -> ChangeRow:
    change_id, at, user_id, thing, thing_id, field, old, new = row
    return ChangeRow(change_id, at, user_id, thing, thing_id, field, edits.fact(old), edits.fact(new))

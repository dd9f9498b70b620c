"""Making, changing and deleting albums."""

from typing import Any, Literal

from antiphon.areas.library.api.annotations import check_may_write
from antiphon.areas.library.api.editing.rights import check_artist, check_may_change
from antiphon.areas.library.api.editing.songs import SongEditing
from antiphon.areas.library.api.editing.tools import Tools, changes_of, named_credits, worded
from antiphon.areas.library.data import AlbumEdit
from antiphon.areas.library.internal import edits
from antiphon.areas.library.internal.editing import albums, checks, making, songs
from antiphon.areas.library.internal.editing.albums import AlbumNow
from antiphon.areas.library.internal.editing.checks import given, is_set
from antiphon.areas.library.internal.visibility import viewing
from antiphon.kernel.db import Transaction
from antiphon.kernel.errors import invalid, not_found
from antiphon.kernel.principal import Principal
from antiphon.kernel.record import recorded

_NOTHING: dict[str, Any] = {
    "sort_title": "", "artists": {"text": "", "credits": []}, "year": None, "release_date": "", "release_at": None,
}  # fmt: skip


class AlbumEditing:
    """What owners and admins do with albums."""

    def __init__(self, tools: Tools, song_editing: SongEditing) -> None:
        self._tools = tools
        self._songs = song_editing

    async def create(self, principal: Principal, edit: AlbumEdit) -> int:
        """A new album's id; it belongs to the caller. Artists and admins only. Raises INVALID by field."""
        check_artist(principal)
        if not is_set(edit.title):
            raise invalid(title="This is needed.")
        async with self._tools.transaction() as transaction:
            wanted, named = await _wanted(transaction, principal, edit, _NOTHING)
            album_id = await making.make_album(
                transaction, {**_NOTHING, **wanted}, named, user_id=principal.user_id, now=self._tools.clock()
            )
            await transaction.publish(recorded(principal, "album.created", "album", album_id, wanted["title"]))
        return album_id

    async def change(
        self, principal: Principal, album_id: int, edit: AlbumEdit, *, updated_at: float | None = None
    ) -> None:
        """Change what `edit` names. Raises NOT_FOUND, FORBIDDEN for who is neither owner nor admin, INVALID by field,
        CONFLICT `changed_since`."""
        tools = self._tools
        async with tools.transaction() as transaction:
            album = await _open(transaction, principal, album_id)
            checks.check_unchanged(album.updated_at, updated_at)
            wanted, named = await _wanted(transaction, principal, edit, album.facts)
            changes = changes_of(album.facts, wanted, edits.Changed, album_id)
            if changes:
                is_complete = await albums.write(
                    transaction, album, changes, named, user_id=principal.user_id or None, now=tools.clock()
                )
                await tools.add_up_later(transaction, is_complete)

    async def delete(self, principal: Principal, album_id: int, *, songs_too: Literal["keep", "remove"]) -> None:
        """Delete an album. Its songs stay without one, or are removed with it. Raises NOT_FOUND, and FORBIDDEN also
        where a song would go that is not the caller's."""
        tools = self._tools
        async with tools.transaction() as transaction:
            album = await _open(transaction, principal, album_id)
            ids = [row[0] for row in await transaction.fetch(albums.SONG_IDS, id=album_id)]
            found = await songs.held(transaction, ids)
            if songs_too == "remove":
                for song in found:
                    check_may_change(principal, song.uploader_id, "song")
                await self._songs.take_out(transaction, principal, found)
            else:
                alone = {"album": {"id": None, "key": None}}
                changes = songs.differing(found, lambda _: alone)
                is_complete = await songs.write(
                    transaction, found, changes, user_id=principal.user_id or None, now=tools.clock()
                )
                await tools.add_up_later(transaction, is_complete)
            await albums.leave_empty(transaction, album)
            await songs.settle(transaction, set(), tools.clock())
            await transaction.publish(
                recorded(principal, "album.deleted", "album", album_id, album.title, songs=len(found))
            )


async def _open(transaction: Transaction, principal: Principal, album_id: int) -> AlbumNow:
    """Hold an album that the caller may change."""
    check_may_write(principal)
    row = await transaction.fetch_one(albums.VISIBLE, id=album_id, **viewing(principal))
    if row is None:
        raise not_found("album")
    album = AlbumNow(*row)
    check_may_change(principal, album.uploader_id, "album")
    return album


async def _wanted(
    transaction: Transaction, principal: Principal, edit: AlbumEdit, before: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, int]]:
    """The facts that an edit names, and the artists that it means by id."""
    named: dict[str, int] = {}
    facts: dict[str, Any] = {}
    if is_set(edit.title):
        facts["title"] = checks.checked_line("title", given(edit.title), checks.LONGEST_TITLE)
        facts["sort_title"] = ""
    if is_set(edit.sort_title):
        sort_title = given(edit.sort_title)
        facts["sort_title"] = checks.checked_line("sort_title", sort_title, checks.LONGEST_TITLE, may_be_empty=True)
    if is_set(edit.artists):
        facts["artists"], named = await named_credits(transaction, principal, given(edit.artists))
    elif is_set(edit.artist):
        facts["artists"] = worded(given(edit.artist), before["artists"])
    if is_set(edit.year):
        facts["year"] = checks.checked_number("year", given(edit.year))
    if is_set(edit.release_date):
        facts["release_date"] = checks.checked_date("release_date", given(edit.release_date))
    if is_set(edit.release_at):
        facts["release_at"] = checks.checked_release(given(edit.release_at))
    return facts, named

"""Changing, removing and restoring songs."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from antiphon.areas.library.api.annotations import check_may_write
from antiphon.areas.library.api.editing.rights import check_may_change
from antiphon.areas.library.api.editing.tools import Tools, named_credits, worded
from antiphon.areas.library.data import SongEdit
from antiphon.areas.library.internal import edits
from antiphon.areas.library.internal.editing import albums, checks, removing, songs
from antiphon.areas.library.internal.editing.checks import given, is_set
from antiphon.areas.library.internal.editing.songs import SongNow
from antiphon.areas.library.internal.visibility import viewing
from antiphon.kernel.db import Transaction
from antiphon.kernel.errors import invalid, not_found
from antiphon.kernel.principal import Principal
from antiphon.kernel.record import recorded

MOST_AT_ONCE = 5000


class SongEditing:
    """What owners and admins do with songs."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    async def change(
        self, principal: Principal, song_id: int, edit: SongEdit, *, updated_at: float | None = None
    ) -> None:
        """Change what `edit` names. Raises NOT_FOUND, FORBIDDEN for who is neither owner nor admin, INVALID by field,
        CONFLICT `changed_since` where the song was changed after `updated_at`."""
        await self._change(principal, [song_id], edit, {} if updated_at is None else {song_id: updated_at})

    async def check(self, principal: Principal, edit: SongEdit) -> None:
        """Raise what `change` would for a song of the caller's own."""
        check_may_write(principal)
        async with self._tools.transaction() as transaction:
            await self._wanted(transaction, principal, edit)

    async def change_many(
        self, principal: Principal, song_ids: Sequence[int], edit: SongEdit, *, seen: Mapping[int, float] | None = None
    ) -> int | None:
        """Change many songs in one step; all or none. `seen` tells when the caller's songs were last changed, as far as
        they know. Gives one of the changes made, by which the whole step can be undone; None where nothing differed.

        Raises as `change`, CONFLICT `changed_since` where any was changed since, INVALID for more than 5000.
        """
        return await self._change(principal, song_ids, edit, seen or {})

    async def remove(self, principal: Principal, song_ids: Sequence[int]) -> None:
        """Take songs out of the catalogue: the files of scanned ones stay, and `restore` brings them back; uploads are
        deleted for good. Raises NOT_FOUND, FORBIDDEN."""
        tools = self._tools
        async with tools.transaction() as transaction:
            found = await self._open(transaction, principal, song_ids)
            await self.take_out(transaction, principal, found)

    async def take_out(self, transaction: Transaction, principal: Principal, found: Sequence[SongNow]) -> None:
        """The same for songs that a transaction holds, for who may do it."""
        tools = self._tools
        scanned = [song.id for song in found if song.library_path]
        uploaded = [song.id for song in found if not song.library_path]
        is_complete = await removing.remove(transaction, scanned, uploaded, tools.clock())
        await tools.add_up_later(transaction, is_complete)
        for song in found:
            await transaction.publish(recorded(principal, "song.removed", "song", song.id, song.title))

    async def restore(self, principal: Principal, song_ids: Sequence[int]) -> None:
        """Bring removed songs back. Raises NOT_FOUND for others' and for songs that nobody removed."""
        check_may_write(principal)
        tools = self._tools
        async with tools.transaction() as transaction:
            listed = msgspec.json.encode(sorted(set(song_ids))).decode()
            found = [SongNow(*row) for row in await transaction.fetch(songs.REMOVED_SONGS, ids=listed)]
            mine = [song for song in found if principal.is_admin or song.uploader_id == principal.user_id]
            if len(mine) != len(set(song_ids)):
                raise not_found("song")
            is_complete = await removing.restore(transaction, [song.id for song in mine], tools.clock())
            await tools.add_up_later(transaction, is_complete)
            for song in mine:
                await transaction.publish(recorded(principal, "song.restored", "song", song.id, song.title))

    async def _change(
        self, principal: Principal, song_ids: Sequence[int], edit: SongEdit, seen: Mapping[int, float]
    ) -> int | None:
        tools = self._tools
        async with tools.transaction() as transaction:
            found = await self._open(transaction, principal, song_ids)
            for song in found:
                checks.check_unchanged(song.updated_at, seen.get(song.id))
            wanted, named = await self._wanted(transaction, principal, edit)

            def facts(song: SongNow) -> dict[str, Any]:
                return wanted if not is_set(edit.artist) else {**wanted, **_artist(song, given(edit.artist))}

            meant = songs.Credited({(song.id, name): artist for song in found for name, artist in named.items()})
            changes = songs.differing(found, facts)
            is_complete = await songs.write(
                transaction, found, changes, user_id=principal.user_id or None, now=tools.clock(), named=meant
            )
            await tools.add_up_later(transaction, is_complete)
            return await edits.latest_of(transaction, "song", changes[0].thing_id) if changes else None

    async def _open(self, transaction: Transaction, principal: Principal, song_ids: Sequence[int]) -> list[SongNow]:
        """Hold songs that the caller may change."""
        check_may_write(principal)
        wanted = sorted(set(song_ids))
        if not 0 < len(wanted) <= MOST_AT_ONCE:
            raise invalid(ids=f"Name 1 to {MOST_AT_ONCE} songs.")
        listed = msgspec.json.encode(wanted).decode()
        found = [SongNow(*row) for row in await transaction.fetch(songs.VISIBLE, ids=listed, **viewing(principal))]
        if len(found) != len(wanted):
            raise not_found("song")
        for song in found:
            check_may_change(principal, song.uploader_id, "song")
        return found

    async def _wanted(
        self, transaction: Transaction, principal: Principal, edit: SongEdit
    ) -> tuple[dict[str, Any], dict[str, int]]:
        """The facts that an edit names for every song alike, and the artists that it means by id."""
        named: dict[str, int] = {}
        facts = checks.values(
            title=edit.title, sort_title=edit.sort_title, genres=edit.genres, disc=edit.disc, track=edit.track,
            year=edit.year, language=edit.language, comment=edit.comment, bpm=edit.bpm, key=edit.key,
        )  # fmt: skip
        for field, check in _CHECKS.items():
            if field in facts:
                facts[field] = check(field, facts[field])
        if is_set(edit.title) and not is_set(edit.sort_title):
            facts["sort_title"] = ""
        if is_set(edit.artists):
            facts["artists"], named = await named_credits(transaction, principal, given(edit.artists))
            if not facts["artists"]["text"]:
                raise invalid(artists="A song needs an artist.")
        if is_set(edit.album_id):
            facts["album"] = await self._album(transaction, principal, given(edit.album_id))
        facts |= _words(edit)
        if is_set(edit.release_at):
            facts["release_at"] = checks.checked_release(given(edit.release_at))
        if is_set(edit.licence):
            facts["licence"] = checks.checked_licence(given(edit.licence))
        return facts, named

    async def _album(self, transaction: Transaction, principal: Principal, album_id: int | None) -> dict[str, Any]:
        if album_id is None:
            return {"id": None, "key": None}
        row = await transaction.fetch_one(albums.VISIBLE, id=album_id, **viewing(principal))
        if row is None:
            raise not_found("album")
        album = albums.AlbumNow(*row)
        check_may_change(principal, album.uploader_id, "album")
        return {"id": album.id, "key": album.match_key}


def _words(edit: SongEdit) -> dict[str, Any]:
    """The fact of a song's lyrics, where an edit names them."""
    if not is_set(edit.lyrics) and not is_set(edit.synced_lyrics):
        return {}
    synced = checks.checked_synced(given(edit.synced_lyrics)) if is_set(edit.synced_lyrics) else []
    plain = given(edit.lyrics) if is_set(edit.lyrics) else "\n".join(line[1] for line in synced)
    plain = checks.checked_text("lyrics", plain, checks.LONGEST_LYRICS)
    # Who sings is told of the lines that were; of others nobody has said it.
    return {"lyrics": {"plain": plain, "synced": synced, "singing": "[]"}}


def _artist(song: SongNow, text: str) -> dict[str, Any]:
    return {"artists": worded(text, song.facts["artists"])}


_CHECKS: dict[str, Any] = {
    "title": lambda field, text: checks.checked_line(field, text, checks.LONGEST_TITLE),
    "sort_title": lambda field, text: checks.checked_line(field, text, checks.LONGEST_TITLE, may_be_empty=True),
    "genres": lambda _, names: checks.checked_genres(names),
    "disc": checks.checked_number,
    "track": checks.checked_number,
    "year": checks.checked_number,
    "language": lambda field, text: checks.checked_line(field, text, 100, may_be_empty=True),
    "comment": lambda field, text: checks.checked_text(field, text, checks.LONGEST_COMMENT),
    "bpm": checks.checked_tempo,
    "key": checks.checked_key,
}

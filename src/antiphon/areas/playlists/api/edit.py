"""Editing playlists: every edit is one operation in the log and raises the revision by one."""

from collections.abc import Sequence
from typing import Any

import msgspec

from antiphon.areas.library.api.annotations import check_may_write
from antiphon.areas.library.data import SongsRemoved
from antiphon.areas.playlists.data import PlaylistDeleted, Track
from antiphon.areas.playlists.internal import queries, writes
from antiphon.areas.playlists.internal.checks import (
    check_people,
    check_tracks,
    checked_description,
    checked_tags,
    checked_title,
)
from antiphon.areas.playlists.internal.editing import Editor, Locked
from antiphon.areas.playlists.internal.queries import viewing
from antiphon.areas.playlists.internal.replacing import replace
from antiphon.kernel.clock import Clock
from antiphon.kernel.db import Database, Transaction
from antiphon.kernel.errors import AntiphonError, Kind, forbidden, invalid, not_found
from antiphon.kernel.principal import Principal, check_right


class Edit:
    """What members of a playlist do with it."""

    def __init__(self, *, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def create(
        self,
        principal: Principal,
        title: str,
        *,
        description: str = "",
        is_public: bool = False,
        mood_tags: Sequence[str] = (),
        tracks: Sequence[Track] = (),
        collaborators: Sequence[int] = (),
        is_only_one: bool = False,
    ) -> int:
        """A new playlist's id.

        Raises INVALID by field, NOT_FOUND for a song the caller may not hear, FORBIDDEN to publish without the right,
        and with `is_only_one` CONFLICT `title_taken` where the caller has a playlist of this title.
        """
        check_may_write(principal)
        if is_public:
            _check_may_publish(principal)
        data: dict[str, Any] = {
            "title": checked_title(title),
            "description": checked_description(description),
            "is_public": is_public,
            "mood_tags": checked_tags(mood_tags),
        }
        now = self._clock()
        async with self._database.transaction() as transaction:
            await _check_title_free(transaction, principal.user_id, data["title"] if is_only_one else None)
            await check_tracks(transaction, principal, tracks)
            playlist_id = await writes.insert_playlist(transaction, principal.user_id, data, now)
            editor = Editor(transaction, playlist_id, 0, principal.user_id, now)
            editor.log("create", **data)
            await editor.share(await check_people(transaction, collaborators, principal.user_id))
            await editor.add(tracks)
            await editor.finish()
        return playlist_id

    async def update(
        self,
        principal: Principal,
        playlist_id: int,
        *,
        title: str | None = None,
        description: str | None = None,
        is_public: bool | None = None,
        mood_tags: Sequence[str] | None = None,
        tracks: Sequence[Track] | None = None,
        collaborators: Sequence[int] | None = None,
        added: Sequence[Track] = (),
        removed: Sequence[Track] = (),
        is_only_one: bool = False,
        only_songs: bool = False,
    ) -> int:
        """Change what is not None; `tracks` replaces what `browse.items` gives, with `only_songs` what `browse.songs`
        does. Of each in `removed` the first place is taken out, then `added` are put at the end. The new revision.

        Raises NOT_FOUND for a playlist or songs the caller may not see (`item_not_found`: for one to be taken out that
        is not there), FORBIDDEN, INVALID by field; with `is_only_one` CONFLICT `title_taken` for the owner's other one.
        """
        async with self._database.transaction() as transaction:
            editor, now = await self._open(transaction, principal, playlist_id)
            publishes = _checked_publicity(principal, now, is_public, collaborators)
            if title is not None and (checked := checked_title(title)) != now.title:
                await _check_title_free(transaction, now.owner_id, checked if is_only_one else None)
                await editor.rename(checked)
            if description is not None and (checked := checked_description(description)) != now.description:
                await editor.describe(checked)
            if publishes:
                await editor.publish(not now.is_public)
            if mood_tags is not None and (tags := checked_tags(mood_tags)) != msgspec.json.decode(now.mood_tags):
                await editor.tag(tags)
            if collaborators is not None:
                await editor.share(await check_people(transaction, collaborators, now.owner_id))
            if tracks is not None:
                await _replace(transaction, principal, editor, tracks, only_songs)
            await _exchange(transaction, principal, editor, removed, added)
            return await editor.finish()

    async def add(
        self, principal: Principal, playlist_id: int, tracks: Sequence[Track], *, position: int | None = None
    ) -> list[int]:
        """Put tracks in front of what stands at `position`, at the end where it is None or beyond; their item ids.

        Raises NOT_FOUND for the playlist or a song, FORBIDDEN for who is no member, INVALID.
        """
        _check_position(position)
        async with self._database.transaction() as transaction:
            editor, _ = await self._open(transaction, principal, playlist_id)
            await check_tracks(transaction, principal, tracks)
            ids = await editor.add(tracks, position)
            await editor.finish()
        return ids

    async def remove_items(self, principal: Principal, playlist_id: int, item_ids: Sequence[int]) -> None:
        """Take items out. Raises NOT_FOUND `item_not_found` where one is not there; then all stay. FORBIDDEN."""
        async with self._database.transaction() as transaction:
            editor, _ = await self._open(transaction, principal, playlist_id)
            wanted = set(item_ids)
            if not wanted <= {entry.item_id for entry in await editor.entries()}:
                raise not_found("item")
            await editor.remove(wanted)
            await editor.finish()

    async def remove_track(self, principal: Principal, playlist_id: int, track: Track) -> None:
        """Take the first place of a track out. Raises NOT_FOUND `item_not_found` where it is not there, FORBIDDEN."""
        async with self._database.transaction() as transaction:
            editor, _ = await self._open(transaction, principal, playlist_id)
            first = next((entry.item_id for entry in await editor.entries() if entry.track == track), None)
            if first is None:
                raise not_found("item")
            await editor.remove({first})
            await editor.finish()

    async def remove_song(self, principal: Principal, song_id: int, *, playlist_id: int | None = None) -> int:
        """Take every place of a song out of one playlist, or of all that the caller owns; how many playlists had it.

        Raises NOT_FOUND for the playlist, and `item_not_found` where the song stands in none; FORBIDDEN.
        """
        check_may_write(principal)
        async with self._database.transaction() as transaction:
            found = [playlist_id] if playlist_id is not None else await _owned_with(transaction, principal, song_id)
            changed = 0
            for one in found:
                editor, _ = await self._open(transaction, principal, one)
                places = {entry.item_id for entry in await editor.entries() if entry.track == song_id}
                await editor.remove(places)
                await editor.finish()
                changed += bool(places)
            if not changed:
                raise not_found("item")
        return changed

    async def remove_indexes(self, principal: Principal, playlist_id: int, indexes: Sequence[int]) -> None:
        """Take out what stands at these positions, counted from 0 in what `browse.songs` gives this caller.

        Positions are those before anything is taken out. Raises INVALID for one that is not there, NOT_FOUND, and
        FORBIDDEN.
        """
        async with self._database.transaction() as transaction:
            editor, _ = await self._open(transaction, principal, playlist_id)
            rows = await transaction.fetch(queries.SONG_ITEMS, id=playlist_id, **viewing(principal))
            if any(not 0 <= index < len(rows) for index in indexes):
                raise invalid(indexes="There is no song at this position of the playlist.")
            await editor.remove({rows[index][0] for index in indexes})
            await editor.finish()

    async def move(self, principal: Principal, playlist_id: int, item_id: int, position: int) -> None:
        """Put an item in front of what stands at `position` once it is taken out, at the end where that is beyond.

        Raises NOT_FOUND `item_not_found` where it is not there, FORBIDDEN, INVALID.
        """
        _check_position(position)
        async with self._database.transaction() as transaction:
            editor, _ = await self._open(transaction, principal, playlist_id)
            if all(entry.item_id != item_id for entry in await editor.entries()):
                raise not_found("item")
            await editor.move(item_id, position)
            await editor.finish()

    async def delete(self, principal: Principal, playlist_id: int) -> None:
        """Delete a playlist for good, its log too. Raises NOT_FOUND, and FORBIDDEN for who is not its owner."""
        async with self._database.transaction() as transaction:
            _, now = await self._open(transaction, principal, playlist_id)
            if now.owner_id != principal.user_id:
                raise forbidden("Only its owner deletes a playlist.")
            await writes.delete_playlist(transaction, playlist_id)
            await transaction.publish(PlaylistDeleted(playlist_id))

    async def forget_songs(self, event: SongsRemoved, transaction: Transaction) -> None:
        """Songs were deleted for good: their items go, by the server's own hand."""
        listed = msgspec.json.encode(event.song_ids).decode()
        removed = set(event.song_ids)
        now = self._clock()
        for (playlist_id,) in await transaction.fetch(queries.WITH_REMOVED_SONGS, ids=listed):
            row = await transaction.fetch_one(queries.LOCKED_PLAYLIST, id=playlist_id, viewer=0)
            assert row is not None
            editor = Editor(transaction, playlist_id, Locked(*row).revision, None, now)
            gone = {entry.item_id for entry in await editor.entries() if entry.track == "" or entry.song_id in removed}
            await editor.remove(gone)
            await editor.finish()

    async def _open(self, transaction: Transaction, principal: Principal, playlist_id: int) -> tuple[Editor, Locked]:
        """Lock a playlist that the caller may edit."""
        check_may_write(principal)
        row = await transaction.fetch_one(queries.LOCKED_PLAYLIST, id=playlist_id, viewer=principal.user_id)
        locked = Locked(*row) if row is not None else None
        is_member = locked is not None and (locked.owner_id == principal.user_id or bool(locked.is_shared))
        if locked is None or not (is_member or (locked.is_public and not locked.flagged)):
            raise not_found("playlist")
        if not is_member:
            raise forbidden("Only its owner and collaborators change a playlist.")
        return Editor(transaction, playlist_id, locked.revision, principal.user_id, self._clock()), locked


def _check_may_publish(principal: Principal) -> None:
    check_right(principal, "public_playlists", "This account may not make playlists public.")


def _checked_publicity(
    principal: Principal, now: Locked, is_public: bool | None, collaborators: Sequence[int] | None
) -> bool:
    """Whether the playlist becomes public, or private again. Raises FORBIDDEN for who may not do that, or not share."""
    # Apps send everything they show for one edit: only what would be another is an edit.
    publishes = is_public is not None and is_public != bool(now.is_public)
    if (publishes or collaborators is not None) and now.owner_id != principal.user_id:
        raise forbidden("Only its owner publishes a playlist and names its collaborators.")
    if publishes and is_public:
        _check_may_publish(principal)
    return publishes


def _check_position(position: int | None) -> None:
    if position is not None and position < 0:
        raise invalid(position="A position is counted from 0.")


async def _check_title_free(transaction: Transaction, owner_id: int, title: str | None) -> None:
    if title is None:
        return
    named = {"title": title, "key": title.casefold(), "viewer": owner_id}
    if await transaction.fetch_one(queries.OWNED_NAMED, **named) is not None:
        raise AntiphonError(Kind.CONFLICT, "title_taken", "There is a playlist of this name already.")


async def _owned_with(transaction: Transaction, principal: Principal, song_id: int) -> list[int]:
    rows = await transaction.fetch(queries.OWNED_WITH_SONG, song_id=song_id, viewer=principal.user_id)
    return [row[0] for row in rows]


async def _exchange(
    transaction: Transaction, principal: Principal, editor: Editor, removed: Sequence[Track], added: Sequence[Track]
) -> None:
    await _take_out(editor, removed)
    await check_tracks(transaction, principal, added)
    await editor.add(added)


async def _replace(
    transaction: Transaction, principal: Principal, editor: Editor, tracks: Sequence[Track], only_songs: bool
) -> None:
    kept = {entry.track for entry in await editor.entries()}
    await check_tracks(transaction, principal, [track for track in tracks if track not in kept])
    await replace(editor, tracks, await editor.shown(viewing(principal), only_songs))


async def _take_out(editor: Editor, tracks: Sequence[Track]) -> None:
    """Of each track the first place; of one that is named twice the first two."""
    if not tracks:
        return
    left, gone = list(await editor.entries()), set[int]()
    for track in tracks:
        first = next((entry for entry in left if entry.track == track), None)
        if first is None:
            raise not_found("item")
        left.remove(first)
        gone.add(first.item_id)
    await editor.remove(gone)

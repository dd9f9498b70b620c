"""Who sees the songs that people brought: drafts only their owner and admins, until they are published."""

from collections.abc import Sequence

from antiphon.areas.library.api.annotations import check_may_write
from antiphon.areas.library.api.editing import Editing
from antiphon.areas.library.api.editing.rights import check_may_change
from antiphon.areas.library.api.editing.songs import MOST_AT_ONCE
from antiphon.areas.library.api.editing.tools import Tools
from antiphon.areas.library.data import AlbumEdit, DraftRow, SongEdit, Visibility
from antiphon.areas.library.internal.editing import songs
from antiphon.areas.library.internal.editing.songs import SongNow, settle
from antiphon.areas.library.internal.listing import relist
from antiphon.areas.library.internal.scan.bulk import as_list
from antiphon.areas.library.internal.scan.stale import stale_of_songs
from antiphon.areas.library.internal.uploading import making, rows
from antiphon.areas.library.internal.visibility import viewing
from antiphon.kernel.errors import invalid, not_found
from antiphon.kernel.paging import Page, Slice
from antiphon.kernel.principal import Principal
from antiphon.kernel.record import recorded

_ACTIONS = {"public": "song.published", "unlisted": "song.published", "draft": "song.withdrawn"}


class Drafts:
    """Publishing, and taking back."""

    def __init__(self, tools: Tools, editing: Editing) -> None:
        self._tools = tools
        self._editing = editing

    async def list(self, principal: Principal, page: Page) -> Slice[DraftRow]:
        """The caller's songs that are not published yet: the newest album first, in the order of its tracks."""
        reader, user_id = self._tools.database.reader, principal.user_id
        found = await reader.fetch(rows.DRAFTS, user_id=user_id, limit=page.limit, offset=page.offset)
        total = (await reader.fetch(rows.DRAFT_COUNT, user_id=user_id))[0][0]
        return Slice([DraftRow(*row) for row in found], int(total), page)

    async def set(self, principal: Principal, song_id: int, *, draft: bool) -> None:
        """Make a song a draft, or publish it. Raises NOT_FOUND, FORBIDDEN for who is neither owner nor admin."""
        await self.show(principal, [song_id], "draft" if draft else "public")

    async def file_under(self, principal: Principal, song_id: int, title: str) -> None:
        """Have a song be on the caller's own album of that title, which is made where there is none; an empty title: on
        none. Raises NOT_FOUND, FORBIDDEN, INVALID by field."""
        check_may_write(principal)
        wanted = title.strip()
        async with self._tools.transaction() as transaction:
            album_id: int | None = None
            if wanted:
                known = await transaction.fetch_one(rows.OWN_ALBUM, user_id=principal.user_id, title=wanted)
                # Whoever may not change the song is told before anything is made.
                await self._editing.songs.change(principal, song_id, SongEdit())
                made = (
                    None if known is not None else await self._editing.albums.create(principal, AlbumEdit(title=wanted))
                )
                album_id = made if known is None else int(known[0])
            await self._editing.songs.change(principal, song_id, SongEdit(album_id=album_id))

    async def show(self, principal: Principal, song_ids: Sequence[int], visibility: Visibility) -> int:
        """Have songs be seen by whom `visibility` names; all or none. Gives how many were seen by others before.

        Raises NOT_FOUND, FORBIDDEN for who is neither owner nor admin, INVALID for more than 5000 songs.
        """
        check_may_write(principal)
        wanted = sorted(set(song_ids))
        if not 0 < len(wanted) <= MOST_AT_ONCE:
            raise invalid(ids=f"Name 1 to {MOST_AT_ONCE} songs.")
        tools = self._tools
        async with tools.transaction() as transaction:
            found = await transaction.fetch(songs.VISIBLE, ids=as_list(wanted), **viewing(principal))
            if len(found) != len(wanted):
                raise not_found("song")
            known = {song.id: song for song in (SongNow(*row) for row in found)}
            for song in known.values():
                check_may_change(principal, song.uploader_id, "song")
            changed = await making.set_visibility(transaction, as_list(wanted), visibility, tools.clock())
            if not changed:
                return 0
            await relist(transaction, as_list(changed))
            is_complete = await settle(transaction, await stale_of_songs(transaction, as_list(changed)), tools.clock())
            await tools.add_up_later(transaction, is_complete)
            action = _ACTIONS.get(visibility, "song.withdrawn")
            for song_id in changed:
                await transaction.publish(recorded(principal, action, "song", song_id, known[song_id].title))
        return len(changed)

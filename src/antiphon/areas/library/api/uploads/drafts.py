"""Songs that only their owner and admins see, until they are published."""

from antiphon.areas.library.api.annotations import check_may_write
from antiphon.areas.library.api.editing.rights import check_may_change
from antiphon.areas.library.api.editing.tools import Tools
from antiphon.areas.library.internal.editing import songs
from antiphon.areas.library.internal.editing.songs import SongNow, settle
from antiphon.areas.library.internal.listing import relist
from antiphon.areas.library.internal.scan.bulk import as_list
from antiphon.areas.library.internal.scan.stale import stale_of_songs
from antiphon.areas.library.internal.uploading import making
from antiphon.areas.library.internal.visibility import viewing
from antiphon.kernel.errors import not_found
from antiphon.kernel.principal import Principal
from antiphon.kernel.record import recorded


class Drafts:
    """Publishing, and taking back."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    async def set(self, principal: Principal, song_id: int, *, draft: bool) -> None:
        """Make a song a draft, or publish it. Raises NOT_FOUND, FORBIDDEN for who is neither owner nor admin."""
        check_may_write(principal)
        tools, listed = self._tools, as_list([song_id])
        async with tools.transaction() as transaction:
            row = await transaction.fetch_one(songs.VISIBLE, ids=listed, **viewing(principal))
            if row is None:
                raise not_found("song")
            song = SongNow(*row)
            check_may_change(principal, song.uploader_id, "song")
            if not await making.set_privacy(transaction, song_id, draft=draft, now=tools.clock()):
                return
            await relist(transaction, listed)
            is_complete = await settle(transaction, await stale_of_songs(transaction, listed), tools.clock())
            await tools.add_up_later(transaction, is_complete)
            action = "song.withdrawn" if draft else "song.published"
            await transaction.publish(recorded(principal, action, "song", song_id, song.title))

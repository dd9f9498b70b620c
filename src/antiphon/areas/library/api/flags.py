"""Hiding songs, albums and artists from all but their owner and admins, until it is settled what is wrong with them."""

from typing import Literal

from antiphon.areas.library.api.editing.rights import check_admin
from antiphon.areas.library.api.editing.tools import Tools
from antiphon.areas.library.data import ThingFlagged
from antiphon.areas.library.internal import flagging
from antiphon.areas.library.internal.editing.checks import checked_line
from antiphon.areas.library.internal.flagging import Flagged
from antiphon.areas.library.internal.visibility import viewing
from antiphon.kernel.errors import not_found
from antiphon.kernel.principal import Principal
from antiphon.kernel.record import recorded

LONGEST_REASON = 1000


class Flags:
    """Flagging, for admins. What is flagged is gone for everybody else with the next request they make."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    async def song(self, principal: Principal, song_id: int, flagged: bool | None, reason: str = "") -> bool:
        """Flag a song, unflag it, or do the other of both where `flagged` is None; whether it is flagged now. Raises
        FORBIDDEN, NOT_FOUND, INVALID for a long reason."""
        return await self._flag(principal, "song", song_id, flagged, reason)

    async def album(self, principal: Principal, album_id: int, flagged: bool | None, reason: str = "") -> bool:
        """The same for an album with all its songs, which keep their own flags."""
        return await self._flag(principal, "album", album_id, flagged, reason)

    async def artist(self, principal: Principal, artist_id: int, flagged: bool | None, reason: str = "") -> bool:
        """The same for an artist with every song that names them, or whose album does."""
        return await self._flag(principal, "artist", artist_id, flagged, reason)

    async def _flag(
        self,
        principal: Principal,
        thing: Literal["song", "album", "artist"],
        thing_id: int,
        flagged: bool | None,
        reason: str,
    ) -> bool:
        check_admin(principal)
        said = checked_line("reason", reason, LONGEST_REASON, may_be_empty=True)
        tools = self._tools
        async with tools.transaction() as transaction:
            row = await transaction.fetch_one(flagging.FLAGGED_THINGS[thing], id=thing_id, **viewing(principal))
            if row is None:
                raise not_found(thing)
            now = Flagged(*row)
            wanted = not now.is_flagged if flagged is None else flagged
            kept = said if wanted else ""
            if wanted != now.is_flagged or kept != now.reason:
                is_complete = await flagging.write(transaction, thing, now, wanted, kept, tools.clock())
                await tools.add_up_later(transaction, is_complete)
                told = ThingFlagged(
                    thing, now.id, now.title, now.uploader_id, wanted, said, principal.user_id, principal.username
                )
                await transaction.publish(told)
                action = f"{thing}.flagged" if wanted else f"{thing}.unflagged"
                await transaction.publish(recorded(principal, action, thing, now.id, now.title, reason=said))
        return wanted

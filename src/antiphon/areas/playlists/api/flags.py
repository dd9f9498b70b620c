"""Hiding playlists from all but their owner and admins, until it is settled what is wrong with them."""

from antiphon.areas.library.api.annotations import check_may_write
from antiphon.areas.playlists.data import PlaylistDeleted, PlaylistFlagged
from antiphon.areas.playlists.internal import queries, writes
from antiphon.kernel.db import Database
from antiphon.kernel.errors import forbidden, invalid, not_found
from antiphon.kernel.principal import Principal
from antiphon.kernel.record import recorded
from antiphon.kernel.text import clean_line

LONGEST_REASON = 1000


class Flags:
    """What admins do with playlists of others."""

    def __init__(self, *, database: Database) -> None:
        self._database = database

    async def flag(self, principal: Principal, playlist_id: int, flagged: bool | None, reason: str = "") -> bool:
        """Hide a playlist, show it again, or do the other of both where `flagged` is None; whether it is hidden now.
        Raises FORBIDDEN, NOT_FOUND, INVALID for a long reason."""
        _check_admin(principal)
        said = clean_line(reason)
        if len(said) > LONGEST_REASON or "\0" in said:
            raise invalid(reason=f"This has at most {LONGEST_REASON} characters.")
        async with self._database.transaction() as transaction:
            row = await transaction.fetch_one(queries.FLAGGED_PLAYLIST, id=playlist_id)
            if row is None:
                raise not_found("playlist")
            owner_id, title, was_flagged, kept = row
            wanted = not was_flagged if flagged is None else flagged
            told = said if wanted else ""
            if wanted == bool(was_flagged) and told == kept:
                return wanted
            await writes.flag_playlist(transaction, playlist_id, wanted, told)
            await transaction.publish(
                PlaylistFlagged(playlist_id, title, owner_id, wanted, said, principal.user_id, principal.username)
            )
            action = "playlist.flagged" if wanted else "playlist.unflagged"
            await transaction.publish(recorded(principal, action, "playlist", playlist_id, title, reason=said))
        return wanted

    async def remove(self, principal: Principal, playlist_id: int) -> None:
        """Delete anybody's playlist for good. Raises FORBIDDEN, NOT_FOUND."""
        _check_admin(principal)
        async with self._database.transaction() as transaction:
            row = await transaction.fetch_one(queries.FLAGGED_PLAYLIST, id=playlist_id)
            if row is None:
                raise not_found("playlist")
            await writes.delete_playlist(transaction, playlist_id)
            await transaction.publish(PlaylistDeleted(playlist_id))
            await transaction.publish(recorded(principal, "playlist.removed", "playlist", playlist_id, row[1]))


def _check_admin(principal: Principal) -> None:
    check_may_write(principal)
    if not principal.is_admin:
        raise forbidden("Only admins may do this.", "admins_only")

"""What decisions do: hiding, showing and removing each kind of thing, by the door of the area that owns it."""

from antiphon.areas.accounts.api import Accounts
from antiphon.areas.accounts.data import AccountChange
from antiphon.areas.administration.data import Decision, Subject
from antiphon.areas.library.api import Library
from antiphon.areas.playlists.api import Playlists
from antiphon.kernel.errors import AntiphonError, Kind, invalid
from antiphon.kernel.principal import Principal


class Verdicts:
    """Each runs inside the transaction that is open, and tells of itself what its area tells."""

    def __init__(self, accounts: Accounts, library: Library, playlists: Playlists) -> None:
        self._accounts = accounts
        self._library = library
        self._playlists = playlists

    async def carry_out(
        self, principal: Principal, decision: Decision, subject: Subject, subject_id: int, reason: str
    ) -> None:
        """Do what was decided. Raises NOT_FOUND for what is gone, INVALID for what cannot be done with it, CONFLICT
        `last_admin`."""
        if decision in ("hide", "restore"):
            await self.hide(principal, subject, subject_id, decision == "hide", reason)
        elif decision == "remove":
            await self._remove(principal, subject, subject_id)

    async def hide(self, principal: Principal, subject: Subject, subject_id: int, hidden: bool, reason: str) -> None:
        """Hide something from all but its owner and admins, or show it again; a person is blocked or let in."""
        if subject == "playlist":
            await self._playlists.flags.flag(principal, subject_id, hidden, reason)
        elif subject == "user":
            if subject_id == principal.user_id:
                raise invalid(decision="This is you.")
            standing = AccountChange(standing="blocked" if hidden else "active")
            await self._accounts.people.set_account(principal, subject_id, standing)
        else:
            flags = self._library.flags
            flag = {"song": flags.song, "album": flags.album, "artist": flags.artist}[subject]
            await flag(principal, subject_id, hidden, reason)

    async def bring_back(self, principal: Principal, subject: Subject, subject_id: int) -> None:
        """Undo a removal. Raises CONFLICT `gone_for_good` for what was deleted."""
        if subject != "song":
            raise _gone_for_good()
        try:
            await self._library.editing.songs.restore(principal, [subject_id])
        except AntiphonError as error:
            if error.kind is Kind.NOT_FOUND:
                raise _gone_for_good() from error
            raise

    async def _remove(self, principal: Principal, subject: Subject, subject_id: int) -> None:
        editing = self._library.editing
        if subject == "song":
            await editing.songs.remove(principal, [subject_id])
        elif subject == "album":
            await editing.albums.delete(principal, subject_id, songs_too="remove")
        elif subject == "artist":
            await editing.artists.delete(principal, subject_id)
        elif subject == "playlist":
            await self._playlists.flags.remove(principal, subject_id)
        else:
            raise invalid(decision="People are removed on the page of members.")


def _gone_for_good() -> AntiphonError:
    return AntiphonError(Kind.CONFLICT, "gone_for_good", "What was removed here was deleted for good.")

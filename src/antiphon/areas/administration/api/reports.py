"""What people report: something that should not be here, or is wrong."""

from typing import Any, Literal

from antiphon.areas.accounts.api import Accounts
from antiphon.areas.administration.data import HiddenRow, ReportReason, ReportRow, Subject
from antiphon.areas.administration.internal import case_writes, cases
from antiphon.areas.library.api import Library
from antiphon.areas.playlists.api import Playlists
from antiphon.kernel.clock import Clock
from antiphon.kernel.db import Database
from antiphon.kernel.errors import AntiphonError, Kind, forbidden, invalid, not_signed_in
from antiphon.kernel.paging import Page, Slice
from antiphon.kernel.principal import Principal
from antiphon.kernel.record import recorded
from antiphon.kernel.text import clean_lines

LONGEST_TEXT = 2000


class Reports:
    """People report what they see, and see what became of it."""

    def __init__(
        self, *, database: Database, clock: Clock, accounts: Accounts, library: Library, playlists: Playlists
    ) -> None:
        self._database = database
        self._reader = database.reader
        self._clock = clock
        self._accounts = accounts
        self._library = library
        self._playlists = playlists

    async def report(
        self, principal: Principal, subject: Subject, subject_id: int, reason: ReportReason, text: str = ""
    ) -> ReportRow:
        """Report something that the caller sees; admins find it in their queue.

        Raises NOT_SIGNED_IN, FORBIDDEN for keys that may only read, NOT_FOUND for what the caller does not see,
        INVALID for a long text or one's own account, `text` where the reason says nothing, CONFLICT `already_reported`
        while an earlier report of the same thing is open.
        """
        _check_may_report(principal)
        said = _checked(text, reason)
        name, owner_id = await self._seen(principal, subject, subject_id)
        now = self._clock()
        async with self._database.transaction() as transaction:
            case_id, state, revision = await case_writes.ensure_case(
                transaction, subject, subject_id, name, owner_id, now
            )
            made = await case_writes.insert_report(transaction, case_id, principal.user_id, reason, said, now)
            if made is None:
                raise AntiphonError(
                    Kind.CONFLICT, "already_reported", "You have reported this already, and nobody has decided yet."
                )
            if state != "open":
                await case_writes.change_case(transaction, case_id, revision, state="open", opened_at=now)
                await case_writes.insert_entry(transaction, case_id, 0, "reopened", now)
            await case_writes.count_open(transaction, cases.is_case(case_id), reported_at=now)
            await transaction.publish(recorded(principal, "report.made", subject, subject_id, name, reason=reason))
            await case_writes.tell(transaction)
            row = await transaction.fetch_one(cases.REPORT, id=made)
            assert row is not None
        return ReportRow(*row)

    async def list(
        self,
        principal: Principal,
        page: Page,
        *,
        mine: bool = False,
        state: Literal["", "open", "decided"] = "",
    ) -> Slice[ReportRow]:
        """The caller's reports, the latest first; everybody's for admins, unless they ask for theirs. Raises
        NOT_SIGNED_IN."""
        if principal.is_anonymous:
            raise not_signed_in()
        whose = 0 if principal.is_admin and not mine else principal.user_id
        wanted: dict[str, Any] = {"user_id": whose, "state": state}
        found = await self._reader.fetch_slow(cases.REPORTS, **wanted, limit=page.limit, offset=page.offset)
        total = await self._reader.fetch_slow(cases.REPORT_COUNT, **wanted)
        return Slice([ReportRow(*row) for row in found], total[0][0], page)

    async def hidden(self, principal: Principal, page: Page) -> Slice[HiddenRow]:
        """What of the caller's own an admin hides, and why. Raises NOT_SIGNED_IN."""
        if principal.is_anonymous:
            raise not_signed_in()
        own = {"user_id": principal.user_id}
        found = await self._reader.fetch_slow(cases.HIDDEN, **own, limit=page.limit, offset=page.offset)
        total = await self._reader.fetch_slow(cases.HIDDEN_COUNT, **own)
        return Slice([HiddenRow(*row) for row in found], total[0][0], page)

    async def _seen(self, principal: Principal, subject: Subject, subject_id: int) -> tuple[str, int | None]:
        """What something is called, and whose it is. Raises NOT_FOUND for what the caller does not see."""
        browse = self._library.browse
        if subject == "song":
            song = await browse.song(principal, subject_id)
            return song.title, song.uploader_id
        if subject == "album":
            album = await browse.album(principal, subject_id)
            return album.title, album.uploader_id
        if subject == "artist":
            return (await browse.artist(principal, subject_id)).name, None
        if subject == "playlist":
            playlist = await self._playlists.browse.playlist(principal, subject_id)
            return playlist.title, playlist.owner_id
        if subject_id == principal.user_id:
            raise invalid(subject_id="This is you.")
        user = await self._accounts.people.get(principal, subject_id)
        return user.username, user.id


def _check_may_report(principal: Principal) -> None:
    if principal.is_anonymous:
        raise not_signed_in()
    if principal.scopes is not None and "write" not in principal.scopes:
        raise forbidden("This key may only read.", "scope_missing")


def _checked(text: str, reason: ReportReason) -> str:
    said = clean_lines(text)
    if len(said) > LONGEST_TEXT or "\0" in said:
        raise invalid(text=f"This has at most {LONGEST_TEXT} characters.")
    if not said and reason == "other":
        raise invalid(text="Say what is wrong.")
    return said

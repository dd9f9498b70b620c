"""Invitations: links by which people may make an account, given out by admins."""

from antiphon.areas.accounts.api.people import check_admin
from antiphon.areas.accounts.data import UNKNOWN_CALLER, Caller, Invitation, NewInvitation
from antiphon.areas.accounts.internal import invitations as stored
from antiphon.areas.accounts.internal import texts
from antiphon.areas.accounts.internal.attempts import Attempts
from antiphon.areas.accounts.internal.correspondence import Correspondence
from antiphon.areas.accounts.internal.names import check_email
from antiphon.areas.accounts.internal.secrets import new_token, token_hash
from antiphon.kernel.clock import Clock
from antiphon.kernel.db import Database
from antiphon.kernel.errors import invalid, not_found
from antiphon.kernel.paging import Page, Slice
from antiphon.kernel.principal import ARTIST, USER, Principal
from antiphon.kernel.record import recorded
from antiphon.kernel.text import clean_line

DAY = 86_400.0
USUAL_DAYS, MOST_DAYS, MOST_USES, LONGEST_NOTE = 7, 365, 1000, 500
KEPT_SECONDS = 90 * DAY
"""Invitations that have ended are shown for so long."""


class Invitations:
    """Made, seen and taken back by admins; looked at by whoever has the link."""

    def __init__(self, *, database: Database, clock: Clock, attempts: Attempts, correspondence: Correspondence) -> None:
        self._database = database
        self._clock = clock
        self._attempts = attempts
        self._correspondence = correspondence

    async def create(
        self,
        principal: Principal,
        *,
        email: str = "",
        role: str = USER,
        note: str = "",
        most_uses: int = 1,
        days: int = USUAL_DAYS,
    ) -> NewInvitation:
        """A new invitation; its link is shown this once. With `email` it is for that address alone, and mailed there.

        Raises FORBIDDEN, INVALID by field.
        """
        check_admin(principal)
        address = check_email(email) if email else ""
        words = clean_line(note)
        _check_values(role, words, most_uses, days)
        token, now = new_token(), self._clock()
        link = self._correspondence.page("join", token)
        async with self._database.transaction() as transaction:
            invitation_id = await stored.insert_invitation(
                transaction,
                created_by=principal.user_id or None,
                token_hash=token_hash(token),
                email=address,
                role=role,
                note=words,
                most_uses=1 if address else most_uses,
                created_at=now,
                expires_at=now + days * DAY,
            )
            letter = texts.invitation(address, principal.username, words, link, days)
            await self._correspondence.put(transaction, letter, f"invitation:{token_hash(token)[:32]}")
            await transaction.publish(
                recorded(principal, "invitation.made", "invitation", invitation_id, role=role, days=days)
            )
            row = await transaction.fetch_one(stored.INVITATION_BY_ID, invitation_id=invitation_id)
        assert row is not None
        return NewInvitation(invitation=stored.invitation_of(row), link=link)

    async def list(self, principal: Principal, page: Page) -> Slice[Invitation]:
        """Every invitation, the newest first, without their links (admins only)."""
        check_admin(principal)
        reader = self._database.reader
        found = await reader.fetch(stored.INVITATIONS, limit=page.limit, offset=page.offset)
        total = await reader.fetch_one(stored.INVITATIONS_COUNT)
        assert total is not None
        return Slice([stored.invitation_of(row) for row in found], total[0], page)

    async def revoke(self, principal: Principal, invitation_id: int) -> None:
        """Take an invitation back (admins only); accounts made by it stay. Raises FORBIDDEN, NOT_FOUND."""
        check_admin(principal)
        async with self._database.transaction() as transaction:
            if not await stored.delete_invitation(transaction, invitation_id):
                raise not_found("invitation")
            await transaction.publish(recorded(principal, "invitation.taken_back", "invitation", invitation_id))

    async def check(self, token: str, caller: Caller = UNKNOWN_CALLER) -> Invitation:
        """The invitation behind a link that can still be taken up. Raises FORBIDDEN `invitation`, TOO_MANY_REQUESTS."""
        hidden = token_hash(token)
        await self._attempts.admit("invitation", hidden, caller.address)
        row = await self._database.reader.fetch_one(stored.OPEN_INVITATION, token_hash=hidden, now=self._clock())
        if row is None:
            raise stored.wrong_invitation()
        await self._attempts.succeeded("invitation", hidden, caller.address)
        return stored.invitation_of(row)

    async def remove_old(self) -> int:
        """Forget invitations that ended long ago; gives how many."""
        async with self._database.transaction() as transaction:
            return await stored.remove_old_invitations(transaction, self._clock() - KEPT_SECONDS)


def _check_values(role: str, note: str, most_uses: int, days: int) -> None:
    if role not in (USER, ARTIST):
        raise invalid(role="A role is user or artist.")
    if len(note) > LONGEST_NOTE:
        raise invalid(note=f"A note has at most {LONGEST_NOTE} characters.")
    if not 1 <= most_uses <= MOST_USES:
        raise invalid(most_uses=f"An invitation is for 1 to {MOST_USES} people.")
    if not 1 <= days <= MOST_DAYS:
        raise invalid(days=f"An invitation is good for 1 to {MOST_DAYS} days.")

"""What social hears of, and whom it tells."""

from antiphon.areas.accounts.data import (
    AccountCreated,
    ArtistAsked,
    InvitationTaken,
    PasswordChanged,
    RolesChanged,
    SecondFactorChanged,
    SignedInFromNewNetwork,
    StandingChanged,
)
from antiphon.areas.library.data import ThingFlagged
from antiphon.areas.playlists.data import PlaylistFlagged
from antiphon.areas.social.api import Notices, Social
from antiphon.areas.social.data import NoticeKind
from antiphon.kernel.db import Transaction
from antiphon.kernel.events import Subscriptions


def subscribe(subscriptions: Subscriptions, social: Social) -> None:
    """Have notices put where things happen, in the same transaction."""
    tellings = _Tellings(social.notices)
    subscriptions.in_transaction(AccountCreated, tellings.account_created)
    subscriptions.in_transaction(ArtistAsked, tellings.artist_asked)
    subscriptions.in_transaction(RolesChanged, tellings.roles_changed)
    subscriptions.in_transaction(StandingChanged, tellings.standing_changed)
    subscriptions.in_transaction(SignedInFromNewNetwork, tellings.signed_in_from_new_network)
    subscriptions.in_transaction(PasswordChanged, tellings.password_changed)
    subscriptions.in_transaction(SecondFactorChanged, tellings.second_factor_changed)
    subscriptions.in_transaction(InvitationTaken, tellings.invitation_taken)
    subscriptions.in_transaction(ThingFlagged, tellings.thing_flagged)
    subscriptions.in_transaction(PlaylistFlagged, tellings.playlist_flagged)


class _Tellings:
    def __init__(self, notices: Notices) -> None:
        self._notices = notices

    async def account_created(self, event: AccountCreated, transaction: Transaction) -> None:
        if event.waits:
            details = {"user_id": event.user_id, "username": event.username}
            key = f"somebody_waits:{event.user_id}:"
            await self._notices.put_to_admins(transaction, "somebody_waits", details, key=key)

    async def artist_asked(self, event: ArtistAsked, transaction: Transaction) -> None:
        details = {"user_id": event.user_id, "username": event.username}
        key = f"artist_asked:{event.user_id}:{event.at:.0f}"
        await self._notices.put_to_admins(transaction, "artist_asked", details, key=key)

    async def roles_changed(self, event: RolesChanged, transaction: Transaction) -> None:
        await self._notices.settle(transaction, f"artist_asked:{event.user_id}:")
        for role in event.added:
            await self._notices.put(transaction, event.user_id, "role_given", {"role": role})

    async def standing_changed(self, event: StandingChanged, transaction: Transaction) -> None:
        await self._notices.settle(transaction, f"somebody_waits:{event.user_id}:")
        details = {"standing": event.standing, "before": event.before}
        await self._notices.put(transaction, event.user_id, "standing_changed", details)

    async def signed_in_from_new_network(self, event: SignedInFromNewNetwork, transaction: Transaction) -> None:
        details = {"client": event.client, "network": event.network}
        await self._notices.put(transaction, event.user_id, "new_sign_in", details)

    async def password_changed(self, event: PasswordChanged, transaction: Transaction) -> None:
        await self._notices.put(transaction, event.user_id, "password_changed", {})

    async def second_factor_changed(self, event: SecondFactorChanged, transaction: Transaction) -> None:
        await self._notices.put(transaction, event.user_id, "second_factor_changed", {"is_on": event.is_on})

    async def invitation_taken(self, event: InvitationTaken, transaction: Transaction) -> None:
        if event.invited_by is not None:
            details = {"user_id": event.user_id, "username": event.username}
            key = f"invitation_taken:{event.user_id}:"
            await self._notices.put(transaction, event.invited_by, "invitation_taken", details, key=key)

    async def thing_flagged(self, event: ThingFlagged, transaction: Transaction) -> None:
        if event.owner_id not in (None, event.actor_id):
            assert event.owner_id is not None
            details = {"subject": event.thing, "id": event.thing_id, "name": event.name, "reason": event.reason}
            kind: NoticeKind = "item_hidden" if event.flagged else "item_restored"
            await self._notices.put(transaction, event.owner_id, kind, details)

    async def playlist_flagged(self, event: PlaylistFlagged, transaction: Transaction) -> None:
        if event.owner_id != event.actor_id:
            details = {"subject": "playlist", "id": event.playlist_id, "name": event.title, "reason": event.reason}
            kind: NoticeKind = "item_hidden" if event.flagged else "item_restored"
            await self._notices.put(transaction, event.owner_id, kind, details)

"""Letters that go out by themselves when something happens to an account: each is promised where it happens."""

from antiphon.areas.accounts.data import (
    AccountCreated,
    ArtistAsked,
    Letter,
    PasswordChanged,
    Post,
    RolesChanged,
    StandingChanged,
)
from antiphon.areas.accounts.internal import texts
from antiphon.areas.accounts.internal.links import WELCOME_SECONDS, new_link
from antiphon.areas.accounts.internal.recipients import Recipient, admins, recipient
from antiphon.areas.accounts.internal.secrets import token_hash
from antiphon.kernel.clock import Clock
from antiphon.kernel.db import Transaction
from antiphon.kernel.events import Subscriptions
from antiphon.kernel.principal import ARTIST


class Correspondence:
    """Writes letters with links of the server's own address. Who has no address gets none."""

    def __init__(self, *, post: Post, clock: Clock, address: str, admin_email: str) -> None:
        self._post = post
        self._clock = clock
        self._address = address
        self._admin_email = admin_email.strip().lower()

    def subscribe(self, subscriptions: Subscriptions) -> None:
        """Hear of what letters tell about."""
        subscriptions.in_transaction(AccountCreated, self._account_created)
        subscriptions.in_transaction(ArtistAsked, self._artist_asked)
        subscriptions.in_transaction(StandingChanged, self._standing_changed)
        subscriptions.in_transaction(RolesChanged, self._roles_changed)
        subscriptions.in_transaction(PasswordChanged, self._password_changed)

    def is_owners(self, email: str) -> bool:
        """Whether it is exactly the address of who runs the server: a look-alike is another mailbox."""
        return bool(self._admin_email) and email.lower() == self._admin_email

    def page(self, name: str, token: str = "") -> str:
        """The address of a page of the player."""
        return f"{self._address}/app/{name}" + (f"?token={token}" if token else "")

    async def put(self, transaction: Transaction, letter: Letter, key: str, about_user: int | None = None) -> None:
        """Promise a letter, if it has somewhere to go."""
        if letter.to:
            await self._post.put(transaction, letter, key=key, about_user=about_user)

    async def prove_address(self, transaction: Transaction, person: Recipient) -> None:
        """Have somebody prove that the address of their account is theirs."""
        if not person.email:
            return
        token = await new_link(transaction, person.id, "verify", person.email, self._clock())
        letter = texts.prove_address(
            person.email,
            person.username,
            self.page("verify", token),
            makes_admin=self.is_owners(person.email),
        )
        await self.put(transaction, letter, _key("verify", token), person.id)

    async def forgotten_password(self, transaction: Transaction, person: Recipient) -> None:
        """Have somebody set a new password."""
        token = await new_link(transaction, person.id, "reset", person.email, self._clock())
        letter = texts.forgotten_password(person.email, person.username, self.page("reset", token))
        await self.put(transaction, letter, _key("reset", token), person.id)

    async def change_address(self, transaction: Transaction, person: Recipient, new: str) -> None:
        """Have somebody prove the address they want to move to, and tell the one they have."""
        token = await new_link(transaction, person.id, "change", new, self._clock())
        letter = texts.new_address(new, person.username, self.page("verify", token))
        await self.put(transaction, letter, _key("change", token), person.id)
        notice = texts.address_will_change(person.email, person.username, new)
        await self.put(transaction, notice, _key("change_asked", token), person.id)

    async def _account_created(self, event: AccountCreated, transaction: Transaction) -> None:
        person = await recipient(transaction, event.user_id)
        if person is None:
            return
        if event.needs_password and person.email:
            now = self._clock()
            token = await new_link(transaction, person.id, "reset", person.email, now, WELCOME_SECONDS)
            letter = texts.choose_password(person.email, person.username, self.page("reset", token))
            await self.put(transaction, letter, _key("welcome", token), person.id)
        elif person.email_proven_at is None:
            await self.prove_address(transaction, person)
        if event.waits:
            for admin in await admins(transaction):
                letter = texts.somebody_waits(admin.email, event.username, self.page("admin"))
                await self.put(transaction, letter, f"somebody_waits:{event.user_id}:{admin.id}", event.user_id)

    async def _artist_asked(self, event: ArtistAsked, transaction: Transaction) -> None:
        for admin in await admins(transaction):
            letter = texts.artist_asked(admin.email, event.username, self.page("admin"))
            key = f"artist_asked:{event.user_id}:{event.at:.3f}:{admin.id}"
            await self.put(transaction, letter, key, event.user_id)

    async def _standing_changed(self, event: StandingChanged, transaction: Transaction) -> None:
        person = await recipient(transaction, event.user_id)
        if person is not None and event.before == "waiting" and event.standing == "active":
            letter = texts.let_in(person.email, person.username, self.page("sign-in"))
            await self.put(transaction, letter, f"let_in:{event.user_id}:{event.at:.3f}", event.user_id)

    async def _roles_changed(self, event: RolesChanged, transaction: Transaction) -> None:
        person = await recipient(transaction, event.user_id)
        if person is not None and ARTIST in event.added:
            letter = texts.is_artist(person.email, person.username, self.page(""))
            await self.put(transaction, letter, f"is_artist:{event.user_id}:{event.at:.3f}", event.user_id)

    async def _password_changed(self, event: PasswordChanged, transaction: Transaction) -> None:
        person = await recipient(transaction, event.user_id)
        if person is not None:
            letter = texts.password_changed(person.email, person.username, self.page("sign-in"))
            await self.put(transaction, letter, f"password_changed:{event.user_id}:{event.at:.3f}", event.user_id)


def _key(purpose: str, token: str) -> str:
    return f"{purpose}:{token_hash(token)[:32]}"

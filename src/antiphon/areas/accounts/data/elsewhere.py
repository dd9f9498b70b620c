"""Accounts elsewhere that sign somebody in here."""

from collections.abc import Mapping
from typing import Literal, Protocol

import msgspec

from antiphon.kernel.errors import AntiphonError, forbidden, unavailable

ProviderKind = Literal["oidc", "spotify"]


class Handshake(msgspec.Struct, frozen=True):
    """What ties a provider's answer to the question: it is made anew for each sign-in and never leaves the server as
    it is, but for `state` and `nonce`."""

    state: str
    nonce: str
    verifier: str


class ProviderTokens(msgspec.Struct, frozen=True, kw_only=True):
    """What a service lets the server ask with in somebody's name. `access_token` holds until `access_expires_at`, all
    of it until `expire_at` (None: until it is taken back)."""

    access_token: str
    access_expires_at: float
    refresh_token: str = ""
    expire_at: float | None = None


class ForeignAccount(msgspec.Struct, frozen=True, kw_only=True):
    """Who somebody is at a provider. `subject` never changes; `earlier_subjects` are what the same account was known by
    before the provider had a better one. `groups` decide about roles, `tokens` is None where none are kept."""

    subject: str
    earlier_subjects: tuple[str, ...] = ()
    shown_name: str = ""
    username: str = ""
    email: str = ""
    email_proven: bool = False
    groups: tuple[str, ...] = ()
    tokens: ProviderTokens | None = None


class SignInDoor(Protocol):
    """A provider that tells who somebody is."""

    async def address(self, handshake: Handshake) -> str:
        """Where to send the browser. Raises UNAVAILABLE `provider_unavailable`."""
        ...

    async def account(self, code: str, issuer: str, handshake: Handshake) -> ForeignAccount:
        """Who has come back with `code`; `issuer` is who says that they sent them, empty where nobody says it.

        Raises UNAVAILABLE `provider_unavailable`, FORBIDDEN `provider_refused` and `provider_answer` (an answer that
        proves nothing).
        """
        ...


class TokensEnded(Exception):
    """A service takes somebody's tokens no more: they have to connect it again."""


class TokenDoor(Protocol):
    """A service that is asked in somebody's name."""

    async def refreshed(self, tokens: ProviderTokens) -> ProviderTokens:
        """Tokens that hold longer. Raises TokensEnded, UNAVAILABLE `provider_unavailable`."""
        ...

    async def shown_name(self, access_token: str) -> str:
        """What the person calls themselves there. Raises TokensEnded, UNAVAILABLE `provider_unavailable`, FORBIDDEN
        `provider_refused`."""
        ...


class Provider(msgspec.Struct, frozen=True, kw_only=True):
    """Where people have accounts that sign them in here, as the owner has set it.

    Who is unknown gets an account only where it `registers`. `roles` tells which role a group there gives here; roles
    that it names are held by those groups alone.
    """

    id: str
    name: str
    kind: ProviderKind
    door: SignInDoor
    tokens: TokenDoor | None = None
    registers: bool = True
    roles: Mapping[str, str] = {}


class ProviderInfo(msgspec.Struct, frozen=True):
    """A provider as people see it."""

    id: str
    name: str
    kind: ProviderKind


IdentityState = Literal["connected", "expiring", "reconnect", "switched_off"]


class Identity(msgspec.Struct, frozen=True, kw_only=True):
    """An account elsewhere that signs somebody in here.

    `state` is `expiring` where its tokens end within a month, `reconnect` where they have ended, and `switched_off`
    where the server does not know its provider any more.
    """

    id: int
    provider: str
    name: str
    shown_name: str
    created_at: float
    last_used_at: float | None
    state: IdentityState


class SignInAttempt(msgspec.Struct, frozen=True, kw_only=True):
    """A sign-in elsewhere whose answer has come. `to` is where to go afterwards, `user_id` who wants to link (0 for a
    sign-in)."""

    provider: str
    handshake: Handshake
    to: str
    user_id: int = 0
    invitation: str = ""


class CodeNeeded(msgspec.Struct, frozen=True):
    """Somebody is known by their account elsewhere, and has a second factor here: `ticket` stands for the first half,
    once, for some minutes, in the same browser."""

    ticket: str


def provider_unavailable(name: str, retry_after: float = 30.0) -> AntiphonError:
    """A provider does not answer, or not now."""
    return unavailable("provider_unavailable", f"{name} cannot be asked just now. Try again later.", retry_after)


def provider_refused(name: str) -> AntiphonError:
    """A provider knows who asks, and says no."""
    return forbidden(f"{name} refused. The people who run this server find the reason in its log.", "provider_refused")


def provider_answer(name: str) -> AntiphonError:
    """What a provider answered does not prove who somebody is."""
    return forbidden(f"What {name} answered proves nothing. Start again.", "provider_answer")

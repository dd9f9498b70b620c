"""What crosses the door of accounts: frozen values, events, protocols."""

from collections.abc import Mapping
from typing import Any, Literal, Protocol

import msgspec

from antiphon.kernel.db import Transaction
from antiphon.kernel.errors import AntiphonError, forbidden, unavailable
from antiphon.kernel.events import Event

Standing = Literal["active", "waiting", "blocked"]


class User(msgspec.Struct, frozen=True, kw_only=True):
    """A person with an account.

    `email` is private: shown to oneself and admins only. `standing` is `active`, `waiting` (an admin has to let them
    in) or `blocked`. `upload_quota` is in bytes, None where the server's own holds. `picture` is the hash of the
    picture, empty without one. `artist_asked_at` tells since when they wait for the artist role.
    """

    id: int
    username: str
    email: str
    full_name: str = ""
    first_name: str = ""
    last_name: str = ""
    roles: tuple[str, ...]
    standing: Standing = "active"
    rights: tuple[str, ...] = ()
    upload_quota: int | None = None
    hidden: bool = False
    email_proven: bool = False
    artist_asked_at: float | None = None
    picture: str = ""
    created_at: float
    updated_at: float = 0.0


class Profile(msgspec.Struct, frozen=True):
    """What somebody likes and how they want things. Preferences are private, and theirs to name."""

    favorite_genres: tuple[str, ...] = ()
    favorite_artists: tuple[str, ...] = ()
    moods: tuple[str, ...] = ()
    preferences: dict[str, Any] = {}


class ProfileChange(msgspec.Struct, frozen=True, kw_only=True):
    """What shall change; what is None stays. `preferences` are merged by name, a value of None takes one away."""

    username: str | None = None
    full_name: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    favorite_genres: list[str] | None = None
    favorite_artists: list[str] | None = None
    moods: list[str] | None = None
    preferences: dict[str, Any] | None = None


class AccountChange(msgspec.Struct, frozen=True, kw_only=True):
    """What an admin changes on somebody's account; what is UNSET stays."""

    standing: Standing | msgspec.UnsetType = msgspec.UNSET
    rights: list[str] | msgspec.UnsetType = msgspec.UNSET
    upload_quota: int | msgspec.UnsetType | None = msgspec.UNSET


class SignedIn(msgspec.Struct, frozen=True):
    """A new session: `token` is shown this once and kept only as a hash. It is empty for somebody who has registered
    and waits for an admin. `profile` is what a new account began with."""

    token: str
    user: User
    profile: Profile = Profile()


class Caller(msgspec.Struct, frozen=True):
    """Where a sign-in comes from: what the app or browser calls itself, the address (empty where it is not known), and
    whether it is this very machine."""

    client: str = ""
    address: str = ""
    is_loopback: bool = False


UNKNOWN_CALLER = Caller()


class Registration(msgspec.Struct, frozen=True, kw_only=True):
    """What someone who registers gives. Without a `username` one is made from the address; only an account that an
    admin makes may have no `password` yet. `invitation` is the secret of an invitation's link; without `wants_session`
    nobody is signed in."""

    username: str | None
    email: str
    password: str | None
    role: str = "user"
    full_name: str = ""
    first_name: str = ""
    last_name: str = ""
    profile: Profile = Profile()
    invitation: str = ""
    wants_session: bool = True
    caller: Caller = UNKNOWN_CALLER


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """A sign-in that lasts: the browser or app in readable words, and the network it signed in from."""

    id: int
    client: str
    network: str
    created_at: float
    last_used_at: float
    is_current: bool


class SecondFactorState(msgspec.Struct, frozen=True, kw_only=True):
    """Whether sign-ins need a code, and how many recovery codes have not been used."""

    is_on: bool
    recovery_codes_left: int


class NewSecondFactor(msgspec.Struct, frozen=True, kw_only=True):
    """A secret for an authenticator app, shown this once: to type, as an `otpauth:` address, as a QR code in SVG."""

    secret: str
    uri: str
    qr: str


class Picture(msgspec.Struct, frozen=True):
    """A person's picture: a square JPEG, and the hash that names this very one."""

    hash: str
    image: bytes


class PictureMaker(Protocol):
    """Makes what people upload safe and small."""

    async def portrait(self, given: bytes) -> bytes:
        """A square JPEG of at most 512 pixels a side, without anything that was written into the original.

        Raises UNSUPPORTED_MEDIA for what is no JPEG, PNG, WebP or GIF, and INVALID `image` for one that is too large or
        broken.
        """
        ...


class AppPassword(msgspec.Struct, frozen=True):
    """A secret for one app at `/rest`; the secret itself is shown only when it is made."""

    id: int
    name: str
    created_at: float
    last_used_at: float | None


class NewAppPassword(msgspec.Struct, frozen=True, kw_only=True):
    """An app password at the one moment when it is shown, with the server's address as apps ask for it; `uri` holds all
    of it, `qr` is that as a QR code in SVG."""

    id: int
    name: str
    username: str
    password: str
    server: str
    uri: str
    qr: str


class ApiKey(msgspec.Struct, frozen=True):
    """A key that stands for its owner within `scopes`."""

    id: int
    name: str
    scopes: tuple[str, ...]
    created_at: float
    last_used_at: float | None


class NewApiKey(msgspec.Struct, frozen=True):
    """An API key at the one moment when it is shown."""

    id: int
    name: str
    key: str
    scopes: tuple[str, ...]


SCOPES = ("read", "write", "upload", "admin")


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """A mail as it is written: paragraphs, a link with the words on it, and small print. How it looks is the post's."""

    to: str
    subject: str
    lines: tuple[str, ...]
    action: str = ""
    link: str = ""
    closing: tuple[str, ...] = ()


class Post(Protocol):
    """Takes letters, and brings them to people after the transaction."""

    async def put(self, transaction: Transaction, letter: Letter, *, key: str, about_user: int | None = None) -> None:
        """Promise a letter. One of the same key is the same letter; `about_user` has it go with that account."""
        ...


class Invitation(msgspec.Struct, frozen=True, kw_only=True):
    """An invitation without its secret. `email` is empty where whoever has the link may come; `created_by` is the name
    of who made it, empty where they are gone."""

    id: int
    email: str
    role: str
    note: str
    uses: int
    most_uses: int
    created_by: str
    created_at: float
    expires_at: float


class NewInvitation(msgspec.Struct, frozen=True, kw_only=True):
    """An invitation at the one moment when its link is shown."""

    invitation: Invitation
    link: str


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


class AccountCreated(Event, frozen=True):
    """Somebody has an account now; `waits` tells that an admin has to let them in, `needs_password` that they have none
    yet and should get a link by mail to choose one."""

    user_id: int
    username: str
    email: str = ""
    waits: bool = False
    needs_password: bool = False


class ArtistAsked(Event, frozen=True):
    """Somebody waits for the artist role since `at`."""

    user_id: int
    username: str
    at: float


class RolesChanged(Event, frozen=True):
    """Somebody's roles are others than before."""

    user_id: int
    username: str
    added: tuple[str, ...]
    removed: tuple[str, ...]
    at: float


class StandingChanged(Event, frozen=True):
    """Somebody was let in, blocked, or has to wait again."""

    user_id: int
    username: str
    standing: Standing
    before: Standing
    at: float


class PasswordChanged(Event, frozen=True):
    """Somebody has another password."""

    user_id: int
    at: float


class SignedInFromNewNetwork(Event, frozen=True):
    """Somebody signed in from a network that this account has never used before."""

    user_id: int
    client: str
    network: str
    at: float


class InvitationTaken(Event, frozen=True):
    """Somebody has an account by an invitation; `invited_by` is who made it, None where they are gone."""

    invitation_id: int
    invited_by: int | None
    user_id: int
    username: str


class AccessEnded(Event, frozen=True):
    """Sessions or keys of a person have ended, or what they may do has changed.

    `session_id` is 0 where all sessions did; `keeps_sessions` tells that none did, only what is believed of them.
    """

    user_id: int
    session_id: int = 0
    keeps_sessions: bool = False


class AccountRemoved(Event, frozen=True):
    """An account is gone, with what was personal. `keep_songs` tells what should become of its uploads."""

    user_id: int
    keep_songs: bool


def provider_unavailable(name: str, retry_after: float = 30.0) -> AntiphonError:
    """A provider does not answer, or not now."""
    return unavailable("provider_unavailable", f"{name} cannot be asked just now. Try again later.", retry_after)


def provider_refused(name: str) -> AntiphonError:
    """A provider knows who asks, and says no."""
    return forbidden(f"{name} refused. The people who run this server find the reason in its log.", "provider_refused")


def provider_answer(name: str) -> AntiphonError:
    """What a provider answered does not prove who somebody is."""
    return forbidden(f"What {name} answered proves nothing. Start again.", "provider_answer")

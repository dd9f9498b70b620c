"""What crosses the door of accounts: frozen values, events, protocols."""

from typing import Any, Literal

import msgspec

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
    and waits for an admin."""

    token: str
    user: User


class Caller(msgspec.Struct, frozen=True):
    """Where a sign-in comes from: what the app or browser calls itself, the address (empty where it is not known), and
    whether it is this very machine."""

    client: str = ""
    address: str = ""
    is_loopback: bool = False


UNKNOWN_CALLER = Caller()


class Registration(msgspec.Struct, frozen=True, kw_only=True):
    """What someone who registers gives. `invitation` is the secret of an invitation's link; without `wants_session`
    nobody is signed in."""

    username: str
    email: str
    password: str
    role: str = "user"
    full_name: str = ""
    first_name: str = ""
    last_name: str = ""
    profile: Profile = Profile()
    invitation: str = ""
    wants_session: bool = True
    caller: Caller = UNKNOWN_CALLER


class AppPassword(msgspec.Struct, frozen=True):
    """A secret for one app at `/rest`; the secret itself is shown only when it is made."""

    id: int
    name: str
    created_at: float
    last_used_at: float | None


class NewAppPassword(msgspec.Struct, frozen=True):
    """An app password at the one moment when it is shown."""

    id: int
    name: str
    username: str
    password: str


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


class AccountCreated(Event, frozen=True):
    """Somebody has an account now; `waits` tells that an admin has to let them in."""

    user_id: int
    username: str
    email: str = ""
    waits: bool = False


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

"""What crosses the door of accounts: frozen values, events, protocols."""

import msgspec

from antiphon.kernel.events import Event


class User(msgspec.Struct, frozen=True):
    """A person with an account. `email` is private: shown to oneself and admins only."""

    id: int
    username: str
    email: str
    full_name: str
    roles: tuple[str, ...]
    created_at: float


class SignedIn(msgspec.Struct, frozen=True):
    """A new session: `token` is shown this once and kept only as a hash."""

    token: str
    user: User


class Registration(msgspec.Struct, frozen=True, kw_only=True):
    """What someone who registers gives. `from_loopback` is true where the request came from this very machine."""

    username: str
    email: str
    password: str
    role: str = "user"
    full_name: str = ""
    client: str = ""
    from_loopback: bool = False


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
    """Somebody has an account now."""

    user_id: int
    username: str


class AccessEnded(Event, frozen=True):
    """Sessions or keys of a person have ended; `session_id` is 0 where all sessions did."""

    user_id: int
    session_id: int = 0

"""Who people are, and how they come and sign in."""

from typing import Any, Literal, Protocol

import msgspec

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

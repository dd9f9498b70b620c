"""What accounts tells of."""

from antiphon.areas.accounts.data.people import Standing
from antiphon.kernel.events import Event


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


class SecondFactorChanged(Event, frozen=True):
    """Somebody's sign-ins need a code from now on, or none any more."""

    user_id: int
    is_on: bool
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

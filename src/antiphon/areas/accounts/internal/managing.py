"""Who may manage passwords, keys, sessions and second factors."""

from antiphon.kernel.errors import forbidden, not_signed_in
from antiphon.kernel.principal import Principal


def check_may_manage(principal: Principal) -> None:
    """Raise NOT_SIGNED_IN for nobody, and FORBIDDEN for who came by a key or an app password."""
    if principal.is_anonymous:
        raise not_signed_in()
    if principal.via != "session":
        raise forbidden("A key cannot manage passwords, keys and sessions. Sign in with your password.")

"""How long sessions last."""

from collections.abc import Collection

from antiphon.kernel.principal import ADMIN

DAY = 86_400.0
# (idle, absolute) seconds of a session: longer for players, shorter for who can do everything.
_SESSION_SECONDS = (30 * DAY, 90 * DAY)
_ADMIN_SESSION_SECONDS = (0.5 * DAY, 7 * DAY)


def has_ended(roles: Collection[str], created_at: float, last_used_at: float, now: float) -> bool:
    """Whether a session of somebody with these roles is over: not used for too long, or too old."""
    idle, absolute = _ADMIN_SESSION_SECONDS if ADMIN in roles else _SESSION_SECONDS
    return now - last_used_at > idle or now - created_at > absolute

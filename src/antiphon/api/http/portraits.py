"""Where people's pictures are found: the same address in all dialects."""

from antiphon.areas.accounts.data import User


def portrait_address(user: User) -> str | None:
    """The address of somebody's picture, with its version; None for somebody without one."""
    return f"/api/v1/users/{user.id}/image?v={user.picture[:8]}" if user.picture else None

"""From rows to values."""

from typing import Any

from antiphon.areas.accounts.data import User
from antiphon.kernel.principal import ROLES, Principal


def user_of(row: tuple[Any, ...]) -> User:
    """A user from the columns id, username, email, full name, roles, created."""
    return User(id=row[0], username=row[1], email=row[2], full_name=row[3], roles=roles_of(row[4]), created_at=row[5])


def roles_of(text: str) -> tuple[str, ...]:
    """Roles in their usual order, from the strongest."""
    held = text.split()
    return tuple(role for role in ROLES if role in held)


def principal_of(row: tuple[Any, ...], via: str) -> Principal:
    """A principal from the columns of a session, key or app password: its id, user id, user name, roles, client."""
    return Principal(
        session_id=row[0], user_id=row[1], username=row[2], roles=frozenset(roles_of(row[3])), client=row[4], via=via
    )

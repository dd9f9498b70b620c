"""From rows to values."""

from typing import Any

import msgspec

from antiphon.areas.accounts.data import Profile, User
from antiphon.kernel.principal import RIGHTS, ROLES, Principal


def user_of(row: tuple[Any, ...]) -> User:
    """A user from the columns of a person in `queries`."""
    return User(
        id=row[0],
        username=row[1],
        email=row[2],
        full_name=row[3],
        first_name=row[4],
        last_name=row[5],
        roles=roles_of(row[6]),
        standing=row[7],
        rights=rights_of(row[8]),
        upload_quota=row[9],
        hidden=bool(row[10]),
        email_proven=row[11] is not None,
        artist_asked_at=row[12],
        picture=row[13],
        created_at=row[14],
        updated_at=row[15],
    )


def roles_of(text: str) -> tuple[str, ...]:
    """Roles in their usual order, from the strongest."""
    held = text.split()
    return tuple(role for role in ROLES if role in held)


def rights_of(text: str) -> tuple[str, ...]:
    """Rights in their usual order."""
    held = text.split()
    return tuple(right for right in RIGHTS if right in held)


def profile_of(row: tuple[str, str, str, str] | None) -> Profile:
    """A profile from its four JSON columns; an empty one where nothing was ever told."""
    if row is None:
        return Profile()
    genres, artists, moods, preferences = (msgspec.json.decode(text) for text in row)
    return Profile(tuple(genres), tuple(artists), tuple(moods), preferences)


def principal_of(row: tuple[Any, ...], via: str) -> Principal:
    """A principal from the columns of a session, key or app password: its id, user id, user name, roles, rights,
    client."""
    return Principal(
        session_id=row[0],
        user_id=row[1],
        username=row[2],
        roles=frozenset(roles_of(row[3])),
        rights=frozenset(row[4].split()),
        client=row[5],
        via=via,
    )

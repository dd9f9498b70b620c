"""What accounts knows about a person, handed out and erased."""

from typing import Any

import msgspec
from sqlalchemy import bindparam, delete, func, select

from antiphon.areas.accounts.internal import people, queries, rows
from antiphon.areas.accounts.internal.tables import identity, invitation, known_network, user_account, user_session
from antiphon.kernel.db import Reader, Statement, Transaction
from antiphon.kernel.personal import PersonalFile

_SESSIONS = Statement(
    select(user_session.c.client, user_session.c.network, user_session.c.created_at, user_session.c.last_used_at).where(
        user_session.c.user_id == bindparam("user_id")
    )
)
_IDENTITIES = Statement(
    select(identity.c.provider, identity.c.subject, identity.c.shown_name, identity.c.created_at).where(
        identity.c.user_id == bindparam("user_id")
    )
)
_NETWORKS = Statement(
    select(known_network.c.network, known_network.c.last_used_at).where(known_network.c.user_id == bindparam("user_id"))
)
_INVITATIONS = Statement(
    select(
        invitation.c.email,
        invitation.c.role,
        invitation.c.note,
        invitation.c.uses,
        invitation.c.most_uses,
        invitation.c.created_at,
        invitation.c.expires_at,
    ).where(invitation.c.created_by == bindparam("user_id"))
)


class PersonalAccounts:
    """The account itself, its profile, sessions, keys and accounts elsewhere; never a secret."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def export(self, user_id: int) -> dict[str, Any]:
        """Everything by table, as plain values."""
        account = await self._reader.fetch_one(queries.USER_BY_ID, user_id=user_id)
        profile = await self._reader.fetch_one(queries.PROFILE, user_id=user_id)
        sessions = await self._reader.fetch(_SESSIONS, user_id=user_id)
        keys = await self._reader.fetch(queries.API_KEYS, user_id=user_id)
        app_passwords = await self._reader.fetch(queries.APP_PASSWORDS, user_id=user_id)
        identities = await self._reader.fetch(_IDENTITIES, user_id=user_id)
        networks = await self._reader.fetch(_NETWORKS, user_id=user_id)
        invitations = await self._reader.fetch(_INVITATIONS, user_id=user_id)
        picture = await self._reader.fetch_one(queries.PICTURE, user_id=user_id)
        pictures = {"picture": PersonalFile("picture.jpg", picture[1])} if picture else {}
        return {
            "account": msgspec.to_builtins(rows.user_of(account)) if account else None,
            "profile": msgspec.to_builtins(rows.profile_of(profile)),
            "sessions": _named(sessions, "client", "network", "created_at", "last_used_at"),
            "api_keys": _named(keys, "id", "name", "scopes", "created_at", "last_used_at"),
            "app_passwords": _named(app_passwords, "id", "name", "created_at", "last_used_at"),
            "accounts_elsewhere": _named(identities, "provider", "subject", "name", "created_at"),
            "known_networks": _named(networks, "network", "last_used_at"),
            "invitations": _named(
                invitations, "email", "role", "note", "uses", "most_uses", "created_at", "expires_at"
            ),
            **pictures,
        }

    async def erase(self, transaction: Transaction, user_id: int) -> None:
        """Remove the account: what hangs on it goes along, and so do invitations to its address."""
        address = select(func.lower(user_account.c.email)).where(user_account.c.id == user_id).scalar_subquery()
        await transaction.execute(delete(invitation).where(func.lower(invitation.c.email) == address))
        await people.delete_account(transaction, user_id)


def _named(found: list[tuple[Any, ...]], *names: str) -> list[dict[str, Any]]:
    return [dict(zip(names, row, strict=True)) for row in found]

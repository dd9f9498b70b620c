"""Everybody with an account: found, read, changed, and looked after by admins."""

import json
from collections.abc import Sequence
from typing import Any

import msgspec

from antiphon.areas.accounts.data import (
    AccessEnded,
    AccountChange,
    AccountRemoved,
    ArtistAsked,
    Profile,
    ProfileChange,
    RolesChanged,
    StandingChanged,
    User,
)
from antiphon.areas.accounts.internal import people, queries, rows, writes
from antiphon.areas.accounts.internal.names import check_username, folded, name_key
from antiphon.areas.accounts.internal.profiles import changed_profile
from antiphon.kernel.clock import Clock
from antiphon.kernel.db import Database, Transaction
from antiphon.kernel.errors import AntiphonError, Kind, forbidden, invalid, not_found, not_signed_in
from antiphon.kernel.paging import Page, Slice
from antiphon.kernel.principal import ADMIN, ARTIST, RIGHTS, ROLES, USER, Principal
from antiphon.kernel.record import recorded
from antiphon.kernel.text import clean_line

LONGEST_FULL_NAME = 200


class People:
    """Accounts as their owners, other people and admins see them."""

    def __init__(self, *, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def list(self, principal: Principal, page: Page, wanted: str = "") -> Slice[User]:
        """Everyone but the caller and those who are hidden or not let in; admins see all. Raises NOT_SIGNED_IN.

        `wanted` is a part of a user name or a full name; case and accents do not count.
        """
        if principal.is_anonymous:
            raise not_signed_in()
        reader, sees_all = self._database.reader, int(principal.is_admin)
        pattern = pattern_of(wanted)
        if pattern:
            asked = {"viewer_id": principal.user_id, "sees_all": sees_all, "pattern": pattern}
            matches = await reader.fetch_slow(queries.PEOPLE_FOUND, **asked, limit=page.limit, offset=page.offset)
            ((count,),) = await reader.fetch_slow(queries.PEOPLE_FOUND_COUNT, **asked)
            return Slice([rows.user_of(row) for row in matches], count, page)
        found = await reader.fetch(
            queries.PEOPLE, viewer_id=principal.user_id, sees_all=sees_all, limit=page.limit, offset=page.offset
        )
        total = await reader.fetch_one(queries.PEOPLE_COUNT, viewer_id=principal.user_id, sees_all=sees_all)
        assert total is not None
        return Slice([rows.user_of(row) for row in found], total[0], page)

    async def get(self, principal: Principal, user_id: int) -> User:
        """One account. Raises NOT_FOUND for one that is missing, and for one the caller may not see.

        What is private (address, preferences, standing) is for the dialects to leave out unless `sees_private`.
        """
        if principal.is_anonymous and not principal.is_admin:
            raise not_signed_in()
        row = await self._database.reader.fetch_one(queries.USER_BY_ID, user_id=user_id)
        user = rows.user_of(row) if row else None
        if user is None or not (
            self.sees_private(principal, user_id) or (user.standing == "active" and not user.hidden)
        ):
            raise not_found("user")
        return user

    async def changeable(self, principal: Principal, user_id: int) -> User:
        """One account, for who may change it: its owner and admins. Raises NOT_FOUND, FORBIDDEN."""
        user = await self.get(principal, user_id)
        if principal.user_id != user_id and not principal.is_admin:
            raise forbidden("Only its owner and admins may change an account.")
        check_may_write(principal)
        return user

    async def by_username(self, principal: Principal, username: str) -> User:
        """One account by its name, as `get` gives it."""
        row = await self._database.reader.fetch_one(
            queries.USER_BY_NAME_OR_EMAIL, username_key=name_key(username), email_key=""
        )
        if row is None:
            raise not_found("user")
        return await self.get(principal, row[0])

    @staticmethod
    def sees_private(principal: Principal, user_id: int) -> bool:
        """Whether the caller may read what is private: their own, and admins everybody's."""
        return principal.user_id == user_id or principal.is_admin

    async def profile(self, principal: Principal, user_id: int) -> Profile:
        """What somebody likes; without preferences where the caller may not see what is private."""
        await self.get(principal, user_id)
        profile = rows.profile_of(await self._database.reader.fetch_one(queries.PROFILE, user_id=user_id))
        return profile if self.sees_private(principal, user_id) else msgspec.structs.replace(profile, preferences={})

    async def profiles(self, principal: Principal, users: Sequence[User]) -> dict[int, Profile]:
        """What each of these people likes, by their ids; with preferences where the caller may see what is private."""
        ids = json.dumps([user.id for user in users])
        found = {
            row[0]: rows.profile_of((row[1], row[2], row[3], row[4]))
            for row in await self._database.reader.fetch(queries.PROFILES, user_ids=ids)
        }
        told = {user.id: found.get(user.id, Profile()) for user in users}
        return {
            user_id: profile
            if self.sees_private(principal, user_id)
            else msgspec.structs.replace(profile, preferences={})
            for user_id, profile in told.items()
        }

    async def update(self, principal: Principal, user_id: int, change: ProfileChange) -> User:
        """Change names and profile, one's own or as an admin. Raises NOT_FOUND, FORBIDDEN, INVALID, CONFLICT."""
        user = await self.changeable(principal, user_id)
        values = _changed_names(user, change)
        now = self._clock()
        async with self._database.transaction() as transaction:
            if "username" in values:
                await writes.check_free(transaction, user_id, values["username_key"])
            if values:
                await people.update_account(transaction, user_id, now, **values)
            row = await transaction.fetch_one(queries.PROFILE, user_id=user_id)
            profile = changed_profile(rows.profile_of(row), change)
            await people.write_profile(transaction, user_id, profile, now)
            await transaction.publish(
                recorded(principal, "account.changed", "account", user_id, user.username, fields=_told(change))
            )
        return await self.get(principal, user_id)

    async def set_roles(self, principal: Principal, user_id: int, roles: Sequence[str]) -> User:
        """Replace somebody's roles (admins only). Raises FORBIDDEN, INVALID, CONFLICT `last_admin`."""
        check_admin(principal)
        user = await self.get(principal, user_id)
        if not roles or set(roles) - set(ROLES):
            raise invalid(roles=f"Roles are: {', '.join(ROLES)}; everybody needs one.")
        async with self._database.transaction() as transaction:
            if ADMIN in user.roles and ADMIN not in roles:
                await self._check_other_admin(transaction, user_id)
            await writes.set_roles(transaction, user_id, {*roles, USER})
            values: dict[str, Any] = {"artist_asked_at": None} if ARTIST in roles else {}
            await people.update_account(transaction, user_id, self._clock(), **values)
            await transaction.publish(
                recorded(
                    principal,
                    "account.roles_set",
                    "account",
                    user_id,
                    user.username,
                    roles=rows.roles_of(" ".join(roles)),
                )
            )
            await transaction.publish(
                RolesChanged(
                    user_id=user_id,
                    username=user.username,
                    added=rows.roles_of(" ".join({*roles, USER} - {*user.roles})),
                    removed=rows.roles_of(" ".join({*user.roles} - {*roles, USER})),
                    at=self._clock(),
                )
            )
            await transaction.publish(AccessEnded(user_id=user_id, keeps_sessions=True))
        return await self.get(principal, user_id)

    async def set_account(self, principal: Principal, user_id: int, change: AccountChange) -> User:
        """Change somebody's standing, rights and quota (admins only).

        Raises FORBIDDEN, INVALID, NOT_FOUND, CONFLICT `last_admin`. Who is blocked is signed out everywhere.
        """
        check_admin(principal)
        user = await self.get(principal, user_id)
        values = _changed_account(change)
        blocks = values.get("standing", "active") != "active"
        async with self._database.transaction() as transaction:
            if blocks and ADMIN in user.roles:
                await self._check_other_admin(transaction, user_id)
            await people.update_account(transaction, user_id, self._clock(), **values)
            if blocks:
                await writes.delete_other_sessions(transaction, user_id, 0)
                await people.end_signed_addresses(transaction, user_id)
            await transaction.publish(recorded(principal, "account.set", "account", user_id, user.username, **values))
            standing = values.get("standing", user.standing)
            if standing != user.standing:
                await transaction.publish(
                    StandingChanged(
                        user_id=user_id,
                        username=user.username,
                        standing=standing,
                        before=user.standing,
                        at=self._clock(),
                    )
                )
            await transaction.publish(AccessEnded(user_id=user_id, keeps_sessions=not blocks))
        return await self.get(principal, user_id)

    async def ask_to_be_artist(self, principal: Principal) -> None:
        """Wait for an admin to give the artist role. Raises CONFLICT `is_artist`."""
        check_may_write(principal)
        if ARTIST in principal.roles:
            raise AntiphonError(Kind.CONFLICT, "is_artist", "You are an artist already.")
        async with self._database.transaction() as transaction:
            row = await transaction.fetch_one(queries.USER_BY_ID, user_id=principal.user_id)
            if row is None:
                raise not_signed_in()
            if rows.user_of(row).artist_asked_at is None:
                now = self._clock()
                await people.update_account(transaction, principal.user_id, now, artist_asked_at=now)
                await transaction.publish(ArtistAsked(user_id=principal.user_id, username=principal.username, at=now))

    async def remove(self, transaction: Transaction, principal: Principal, user_id: int, *, keep_songs: bool) -> User:
        """The last step of removing an account, inside the transaction that erases everything else of that person.

        Raises NOT_FOUND, FORBIDDEN, CONFLICT `last_admin`.
        """
        user = await self.changeable(principal, user_id)
        if ADMIN in user.roles:
            await self._check_other_admin(transaction, user_id)
        await transaction.publish(AccountRemoved(user_id=user_id, keep_songs=keep_songs))
        await transaction.publish(recorded(principal, "account.removed", "account", user_id, user.username))
        await transaction.publish(AccessEnded(user_id=user_id))
        return user

    async def _check_other_admin(self, transaction: Transaction, user_id: int) -> None:
        if not {row[0] for row in await transaction.fetch(queries.ADMINS)} - {user_id}:
            raise AntiphonError(Kind.CONFLICT, "last_admin", "This is the last admin. Make somebody else one first.")


def check_may_write(principal: Principal) -> None:
    """Raise FORBIDDEN for a key that may only read."""
    if principal.scopes is not None and "write" not in principal.scopes:
        raise forbidden("This key may only read.", "scope_missing")


def pattern_of(wanted: str) -> str:
    """What a folded text must look like to hold `wanted`; empty where nothing is asked for."""
    escaped = "".join(f"\\{c}" if c in "\\%_" else c for c in folded(wanted[:LONGEST_FULL_NAME]))
    return f"%{escaped}%" if escaped else ""


def check_admin(principal: Principal) -> None:
    """Raise FORBIDDEN for everybody but admins."""
    if not principal.is_admin:
        raise forbidden("Only admins may do this.", "admins_only")


def full_name_of(full_name: str, first_name: str, last_name: str) -> str:
    """The name that is shown: as it was given, or made of its parts."""
    return full_name or f"{first_name} {last_name}".strip()


def _changed_names(user: User, change: ProfileChange) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if change.username is not None and change.username.strip() != user.username:
        values["username"] = check_username(change.username)
        values["username_key"] = name_key(values["username"])
    for field in ("full_name", "first_name", "last_name"):
        given = getattr(change, field)
        if given is not None:
            values[field] = clean_line(given)
            if len(values[field]) > LONGEST_FULL_NAME:
                raise invalid(**{field: f"A name has at most {LONGEST_FULL_NAME} characters."})
    if "full_name" not in values and {"first_name", "last_name"} & set(values):
        first, last = values.get("first_name", user.first_name), values.get("last_name", user.last_name)
        values["full_name"] = full_name_of("", first, last)
    if {"username", "full_name"} & set(values):
        shown = values.get("username", user.username), values.get("full_name", user.full_name)
        values["search_text"] = folded(" ".join(shown))
    return values


def _told(change: ProfileChange) -> list[str]:
    return [name for name in change.__struct_fields__ if getattr(change, name) is not None]


def _changed_account(change: AccountChange) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if change.standing is not msgspec.UNSET:
        values["standing"] = change.standing
    if change.rights is not msgspec.UNSET:
        if set(change.rights) - set(RIGHTS):
            raise invalid(rights=f"Rights are: {', '.join(RIGHTS)}.")
        values["rights"] = " ".join(rows.rights_of(" ".join(change.rights)))
    if change.upload_quota is not msgspec.UNSET:
        if change.upload_quota is not None and not 0 <= change.upload_quota < 1 << 62:
            raise invalid(upload_quota="A quota is a number of bytes, zero or more; null for the server's own.")
        values["upload_quota"] = change.upload_quota
    return values

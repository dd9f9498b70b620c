"""Shares: a public page with some songs, for people without an account."""

import secrets
from collections.abc import Sequence
from itertools import groupby
from typing import Any, Literal

import msgspec

from antiphon.areas.accounts.api import Access
from antiphon.areas.accounts.api.page_passwords import PagePasswords
from antiphon.areas.library.api import Library
from antiphon.areas.library.data import SongRow
from antiphon.areas.playback.api.transcoding import RAW, Transcoding
from antiphon.areas.playback.data import SharedThing, ShareRow
from antiphon.areas.playback.data.transcodes import Decision, Wanted
from antiphon.areas.playback.internal import shares
from antiphon.areas.playback.internal.permits import Permits
from antiphon.kernel.clock import LATEST_MOMENT, Clock
from antiphon.kernel.db import Database
from antiphon.kernel.errors import AntiphonError, Kind, forbidden, invalid, not_found, not_signed_in
from antiphon.kernel.principal import Principal, check_right
from antiphon.kernel.record import recorded
from antiphon.kernel.text import clean_lines

MOST_THINGS = 1_000
SONGS_AT_ONCE = 200
LONGEST_DESCRIPTION = 2_000
# What the app of a share's guests is called where rules for streaming look at apps.
GUESTS_CLIENT = "Antiphon share"


class Shares:
    """What a share opens is what its owner may hear at that moment: flagged songs, lost rights and blocked owners close
    it without anybody having to think of it. Where it has a password, whoever gave it holds a permit for half a day."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        library: Library,
        access: Access,
        passwords: PagePasswords,
        permits: Permits,
        transcoding: Transcoding,
    ) -> None:
        self._database = database
        self._clock = clock
        self._library = library
        self._access = access
        self._passwords = passwords
        self._permits = permits
        self._transcoding = transcoding

    async def create(
        self,
        principal: Principal,
        things: Sequence[SharedThing],
        *,
        description: str = "",
        expires_at: float | None = None,
        password: str = "",
        may_download: bool = False,
    ) -> ShareRow:
        """Share songs and albums; with a `password` only who knows it hears them.

        Raises NOT_SIGNED_IN, FORBIDDEN without the right, NOT_FOUND, INVALID by field.
        """
        _check(principal)
        if not things or len(things) > MOST_THINGS:
            raise invalid(things=f"A share holds 1 to {MOST_THINGS} songs and albums.")
        for kind, number in things:
            await (self._library.browse.song if kind == "song" else self._library.browse.album)(principal, number)
        now = self._clock()
        password_hash = await self._passwords.hash(password) if password else ""
        async with self._database.transaction() as transaction:
            share_id = await shares.insert_share(
                transaction,
                owner_id=principal.user_id,
                token=secrets.token_urlsafe(16),
                description=_description(description),
                things=msgspec.json.encode(list(things)).decode(),
                expires_at=_expiry(expires_at),
                password_hash=password_hash,
                may_download=int(may_download),
                created_at=now,
            )
            await transaction.publish(recorded(principal, "share.created", "share", share_id))
        return await self.get(principal, share_id)

    async def list(self, principal: Principal) -> list[ShareRow]:
        """The caller's shares, the newest first; admins see everybody's."""
        _check(principal)
        rows = await self._database.reader.fetch(
            shares.OWN_SHARES, viewer_id=principal.user_id, sees_all=int(principal.is_admin)
        )
        return [await self._filled(row, principal) for row in rows]

    async def get(self, principal: Principal, share_id: int) -> ShareRow:
        """One of the caller's shares. Raises NOT_FOUND."""
        _check(principal)
        row = await self._database.reader.fetch_one(
            shares.OWN_SHARE, id=share_id, viewer_id=principal.user_id, sees_all=int(principal.is_admin)
        )
        if row is None:
            raise not_found("share")
        return await self._filled(row, principal)

    async def update(
        self,
        principal: Principal,
        share_id: int,
        *,
        description: str | None = None,
        expires_at: float | msgspec.UnsetType | None = msgspec.UNSET,
        password: str | msgspec.UnsetType | None = msgspec.UNSET,
        may_download: bool | None = None,
    ) -> ShareRow:
        """Change what is given; an expiry or a password of None takes it away. Raises NOT_FOUND, INVALID."""
        await self.get(principal, share_id)
        values: dict[str, Any] = {}
        if description is not None:
            values["description"] = _description(description)
        if expires_at is not msgspec.UNSET:
            values["expires_at"] = _expiry(expires_at)
        if password is not msgspec.UNSET:
            values["password_hash"] = await self._passwords.hash(password) if password else ""
        if may_download is not None:
            values["may_download"] = int(may_download)
        async with self._database.transaction() as transaction:
            await shares.update_share(transaction, share_id, **values)
        return await self.get(principal, share_id)

    async def delete(self, principal: Principal, share_id: int) -> None:
        """End a share. Raises NOT_FOUND."""
        await self.get(principal, share_id)
        async with self._database.transaction() as transaction:
            await shares.delete_share(transaction, share_id)
            await transaction.publish(recorded(principal, "share.deleted", "share", share_id))

    async def visit(self, token: str, permit: str = "") -> ShareRow:
        """Open the page of a share, which counts as a visit.

        Raises NOT_FOUND for what is not there, as `share_ended` for what was, and FORBIDDEN `share_locked` where a
        password is asked for and `permit` is no proof of it.
        """
        row, owner = await self._open(token, permit)
        async with self._database.transaction() as transaction:
            await shares.count_visit(transaction, row[0], self._clock())
        return await self._filled(row, owner)

    async def unlock(self, token: str, password: str, address: str) -> str:
        """A permit for who knows the password of a share and comes from `address`; empty where it has none.

        Raises NOT_FOUND, WRONG_CREDENTIALS, TOO_MANY_REQUESTS after too many wrong ones.
        """
        row, _ = await self._find(token)
        if not row[10]:
            return ""
        await self._passwords.check(f"share:{row[0]}", row[10], password, address)
        return self._permits.make(row[0], row[10])

    async def song(self, token: str, song_id: int, permit: str = "") -> tuple[Principal, SongRow]:
        """A song of a share, and on whose behalf it may be heard. Raises NOT_FOUND, FORBIDDEN `share_locked`."""
        row, owner = await self._open(token, permit)
        things = shares.things_of(row[9])
        for song in await self._library.browse.songs_by_ids(owner, [song_id]):
            is_shared = ("song", song.id) in things or (
                song.album_id is not None and ("album", song.album_id) in things
            )
            if is_shared and not song.missing and not song.flagged:
                return owner, song
        raise not_found("song")

    async def audio(
        self,
        token: str,
        song_id: int,
        permit: str = "",
        *,
        address: str,
        right: Literal["stream", "download"] = "stream",
        offset: float = 0.0,
    ) -> tuple[Principal, Decision]:
        """On whose behalf a guest at `address` gets a song of a share, to hear or to keep, and in which form: its own
        file where the rules for the owner's streams let that through, and never more than they do; from `offset`
        seconds on.

        Raises NOT_FOUND, FORBIDDEN as `share_locked`, or where it is not there to be kept, and INVALID for an offset
        beyond the end.
        """
        row, _ = await self._open(token, permit)
        owner, song = await self.song(token, song_id, permit)
        if right == "download":
            if not row[11]:
                raise forbidden("This share is to hear, not to keep.")
            check_right(owner, "download", "This account may not download songs.")
        form = RAW if right == "download" else ""
        wanted = Wanted(format=form, client=owner.client, address=address, offset=offset)
        return owner, await self._transcoding.decide(owner, song.id, wanted)

    async def _open(self, token: str, permit: str) -> tuple[tuple[Any, ...], Principal]:
        row, owner = await self._find(token)
        if row[10] and not self._permits.is_right(permit, row[0], row[10]):
            raise forbidden("This share asks for a password.", "share_locked")
        return row, owner

    async def _find(self, token: str) -> tuple[tuple[Any, ...], Principal]:
        row = await self._database.reader.fetch_one(shares.SHARE_BY_TOKEN, token=token)
        if row is None:
            raise not_found("share")
        if row[5] is not None and row[5] <= self._clock():
            raise AntiphonError(Kind.NOT_FOUND, "share_ended", "This share has ended.")
        try:
            owner, _ = await self._access.by_signature(row[1])
            _check(owner)
            check_right(owner, "stream", "This account may not play songs.")
        except AntiphonError as error:
            if error.kind not in (Kind.NOT_SIGNED_IN, Kind.FORBIDDEN):
                raise
            raise not_found("share") from error
        return tuple(row), msgspec.structs.replace(owner, via="share", client=GUESTS_CLIENT)

    async def _filled(self, row: Sequence[Any], viewer: Principal) -> ShareRow:
        songs: list[SongRow] = []
        for is_songs, group in groupby(shares.things_of(row[9]), lambda thing: thing[0] == "song"):
            numbers = [number for _, number in group]
            if is_songs:
                for begin in range(0, len(numbers), SONGS_AT_ONCE):
                    part = numbers[begin : begin + SONGS_AT_ONCE]
                    songs += await self._library.browse.songs_by_ids(viewer, part)
            else:
                for number in numbers:
                    songs += await self._library.browse.songs_of_album(viewer, number)
        kept = {song.id: song for song in songs if not song.missing and not song.flagged}
        share_id, owner_id, username, token, description, expires_at, visits, last_visited_at, created_at = row[:9]
        return ShareRow(
            id=share_id,
            owner_id=owner_id,
            username=username,
            token=token,
            description=description,
            expires_at=expires_at,
            visits=visits,
            last_visited_at=last_visited_at,
            created_at=created_at,
            has_password=bool(row[10]),
            may_download=bool(row[11]),
            songs=list(kept.values()),
        )


def _check(principal: Principal) -> None:
    if principal.is_anonymous:
        raise not_signed_in()
    check_right(principal, "share", "This account may not share music.")


def _description(text: str) -> str:
    trimmed = clean_lines(text)
    if len(trimmed) > LONGEST_DESCRIPTION:
        raise invalid(description=f"A description has at most {LONGEST_DESCRIPTION} characters.")
    return trimmed


def _expiry(moment: float | None) -> float | None:
    if moment is not None and not 0 < moment <= LATEST_MOMENT:
        raise invalid(expires_at="This is no moment between the years 1970 and 9999.")
    return moment

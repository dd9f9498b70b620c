"""The people of the permission test, and the private things that one of them owns."""

import itertools
import re
from collections.abc import Iterator
from typing import Any
from weakref import WeakKeyDictionary

import msgspec
from sqlalchemy import Insert, insert, select

from antiphon.areas.accounts.data import Caller, ProfileChange, Registration
from antiphon.areas.accounts.internal.tables import (
    api_key,
    app_password,
    identity,
    second_factor,
    user_account,
    user_picture,
    user_session,
)
from antiphon.areas.broadcasts.data import NewStation
from antiphon.areas.library.data import ArtistEdit
from antiphon.areas.social.internal.tables import notice
from antiphon.kernel.db.database import Transaction
from antiphon.kernel.principal import ADMIN, ARTIST, SYSTEM, Principal
from tests.api.house import House
from tests.security.music import own_music
from tests.security.newcomers import Named, newcomers_of
from tests.security.podcasts import made_podcast
from tests.stage import PASSWORD

# Who calls, in the order of the columns of permissions.toml. `user` owns the things; `reading_key` is a key of theirs
# that may only read.
COLUMNS = ("anonymous", "user", "reading_key", "other", "artist", "other_artist", "admin")
OWNERS = ("user", "reading_key")
# What the owner has one of.
OWN = (
    *("private_playlist", "public_playlist", "api_key", "app_password"),
    *("session", "notice", "identity", "picture", "job"),
)
_SECRETS = (
    user_account.c.password_hash,
    user_session.c.token_hash,
    api_key.c.key_hash,
    app_password.c.secret_encrypted,
    second_factor.c.secret_encrypted,
)
AN_ADMIN = Principal(user_id=1, username="housekeeper", roles=frozenset({ADMIN}))
_numbers = itertools.count(1)


class Cast:
    """One person who owns one of everything, and the others of the columns, each made when first needed: registered as
    anybody is, or out of those whom the test has made as rows."""

    def __init__(self, house: House, *, registers: bool) -> None:
        self.house = house
        self.areas = house.areas
        self.number = next(_numbers)
        self.user: Principal = SYSTEM
        self.things: dict[str, Any] = {}
        self._principals: dict[str, Principal] = {}
        self._tokens: dict[str, str] = {}
        self._rest_keys: dict[str, str] = {}
        self._registers = registers

    async def token(self, column: str) -> str:
        """What somebody signs in with; empty for nobody."""
        if column == "anonymous":
            return ""
        if column not in self._tokens:
            await self._enter(column)
        return self._tokens[column]

    async def rest_key(self, column: str) -> str:
        """An API key for `/rest` that may do what its owner may."""
        if column in ("anonymous", "reading_key"):
            return await self.token(column)
        await self.token(column)
        if column in self._rest_keys:
            return self._rest_keys[column]
        scopes = ("read", "write", "admin") if column == "admin" else ("read", "write")
        return (await self.areas.accounts.keys.create_api_key(self._principals[column], "rest", scopes)).key

    async def begin(self) -> None:
        """Make the owner. What they own is made when it is asked for."""
        await self.token("user")
        self.things = {**await _catalogue(self.house), "user": self.user.user_id}

    async def furnish(self) -> None:
        """Make the owner and all that they own, each with a word in it that can be found again."""
        await self.begin()
        owner, accounts = self.user, self.areas.accounts
        await accounts.people.update(
            owner, owner.user_id, ProfileChange(preferences={"note": self.planted("shared", "preference")})
        )
        await self.token("reading_key")
        for name in OWN:
            await self.thing(name)

    async def _own(self, name: str) -> Any:
        """The id of something new that the owner has one of."""
        owner, keys = self.user, self.areas.accounts.keys
        match name:
            case "private_playlist" | "public_playlist":
                title = self.planted("own", "playlist") if name == "private_playlist" else "Open to all"
                tracks, is_public = [self.things["song"]], name == "public_playlist"
                return await self.areas.playlists.edit.create(owner, title, tracks=tracks, is_public=is_public)
            case "api_key":
                return (await keys.create_api_key(owner, self.planted("shared", "key"), ("read", "write"))).id
            case "app_password":
                return (await keys.create_app_password(owner, self.planted("shared", "app"))).id
        async with self.house.application.database.transaction() as transaction:
            if name == "session":
                return await self._session(transaction)
            if name == "job":
                subject = self.planted("shared", "job")
                return await self.areas.jobs.add(transaction, "scan", owner_id=owner.user_id, subject=subject)
            key = (await transaction.execute(self._row(name))).inserted_primary_key
            assert key is not None
            return key[0]

    async def _session(self, transaction: Transaction) -> int:
        owner, accounts = self.user, self.areas.accounts
        caller = Caller(client=self.planted("own", "client"), address="198.51.100.7")
        user = await accounts.people.get(owner, owner.user_id)
        await accounts.signing_in.start_session(transaction, user, caller, has_proven=True)
        newest = select(user_session.c.id).order_by(user_session.c.id.desc()).limit(1)
        (found,) = await transaction.fetch_one(newest) or (0,)
        return int(found)

    def _row(self, name: str) -> Insert:
        if name == "notice":
            details = f'{{"client": "{self.planted("own", "notice")}"}}'
            kind = "account.signed_in"
            return insert(notice).values(user_id=self.user.user_id, kind=kind, details=details, created_at=1.0)
        if name == "picture":
            picture = {"hash": "ab" * 32, "image": b"a small picture"}
            return insert(user_picture).values(user_id=self.user.user_id, **picture)
        return insert(identity).values(
            user_id=self.user.user_id,
            provider=f"provider{self.number}",
            subject=self.planted("own", "subject"),
            shown_name=self.planted("own", "elsewhere"),
            created_at=1.0,
        )

    async def thing(self, name: str) -> Any:
        """The id of one of the things; what only admins make is made when it is asked for."""
        if name == "invitation":
            note = self.planted("admins", "invitation")
            return (await self.areas.accounts.invitations.create(AN_ADMIN, note=note)).invitation.id
        if name == "share":
            own = [("song", self.things["song"])]
            return (await self.areas.playback.shares.create(self.user, own)).id
        if name == "radio_station":
            station = NewStation(name="Station", stream_url=f"https://radio.example.org/of-{next(_numbers)}")
            return (await self.areas.broadcasts.radio.add(AN_ADMIN, station)).id
        if name in ("podcast", "podcast_episode"):
            return await made_podcast(self.house, name)
        if name in ("new_genre", "new_artist"):
            editing, called = self.areas.library.editing, f"Made {next(_numbers)}"
            if name == "new_genre":
                return await editing.genres.create(AN_ADMIN, called)
            return await editing.artists.create(AN_ADMIN, ArtistEdit(name=called))
        if name == "upload":
            as_artist = msgspec.structs.replace(self.user, roles=frozenset({ARTIST}))
            return (await self.areas.library.uploads.begin(as_artist, size=10, is_resumable=True)).id
        if name in ("case", "decided_case"):
            return await self._case(is_decided=name == "decided_case")
        if name == "export":
            return (await self.areas.library.exports.begin(self.user, "ratings")).id
        if name in ("own_song", "own_album", "removed_song", "change"):
            return await own_music(self.house, self.user.user_id, name)
        if name in OWN and name not in self.things:
            self.things[name] = await self._own(name)
        return self.things[name]

    async def _case(self, *, is_decided: bool) -> int:
        """A case about a song of theirs, which they report themselves, with a note of an admin's."""
        administration = self.areas.administration
        song_id = await own_music(self.house, self.user.user_id, "own_song")
        said = self.planted("shared", "report")
        made = await administration.reports.report(self.user, "song", song_id, "other", said)
        await administration.moderation.note(AN_ADMIN, made.case_id, self.planted("admins", "note"))
        if is_decided:
            await administration.moderation.decide(AN_ADMIN, made.case_id, "dismiss", 0)
        return made.case_id

    def planted(self, who: str, what: str) -> str:
        """A word that only some may ever see: the owner (`own`), they and admins (`shared`), or admins (`admins`)."""
        return _planted(who, what, self.number)

    def seen_wrongly(self, column: str, text: str) -> set[str]:
        """Planted words that stand in an answer to somebody who may not see them."""
        found = set()
        for word, who, number in re.findall(r"(planted(own|shared|admins)[a-z]+?(\d+)x)", text):
            is_own = column in OWNERS and int(number) == self.number and who != "admins"
            if not is_own and not (column == "admin" and who in ("shared", "admins")):
                found.add(word)
        return found

    async def _enter(self, column: str) -> None:
        if column == "reading_key":
            word = self.planted("shared", "reader")
            self._tokens[column] = (await self.areas.accounts.keys.create_api_key(self.user, word, ("read",))).key
            return
        await (self._register(column) if self._registers else self._take(column))
        if column == "user":
            self.user = self._principals[column]

    async def _take(self, column: str) -> None:
        """Somebody whom no call has had yet. The cast has its owner's number."""
        newcomer = await newcomers_of(self.house).next(column, _names(column))
        self._tokens[column], self._rest_keys[column] = newcomer.token, newcomer.key
        self._principals[column] = newcomer.principal
        if column == "user":
            self.number = newcomer.number

    async def _register(self, column: str) -> None:
        named, accounts = _named(column, self.number), self.areas.accounts
        if column == "admin":
            await accounts.registration.create_admin(named.email, named.username, PASSWORD)
            session = await accounts.signing_in.by_password(name=named.username, by_email=False, password=PASSWORD)
        else:
            role = ARTIST if column.endswith("artist") else "user"
            session = await accounts.registration.register(
                Registration(username=named.username, email=named.email, password=PASSWORD, role=role)
            )
        self._tokens[column] = session.token
        self._principals[column] = await accounts.access.authenticate(session.token)


def _planted(who: str, what: str, number: int) -> str:
    return f"planted{who}{what}{number}x"


def _named(column: str, number: int) -> Named:
    name = f"{column.replace('_', '-')}-{number}"
    address = _planted("shared", "address", number) if column == "user" else name
    return Named(number, name, f"{address}@example.org")


def _names(column: str) -> Iterator[Named]:
    return (_named(column, number) for number in _numbers)


_OF_HOUSE: WeakKeyDictionary[House, dict[str, int]] = WeakKeyDictionary()


async def _catalogue(house: House) -> dict[str, int]:
    """The ids of music that everybody may hear, and of music in the closed library."""
    found = _OF_HOUSE.get(house)
    if found is None:
        found = _OF_HOUSE[house] = {}
        for thing, title, closed in (
            ("song", "Dawn", "Whisper"),
            ("album", "First Light", "Behind Doors"),
            ("artist", "Aurora", "Recluse"),
            ("genre", "Pop", "Secret"),
        ):
            ids = await house.ids(f"{thing}s")
            found |= {thing: ids[title], f"closed_{thing}": ids[closed]}
        folders = {row.name: row.id for row in await house.areas.library.browse.libraries(AN_ADMIN)}
        found |= {"library": folders["music"], "closed_library": folders["secret"]}
    return found


async def secrets_in_tables(house: House) -> set[str]:
    """Everything in the database that nobody may ever be told."""
    found = set()
    async with house.application.database.transaction() as transaction:
        for column in _SECRETS:
            found |= {row[0] for row in await transaction.fetch(select(column)) if row[0]}
    return found

"""People: found, read and changed, by themselves and by admins; their pictures; how one comes to this server."""

from http import HTTPStatus
from typing import Annotated, Any

import msgspec

from antiphon.api.http.answers import Answer
from antiphon.api.http.asgi import Header
from antiphon.api.http.etags import is_named
from antiphon.api.http.media import ASKED, FOREVER
from antiphon.api.http.portraits import portrait_address
from antiphon.api.http.requests import Request
from antiphon.api.http.routing import Handler, Route
from antiphon.api.v1.encoding import answer, answer_list
from antiphon.api.v1.values import Moment, Text, moment, moment_or_none
from antiphon.areas.accounts.data import AccountChange, Profile, ProfileChange, Registration, Standing
from antiphon.areas.accounts.data import User as Account

MOST_PICTURE_BYTES = 10 * 1024 * 1024
JPEG: Header = (b"content-type", b"image/jpeg")

Names = list[Text]


class ProfileShape(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What somebody likes. Preferences are for themselves and admins."""

    favorite_genres: tuple[str, ...]
    favorite_artists: tuple[str, ...]
    moods: tuple[str, ...]
    preferences: dict[str, Any] | msgspec.UnsetType = msgspec.UNSET


class Person(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A person. From `email` on, what only they themselves and admins read."""

    id: int
    username: str
    full_name: str
    first_name: str
    last_name: str
    image: str | None
    roles: tuple[str, ...]
    profile: ProfileShape
    email: str | msgspec.UnsetType = msgspec.UNSET
    email_proven: bool | msgspec.UnsetType = msgspec.UNSET
    standing: str | msgspec.UnsetType = msgspec.UNSET
    rights: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET
    upload_quota: int | msgspec.UnsetType | None = msgspec.UNSET
    artist_asked_at: Moment | msgspec.UnsetType | None = msgspec.UNSET
    created_at: Moment | msgspec.UnsetType = msgspec.UNSET


class Provider(msgspec.Struct, frozen=True, gc=False):
    """Where one may have the account to sign in with: `kind` is oidc or spotify."""

    id: str
    name: str
    kind: str


class RegistrationState(msgspec.Struct, frozen=True, gc=False):
    """How one comes to this server: `mode` is open, invitation, approval or closed, `artist_registration` open or
    approval; without `mail` no links can be sent."""

    mode: str
    artist_registration: str
    mail: bool
    providers: list[Provider]


class PeopleQuery(msgspec.Struct, frozen=True, kw_only=True):
    """`q` is a part of a user name or a full name; case and accents do not count."""

    q: Text = ""


class NewPerson(msgspec.Struct, frozen=True, kw_only=True):
    """An account for somebody else. Without a password a link to choose one is mailed."""

    username: str
    email: str
    password: str | None = None
    role: str = "user"
    full_name: str = ""


class ProfileChangeShape(msgspec.Struct, frozen=True, kw_only=True):
    """Lists are replaced; `preferences` are merged by name, null takes one away."""

    favorite_genres: Names | None = None
    favorite_artists: Names | None = None
    moods: Names | None = None
    preferences: dict[str, Any] | None = None


class PersonChange(msgspec.Struct, frozen=True, kw_only=True):
    """What shall change; the rest stays."""

    username: str | None = None
    full_name: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    profile: ProfileChangeShape | None = None


class Roles(msgspec.Struct, frozen=True, kw_only=True):
    """All roles that somebody shall have: `admin`, `artist`, `user`."""

    roles: list[str]


class AccountChangeShape(msgspec.Struct, frozen=True, kw_only=True):
    """What admins set; the rest stays. `upload_quota` is in bytes, null for the server's own."""

    standing: Standing | msgspec.UnsetType = msgspec.UNSET
    rights: list[str] | msgspec.UnsetType = msgspec.UNSET
    upload_quota: int | msgspec.UnsetType | None = msgspec.UNSET


class RemoveQuery(msgspec.Struct, frozen=True, kw_only=True):
    """`keep_songs` leaves what the person uploaded, without an uploader."""

    keep_songs: bool = False


class PictureQuery(msgspec.Struct, frozen=True, kw_only=True):
    """`v` is the version in a given address: such a picture never changes."""

    v: Annotated[str, msgspec.Meta(max_length=100)] = ""


def _person(user: Account, profile: Profile, *, is_private: bool) -> Person:
    shown = Person(
        id=user.id,
        username=user.username,
        full_name=user.full_name,
        first_name=user.first_name,
        last_name=user.last_name,
        image=portrait_address(user),
        roles=user.roles,
        profile=ProfileShape(
            favorite_genres=profile.favorite_genres,
            favorite_artists=profile.favorite_artists,
            moods=profile.moods,
            preferences=profile.preferences if is_private else msgspec.UNSET,
        ),
    )
    if not is_private:
        return shown
    return msgspec.structs.replace(
        shown,
        email=user.email,
        email_proven=user.email_proven,
        standing=user.standing,
        rights=user.rights,
        upload_quota=user.upload_quota,
        artist_asked_at=moment_or_none(user.artist_asked_at),
        created_at=moment(user.created_at),
    )


async def _persons(request: Request, users: list[Account]) -> list[Person]:
    people = request.areas.accounts.people
    profiles = await people.profiles(request.principal, users)
    return [
        _person(user, profiles[user.id], is_private=people.sees_private(request.principal, user.id)) for user in users
    ]


async def _told(request: Request, user: Account, status: int = HTTPStatus.OK) -> Answer:
    return answer((await _persons(request, [user]))[0], status)


async def registration(request: Request) -> Answer:
    """How one comes to this server."""
    options = request.areas.accounts.options
    providers = [Provider(one.id, one.name, one.kind) for one in request.areas.accounts.identities.providers()]
    return answer(RegistrationState(options.mode, options.artist_registration, options.mail, providers))


async def ask_to_be_artist(request: Request) -> Answer:
    """Ask for the artist role."""
    await request.areas.accounts.people.ask_to_be_artist(request.principal)
    return answer(None, HTTPStatus.ACCEPTED)


async def users(request: Request) -> Answer:
    """Everyone but the caller."""
    wanted = request.values(PeopleQuery)
    found = await request.areas.accounts.people.list(request.principal, request.page(), wanted.q)
    return answer_list(await _persons(request, found.rows), found)


async def create_user(request: Request) -> Answer:
    """Make an account for somebody else."""
    given = await request.json(NewPerson)
    wanted = Registration(
        username=given.username,
        email=given.email,
        password=given.password,
        role=given.role,
        full_name=given.full_name,
    )
    made = await request.areas.accounts.registration.create(request.principal, wanted)
    return await _told(request, made, HTTPStatus.CREATED)


async def user(request: Request) -> Answer:
    """A person."""
    return await _told(request, await request.areas.accounts.people.get(request.principal, request.id("user")))


async def update_user(request: Request) -> Answer:
    """Change a person's names and profile."""
    given = await request.json(PersonChange)
    profile = given.profile or ProfileChangeShape()
    change = ProfileChange(
        username=given.username,
        full_name=given.full_name,
        first_name=given.first_name,
        last_name=given.last_name,
        favorite_genres=profile.favorite_genres,
        favorite_artists=profile.favorite_artists,
        moods=profile.moods,
        preferences=profile.preferences,
    )
    people = request.areas.accounts.people
    return await _told(request, await people.update(request.principal, request.id("user"), change))


async def remove_user(request: Request) -> Answer:
    """Remove an account with everything personal."""
    wanted = request.values(RemoveQuery)
    persons = request.areas.administration.persons
    await persons.erase(request.principal, request.id("user"), keep_songs=wanted.keep_songs)
    return answer(None)


async def set_roles(request: Request) -> Answer:
    """Replace a person's roles."""
    given = await request.json(Roles)
    people = request.areas.accounts.people
    return await _told(request, await people.set_roles(request.principal, request.id("user"), given.roles))


async def set_account(request: Request) -> Answer:
    """Set a person's standing, rights and quota."""
    given = await request.json(AccountChangeShape)
    change = AccountChange(standing=given.standing, rights=given.rights, upload_quota=given.upload_quota)
    people = request.areas.accounts.people
    return await _told(request, await people.set_account(request.principal, request.id("user"), change))


async def set_image(request: Request) -> Answer:
    """Set a person's picture: the body is the picture itself."""
    user_id = request.id("user")
    # Who may not do this has nothing large read either.
    await request.areas.accounts.people.changeable(request.principal, user_id)
    given = await request.body(MOST_PICTURE_BYTES)
    return await _told(request, await request.areas.accounts.pictures.set(request.principal, user_id, given))


async def remove_image(request: Request) -> Answer:
    """Take a person's picture away."""
    return await _told(request, await request.areas.accounts.pictures.remove(request.principal, request.id("user")))


async def image(request: Request) -> Answer:
    """A person's picture, square, at most 512 pixels a side."""
    wanted = request.values(PictureQuery)
    picture = await request.areas.accounts.pictures.get(request.principal, request.id("user"))
    tag = f'"{picture.hash}"'.encode("ascii")
    is_fixed = wanted.v != "" and picture.hash.startswith(wanted.v)
    headers = (JPEG, FOREVER if is_fixed else ASKED, (b"etag", tag))
    if is_named(request.exchange.headers.get(b"if-none-match"), tag):
        return Answer(b"", HTTPStatus.NOT_MODIFIED, headers)
    return Answer(picture.image, HTTPStatus.OK, headers)


def _route(method: str, path: str, handler: Handler, summary: str, **rest: Any) -> Route:
    return Route(method=method, path=f"/api/v1{path}", handler=handler, summary=summary, tag="people", **rest)


ROUTES = (
    _route(
        "GET", "/registration", registration, "How one comes to this server", access="anyone", data=RegistrationState
    ),
    _route("POST", "/auth/artist", ask_to_be_artist, "Ask for the artist role", status=202),
    _route("GET", "/users", users, "Everyone but the caller", query=PeopleQuery, data=list[Person], paged=True),
    _route(
        "POST",
        "/users",
        create_user,
        "Make an account for somebody else",
        access="admin",
        body=NewPerson,
        data=Person,
        status=201,
    ),
    _route("GET", "/users/{id}", user, "A person", data=Person),
    _route("PUT", "/users/{id}", update_user, "Change a person's names and profile", body=PersonChange, data=Person),
    _route(
        "DELETE",
        "/users/{id}",
        remove_user,
        "Remove an account, what is personal and its uploads; plays stay as anonymous counts, messages without a name",
        query=RemoveQuery,
    ),
    _route("PUT", "/users/{id}/roles", set_roles, "Set a person's roles", access="admin", body=Roles, data=Person),
    _route(
        "PUT",
        "/users/{id}/account",
        set_account,
        "Set a person's standing, rights and quota",
        access="admin",
        body=AccountChangeShape,
        data=Person,
    ),
    _route("GET", "/users/{id}/image", image, "A person's picture", query=PictureQuery, media="image/jpeg"),
    _route(
        "PUT",
        "/users/{id}/image",
        set_image,
        "Set a person's picture: the body is the picture",
        data=Person,
        body_media="image/*",
    ),
    _route("DELETE", "/users/{id}/image", remove_image, "Take a person's picture away", data=Person),
)

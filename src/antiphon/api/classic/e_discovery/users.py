"""People and their profiles. `/api/users/` is also the streaming platform's: one object has the fields of both."""

from http import HTTPStatus
from typing import Annotated, Any

import msgspec

from antiphon.api.http.answers import Answer
from antiphon.api.http.callers import caller_of
from antiphon.api.http.portraits import portrait_address
from antiphon.api.http.requests import Request
from antiphon.api.http.rest_framework import answer, answer_list, given, nothing
from antiphon.api.http.routing import Handler, Route
from antiphon.areas.accounts.data import Profile, ProfileChange, Registration, User
from antiphon.kernel.clock import iso
from antiphon.kernel.errors import invalid
from antiphon.kernel.limits import network_of
from antiphon.kernel.principal import ADMIN

CREATED_A_MINUTE = 10

Names = list[Annotated[str, msgspec.Meta(max_length=1000)]]


class DiscoveryProfileChange(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody likes. `preferences` are merged by name, null takes one away."""

    favorite_genres: Names | None = None
    favorite_artists: Names | None = None
    moods: Names | None = None
    preferences: dict[str, Any] | None = None


class DiscoveryNewUser(msgspec.Struct, frozen=True, kw_only=True):
    """A new account. `invitation` is the secret of an invitation's link."""

    username: str
    email: str
    password: str
    first_name: str = ""
    last_name: str = ""
    full_name: str = ""
    profile: DiscoveryProfileChange | None = None
    invitation: str = ""


class DiscoveryUserChange(msgspec.Struct, frozen=True, kw_only=True):
    """What shall change of an account; the rest stays. An address and a password are changed elsewhere, where their
    owner is asked for the password they have: here they may only stand as they are."""

    username: str | None = None
    email: str | None = None
    password: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    full_name: str | None = None
    profile: DiscoveryProfileChange | None = None


class DiscoveryProfile(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody likes. Preferences are for themselves and admins."""

    favorite_genres: tuple[str, ...]
    favorite_artists: tuple[str, ...]
    moods: tuple[str, ...]
    preferences: dict[str, Any] | msgspec.UnsetType = msgspec.UNSET


class DiscoveryUser(msgspec.Struct, frozen=True, kw_only=True):
    """A person. The address and the preferences are for themselves and admins."""

    id: int
    username: str
    email: str | msgspec.UnsetType = msgspec.UNSET
    full_name: str
    first_name: str
    last_name: str
    image: str | None
    is_admin: bool
    profile: DiscoveryProfile
    created_at: str | None
    updated_at: str | None


class DeleteQuery(msgspec.Struct, frozen=True, kw_only=True):
    """`keep_songs` leaves what the person uploaded, without an uploader."""

    keep_songs: bool = False


def _shape(user: User, profile: Profile, *, is_private: bool) -> DiscoveryUser:
    return DiscoveryUser(
        id=user.id,
        username=user.username,
        email=user.email if is_private else msgspec.UNSET,
        full_name=user.full_name,
        first_name=user.first_name,
        last_name=user.last_name,
        image=portrait_address(user),
        is_admin=ADMIN in user.roles,
        profile=DiscoveryProfile(
            favorite_genres=profile.favorite_genres,
            favorite_artists=profile.favorite_artists,
            moods=profile.moods,
            preferences=profile.preferences if is_private else msgspec.UNSET,
        ),
        created_at=iso(user.created_at),
        updated_at=iso(user.updated_at),
    )


async def _shapes(request: Request, users: list[User]) -> list[DiscoveryUser]:
    people = request.areas.accounts.people
    profiles = await people.profiles(request.principal, users)
    return [
        _shape(user, profiles[user.id], is_private=people.sees_private(request.principal, user.id)) for user in users
    ]


async def create_user(request: Request) -> Answer:
    """Make an account."""
    network = network_of(request.exchange.address)
    await request.areas.limits.count("create-user", network, CREATED_A_MINUTE)
    wanted = await given(request, DiscoveryNewUser)
    told = wanted.profile or DiscoveryProfileChange()
    profile = Profile(
        tuple(told.favorite_genres or ()),
        tuple(told.favorite_artists or ()),
        tuple(told.moods or ()),
        told.preferences or {},
    )
    registration = Registration(
        username=wanted.username,
        email=wanted.email,
        password=wanted.password,
        first_name=wanted.first_name,
        last_name=wanted.last_name,
        full_name=wanted.full_name,
        profile=profile,
        invitation=wanted.invitation,
        wants_session=False,
        caller=caller_of(request.exchange),
    )
    made = await request.areas.accounts.registration.register(registration)
    return answer(_shape(made.user, made.profile, is_private=True), HTTPStatus.CREATED)


async def users(request: Request) -> Answer:
    """Everyone but the caller."""
    found = await request.areas.accounts.people.list(request.principal, request.page())
    return answer_list(await _shapes(request, found.rows), found)


async def user(request: Request) -> Answer:
    """One person."""
    found = await request.areas.accounts.people.get(request.principal, request.id("user"))
    return answer((await _shapes(request, [found]))[0])


async def update_user(request: Request) -> Answer:
    """Change names and profile."""
    user_id, people = request.id("user"), request.areas.accounts.people
    current = await people.changeable(request.principal, user_id)
    wanted = await given(request, DiscoveryUserChange)
    if wanted.email is not None and wanted.email != current.email:
        raise invalid(email="Ask for another address at /api/v1/auth/email: a link goes there.")
    if wanted.password is not None:
        raise invalid(password="Change the password at /api/v1/auth/password.")
    profile = wanted.profile or DiscoveryProfileChange()
    change = ProfileChange(
        username=wanted.username,
        full_name=wanted.full_name,
        first_name=wanted.first_name,
        last_name=wanted.last_name,
        favorite_genres=profile.favorite_genres,
        favorite_artists=profile.favorite_artists,
        moods=profile.moods,
        preferences=profile.preferences,
    )
    changed = await people.update(request.principal, user_id, change)
    return answer((await _shapes(request, [changed]))[0])


async def delete_user(request: Request) -> Answer:
    """Remove an account with everything personal."""
    wanted = request.values(DeleteQuery)
    persons = request.areas.administration.persons
    await persons.erase(request.principal, request.id("user"), keep_songs=wanted.keep_songs)
    return nothing()


def _route(method: str, rest: str, handler: Handler, summary: str, **options: Any) -> Route:
    return Route(method=method, path=f"/api/users/{rest}", handler=handler, summary=summary, tag="accounts", **options)


ROUTES = (
    _route("GET", "", users, "Everyone but the caller", data=list[DiscoveryUser], paged=True),
    _route(
        "POST",
        "",
        create_user,
        "Make an account, at most ten a minute from one address",
        access="anyone",
        body=DiscoveryNewUser,
        data=DiscoveryUser,
        status=201,
    ),
    _route("GET", "{id}/", user, "A person", data=DiscoveryUser),
    _route(
        "PUT", "{id}/", update_user, "Change a person's names and profile", body=DiscoveryUserChange, data=DiscoveryUser
    ),
    _route(
        "DELETE",
        "{id}/",
        delete_user,
        "Remove an account, what is personal and its uploads; plays stay as anonymous counts, messages without a name",
        query=DeleteQuery,
        status=204,
    ),
)

"""Music folders: which there are, who may browse them, and folders that admins add."""

from http import HTTPStatus
from typing import Any, Literal

import msgspec

from antiphon.api.http.answers import Answer
from antiphon.api.http.requests import Request
from antiphon.api.http.routing import Handler, Route
from antiphon.api.v1.encoding import PageInfo, answer, answer_list
from antiphon.api.v1.values import Id, Moment, Text, moment_or_none
from antiphon.areas.library.data.libraries import LibraryDetails, LibraryRights


class Library(msgspec.Struct, frozen=True, gc=False):
    """A music folder that the caller may browse, with how much it holds for them.

    `open_to_all` is false where it is for some people only. What follows `scanned_at` is told to admins alone and null
    for others: where it is, how many people are named, how changes on disk are noticed (`watch`, with a sentence where
    that is not as one would expect), and whether it can be removed here.
    """

    id: int
    name: str
    song_count: int
    album_count: int
    open_to_all: bool
    holds_uploads: bool
    scanned_at: Moment | None
    path: str | None
    people_count: int | None
    watch: Literal["events", "polling", "off", "missing"] | None
    watch_note: str | None
    is_removable: bool | None


class NewLibrary(msgspec.Struct, frozen=True, kw_only=True):
    """A folder below one of the roots that the owner of the server allows; without a `name` it is called as the folder
    is."""

    path: Text
    name: Text = ""


class RenamedLibrary(msgspec.Struct, frozen=True, kw_only=True):
    """What a library shall be called."""

    name: Text


class NamedPerson(msgspec.Struct, frozen=True, gc=False):
    """Somebody who may browse a library that is not open to all."""

    id: int
    username: str
    full_name: str | None


class LibraryAccess(msgspec.Struct, frozen=True, gc=False):
    """Who may browse a library: everybody, or these people and admins. People stay named while it is open."""

    open_to_all: bool
    people: list[NamedPerson]


class NewLibraryAccess(msgspec.Struct, frozen=True, kw_only=True):
    """Who may browse a library from now on."""

    open_to_all: bool
    user_ids: list[Id] = []


class FolderQuery(msgspec.Struct, frozen=True, kw_only=True):
    """`below` is a folder whose own ones are wanted; without it, the roots."""

    below: Text = ""


class FolderToAdd(msgspec.Struct, frozen=True, gc=False):
    """A folder that could become a library; `library` is the name of the one that it is, else null."""

    path: str
    name: str
    library: str | None


def _shape(found: LibraryDetails, *, is_admin: bool) -> Library:
    return Library(
        found.id,
        found.name,
        found.song_count,
        found.album_count,
        found.is_open,
        found.is_uploads,
        moment_or_none(found.scanned_at),
        found.path or None,
        found.people_count if is_admin else None,
        found.watch or None,
        found.watch_note or None,
        not found.is_declared and not found.is_uploads if is_admin else None,
    )


def _rights(found: LibraryRights) -> LibraryAccess:
    people = [NamedPerson(person.id, person.username, person.full_name or None) for person in found.people]
    return LibraryAccess(found.is_open, people)


async def libraries(request: Request) -> Answer:
    """The music folders that the caller may browse."""
    found = await request.areas.library.libraries.overview(request.principal)
    shown = [_shape(one, is_admin=request.principal.is_admin) for one in found]
    return answer_list(shown, PageInfo(len(shown), 0, len(shown)))


async def library(request: Request) -> Answer:
    """One music folder."""
    found = await request.areas.library.libraries.get(request.principal, request.id("library"))
    return answer(_shape(found, is_admin=request.principal.is_admin))


async def add_library(request: Request) -> Answer:
    """Add a music folder; its scan is queued."""
    given = await request.json(NewLibrary)
    made = await request.areas.library.libraries.add(request.principal, given.path, given.name)
    return answer(_shape(made, is_admin=True), HTTPStatus.CREATED)


async def rename_library(request: Request) -> Answer:
    """Rename a music folder."""
    given = await request.json(RenamedLibrary)
    found = await request.areas.library.libraries.rename(request.principal, request.id("library"), given.name)
    return answer(_shape(found, is_admin=True))


async def remove_library(request: Request) -> Answer:
    """Take out a music folder that an admin has added. Its files stay."""
    await request.areas.library.libraries.remove(request.principal, request.id("library"))
    return answer(None)


async def rights(request: Request) -> Answer:
    """Who may browse a music folder."""
    return answer(_rights(await request.areas.library.libraries.rights(request.principal, request.id("library"))))


async def set_rights(request: Request) -> Answer:
    """Say who may browse a music folder."""
    given = await request.json(NewLibraryAccess)
    found = await request.areas.library.libraries.set_rights(
        request.principal, request.id("library"), is_open=given.open_to_all, user_ids=given.user_ids
    )
    return answer(_rights(found))


async def folders(request: Request) -> Answer:
    """Folders that could be added."""
    below = request.values(FolderQuery).below
    found = await request.areas.library.libraries.folders(request.principal, below)
    shown = [FolderToAdd(one.path, one.name, one.library or None) for one in found]
    return answer_list(shown, PageInfo(len(shown), 0, len(shown)))


def _route(method: str, path: str, handler: Handler, summary: str, **rest: Any) -> Route:
    return Route(
        method=method, path=f"/api/v1/libraries{path}", handler=handler, summary=summary, tag="operation", **rest
    )


ROUTES = (
    _route("GET", "", libraries, "Music folders", data=list[Library]),
    _route("POST", "", add_library, "Add a music folder", access="admin", body=NewLibrary, data=Library, status=201),
    _route(
        "GET",
        "/folders",
        folders,
        "Folders that could be added",
        access="admin",
        query=FolderQuery,
        data=list[FolderToAdd],
    ),
    _route("GET", "/{id}", library, "A music folder", data=Library),
    _route("PUT", "/{id}", rename_library, "Rename a music folder", access="admin", body=RenamedLibrary, data=Library),
    _route("DELETE", "/{id}", remove_library, "Take out a music folder that was added", access="admin"),
    _route("GET", "/{id}/rights", rights, "Who may browse a music folder", access="admin", data=LibraryAccess),
    _route(
        "PUT",
        "/{id}/rights",
        set_rights,
        "Say who may browse a music folder",
        access="admin",
        body=NewLibraryAccess,
        data=LibraryAccess,
    ),
)

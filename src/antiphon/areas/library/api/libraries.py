"""Libraries as admins look after them: their names, who may browse them, and folders that come and go."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from antiphon.areas.library.api.browse import Browse
from antiphon.areas.library.api.editing.rights import check_admin
from antiphon.areas.library.api.scans import Scans
from antiphon.areas.library.data import AlbumFilter, SongFilter
from antiphon.areas.library.data.libraries import (
    FolderChoice,
    FolderRules,
    LibraryDetails,
    LibraryRights,
    NamedPerson,
    Place,
)
from antiphon.areas.library.internal import libraries, revisions, roots
from antiphon.areas.library.internal.editing.checks import checked_name
from antiphon.areas.library.internal.paths import real_text, shown_text
from antiphon.areas.library.internal.visibility import viewing
from antiphon.kernel.db import Database, Transaction
from antiphon.kernel.errors import AntiphonError, Kind, invalid, not_found
from antiphon.kernel.paging import Page
from antiphon.kernel.principal import Principal
from antiphon.kernel.record import recorded

LONGEST_NAME = 200
MOST_PEOPLE = 5000
_NOTHING = Page(0)


class Libraries:
    """Each music folder is a library; uploads are one more, which is open to everybody."""

    def __init__(self, *, database: Database, browse: Browse, scans: Scans, rules: FolderRules) -> None:
        self._database = database
        self._browse = browse
        self._scans = scans
        self._rules = rules

    async def overview(self, principal: Principal) -> list[LibraryDetails]:
        """The libraries that the caller may browse, with how much of each."""
        rows = await self._database.reader.fetch(libraries.DETAILS, **viewing(principal))
        return [await self._details(principal, row) for row in rows]

    async def get(self, principal: Principal, library_id: int) -> LibraryDetails:
        """One library. Raises NOT_FOUND."""
        row = await self._database.reader.fetch_one(libraries.DETAIL, id=library_id, **viewing(principal))
        if row is None:
            raise not_found("library")
        return await self._details(principal, row)

    async def rename(self, principal: Principal, library_id: int, name: str) -> LibraryDetails:
        """Call a library otherwise (admins only). Raises FORBIDDEN, NOT_FOUND, INVALID."""
        check_admin(principal)
        before, wanted = await self.get(principal, library_id), checked_name("name", name, LONGEST_NAME)
        if wanted != before.name:
            async with self._database.transaction() as transaction:
                await libraries.rename(transaction, library_id, wanted)
                await revisions.library_changed(transaction)
                await transaction.publish(
                    recorded(principal, "library.renamed", "library", library_id, wanted, before=before.name)
                )
        return await self.get(principal, library_id)

    async def rights(self, principal: Principal, library_id: int) -> LibraryRights:
        """Who may browse a library (admins only). Raises FORBIDDEN, NOT_FOUND."""
        check_admin(principal)
        found = await self.get(principal, library_id)
        people = await self._database.reader.fetch(libraries.PEOPLE, id=library_id)
        return LibraryRights(found.is_open, [NamedPerson(*row) for row in people])

    async def set_rights(
        self, principal: Principal, library_id: int, *, is_open: bool, user_ids: Sequence[int]
    ) -> LibraryRights:
        """Open a library to everybody, or to these people and admins (admins only).

        Who is named stays so while it is open. Raises FORBIDDEN, NOT_FOUND, INVALID for people there are none, CONFLICT
        `uploads_are_open` for the library of uploads, whose songs are public, unlisted or private one by one.
        """
        check_admin(principal)
        found = await self.get(principal, library_id)
        if found.is_uploads and not is_open:
            raise AntiphonError(Kind.CONFLICT, "uploads_are_open", "Whoever uploads a song decides who may hear it.")
        wanted = sorted(set(user_ids))
        if len(wanted) > MOST_PEOPLE:
            raise invalid(user_ids=f"At most {MOST_PEOPLE} people.")
        async with self._database.transaction() as transaction:
            if len(await libraries.people_among(transaction, wanted)) != len(wanted):
                raise invalid(user_ids="One of these people is not there.")
            await libraries.set_rights(transaction, library_id, is_open=is_open, user_ids=wanted)
            await revisions.library_changed(transaction)
            said: dict[str, Any] = {"open_to_all": is_open, "user_ids": wanted}
            await transaction.publish(
                recorded(principal, "library.rights_changed", "library", library_id, found.name, **said)
            )
        return await self.rights(principal, library_id)

    async def set_libraries_of(self, principal: Principal, user_id: int, library_ids: Sequence[int]) -> None:
        """Name a person among the rights of these libraries, of those that are not open to everybody (admins only).
        Raises FORBIDDEN, NOT_FOUND for a library there is none."""
        check_admin(principal)
        known = {library.id for library in await self.overview(principal)}
        if not known.issuperset(library_ids):
            raise not_found("library")
        closed = {row[0] for row in await self._database.reader.fetch(libraries.CLOSED)}
        before = {row[0] for row in await self._database.reader.fetch(libraries.RIGHTS_OF, user_id=user_id)}
        wanted = sorted((before - closed) | (closed & set(library_ids)))
        async with self._database.transaction() as transaction:
            await libraries.set_rights_of(transaction, user_id, wanted)
            await revisions.library_changed(transaction)
            await transaction.publish(
                recorded(principal, "account.libraries_changed", "account", user_id, library_ids=wanted)
            )

    async def add(self, principal: Principal, path: str, name: str = "") -> LibraryDetails:
        """Make a library of a folder below the roots that the owner has set, and queue its scan (admins only).

        Raises FORBIDDEN, also as `no_roots`, INVALID, UNAVAILABLE, CONFLICT `folder_taken` where another library
        holds it.
        """
        check_admin(principal)
        folder = await roots.asked_of_disks(lambda: roots.checked_folder(path, self._rules))
        known = [row[2] for row in await self._database.reader.fetch(libraries.NAMED_FOLDERS)]
        # While the transaction holds up others no disk is asked. What is added meanwhile is kept without links anyway.
        real = await roots.asked_of_disks(lambda: {one: Path(real_text(one)).resolve() for one in known})
        called = checked_name("name", name or folder.name or str(folder), LONGEST_NAME)
        async with self._database.transaction() as transaction:
            roots.check_apart(folder, await self._taken(transaction, real))
            library_id = await libraries.known_at(transaction, roots.shown(folder))
            if library_id is None:
                library_id = await libraries.insert_library(transaction, called, roots.shown(folder), declared=False)
            else:
                await libraries.bring_back(transaction, library_id, called)
            await revisions.library_changed(transaction)
            await transaction.publish(
                recorded(principal, "library.added", "library", library_id, called, path=shown_text(str(folder)))
            )
        await self._scans.request(principal, place=Place(library_id))
        return await self.get(principal, library_id)

    async def remove(self, principal: Principal, library_id: int) -> None:
        """Take out a library that an admin has added (admins only). Its files stay; so does what people have made of
        its songs, should it be added again. Raises FORBIDDEN, NOT_FOUND, CONFLICT `declared_by_settings`."""
        check_admin(principal)
        found = await self.get(principal, library_id)
        if found.is_declared or found.is_uploads:
            message = "The server's settings name this folder (ANTIPHON_MUSIC): it is taken out there."
            raise AntiphonError(Kind.CONFLICT, "declared_by_settings", message)
        async with self._database.transaction() as transaction:
            await libraries.take_out(transaction, library_id)
            await revisions.library_changed(transaction)
            await transaction.publish(recorded(principal, "library.removed", "library", library_id, found.name))

    async def folders(self, principal: Principal, below: str = "") -> list[FolderChoice]:
        """Folders that could become libraries: the roots, or those directly below one of theirs (admins only). None
        where the owner allows none. Raises FORBIDDEN, INVALID, UNAVAILABLE."""
        check_admin(principal)
        if not below:
            found = await roots.asked_of_disks(lambda: [root for root in self._rules.roots if root.is_dir()])
        else:
            folder = await roots.asked_of_disks(lambda: roots.checked_folder(below, self._rules))
            found = await roots.asked_of_disks(lambda: list(roots.folders_below(folder, self._rules)))
        rows = await self._database.reader.fetch(libraries.NAMED_FOLDERS)
        names = {real_text(path): name for _, name, path in rows}
        return [
            FolderChoice(
                shown_text(roots.shown(path)), shown_text(roots.shown(Path(path.name))), names.get(str(path), "")
            )
            for path in found
        ]

    async def _taken(self, transaction: Transaction, real: Mapping[str, Path]) -> list[tuple[str, Path]]:
        rows = await transaction.fetch(libraries.NAMED_FOLDERS)
        return [(name, real.get(path) or Path(real_text(path))) for _, name, path in rows]

    async def _details(self, principal: Principal, row: Sequence[Any]) -> LibraryDetails:
        library_id, name, path, open_to_all, declared, people, scanned_at, watch, note = row
        songs = await self._browse.songs(principal, SongFilter(library_id=library_id), "title", _NOTHING)
        albums = await self._browse.albums(principal, AlbumFilter(library_id=library_id), "title", _NOTHING)
        details = LibraryDetails(
            id=library_id,
            name=name,
            path=shown_text(path),
            is_uploads=path == "",
            is_open=bool(open_to_all),
            is_declared=bool(declared),
            people_count=people,
            scanned_at=scanned_at,
            watch=watch,
            watch_note=note,
            song_count=songs.total,
            album_count=albums.total,
        )
        if principal.is_admin:
            return details
        return msgspec.structs.replace(details, path="", watch="", watch_note="", people_count=0)

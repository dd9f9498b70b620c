"""Making, renaming and deleting artists and genres: for admins."""

from antiphon.areas.library.api.editing.rights import check_admin
from antiphon.areas.library.api.editing.tools import Tools, changes_of, taken
from antiphon.areas.library.data import ArtistEdit
from antiphon.areas.library.internal import edits
from antiphon.areas.library.internal.editing import albums, artists, checks, genres, making, songs
from antiphon.areas.library.internal.editing.artists import ArtistNow
from antiphon.areas.library.internal.editing.checks import given, is_set
from antiphon.areas.library.internal.editing.genres import GenreNow
from antiphon.areas.library.internal.fold import name_key
from antiphon.areas.library.internal.scan.prepare import UNKNOWN_ARTIST
from antiphon.areas.library.internal.visibility import viewing
from antiphon.kernel.db import Transaction
from antiphon.kernel.errors import invalid, not_found
from antiphon.kernel.principal import Principal
from antiphon.kernel.record import recorded


class ArtistEditing:
    """What admins do with artists."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    async def create(self, principal: Principal, edit: ArtistEdit) -> int:
        """A new artist's id. Raises INVALID, and CONFLICT `name_taken` where somebody is called so."""
        check_admin(principal)
        if not is_set(edit.name):
            raise invalid(name="This is needed.")
        facts = {"sort_name": "", **_artist_facts(edit)}
        async with self._tools.transaction() as transaction:
            await _check_artist_free(transaction, facts["name"], 0)
            artist_id = await making.make_artist(
                transaction, facts, user_id=principal.user_id or None, now=self._tools.clock()
            )
            await transaction.publish(recorded(principal, "artist.created", "artist", artist_id, facts["name"]))
        return artist_id

    async def change(
        self, principal: Principal, artist_id: int, edit: ArtistEdit, *, updated_at: float | None = None
    ) -> None:
        """Rename an artist: songs and albums follow, and files that go on using the old name mean the same artist.
        Raises NOT_FOUND, FORBIDDEN, INVALID, CONFLICT `name_taken` and `changed_since`."""
        tools = self._tools
        async with tools.transaction() as transaction:
            artist = await _open_artist(transaction, principal, artist_id)
            checks.check_unchanged(artist.updated_at, updated_at)
            facts = _artist_facts(edit)
            if "name" in facts:
                await _check_artist_free(transaction, facts["name"], artist_id)
            changes = changes_of(artist.facts, facts, edits.Changed, artist_id)
            if changes:
                is_complete = await artists.write(
                    transaction, artist, changes, user_id=principal.user_id or None, now=tools.clock()
                )
                await tools.add_up_later(transaction, is_complete)

    async def delete(self, principal: Principal, artist_id: int) -> None:
        """Take an artist's name off all songs and albums; songs that name nobody else are by an unknown artist. Raises
        NOT_FOUND, FORBIDDEN."""
        tools = self._tools
        async with tools.transaction() as transaction:
            artist = await _open_artist(transaction, principal, artist_id)
            user_id, now = principal.user_id or None, tools.clock()
            ids = [row[0] for row in await transaction.fetch(artists.SONG_IDS, id=artist_id)]
            for start in range(0, len(ids), artists.BATCH):
                found = await songs.held(transaction, ids[start : start + artists.BATCH])
                changes = songs.differing(
                    found,
                    lambda song: {"artists": artists.without(song.facts["artists"], artist.name, UNKNOWN_ARTIST)},
                )
                is_complete = await songs.write(transaction, found, changes, user_id=user_id, now=now)
                await tools.add_up_later(transaction, is_complete)
            for (album_id,) in await transaction.fetch(artists.ALBUM_IDS, id=artist_id):
                await self._leave_album(transaction, artist, album_id, user_id, now)
            await making.forget_artist(transaction, artist_id)
            await transaction.publish(recorded(principal, "artist.deleted", "artist", artist_id, artist.name))

    async def _leave_album(
        self, transaction: Transaction, artist: ArtistNow, album_id: int, user_id: int | None, now: float
    ) -> None:
        row = await transaction.fetch_one(albums.ANY, id=album_id)
        assert row is not None
        album = albums.AlbumNow(*row)
        left = {"artists": artists.without(album.facts["artists"], artist.name, "")}
        changes = changes_of(album.facts, left, edits.Changed, album_id)
        if changes:
            is_complete = await albums.write(transaction, album, changes, {}, user_id=user_id, now=now)
            await self._tools.add_up_later(transaction, is_complete)


class GenreEditing:
    """What admins do with genres."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    async def create(self, principal: Principal, name: str) -> int:
        """A new genre's id. Raises INVALID, CONFLICT `name_taken`."""
        check_admin(principal)
        checked = checks.checked_name("name", name, checks.LONGEST_GENRE)
        async with self._tools.transaction() as transaction:
            await _check_genre_free(transaction, checked, 0)
            now = self._tools.clock()
            genre_id = await genres.make(transaction, checked, user_id=principal.user_id or None, now=now)
            await transaction.publish(recorded(principal, "genre.created", "genre", genre_id, checked))
        return genre_id

    async def rename(self, principal: Principal, genre_id: int, name: str) -> None:
        """Call a genre otherwise: songs and albums follow. Raises NOT_FOUND, INVALID, CONFLICT `name_taken`."""
        check_admin(principal)
        checked = checks.checked_name("name", name, checks.LONGEST_GENRE)
        async with self._tools.transaction() as transaction:
            genre = await _open_genre(transaction, genre_id)
            await _check_genre_free(transaction, checked, genre_id)
            if checked != genre.name:
                now = self._tools.clock()
                await genres.rename(transaction, genre, checked, user_id=principal.user_id or None, now=now)

    async def delete(self, principal: Principal, genre_id: int) -> None:
        """Take a genre away from everything; files that name it do not bring it back. Raises NOT_FOUND."""
        check_admin(principal)
        async with self._tools.transaction() as transaction:
            genre = await _open_genre(transaction, genre_id)
            await genres.drop(transaction, genre, user_id=principal.user_id or None, now=self._tools.clock())
            await transaction.publish(recorded(principal, "genre.deleted", "genre", genre_id, genre.name))


def _artist_facts(edit: ArtistEdit) -> dict[str, str]:
    facts: dict[str, str] = {}
    if is_set(edit.name):
        facts["name"] = checks.checked_name("name", given(edit.name))
        facts["sort_name"] = ""
    if is_set(edit.sort_name):
        sort_name = given(edit.sort_name)
        facts["sort_name"] = checks.checked_line("sort_name", sort_name, checks.LONGEST_NAME, may_be_empty=True)
    return facts


async def _open_artist(transaction: Transaction, principal: Principal, artist_id: int) -> ArtistNow:
    """Hold an artist. Who sees it and is no admin is told that only admins change artists."""
    row = await transaction.fetch_one(artists.VISIBLE, id=artist_id, **viewing(principal))
    if row is None and not principal.is_anonymous:
        raise not_found("artist")
    check_admin(principal)
    assert row is not None
    return ArtistNow(*row)


async def _open_genre(transaction: Transaction, genre_id: int) -> GenreNow:
    row = await transaction.fetch_one(genres.BY_ID, id=genre_id)
    if row is None:
        raise not_found("genre")
    return GenreNow(*row)


async def _check_artist_free(transaction: Transaction, name: str, artist_id: int) -> None:
    row = await transaction.fetch_one(artists.NAMED, key=name_key(name))
    if row is not None and row[0] != artist_id:
        raise taken("artist", row[0])


async def _check_genre_free(transaction: Transaction, name: str, genre_id: int) -> None:
    row = await transaction.fetch_one(genres.BY_KEY, key=name_key(name))
    if row is not None and row[0] != genre_id:
        raise taken("genre", row[0])

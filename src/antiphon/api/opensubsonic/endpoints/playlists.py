"""Playlists: one's own, shared ones and public ones of others."""

from typing import Any

from antiphon.api.opensubsonic.answers import Playlist, Playlists, PlaylistWithSongs
from antiphon.api.opensubsonic.calls import Call
from antiphon.api.opensubsonic.ids import playlist_id
from antiphon.api.opensubsonic.mapping import to_songs
from antiphon.api.opensubsonic.parameters import missing
from antiphon.areas.playlists.data import PlaylistRow
from antiphon.kernel.clock import iso_moment
from antiphon.kernel.errors import forbidden
from antiphon.kernel.paging import Page

_ALL = Page(100_000)


async def get_playlists(call: Call) -> Playlists:
    """All playlists the caller may see; an admin may ask for those of one person."""
    owner = call.parameters.text("username").casefold()
    if owner and owner != call.principal.username.casefold() and not call.principal.is_admin:
        raise forbidden("Only admins ask for the playlists of others.")
    rows = (await call.areas.playlists.browse.playlists(call.principal, "visible", _ALL)).rows
    return Playlists(
        playlist=tuple(
            Playlist(**_fields(row, row.song_count, row.duration))
            for row in rows
            if not owner or row.owner.casefold() == owner
        )
    )


async def get_playlist(call: Call) -> PlaylistWithSongs:
    """One playlist with its songs."""
    return await _whole(call, call.parameters.id("id", "playlist"))


async def create_playlist(call: Call) -> PlaylistWithSongs:
    """Make a playlist, or with `playlistId` replace all songs of one."""
    parameters, edit = call.parameters, call.areas.playlists.edit
    songs = parameters.ids("songId", "song")
    name = parameters.text("name")
    if parameters.text("playlistId"):
        number = parameters.id("playlistId", "playlist")
        await edit.update(call.principal, number, title=name or None, tracks=songs, only_songs=True)
    elif name:
        number = await edit.create(call.principal, name, tracks=songs)
    else:
        raise missing("name or playlistId")
    return await _whole(call, number)


async def update_playlist(call: Call) -> None:
    """Change what is named: first songs are taken out, by the positions they had before, then others are added."""
    parameters, edit = call.parameters, call.areas.playlists.edit
    number = parameters.id("playlistId", "playlist")
    indexes = parameters.numbers("songIndexToRemove")
    songs = parameters.ids("songIdToAdd", "song")
    async with call.areas.database.transaction():
        await edit.update(
            call.principal,
            number,
            title=parameters.text("name") or None,
            description=parameters.text("comment", None),
            is_public=parameters.flag("public", None),
        )
        if indexes:
            await edit.remove_indexes(call.principal, number, indexes)
        if songs:
            await edit.add(call.principal, number, songs)


async def delete_playlist(call: Call) -> None:
    """Delete one's own playlist."""
    await call.areas.playlists.edit.delete(call.principal, call.parameters.id("id", "playlist"))


async def _whole(call: Call, number: int) -> PlaylistWithSongs:
    row, songs = await call.areas.playlists.browse.with_songs(call.principal, number)
    duration = sum(song.duration for song in songs)
    return PlaylistWithSongs(**_fields(row, len(songs), duration), entry=to_songs(songs))


def _fields(row: PlaylistRow, song_count: int, duration: float) -> dict[str, Any]:
    number = playlist_id(row.id)
    return {
        "id": number,
        "name": row.title,
        "comment": row.description,
        "owner": row.owner,
        "public": row.is_public,
        "song_count": song_count,
        "duration": round(duration),
        "created": iso_moment(row.created_at),
        "changed": iso_moment(row.updated_at),
        # Another one after each edit: apps keep covers by their ids.
        "cover_art": f"{number}_{row.revision}",
        "readonly": row.role == "listener",
    }

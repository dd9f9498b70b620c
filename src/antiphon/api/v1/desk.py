"""The artists' desk: one's own songs and albums as they are received, and tables of them to take away."""

from http import HTTPStatus
from typing import Any, Literal

import msgspec

from antiphon.api.http.answers import Answer
from antiphon.api.http.asgi import Application
from antiphon.api.http.requests import Request
from antiphon.api.http.routing import Handler, Route
from antiphon.api.http.tables import sending_table
from antiphon.api.v1.encoding import answer, answer_list
from antiphon.api.v1.shapes import NOT_RATED, Album, Rating, Song, album_shape, song_shape
from antiphon.api.v1.values import Moment, Text, moment, moment_or_none
from antiphon.areas.library.data import (
    DeskAlbumRow,
    DeskAlbumSort,
    DeskSongRow,
    DeskSongSort,
    DeskState,
    ExportKind,
    ExportRow,
    SongState,
)


class DeskSong(Song, frozen=True, gc=False):
    """A song of one's own. `likes` is how many people have starred it; `own_release_at` its own release, whatever that
    of its album is (`release_at` is the later of both); `state` tells who sees it now."""

    state: SongState
    likes: int
    own_release_at: Moment | None


class DeskAlbum(Album, frozen=True, gc=False):
    """An album of one's own: how many people have starred it, and how many of its songs are drafts."""

    likes: int
    drafts: int


class DeskTotals(msgspec.Struct, frozen=True, gc=False):
    """All of one's own music in numbers. `duration` is seconds, `size` bytes; each song is one of `published`,
    `unlisted`, `scheduled` (its release is to come), `drafts`, `private` and `flagged`."""

    songs: int
    published: int
    unlisted: int
    scheduled: int
    drafts: int
    private: int
    flagged: int
    albums: int
    plays: int
    likes: int
    rating: Rating
    duration: float
    size: int


class DeskSongQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which of one's own songs are wanted, and in which order; `q` is a part of their titles."""

    sort: DeskSongSort = "newest"
    state: DeskState = "all"
    q: Text = ""


class DeskAlbumQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which of one's own albums are wanted, and in which order; `q` is a part of their titles."""

    sort: DeskAlbumSort = "newest"
    q: Text = ""


class NewExport(msgspec.Struct, frozen=True, kw_only=True):
    """Which table is wanted: `songs`, `albums` (artists), `ratings` (everybody), `all_songs` or `users` (admins).
    `bom` puts a byte order mark before it, which some spreadsheets need to read UTF-8."""

    kind: ExportKind
    bom: bool = True


class Export(msgspec.Struct, frozen=True, gc=False):
    """A table to take away. `id` is that of its job; `progress` is 0 to 1. Once it is completed, `url` gives it to who
    asked for it until `expires_at`."""

    id: str
    kind: ExportKind
    state: Literal["queued", "running", "completed", "failed"]
    progress: float | None
    message: str
    error: str | None
    filename: str
    bom: bool
    rows: int | None
    size: int | None
    url: str | None
    created_at: Moment
    expires_at: Moment | None


class OwnSongSound(msgspec.Struct, frozen=True, gc=False):
    """A song of one's own: `queued` or `running` while it waits to be measured, `failed` where it cannot
    be, and why."""

    song_id: int
    title: str
    state: Literal["queued", "running", "failed"]
    reason: str | None


class DeskSound(msgspec.Struct, frozen=True, gc=False):
    """How far loudness, waveform, tempo and key of one's own songs are: `off` where the server's owner has switched
    measuring off, `running` while songs are being measured, `queued` while they wait for that, `done` once none waits.
    `songs` are the first that wait or failed."""

    state: Literal["off", "queued", "running", "done"]
    measured: int
    waiting: int
    failed: int
    songs: list[OwnSongSound]


def _desk_song(row: DeskSongRow, lyrics: str | None = None) -> DeskSong:
    song = song_shape(row.song, lyrics)
    return DeskSong(
        **msgspec.structs.asdict(song),
        state=row.state,
        likes=row.likes,
        own_release_at=moment_or_none(row.own_release_at or None),
    )


def _desk_album(row: DeskAlbumRow) -> DeskAlbum:
    album = album_shape(row.album)
    return DeskAlbum(**msgspec.structs.asdict(album), likes=row.likes, drafts=row.drafts)


async def totals(request: Request) -> Answer:
    """All of one's own music in numbers."""
    found = await request.areas.library.desk.totals(request.principal)
    mean = found.rating_sum / found.rating_count if found.rating_count else 0.0
    rating = Rating(round(mean, 2), found.rating_count) if found.rating_count else NOT_RATED
    return answer(
        DeskTotals(
            songs=found.songs,
            published=found.published,
            unlisted=found.unlisted,
            scheduled=found.scheduled,
            drafts=found.drafts,
            private=found.private,
            flagged=found.flagged,
            albums=found.albums,
            plays=found.plays,
            likes=found.likes,
            rating=rating,
            duration=found.duration,
            size=found.size,
        )
    )


async def sound(request: Request) -> Answer:
    """How far the measuring of one's own songs is."""
    found = await request.areas.library.sounds.own(request.principal)
    waits: Literal["queued", "running"] = "running" if found.is_running else "queued"
    songs = [
        OwnSongSound(one.song_id, one.title, "failed" if one.reason else waits, one.reason or None)
        for one in found.songs
        if one.reason or found.is_on
    ]
    state = "off" if not found.is_on else waits if found.waiting else "done"
    return answer(DeskSound(state, found.measured, found.waiting, found.unreadable, songs))


async def songs(request: Request) -> Answer:
    """One page of one's own songs."""
    wanted = request.values(DeskSongQuery)
    found = await request.areas.library.desk.songs(
        request.principal, request.page(), sort=wanted.sort, state=wanted.state, title=wanted.q
    )
    return answer_list([_desk_song(row) for row in found.rows], found)


async def song(request: Request) -> Answer:
    """One song that the caller may change, with its words."""
    library = request.areas.library
    row = await library.desk.song(request.principal, request.id("song"))
    words = (await library.browse.lyrics(request.principal, row.song.id)).plain if row.song.has_lyrics else None
    return answer(_desk_song(row, words or None))


async def albums(request: Request) -> Answer:
    """One page of one's own albums."""
    wanted = request.values(DeskAlbumQuery)
    found = await request.areas.library.desk.albums(request.principal, request.page(), sort=wanted.sort, title=wanted.q)
    return answer_list([_desk_album(row) for row in found.rows], found)


async def _shown(request: Request, row: ExportRow) -> Export:
    job = None if row.size else await request.areas.jobs.find(row.id)
    state = "completed" if row.size else "failed" if job is None else job.shown_state
    if state == "completed" and not row.size:
        state = "failed"
    is_done = state == "completed"
    return Export(
        id=row.id,
        kind=row.kind,
        state=state,
        progress=1.0 if is_done else None if job is None else job.progress,
        message="" if job is None else job.message,
        error=None if job is None or state != "failed" else job.error,
        filename=row.file_name,
        bom=bool(row.with_bom),
        rows=row.row_count if is_done else None,
        size=row.size if is_done else None,
        url=f"/api/v1/exports/{row.id}/file" if is_done else None,
        created_at=moment(row.created_at),
        expires_at=moment(row.expires_at) if is_done else None,
    )


async def create_export(request: Request) -> Answer:
    """Have a table made, or show the one of this kind that is being made."""
    given = await request.json(NewExport)
    row = await request.areas.library.exports.begin(request.principal, given.kind, with_bom=given.bom)
    return answer(await _shown(request, row), HTTPStatus.ACCEPTED)


async def exports(request: Request) -> Answer:
    """One's own tables, the newest first."""
    found = await request.areas.library.exports.list(request.principal, request.page())
    return answer_list([await _shown(request, row) for row in found.rows], found)


async def export(request: Request) -> Answer:
    """How far a table is."""
    row = await request.areas.library.exports.get(request.principal, request.parameters["id"])
    return answer(await _shown(request, row))


async def export_file(request: Request) -> Application:
    """A finished table."""
    doors = request.areas.library.exports
    return sending_table(doors, await doors.finished(request.principal, request.parameters["id"]))


async def delete_export(request: Request) -> Answer:
    """Remove a table before its time."""
    await request.areas.library.exports.remove(request.principal, request.parameters["id"])
    return answer(None)


def _route(method: str, path: str, handler: Handler, summary: str, **rest: Any) -> Route:
    return Route(method=method, path=f"/api/v1{path}", handler=handler, summary=summary, tag="desk", **rest)


_ONE = "/exports/{id}"
ROUTES = (
    _route("GET", "/desk", totals, "All of one's own music in numbers", data=DeskTotals),
    _route("GET", "/desk/sound", sound, "How far the measuring of one's own songs is", data=DeskSound),
    _route("GET", "/desk/songs", songs, "One's own songs", query=DeskSongQuery, data=list[DeskSong], paged=True),
    _route("GET", "/desk/songs/{id}", song, "A song that one may change", data=DeskSong),
    _route("GET", "/desk/albums", albums, "One's own albums", query=DeskAlbumQuery, data=list[DeskAlbum], paged=True),
    _route("POST", "/exports", create_export, "Have a table made", body=NewExport, data=Export, status=202),
    _route("GET", "/exports", exports, "One's own tables", data=list[Export], paged=True),
    _route("GET", _ONE, export, "How far a table is", data=Export, has_opaque_id=True),
    _route("GET", f"{_ONE}/file", export_file, "A finished table", media="text/csv", has_opaque_id=True),
    _route("DELETE", _ONE, delete_export, "Remove a table", has_opaque_id=True),
)

"""How songs sound: what was measured of them, and which others sound alike."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, TypeVar

import msgspec

from antiphon.api.http.answers import Answer
from antiphon.api.http.requests import Request
from antiphon.api.http.routing import Handler, Route
from antiphon.api.v1.encoding import PageInfo, answer, answer_list
from antiphon.api.v1.operation import Job, job_shape
from antiphon.api.v1.shapes import Artist, Song, artist_shape, song_shape
from antiphon.api.v1.values import Id, Moment, moment, moment_or_none
from antiphon.areas.discovery.data import SimilarSong as SimilarRow
from antiphon.areas.library.data import SongRow

Shape = TypeVar("Shape")

SIMILAR = 20
SIMILAR_ARTISTS = 12


class Sound(msgspec.Struct, frozen=True, gc=False):
    """What was measured of a song: `loudness` in LUFS, `loudness_range` in LU, `true_peak` 1 at full scale, `tempo` in
    beats a minute (null: no clear beat), `key` such as `F#` or `Am`, `energy` 0 to 1; clarity and strength tell from 0
    (a guess) to 1 how sure tempo and key are. `own_bpm` and `own_key` are what people tell instead, null where they do
    not. `measured_at` is null while it waits; where nothing could be measured, `reason` says why."""

    loudness: float | None
    loudness_range: float | None
    true_peak: float | None
    tempo: float | None
    tempo_clarity: float | None
    key: str | None
    key_strength: float | None
    energy: float | None
    own_bpm: int | None
    own_key: str | None
    measured_at: Moment | None
    reason: str | None


class Waveform(msgspec.Struct, frozen=True, gc=False):
    """The outline of a song: 800 heights from 0 to 255, evenly over its length; none while it has not been measured."""

    heights: list[int]


class Reason(msgspec.Struct, frozen=True, gc=False):
    """Why a song is named."""

    code: str
    text: str
    song_id: int | None


class SimilarSong(Song, frozen=True, gc=False):
    """A song that sounds like another; `similarity` is 1 for the same sound."""

    similarity: float
    reason: Reason


class SimilarArtist(Artist, frozen=True, gc=False):
    """An artist whose songs sound like those of another."""

    similarity: float


class PathQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Where the way leads to."""

    to: Id


class MeasureStatus(msgspec.Struct, frozen=True, gc=False):
    """How far the measuring of all songs is; `job` is the one that waits or runs, or the last."""

    is_on: bool
    measured: int
    unreadable: int
    waiting: int
    job: Job | None


class UnmeasuredSong(msgspec.Struct, frozen=True, gc=False):
    """A song whose file could not be measured, and why."""

    song_id: int
    title: str
    artist: str
    path: str
    reason: str
    tried_at: Moment


class Duplicates(msgspec.Struct, frozen=True, gc=False):
    """Songs with the same audio, byte for byte, under different tags."""

    songs: list[Song]


async def sound(request: Request) -> Answer:
    """How one song sounds."""
    found = await request.areas.library.sounds.song(request.principal, request.id("song"))
    is_measured = found.reason == ""
    shown = Sound(
        found.loudness,
        found.loudness_range,
        found.true_peak if is_measured else None,
        found.tempo,
        found.tempo_clarity if is_measured else None,
        found.key or None,
        found.key_strength if is_measured else None,
        found.energy,
        found.own_bpm,
        found.own_key or None,
        moment_or_none(found.measured_at),
        found.reason or None,
    )
    return answer(shown)


async def waveform(request: Request) -> Answer:
    """The outline of a song."""
    heights = await request.areas.library.sounds.waveform(request.principal, request.id("song"))
    return answer(Waveform(list(heights)))


async def similar(request: Request) -> Answer:
    """Songs that sound like one, the most similar first."""
    song_id, limit = request.id("song"), request.page(SIMILAR).limit
    seed = await request.areas.library.browse.song(request.principal, song_id)
    found = await request.areas.discovery.similar.to_song(request.principal, song_id, limit)
    return _songs(found, seed)


async def path(request: Request) -> Answer:
    """Songs that lead from one song to another."""
    song_id, wanted = request.id("song"), request.values(PathQuery)
    seed = await request.areas.library.browse.song(request.principal, song_id)
    found = await request.areas.discovery.similar.path(
        request.principal, song_id, wanted.to, request.page(SIMILAR).limit
    )
    return _songs(found, seed)


async def similar_artists(request: Request) -> Answer:
    """Artists whose songs sound like those of one."""
    limit = request.page(SIMILAR_ARTISTS).limit
    found = await request.areas.discovery.similar.artists(request.principal, request.id("artist"), limit)
    shown = [_extended(SimilarArtist, artist_shape(one.artist), one.similarity) for one in found]
    return answer_list(shown, PageInfo(limit, 0, len(shown)))


async def status(request: Request) -> Answer:
    """How far the measuring is."""
    sounds = request.areas.library.sounds
    found = await sounds.status(request.principal)
    job = await sounds.latest()
    shown = MeasureStatus(
        found.is_on, found.measured, found.unreadable, found.waiting, None if job is None else job_shape(job)
    )
    return answer(shown)


async def start(request: Request) -> Answer:
    """Have all be measured that has not been."""
    job = await request.areas.library.sounds.request(request.principal)
    return answer(job_shape(job), HTTPStatus.ACCEPTED)


async def unreadable(request: Request) -> Answer:
    """Songs whose files could not be measured."""
    found = await request.areas.library.sounds.unreadable(request.principal, request.page())
    shown = [
        UnmeasuredSong(row.song_id, row.title, row.artist, row.path, row.reason, moment(row.tried_at))
        for row in found.rows
    ]
    return answer_list(shown, found)


async def duplicates(request: Request) -> Answer:
    """Songs that are there more than once, group by group."""
    found = await request.areas.library.sounds.duplicates(request.principal, request.page())
    ids = [song_id for group in found.rows for song_id in group]
    rows = {row.id: row for row in await request.areas.library.browse.songs_by_ids(request.principal, ids)}
    shown = [Duplicates([song_shape(rows[song_id]) for song_id in group if song_id in rows]) for group in found.rows]
    return answer_list(shown, found)


def _songs(found: list[SimilarRow], seed: SongRow) -> Answer:
    reason = Reason("sounds_like", f"Sounds like {seed.title}", seed.id)
    shown = [_extended(SimilarSong, song_shape(one.song), one.similarity, reason) for one in found]
    return answer_list(shown, PageInfo(max(len(shown), 1), 0, len(shown)))


def _extended(kind: Callable[..., Shape], of: msgspec.Struct, *more: object) -> Shape:
    """A shape that has all of another, and more behind it."""
    return kind(*(getattr(of, name) for name in of.__struct_fields__), *more)


def _route(method: str, path: str, handler: Handler, summary: str, **rest: Any) -> Route:
    return Route(method=method, path=f"/api/v1{path}", handler=handler, summary=summary, tag="sound", **rest)


ROUTES = (
    _route("GET", "/songs/{id}/sound", sound, "What was measured of a song", data=Sound, validated=True),
    _route("GET", "/songs/{id}/waveform", waveform, "The outline of a song", data=Waveform, validated=True),
    _route("GET", "/songs/{id}/similar", similar, "Songs that sound like one", data=list[SimilarSong], paged=True),
    _route(
        "GET",
        "/songs/{id}/path",
        path,
        "Songs that lead from one song to another",
        query=PathQuery,
        data=list[SimilarSong],
        paged=True,
    ),
    _route(
        "GET",
        "/artists/{id}/similar",
        similar_artists,
        "Artists who sound like one",
        data=list[SimilarArtist],
        paged=True,
    ),
    _route("GET", "/sound", status, "How far the measuring of songs is", access="admin", data=MeasureStatus),
    _route("POST", "/sound", start, "Measure songs now", access="admin", data=Job, status=202),
    _route(
        "GET",
        "/sound/unreadable",
        unreadable,
        "Songs that could not be measured",
        access="admin",
        data=list[UnmeasuredSong],
        paged=True,
    ),
    _route(
        "GET",
        "/sound/duplicates",
        duplicates,
        "Songs with the same audio",
        access="admin",
        data=list[Duplicates],
        paged=True,
    ),
)

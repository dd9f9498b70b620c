"""The jukebox: music on the server's own output, one queue for the house."""

from typing import Annotated

import msgspec

from antiphon.api.http.answers import Answer
from antiphon.api.http.requests import Request
from antiphon.api.http.routing import Route
from antiphon.api.v1.encoding import answer
from antiphon.api.v1.shapes import Song, song_shape
from antiphon.api.v1.values import Id
from antiphon.areas.playback.api.jukebox import LONGEST_OFFSET, MOST_SONGS, Jukebox
from antiphon.kernel.errors import AntiphonError, Kind, not_found
from antiphon.kernel.ids import parse_id

_SongIds = Annotated[tuple[Id, ...], msgspec.Meta(max_length=MOST_SONGS)]


class JukeboxShape(msgspec.Struct, frozen=True, gc=False):
    """What the house hears: `place` in `songs` (-1 where there are none), `position` in seconds, `gain` from 0 to 1;
    `problem` is a sentence where the output does not work."""

    playing: bool
    place: int
    position: float
    gain: float
    problem: str
    songs: list[Song]


class JukeboxChange(msgspec.Struct, frozen=True, kw_only=True):
    """What shall be otherwise: play or be silent; play the song at `place` from `position` seconds on; louder or
    softer."""

    playing: bool | None = None
    place: Annotated[int, msgspec.Meta(ge=0)] | None = None
    position: Annotated[float, msgspec.Meta(ge=0, le=LONGEST_OFFSET)] = 0.0
    gain: Annotated[float, msgspec.Meta(ge=0, le=1)] | None = None


class Lined(msgspec.Struct, frozen=True, kw_only=True):
    """Songs by their ids, in order."""

    song_ids: _SongIds


async def state(request: Request) -> Answer:
    """What the house hears, and what is lined up; nothing for who has no jukebox here."""
    try:
        return await _standing(request)
    except AntiphonError as error:
        # Pages ask whether there is one to show.
        if error.kind in (Kind.FORBIDDEN, Kind.SWITCHED_OFF):
            return answer(None)
        raise


async def change(request: Request) -> Answer:
    """Play, be silent, skip, or change the loudness."""
    given = await request.json(JukeboxChange)
    jukebox, principal = _jukebox(request), request.principal
    async with request.areas.database.transaction():
        if given.gain is not None:
            await jukebox.set_gain(principal, given.gain)
        if given.place is not None:
            await jukebox.skip(principal, given.place, given.position)
        if given.playing is not None and (given.place is None or not given.playing):
            await (jukebox.start if given.playing else jukebox.stop)(principal)
    return await _standing(request)


async def line_up(request: Request) -> Answer:
    """Replace what is lined up."""
    await _jukebox(request).set(request.principal, (await request.json(Lined)).song_ids)
    return await _standing(request)


async def add(request: Request) -> Answer:
    """Line songs up behind the last."""
    await _jukebox(request).add(request.principal, (await request.json(Lined)).song_ids)
    return await _standing(request)


async def remove(request: Request) -> Answer:
    """Take out the song at a place."""
    text = request.parameters["place"]
    place = 0 if text == "0" else parse_id(text)
    if place is None:
        raise not_found("item")
    await _jukebox(request).remove(request.principal, place)
    return await _standing(request)


async def shuffle(request: Request) -> Answer:
    """Mix what is lined up; what plays comes first."""
    await _jukebox(request).shuffle(request.principal)
    return await _standing(request)


def _jukebox(request: Request) -> Jukebox:
    return request.areas.playback.jukebox


async def _standing(request: Request) -> Answer:
    found = await _jukebox(request).state(request.principal)
    shape = JukeboxShape(
        playing=found.playing,
        place=found.place,
        position=round(found.position, 3),
        gain=found.gain,
        problem=found.problem,
        songs=[song_shape(row) for row in found.songs],
    )
    return answer(shape)


ROUTES = (
    Route(
        method="GET",
        path="/api/v1/jukebox",
        handler=state,
        summary="What the server itself plays, and what is lined up; null where there is no jukebox for the caller",
        tag="jukebox",
        data=JukeboxShape | None,
    ),
    Route(
        method="PUT",
        path="/api/v1/jukebox",
        handler=change,
        summary="Play on the server, be silent, skip, or change the loudness",
        tag="jukebox",
        body=JukeboxChange,
        data=JukeboxShape,
    ),
    Route(
        method="PUT",
        path="/api/v1/jukebox/queue",
        handler=line_up,
        summary="Replace what the server has lined up",
        tag="jukebox",
        body=Lined,
        data=JukeboxShape,
    ),
    Route(
        method="POST",
        path="/api/v1/jukebox/queue",
        handler=add,
        summary="Line songs up behind the last",
        tag="jukebox",
        body=Lined,
        data=JukeboxShape,
    ),
    Route(
        method="DELETE",
        path="/api/v1/jukebox/queue/{place}",
        handler=remove,
        summary="Take out the song at a place, counted from 0",
        tag="jukebox",
        data=JukeboxShape,
    ),
    Route(
        method="POST",
        path="/api/v1/jukebox/shuffle",
        handler=shuffle,
        summary="Mix what is lined up; what plays comes first",
        tag="jukebox",
        data=JukeboxShape,
    ),
)

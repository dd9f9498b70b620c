"""Stars, ratings and plays."""

from itertools import zip_longest
from typing import Literal

from antiphon.api.opensubsonic.calls import Call
from antiphon.api.opensubsonic.ids import Named, NamedPodcast, read_id, read_podcast_id
from antiphon.api.opensubsonic.parameters import missing
from antiphon.api.opensubsonic.signin import named
from antiphon.areas.playback.data import Play
from antiphon.kernel.errors import AntiphonError, Kind, invalid, not_found

Thing = Literal["song", "album", "artist"]
_THINGS: tuple[Thing, ...] = ("song", "album", "artist")


async def star(call: Call) -> None:
    """Star songs, albums and artists; all of them or none."""
    wanted = _wanted(call)
    async with call.areas.database.transaction():
        for thing in _THINGS:
            if wanted[thing]:
                await call.areas.library.annotations.star(call.principal, thing, wanted[thing])


async def unstar(call: Call) -> None:
    """Take stars away."""
    wanted = _wanted(call)
    async with call.areas.database.transaction():
        for thing in _THINGS:
            if wanted[thing]:
                await call.areas.library.annotations.unstar(call.principal, thing, wanted[thing])


async def set_rating(call: Call) -> None:
    """Rate a song, album or artist from 1 to 5; 0 takes the rating away."""
    named_thing = read_id(call.parameters.needed("id"), "song")
    call.parameters.needed("rating")
    rating = call.parameters.number("rating", 0)
    if named_thing is None or named_thing.kind == "playlist":
        raise not_found("song")
    await call.areas.library.annotations.rate(call.principal, named_thing.kind, named_thing.id, rating)


async def scrobble(call: Call) -> None:
    """Count plays, or with `submission=false` say what is playing. The moments are in milliseconds, 0 is now."""
    parameters = call.parameters
    ids, times = parameters.places("id"), parameters.number_places("time")
    if not ids:
        raise missing("id")
    if any(at is not None for at in times[len(ids) :]):
        raise invalid(time="There are more moments than songs.")
    moments = [at / 1000 if at else None for at in times]
    told = [(thing, at) for thing, at in zip_longest(map(_played, ids), moments) if thing is not None]
    if not told:
        raise not_found("song")
    plays = [Play(thing.id, at) for thing, at in told if thing.kind == "song"]
    principal = named(call.principal, parameters.text("c")[:200])
    is_done = parameters.flag("submission", True)
    async with call.areas.database.transaction():
        for thing, _ in told:
            if thing.kind == "episode":
                await _heard(call, thing.id, is_done, passed_over=bool(plays))
        if plays and is_done:
            await call.areas.playback.record_plays(principal, plays)
        elif plays:
            await call.areas.playback.set_now_playing(principal, plays[-1].song_id)


def _played(text: str) -> Named | NamedPodcast | None:
    """What was heard. None for ids of other servers and of what nobody hears: apps tell again all that was refused, so
    one of these would keep the rest from ever being counted."""
    found = read_id(text, "song") or read_podcast_id(text)
    return found if found is not None and found.kind in ("song", "episode") else None


async def _heard(call: Call, number: int, is_done: bool, *, passed_over: bool) -> None:
    """An episode was heard, or begun. One that has gone may be passed over, lest it keep an app from telling of
    songs."""
    podcasts = call.areas.broadcasts.podcasts
    try:
        if is_done:
            await podcasts.note_heard(call.principal, number)
        else:
            await podcasts.episode(call.principal, number)
    except AntiphonError as error:
        if error.kind is not Kind.NOT_FOUND or not passed_over:
            raise


def _wanted(call: Call) -> dict[Thing, list[int]]:
    """What is meant: `id` names songs, and for clients that browse by folders also albums and artists."""
    parameters = call.parameters
    wanted: dict[Thing, list[int]] = {
        "song": [],
        "album": parameters.ids("albumId", "album"),
        "artist": parameters.ids("artistId", "artist"),
    }
    for text in parameters.texts("id"):
        found = read_id(text, "song")
        if found is None or found.kind == "playlist":
            raise not_found("song")
        wanted[found.kind].append(found.id)
    if not any(wanted.values()):
        raise missing("id")
    return wanted

"""Stars, ratings and plays."""

from typing import Literal

from antiphon.api.opensubsonic.calls import Call
from antiphon.api.opensubsonic.ids import read_id
from antiphon.api.opensubsonic.parameters import missing
from antiphon.api.opensubsonic.signin import named
from antiphon.areas.playback.data import Play
from antiphon.kernel.errors import invalid, not_found

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
    """Count plays, or with `submission=false` say what is playing. The moments are in milliseconds."""
    parameters = call.parameters
    ids = parameters.ids("id", "song")
    if not ids:
        raise missing("id")
    times = parameters.numbers("time")
    if len(times) > len(ids):
        raise invalid(time="There are more moments than songs.")
    principal = named(call.principal, parameters.text("c")[:200])
    if not parameters.flag("submission", True):
        await call.areas.playback.set_now_playing(principal, ids[-1])
        return
    moments = [at / 1000 for at in times] + [None] * (len(ids) - len(times))
    plays = [Play(number, at) for number, at in zip(ids, moments, strict=True)]
    await call.areas.playback.record_plays(principal, plays)


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

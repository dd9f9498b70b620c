"""The jukebox: music on the server's own output."""

from collections.abc import Awaitable, Callable

from antiphon.api.opensubsonic.calls import Call, Called
from antiphon.api.opensubsonic.jukebox_answers import JukeboxPlaylist, JukeboxStatus
from antiphon.api.opensubsonic.mapping import to_songs
from antiphon.api.opensubsonic.parameters import missing
from antiphon.areas.playback.data.jukebox import JukeboxState
from antiphon.kernel.errors import invalid

PLAYLIST, STATUS = "jukeboxPlaylist", "jukeboxStatus"


async def control(call: Call) -> Called:
    """Do what `action` names; `get` answers with what is lined up, all others with how it stands."""
    action = call.parameters.needed("action")
    if action not in _ACTIONS and action not in ("get", "status"):
        raise invalid(action=f"This is one of get, status, {', '.join(_ACTIONS)}.")
    if action in _ACTIONS:
        await _ACTIONS[action](call)
    state = await call.areas.playback.jukebox.state(call.principal)
    if action == "get":
        return Called(PLAYLIST, _playlist(state))
    return Called(STATUS, JukeboxStatus(state.place, state.playing, round(state.gain, 3), int(state.position)))


def _playlist(state: JukeboxState) -> JukeboxPlaylist:
    return JukeboxPlaylist(
        current_index=state.place,
        playing=state.playing,
        gain=round(state.gain, 3),
        position=int(state.position),
        entry=to_songs(state.songs),
    )


async def _set(call: Call) -> None:
    await call.areas.playback.jukebox.set(call.principal, call.parameters.ids("id", "song"))


async def _add(call: Call) -> None:
    ids = call.parameters.ids("id", "song")
    if not ids:
        raise missing("id")
    await call.areas.playback.jukebox.add(call.principal, ids)


async def _start(call: Call) -> None:
    await call.areas.playback.jukebox.start(call.principal)


async def _stop(call: Call) -> None:
    await call.areas.playback.jukebox.stop(call.principal)


async def _skip(call: Call) -> None:
    offset = call.parameters.number("offset", 0)
    await call.areas.playback.jukebox.skip(call.principal, _index(call), float(offset))


async def _clear(call: Call) -> None:
    await call.areas.playback.jukebox.clear(call.principal)


async def _remove(call: Call) -> None:
    await call.areas.playback.jukebox.remove(call.principal, _index(call))


async def _shuffle(call: Call) -> None:
    await call.areas.playback.jukebox.shuffle(call.principal)


async def _set_gain(call: Call) -> None:
    text = call.parameters.needed("gain")
    try:
        gain = float(text)
    except ValueError as error:
        raise invalid(gain="This must be a number from 0 to 1.") from error
    await call.areas.playback.jukebox.set_gain(call.principal, gain)


def _index(call: Call) -> int:
    call.parameters.needed("index")
    return call.parameters.number("index", 0)


_ACTIONS: dict[str, Callable[[Call], Awaitable[None]]] = {
    "set": _set,
    "start": _start,
    "stop": _stop,
    "skip": _skip,
    "add": _add,
    "clear": _clear,
    "remove": _remove,
    "shuffle": _shuffle,
    "setGain": _set_gain,
}

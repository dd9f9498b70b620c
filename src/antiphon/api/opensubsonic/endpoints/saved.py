"""What a person left to go on with: play queues and bookmarks; and where an app says it is."""

from typing import get_args

from antiphon.api.opensubsonic.answers import Bookmark, Bookmarks, PlayQueue, PlayQueueByIndex, PodcastEpisode
from antiphon.api.opensubsonic.calls import Call
from antiphon.api.opensubsonic.endpoints.podcasts import to_episode
from antiphon.api.opensubsonic.ids import read_id, read_podcast_id
from antiphon.api.opensubsonic.mapping import moment, to_song, to_songs
from antiphon.api.opensubsonic.parameters import missing
from antiphon.api.opensubsonic.signin import named
from antiphon.api.opensubsonic.values import Song
from antiphon.areas.broadcasts.data.podcasts import EpisodePosition
from antiphon.areas.playback.data import BookmarkRow, PlaybackReport, PlaybackState
from antiphon.areas.playback.data import PlayQueue as Saved
from antiphon.kernel.errors import invalid
from antiphon.kernel.principal import Principal

_STATES: tuple[PlaybackState, ...] = get_args(PlaybackState)


async def get_play_queue(call: Call) -> PlayQueue | None:
    """What the caller lined up last. Nothing at all where there is none: an empty one could not say who changed it."""
    found = await _latest(call)
    if found is None:
        return None
    songs = to_songs(found.songs)
    return PlayQueue(
        username=call.principal.username,
        changed=moment(found.changed_at),
        changed_by=found.client,
        current=songs[found.place].id,
        position=round(found.position * 1000),
        entry=songs,
    )


async def get_play_queue_by_index(call: Call) -> PlayQueueByIndex | None:
    """The same, for queues in which a song stands twice."""
    found = await _latest(call)
    if found is None:
        return None
    return PlayQueueByIndex(
        username=call.principal.username,
        changed=moment(found.changed_at),
        changed_by=found.client,
        current_index=found.place,
        position=round(found.position * 1000),
        entry=to_songs(found.songs),
    )


async def save_play_queue(call: Call) -> None:
    """Keep a queue; without any song it is cleared. `current` names the song that plays."""
    ids = call.parameters.ids("id", "song")
    place = 0
    if ids:
        current = read_id(call.parameters.needed("current"), "song")
        if current is None or current.kind != "song" or current.id not in ids:
            raise missing("current, one of the songs in the queue")
        place = ids.index(current.id)
    await call.areas.playback.queues.save(_app(call), ids, place=place, position=_position(call))


async def save_play_queue_by_index(call: Call) -> None:
    """Keep a queue; `currentIndex` is the place of the song that plays."""
    ids = call.parameters.ids("id", "song")
    place = call.parameters.number("currentIndex", None)
    if ids and (place is None or place >= len(ids)):
        raise missing("currentIndex, a place in the queue")
    await call.areas.playback.queues.save(_app(call), ids, place=place or 0, position=_position(call))


async def get_bookmarks(call: Call) -> Bookmarks:
    """The caller's bookmarks in songs, then those in episodes of podcasts."""
    songs = await call.areas.playback.bookmarks.list(call.principal)
    episodes = await call.areas.broadcasts.podcasts.positions(call.principal)
    return Bookmarks(
        bookmark=(
            *(_bookmark(call, row, to_song(row.song)) for row in songs),
            *(_bookmark(call, row, to_episode(row.episode)) for row in episodes),
        )
    )


async def create_bookmark(call: Call) -> None:
    """Set a bookmark in a song or episode, in the place of an earlier one."""
    call.parameters.needed("position")
    episode = read_podcast_id(call.parameters.needed("id"))
    if episode is not None and episode.kind == "episode":
        comment = call.parameters.text("comment")
        await call.areas.broadcasts.podcasts.set_position(call.principal, episode.id, _position(call), comment)
        return
    number = call.parameters.id("id", "song")
    await call.areas.playback.bookmarks.set(call.principal, number, _position(call), call.parameters.text("comment"))


async def delete_bookmark(call: Call) -> None:
    """Take a bookmark away."""
    episode = read_podcast_id(call.parameters.needed("id"))
    if episode is not None and episode.kind == "episode":
        await call.areas.broadcasts.podcasts.remove_position(call.principal, episode.id)
        return
    await call.areas.playback.bookmarks.remove(call.principal, call.parameters.id("id", "song"))


async def report_playback(call: Call) -> None:
    """Say where an app is in a song."""
    parameters = call.parameters
    number = parameters.id("mediaId", "song")
    kind, state = parameters.needed("mediaType").lower(), parameters.needed("state").lower()
    if kind != "song":
        raise invalid(mediaType="This server plays songs.")
    if state not in _STATES:
        raise invalid(state=f"A state is one of: {', '.join(_STATES)}.")
    parameters.needed("positionMs")
    report = PlaybackReport(
        song_id=number,
        state=state,
        position=parameters.number("positionMs", 0) / 1000,
        rate=_rate(parameters.text("playbackRate")),
        counts=not parameters.flag("ignoreScrobble", False),
    )
    await call.areas.playback.report(_app(call), report)


def _bookmark(call: Call, row: BookmarkRow | EpisodePosition, entry: Song | PodcastEpisode) -> Bookmark:
    return Bookmark(
        position=round(row.position * 1000),
        username=call.principal.username,
        comment=row.comment,
        created=moment(row.created_at),
        changed=moment(row.changed_at),
        entry=entry,
    )


async def _latest(call: Call) -> Saved | None:
    found = await call.areas.playback.queues.latest(call.principal)
    return found if found is not None and found.songs else None


def _app(call: Call) -> Principal:
    return named(call.principal, call.parameters.text("c")[:200])


def _position(call: Call) -> float:
    return call.parameters.number("position", 0) / 1000


def _rate(text: str) -> float:
    try:
        return float(text) if text else 1.0
    except ValueError as error:
        raise invalid(playbackRate="A rate is a number.") from error

"""What a person left to go on with: play queues and bookmarks; and where an app says it is."""

from collections.abc import Sequence
from typing import get_args

from antiphon.api.opensubsonic.answers import Bookmark, Bookmarks, PlayQueue, PlayQueueByIndex, PodcastEpisode
from antiphon.api.opensubsonic.calls import Call
from antiphon.api.opensubsonic.endpoints.podcasts import to_episode
from antiphon.api.opensubsonic.ids import read_id, read_podcast_id
from antiphon.api.opensubsonic.mapping import to_song
from antiphon.api.opensubsonic.parameters import missing
from antiphon.api.opensubsonic.signin import named
from antiphon.api.opensubsonic.values import Song
from antiphon.areas.broadcasts.data.podcasts import EpisodePosition
from antiphon.areas.broadcasts.data.queues import Lined, MixedQueue
from antiphon.areas.library.data import SongRow
from antiphon.areas.playback.data import BookmarkRow, PlaybackReport, PlaybackState
from antiphon.kernel.clock import iso_moment
from antiphon.kernel.errors import invalid, not_found
from antiphon.kernel.principal import Principal

# Who stops so near to the end of an episode has heard it.
END_SECONDS = 3.0
_STATES: tuple[PlaybackState, ...] = get_args(PlaybackState)


async def get_play_queue(call: Call) -> PlayQueue | None:
    """What the caller lined up last. Nothing at all where there is none: an empty one could not say who changed it."""
    found = await _latest(call)
    if found is None:
        return None
    entries = _entries(found)
    return PlayQueue(
        username=call.principal.username,
        changed=iso_moment(found.changed_at),
        changed_by=found.client,
        current=entries[found.place].id,
        position=round(found.position * 1000),
        entry=entries,
    )


async def get_play_queue_by_index(call: Call) -> PlayQueueByIndex | None:
    """The same, for queues in which a song stands twice."""
    found = await _latest(call)
    if found is None:
        return None
    return PlayQueueByIndex(
        username=call.principal.username,
        changed=iso_moment(found.changed_at),
        changed_by=found.client,
        current_index=found.place,
        position=round(found.position * 1000),
        entry=_entries(found),
    )


async def save_play_queue(call: Call) -> None:
    """Keep a queue of songs and episodes; without anything it is cleared. `current` names what plays."""
    things = [_thing(text) for text in call.parameters.texts("id")]
    place = 0
    if things:
        current = _thing(call.parameters.needed("current"))
        if current is None or current not in things:
            raise missing("current, one of those in the queue")
        place = things.index(current)
    await _save(call, things, place)


async def save_play_queue_by_index(call: Call) -> None:
    """Keep a queue; `currentIndex` is the place of what plays."""
    things = [_thing(text) for text in call.parameters.places("id")]
    place = call.parameters.number("currentIndex", None)
    if things and (place is None or place >= len(things)):
        raise missing("currentIndex, a place in the queue")
    await _save(call, things, place or 0)


async def _save(call: Call, things: Sequence[Lined | None], place: int) -> None:
    """Keep what can be heard of a queue; where something else would be current, what follows it."""
    kept = [one for one in things if one is not None]
    if things and not kept:
        raise not_found("song")
    position = _position(call) if kept and things[place] is not None else 0.0
    place = min(sum(one is not None for one in things[:place]), max(len(kept) - 1, 0))
    await call.areas.broadcasts.queues.save(_app(call), kept, place=place, position=position)


def _thing(text: str) -> Lined | None:
    named = read_id(text, "song") or read_podcast_id(text)
    if named is None or named.kind not in ("song", "episode"):
        return None
    return Lined("song" if named.kind == "song" else "episode", named.id)


def _entries(queue: MixedQueue) -> tuple[Song | PodcastEpisode, ...]:
    return tuple(to_song(one) if isinstance(one, SongRow) else to_episode(one) for one in queue.entries)


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
    """Say where an app is in a song or an episode."""
    parameters = call.parameters
    text = parameters.needed("mediaId")
    kind, state = parameters.needed("mediaType").lower(), parameters.needed("state").lower()
    if kind not in ("song", "podcast"):
        raise invalid(mediaType="This is one of: song, podcast.")
    if state not in _STATES:
        raise invalid(state=f"A state is one of: {', '.join(_STATES)}.")
    parameters.needed("positionMs")
    position, rate = parameters.number("positionMs", 0) / 1000, _rate(parameters.text("playbackRate"))
    if kind == "podcast":
        episode = read_podcast_id(text)
        if episode is None or episode.kind != "episode":
            raise not_found("episode")
        await _report_episode(call, episode.id, state, position, rate)
        return
    report = PlaybackReport(
        song_id=parameters.id("mediaId", "song"),
        state=state,
        position=position,
        rate=rate,
        counts=not parameters.flag("ignoreScrobble", False),
    )
    await call.areas.playback.report(_app(call), report)


async def _report_episode(call: Call, number: int, state: PlaybackState, position: float, rate: float) -> None:
    """Keep the place in an episode, or that it was heard to its end. The beginning of a listen tells no place yet: it
    would lose the one from which the person goes on."""
    podcasts = call.areas.broadcasts.podcasts
    episode = await podcasts.episode(call.principal, number)
    if state == "starting":
        return
    if episode.duration and position >= episode.duration - END_SECONDS:
        await podcasts.set_played(call.principal, number, True)
    else:
        await podcasts.set_position(_app(call), number, position, rate=rate if state == "playing" else 0.0)


def _bookmark(call: Call, row: BookmarkRow | EpisodePosition, entry: Song | PodcastEpisode) -> Bookmark:
    return Bookmark(
        position=round(row.position * 1000),
        username=call.principal.username,
        comment=row.comment,
        created=iso_moment(row.created_at),
        changed=iso_moment(row.changed_at),
        entry=entry,
    )


async def _latest(call: Call) -> MixedQueue | None:
    found = await call.areas.broadcasts.queues.latest(call.principal)
    return found if found is not None and found.entries else None


def _app(call: Call) -> Principal:
    return named(call.principal, call.parameters.text("c")[:200])


def _position(call: Call) -> float:
    return call.parameters.number("position", 0) / 1000


def _rate(text: str) -> float:
    try:
        return float(text) if text else 1.0
    except ValueError as error:
        raise invalid(playbackRate="A rate is a number.") from error

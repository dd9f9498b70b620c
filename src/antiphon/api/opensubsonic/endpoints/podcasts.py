"""Podcasts: channels, their episodes, and what admins do with them."""

from msgspec.structs import astuple

from antiphon.api.opensubsonic.answers import (
    NewestPodcasts,
    PodcastChannel,
    PodcastChannelWithEpisodes,
    PodcastEpisode,
    Podcasts,
)
from antiphon.api.opensubsonic.calls import Call
from antiphon.api.opensubsonic.ids import PodcastKind, episode_id, podcast_id, read_podcast_id
from antiphon.areas.broadcasts.data.podcasts import COMPLETED, Channel, Episode
from antiphon.kernel.clock import date_of, iso_moment
from antiphon.kernel.errors import not_found
from antiphon.kernel.paging import MAXIMUM_LIMIT, Page

NEWEST = 20


async def get_podcasts(call: Call) -> Podcasts:
    """All channels, or the one with `id`, with their episodes unless `includeEpisodes` is false."""
    door = call.areas.broadcasts.podcasts
    if call.parameters.text("id"):
        found = [await door.channel(call.principal, _id(call, "podcast"))]
    else:
        found = await door.channels(call.principal)
    if not call.parameters.flag("includeEpisodes", True):
        return Podcasts(channel=tuple(_channel(one) for one in found))
    filled = []
    for one in found:
        episodes = await door.episodes(call.principal, one.id, Page(MAXIMUM_LIMIT))
        shown = tuple(to_episode(row) for row in episodes.rows)
        filled.append(PodcastChannelWithEpisodes(*astuple(_channel(one)), episode=shown))
    return Podcasts(channel=tuple(filled))


async def get_newest_podcasts(call: Call) -> NewestPodcasts:
    """The newest episodes of all channels."""
    page = Page(call.parameters.count("count", NEWEST, MAXIMUM_LIMIT))
    found = await call.areas.broadcasts.podcasts.newest(call.principal, page)
    return NewestPodcasts(episode=tuple(to_episode(row) for row in found.rows))


async def get_podcast_episode(call: Call) -> PodcastEpisode:
    """One episode."""
    return to_episode(await call.areas.broadcasts.podcasts.episode(call.principal, _id(call, "episode")))


async def refresh_podcasts(call: Call) -> None:
    """Have all feeds read anew, for admins."""
    await call.areas.broadcasts.podcasts.refresh(call.principal)


async def create_channel(call: Call) -> None:
    """Add a channel by the address of its feed, for admins."""
    await call.areas.broadcasts.podcasts.add(call.principal, call.parameters.needed("url"))


async def delete_channel(call: Call) -> None:
    """Remove a channel with all there is of it, for admins."""
    await call.areas.broadcasts.podcasts.remove(call.principal, _id(call, "podcast"))


async def delete_episode(call: Call) -> None:
    """Take an episode from the disk, for admins."""
    await call.areas.broadcasts.podcasts.delete_episode(call.principal, _id(call, "episode"))


async def download_episode(call: Call) -> None:
    """Have an episode fetched onto the disk, for admins."""
    await call.areas.broadcasts.podcasts.download(call.principal, _id(call, "episode"))


def to_episode(row: Episode) -> PodcastEpisode:
    """An episode as apps show and play it."""
    number, channel = episode_id(row.id), podcast_id(row.channel_id)
    return PodcastEpisode(
        id=number,
        channel_id=channel,
        is_dir=False,
        title=row.title,
        album=row.channel_title,
        artist=row.channel_title,
        genre="Podcast",
        is_video=False,
        type="podcast",
        parent=channel,
        description=row.description,
        status=row.status,
        publish_date=iso_moment(row.published_at),
        year=date_of(row.published_at).year,
        created=iso_moment(row.created_at),
        size=row.size,
        duration=round(row.duration),
        suffix=row.suffix or "mp3",
        content_type=row.content_type or "audio/mpeg",
        path=f"{channel}/{number}.{row.suffix or 'mp3'}",
        cover_art=_cover(channel, row.image_hash),
        stream_id=number if row.status == COMPLETED else None,
        bookmark_position=None if row.position is None else round(row.position * 1000),
    )


def _channel(row: Channel) -> PodcastChannel:
    number = podcast_id(row.id)
    return PodcastChannel(
        id=number,
        url=row.url,
        title=row.title or row.url,
        description=row.description,
        status=row.status,
        cover_art=_cover(number, row.image_hash),
        original_image_url=row.image_url,
        error_message=row.error,
    )


def _cover(channel: str, image_hash: str) -> str:
    return f"{channel}_{image_hash[:12]}" if image_hash else channel


def _id(call: Call, kind: PodcastKind) -> int:
    found = read_podcast_id(call.parameters.needed("id"))
    if found is None or found.kind != kind:
        raise not_found(kind)
    return found.id

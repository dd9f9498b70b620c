"""Channels and episodes in the database."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, Select, Text, and_, bindparam, case, delete, func, or_, select, update

from antiphon.areas.broadcasts.data.podcasts import COMPLETED, DOWNLOADING, ERROR, NEW, FeedEpisode
from antiphon.areas.broadcasts.internal.tables import podcast_channel, podcast_episode, podcast_position
from antiphon.kernel.db import Statement, Transaction, in_list, insert_unless_there

MOST_CHANNELS = 500
KEPT_EPISODES = 500
"""Of each channel the newest are kept, besides those that are on the disk or were taken from it."""
_AT_ONCE = 100

_ID = bindparam("id", type_=BigInteger)
_LIMIT, _OFFSET = bindparam("limit", type_=BigInteger), bindparam("offset", type_=BigInteger)
_SHOWN_COUNT = (
    select(func.count())
    .select_from(podcast_episode)
    .where(podcast_episode.c.channel_id == podcast_channel.c.id)
    .scalar_subquery()
)
_CHANNEL_COLUMNS = (
    *(podcast_channel.c[name] for name in ("id", "url", "title", "description", "homepage_url", "image_url")),
    *(podcast_channel.c[name] for name in ("image_hash", "status", "error", "refreshed_at", "created_at")),
    _SHOWN_COUNT,
)
CHANNELS = Statement(
    select(*_CHANNEL_COLUMNS).order_by(func.lower(podcast_channel.c.title), podcast_channel.c.id).limit(MOST_CHANNELS)
)
CHANNEL = Statement(select(*_CHANNEL_COLUMNS).where(podcast_channel.c.id == _ID))
CHANNEL_IDS = Statement(select(podcast_channel.c.id).order_by(podcast_channel.c.id))
FEED = Statement(
    select(
        podcast_channel.c.url,
        podcast_channel.c.title,
        podcast_channel.c.etag,
        podcast_channel.c.modified,
        podcast_channel.c.image_url,
        podcast_channel.c.image_source,
        podcast_channel.c.image_file,
    ).where(podcast_channel.c.id == _ID)
)
CHANNEL_PICTURE = Statement(
    select(podcast_channel.c.image_file, podcast_channel.c.image_hash).where(podcast_channel.c.id == _ID)
)
EPISODE_PICTURE = Statement(
    select(podcast_channel.c.image_file, podcast_channel.c.image_hash, podcast_channel.c.id)
    .join_from(podcast_episode, podcast_channel)
    .where(podcast_episode.c.id == _ID)
)

_EPISODE_COLUMNS = (
    podcast_episode.c.id,
    podcast_episode.c.channel_id,
    podcast_channel.c.title.label("channel_title"),
    *(podcast_episode.c[name] for name in ("title", "description", "audio_url", "content_type", "suffix", "size")),
    *(podcast_episode.c[name] for name in ("duration", "published_at", "status", "error", "file_name", "created_at")),
    podcast_channel.c.image_hash,
    case((podcast_position.c.played_at.is_(None), podcast_position.c.position)).label("position"),
    podcast_position.c.changed_at.label("position_at"),
    podcast_position.c.played_at,
    *(podcast_episode.c[name] for name in ("format", "bitrate", "sample_rate", "channels", "job_id")),
)
_NEWEST_FIRST = (podcast_episode.c.published_at.desc(), podcast_episode.c.id.desc())


def _episodes() -> Select[Any]:
    mine = and_(
        podcast_position.c.episode_id == podcast_episode.c.id,
        podcast_position.c.user_id == bindparam("user_id", type_=BigInteger),
    )
    return (
        select(*_EPISODE_COLUMNS)
        .join_from(podcast_episode, podcast_channel, podcast_channel.c.id == podcast_episode.c.channel_id)
        .join(podcast_position, mine, isouter=True)
    )


EPISODE = Statement(_episodes().where(podcast_episode.c.id == _ID))
EPISODES = Statement(_episodes().where(in_list(podcast_episode.c.id, bindparam("ids", type_=Text))))
NEWEST = Statement(_episodes().order_by(*_NEWEST_FIRST).limit(_LIMIT).offset(_OFFSET))
OF_CHANNEL = Statement(
    _episodes().where(podcast_episode.c.channel_id == _ID).order_by(*_NEWEST_FIRST).limit(_LIMIT).offset(_OFFSET)
)
COUNT = Statement(select(func.count()).select_from(podcast_episode))
COUNT_OF_CHANNEL = Statement(
    select(func.count()).select_from(podcast_episode).where(podcast_episode.c.channel_id == _ID)
)
FILES = Statement(select(podcast_episode.c.file_name).where(podcast_episode.c.file_name != ""))
PICTURES = Statement(select(podcast_channel.c.image_file).where(podcast_channel.c.image_file != ""))


async def count_channels(transaction: Transaction) -> int:
    """How many channels there are."""
    row = await transaction.fetch_one(select(func.count()).select_from(podcast_channel))
    assert row is not None
    return int(row[0])


async def insert_channel(transaction: Transaction, url: str, now: float) -> int | None:
    """A new channel's id; None where there is one with this address."""
    statement = insert_unless_there(transaction, podcast_channel).values(url=url, status=NEW, created_at=now)
    done = await transaction.execute(
        statement.on_conflict_do_nothing(index_elements=[podcast_channel.c.url]).returning(podcast_channel.c.id)
    )
    row = done.first()
    return None if row is None else int(row[0])


async def change_channel(transaction: Transaction, channel_id: int, **values: Any) -> bool:
    """Write what is known of a channel; False where it has gone."""
    done = await transaction.execute(update(podcast_channel).where(podcast_channel.c.id == channel_id).values(**values))
    return done.rowcount > 0


async def delete_channel(transaction: Transaction, channel_id: int) -> list[str]:
    """Remove a channel with its episodes; gives the names of their files."""
    # The channel first, as who writes its feed does; then its episodes with those that are just being downloaded, so
    # that none of them comes to its end meanwhile.
    await transaction.fetch(select(podcast_channel.c.id).where(podcast_channel.c.id == channel_id).with_for_update())
    files = select(podcast_episode.c.file_name).where(podcast_episode.c.channel_id == channel_id)
    rows = await transaction.fetch(files.with_for_update())
    picture = await transaction.fetch_one(CHANNEL_PICTURE, id=channel_id)
    await transaction.execute(delete(podcast_channel).where(podcast_channel.c.id == channel_id))
    names = [str(row[0]) for row in rows if row[0]]
    return [*names, str(picture[0])] if picture is not None and picture[0] else names


async def write_episodes(transaction: Transaction, channel_id: int, episodes: Sequence[FeedEpisode], now: float) -> int:
    """Add what is new and renew what is known by the feed's words; gives how many were new.

    A moment that the feed does not tell stays the one at which the episode was first seen. The type, size and length of
    what is on the disk are those of its file.
    """
    before = await transaction.fetch_one(COUNT_OF_CHANNEL, id=channel_id)
    # The first of those without a date is the newest, so they get moments a little apart.
    rows = [_row(channel_id, episode, now, now - place / 1000) for place, episode in enumerate(episodes)]
    table = podcast_episode
    for start in range(0, len(rows), _AT_ONCE):
        statement = insert_unless_there(transaction, table).values(rows[start : start + _AT_ONCE])
        given = statement.excluded
        renewed: dict[str, Any] = {name: given[name] for name in ("title", "description", "audio_url")}
        renewed["duration"] = case((table.c.format != "", table.c.duration), else_=given["duration"])
        await transaction.execute(
            statement.on_conflict_do_update(index_elements=[table.c.channel_id, table.c.guid], set_=renewed)
        )
    after = await transaction.fetch_one(COUNT_OF_CHANNEL, id=channel_id)
    assert before is not None and after is not None
    return int(after[0]) - int(before[0])


def _row(channel_id: int, episode: FeedEpisode, now: float, untold: float) -> dict[str, Any]:
    return {
        "channel_id": channel_id,
        "guid": episode.guid,
        "title": episode.title,
        "description": episode.description,
        "audio_url": episode.audio_url,
        "content_type": episode.content_type,
        "size": episode.size,
        "duration": episode.duration,
        "published_at": untold if episode.published_at is None else min(episode.published_at, untold),
        "status": NEW,
        "created_at": now,
    }


async def forget_old_episodes(transaction: Transaction, channel_id: int) -> None:
    """Keep the newest episodes of a channel, and those that are on the disk, on their way, or were taken from it."""
    table = podcast_episode
    last = await transaction.fetch_one(
        select(table.c.published_at, table.c.id)
        .where(table.c.channel_id == channel_id)
        .order_by(*_NEWEST_FIRST)
        .limit(1)
        .offset(KEPT_EPISODES - 1)
    )
    if last is None:
        return
    is_older = or_(table.c.published_at < last[0], and_(table.c.published_at == last[0], table.c.id < last[1]))
    await transaction.execute(
        delete(table).where(table.c.channel_id == channel_id, is_older, table.c.status.in_((NEW, ERROR)))
    )


async def episode_state(transaction: Transaction, episode_id: int) -> tuple[str, str, str, str, str] | None:
    """Status, job, file, address and title of an episode, None where it has gone. Nobody else changes it until the
    transaction ends: a download that comes to its end meanwhile would leave a file that nothing names."""
    table = podcast_episode
    row = await transaction.fetch_one(
        select(table.c.status, table.c.job_id, table.c.file_name, table.c.audio_url, table.c.title)
        .where(table.c.id == episode_id)
        .with_for_update()
    )
    return None if row is None else (row[0], row[1], row[2], row[3], row[4])


async def change_episode(transaction: Transaction, episode_id: int, **values: Any) -> bool:
    """Write what has become of an episode; False where it has gone."""
    done = await transaction.execute(update(podcast_episode).where(podcast_episode.c.id == episode_id).values(**values))
    return done.rowcount > 0


async def end_download(transaction: Transaction, job_id: str, status: str, error: str) -> None:
    """A job that was to download something ended without it."""
    await transaction.execute(
        update(podcast_episode)
        .where(podcast_episode.c.job_id == job_id, podcast_episode.c.status == DOWNLOADING)
        .values(status=status, error=error, job_id="")
    )


async def finish_download(transaction: Transaction, job_id: str, **values: Any) -> bool:
    """What a job downloaded is on the disk; False where nobody waits for it any more."""
    done = await transaction.execute(
        update(podcast_episode)
        .where(podcast_episode.c.job_id == job_id, podcast_episode.c.status == DOWNLOADING)
        .values(status=COMPLETED, error="", job_id="", **values)
    )
    return done.rowcount > 0

"""Where people stopped in episodes."""

from typing import Any

from sqlalchemy import BigInteger, Text, bindparam, delete, select, update

from antiphon.areas.broadcasts.internal.tables import podcast_episode, podcast_position
from antiphon.kernel.db import Reader, Statement, Transaction, in_list, insert_unless_there

_USER = bindparam("user_id", type_=BigInteger)
_COLUMNS = ("episode_id", "title", "position", "comment", "created_at", "changed_at", "client")
_PLAYED_COLUMNS = ("episode_id", "title", "comment", "played_at")

OF_PERSON = Statement(
    select(
        podcast_position.c.episode_id,
        podcast_episode.c.title,
        podcast_position.c.position,
        podcast_position.c.comment,
        podcast_position.c.created_at,
        podcast_position.c.changed_at,
        podcast_position.c.client,
    )
    .join_from(podcast_position, podcast_episode)
    .where(podcast_position.c.user_id == _USER, podcast_position.c.played_at.is_(None))
    .order_by(podcast_position.c.changed_at.desc(), podcast_position.c.episode_id)
)
# What each app told of these episodes, and how long they are.
TOLD = Statement(
    select(
        podcast_position.c.client,
        podcast_position.c.episode_id,
        podcast_position.c.position,
        podcast_position.c.rate,
        podcast_position.c.changed_at,
        podcast_episode.c.duration,
    )
    .join_from(podcast_position, podcast_episode)
    .where(
        podcast_position.c.user_id == _USER,
        in_list(podcast_position.c.episode_id, bindparam("ids", type_=Text)),
        podcast_position.c.played_at.is_(None),
    )
)
PLAYED = Statement(
    select(
        podcast_position.c.episode_id, podcast_episode.c.title, podcast_position.c.comment, podcast_position.c.played_at
    )
    .join_from(podcast_position, podcast_episode)
    .where(podcast_position.c.user_id == _USER, podcast_position.c.played_at.is_not(None))
    .order_by(podcast_position.c.played_at.desc(), podcast_position.c.episode_id)
)


async def write(
    transaction: Transaction,
    user_id: int,
    episode_id: int,
    *,
    position: float,
    comment: str,
    client: str,
    rate: float,
    now: float,
) -> None:
    """Note where somebody is, in the place of an earlier note; so an episode that they had heard is begun anew."""
    values = {"position": position, "comment": comment, "client": client, "rate": rate, "changed_at": now}
    await _keep(transaction, user_id, episode_id, now, {**values, "played_at": None})


async def rest(
    transaction: Transaction, user_id: int, client: str, episode_id: int, *, position: float, now: float
) -> None:
    """An app that plays an episode pauses at a position."""
    table = podcast_position.c
    await transaction.execute(
        update(podcast_position)
        .where(table.user_id == user_id, table.episode_id == episode_id, table.client == client, table.rate > 0)
        .values(position=position, rate=0.0, changed_at=now)
    )


async def mark_played(transaction: Transaction, user_id: int, episode_id: int, now: float) -> None:
    """Somebody has heard an episode; where they stopped does not matter any more."""
    values = {"position": 0.0, "comment": "", "client": "", "rate": 0.0, "changed_at": now, "played_at": now}
    await _keep(transaction, user_id, episode_id, now, values)


async def _keep(transaction: Transaction, user_id: int, episode_id: int, now: float, values: dict[str, Any]) -> None:
    statement = insert_unless_there(transaction, podcast_position).values(
        user_id=user_id, episode_id=episode_id, created_at=now, **values
    )
    keys = [podcast_position.c.user_id, podcast_position.c.episode_id]
    await transaction.execute(statement.on_conflict_do_update(index_elements=keys, set_=values))


async def remove(transaction: Transaction, user_id: int, episode_id: int, *, played: bool) -> None:
    """Forget where somebody stopped, or that they have `played` it to its end."""
    is_played = podcast_position.c.played_at.is_not(None)
    await transaction.execute(
        delete(podcast_position).where(
            podcast_position.c.user_id == user_id,
            podcast_position.c.episode_id == episode_id,
            is_played if played else ~is_played,
        )
    )


async def forget_person(transaction: Transaction, user_id: int) -> None:
    """Forget all of somebody's positions."""
    await transaction.execute(delete(podcast_position).where(podcast_position.c.user_id == user_id))


async def export(reader: Reader, user_id: int) -> dict[str, Any]:
    """Where somebody stopped, for the export of their data."""
    rows = await reader.fetch_slow(OF_PERSON, user_id=user_id)
    played = await reader.fetch_slow(PLAYED, user_id=user_id)
    return {
        "podcast_positions": [dict(zip(_COLUMNS, row, strict=True)) for row in rows],
        "podcasts_played": [dict(zip(_PLAYED_COLUMNS, row, strict=True)) for row in played],
    }

"""The jukebox in the database."""

from typing import NamedTuple

from sqlalchemy import BigInteger, bindparam, delete, func, insert, select, update

from antiphon.areas.library.views import SONG_COLUMNS, accessible_songs, song, with_songs
from antiphon.areas.playback.internal.tables import jukebox, jukebox_item
from antiphon.kernel.db import Statement, Transaction, insert_unless_there

_ONLY = 1
_state = select(
    jukebox.c.playing, jukebox.c.place, jukebox.c.position, jukebox.c.heard_at, jukebox.c.cue, jukebox.c.gain
).add_columns(jukebox.c.problem)
STATE = Statement(_state)
_HELD_STATE = Statement(_state.with_for_update())
# As somebody sees the queue.
ITEMS = Statement(
    select(jukebox_item.c.id, jukebox_item.c.place, *SONG_COLUMNS)
    .select_from(with_songs(jukebox_item, jukebox_item.c.song_id))
    .where(accessible_songs())
    .order_by(jukebox_item.c.place, jukebox_item.c.id)
)
# One of these, by how many stand before it: where it is in the whole queue, and how long it lasts.
AT = Statement(
    select(jukebox_item.c.id, jukebox_item.c.place, song.c.duration)
    .select_from(with_songs(jukebox_item, jukebox_item.c.song_id))
    .where(accessible_songs())
    .order_by(jukebox_item.c.place, jukebox_item.c.id)
    .limit(1)
    .offset(bindparam("number", type_=BigInteger))
)
# As the player goes through it, whoever has lined a song up.
FOLLOWING = Statement(
    select(jukebox_item.c.id, jukebox_item.c.place, jukebox_item.c.song_id, jukebox_item.c.user_id)
    .where(jukebox_item.c.place >= bindparam("place", type_=BigInteger))
    .order_by(jukebox_item.c.place, jukebox_item.c.id)
    .limit(1)
)
_COUNT = Statement(select(func.count(), func.coalesce(func.max(jukebox_item.c.place), -1)).select_from(jukebox_item))
_PLACES = Statement(select(jukebox_item.c.id, jukebox_item.c.place).order_by(jukebox_item.c.place, jukebox_item.c.id))
PERSONAL = Statement(
    select(jukebox_item.c.song_id, jukebox_item.c.place)
    .where(jukebox_item.c.user_id == bindparam("user_id", type_=BigInteger))
    .order_by(jukebox_item.c.place, jukebox_item.c.id)
)


class State(NamedTuple):
    """The one row. `position` holds at the moment `heard_at`; `cue` grows whenever the sound has to begin anew."""

    playing: int = 0
    place: int = 0
    position: float = 0.0
    heard_at: float = 0.0
    cue: int = 0
    gain: float = 0.5
    problem: str = ""

    def position_at(self, now: float) -> float:
        """Seconds into the current song at a moment."""
        return self.position + max(0.0, now - self.heard_at) if self.playing else self.position


async def held_state(transaction: Transaction) -> State:
    """The state, which nobody else changes until the transaction ends."""
    await transaction.execute(insert_unless_there(transaction, jukebox).values(id=_ONLY).on_conflict_do_nothing())
    row = await transaction.fetch_one(_HELD_STATE)
    return State() if row is None else State(*row)


async def write_state(transaction: Transaction, state: State) -> None:
    """Replace the state."""
    await transaction.execute(update(jukebox).where(jukebox.c.id == _ONLY).values(**state._asdict()))


async def count(transaction: Transaction) -> tuple[int, int]:
    """How many items there are, and the place of the last, -1 where there is none."""
    row = await transaction.fetch_one(_COUNT)
    return (0, -1) if row is None else (int(row[0]), int(row[1]))


async def append(transaction: Transaction, user_id: int, song_ids: list[int], first: int) -> None:
    """Add songs from a place on."""
    if song_ids:
        rows = [
            {"place": first + number, "song_id": song_id, "user_id": user_id} for number, song_id in enumerate(song_ids)
        ]
        await transaction.execute(insert(jukebox_item), rows)


async def remove(transaction: Transaction, item_id: int | None = None) -> None:
    """Remove an item, or all."""
    statement = delete(jukebox_item)
    await transaction.execute(statement if item_id is None else statement.where(jukebox_item.c.id == item_id))


async def places(transaction: Transaction) -> list[tuple[int, int]]:
    """All items with their places, in order."""
    return [(row[0], row[1]) for row in await transaction.fetch(_PLACES)]


async def put_in_order(transaction: Transaction, item_ids: list[int]) -> None:
    """Give all items new places."""
    if item_ids:
        statement = update(jukebox_item).where(jukebox_item.c.id == bindparam("item")).values(place=bindparam("at"))
        await transaction.execute(statement, [{"item": item_id, "at": place} for place, item_id in enumerate(item_ids)])

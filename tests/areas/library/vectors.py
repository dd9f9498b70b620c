"""Songs whose vectors are known because a test gives them, and songs that are hidden from lists."""

import struct
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import update

from antiphon.areas.library.internal import tables as t
from antiphon.areas.library.internal.sound.tables import song_vector
from antiphon.kernel.db import Database

LENGTH = 64


def vector(*numbers: float) -> bytes:
    """A vector whose first numbers are these, of length 1."""
    length = sum(number * number for number in numbers) ** 0.5
    return struct.pack("<64e", *(number / length for number in numbers), *([0.0] * (LENGTH - len(numbers))))


async def put_vectors(database: Database, vectors: Mapping[int, Sequence[float]]) -> None:
    """Have songs be compared by these, as if they had been measured."""
    rows = [(song_id, vector(*numbers)) for song_id, numbers in vectors.items()]
    async with database.transaction() as transaction:
        await transaction.insert_rows(song_vector, ("song_id", "vector"), rows)


async def hide(database: Database, song_ids: Iterable[int]) -> None:
    """Have the files of songs be gone."""
    async with database.transaction() as transaction:
        await transaction.execute(update(t.song).where(t.song.c.id.in_(list(song_ids))).values(missing=1))

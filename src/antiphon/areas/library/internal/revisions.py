"""Counters that grow with every visible change: `library`, and `user:<id>` for what one person did."""

import hashlib
import time

from sqlalchemy import case

from antiphon.areas.library.data import LibraryChanged
from antiphon.areas.library.internal.tables import revision
from antiphon.kernel.db import Transaction, insert_unless_there
from antiphon.kernel.principal import Principal

LIBRARY = "library"
# Enough for the moment of a release in any year that a date can name.
_RELEASE_BITS = 40
# About three days in milliseconds.
_STATE_BITS = 28


def of_user(user_id: int) -> str:
    """The name of a person's counter."""
    return f"user:{user_id}"


def with_release(counted: int, passed: int) -> int:
    """The library's counter and the moment of the last release that has passed, as one number."""
    return counted << _RELEASE_BITS | passed


def as_moment(seen: tuple[int, int], principal: Principal) -> int:
    """Milliseconds since 1970, some days before the last change of what somebody sees: another number for each state of
    it and for each person, and the same in every process.

    So whether a number that was given out is still right is seen without a clock. Moments would hide changes: the
    clocks of two machines differ, and what is written first may be seen last.
    """
    music, own = seen
    state = f"{music} {own} {principal.user_id} {principal.is_admin}".encode()
    number = int.from_bytes(hashlib.sha256(state).digest()[:8]) & ((1 << _STATE_BITS) - 1)
    days = max(music >> _RELEASE_BITS, own) >> _STATE_BITS
    return max(0, days - 1) << _STATE_BITS | number


async def raise_revision(transaction: Transaction, name: str) -> int:
    """Count one change and give the new value: the present millisecond, or one more than the last value where that is
    later. So a restored backup does not repeat values that clients have seen."""
    now = int(time.time() * 1000)
    following = case((revision.c.value < now, now), else_=revision.c.value + 1)
    statement = (
        insert_unless_there(transaction, revision)
        .values(name=name, value=now)
        .on_conflict_do_update(index_elements=["name"], set_={"value": following})
        .returning(revision.c.value)
    )
    return int((await transaction.execute(statement)).scalar_one())


async def library_changed(transaction: Transaction) -> int:
    """Raise the library's revision and say so."""
    value = await raise_revision(transaction, LIBRARY)
    await transaction.publish(LibraryChanged(revision=value))
    return value

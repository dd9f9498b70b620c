"""The plans of hot statements on PostgreSQL: each leads along the index it was made for."""

import asyncpg
import pytest

from antiphon.areas.playback.internal import queries as playback
from antiphon.kernel.db import Statement
from tests.areas.plans import assert_goes_along

# Statement, and the indexes that its plan must name.
HOT: dict[str, tuple[Statement, tuple[str, ...]]] = {
    "now playing": (playback.NOW_PLAYING, ("pk_song",)),
    "plays": (playback.PLAYS, ("ix_activity_user_id",)),
}


@pytest.mark.parametrize("name", HOT)
async def test_hot_statements_go_along_their_indexes(name: str, planner: asyncpg.Connection) -> None:
    await assert_goes_along(planner, *HOT[name])

"""What got lost is found again."""

from typing import Any

import pytest
from sqlalchemy import event

from antiphon.kernel.errors import unavailable
from antiphon.kernel.jobs import JobContext
from antiphon.kernel.jobs.leases import HINTS_AT_ONCE, LEASE_SECONDS
from antiphon.kernel.principal import SYSTEM
from tests.kernel.jobs.conftest import Workshop


async def nothing(_context: JobContext, _arguments: dict[str, Any]) -> None:
    return None


@pytest.fixture
def ready(workshop: Workshop) -> Workshop:
    workshop.registry.light("small", nothing, max_attempts=2)
    return workshop


async def test_a_job_becomes_due(ready: Workshop) -> None:
    job_id = await ready.add("small", run_at=ready.clock() + 60)
    await ready.sweeper.sweep()
    assert ready.hints.taken() == []
    ready.clock.pass_seconds(61)
    await ready.sweeper.sweep()
    await ready.sweeper.sweep()
    assert ready.hints.taken() == [job_id]


async def test_a_lost_hint_is_repeated(ready: Workshop) -> None:
    job_id = await ready.add("small")
    await ready.sweeper.sweep()
    assert ready.hints.taken() == []
    ready.clock.pass_seconds(ready.hints.lost_after + 1)
    await ready.sweeper.sweep()
    assert ready.hints.taken() == [job_id]


async def test_a_broker_that_is_away_is_asked_again(ready: Workshop) -> None:
    job_id = await ready.add("small", run_at=ready.clock() + 1)
    ready.clock.pass_seconds(2)
    ready.hints.refusal = unavailable("broker_down", "away")
    await ready.sweeper.sweep()
    ready.hints.refusal = None
    await ready.sweeper.sweep()
    assert ready.hints.taken() == [job_id]


async def test_a_dead_workers_job_runs_again_and_a_deadly_job_ends(ready: Workshop) -> None:
    job_id = await ready.add("small")
    for state in ("queued", "dead"):
        assert await ready.leases.claim(job_id) is not None
        await ready.sweeper.sweep()
        assert (await ready.queue.get(SYSTEM, job_id)).state == "running"
        ready.clock.pass_seconds(LEASE_SECONDS + 1)
        await ready.sweeper.sweep()
        assert (await ready.queue.get(SYSTEM, job_id)).state == state


async def test_a_worker_that_starts_anew_takes_back_its_own_jobs_at_once(ready: Workshop) -> None:
    mine, waiting = await ready.add("small"), await ready.add("small")
    assert await ready.leases.claim(mine) is not None
    other = Workshop(ready.database, "worker_", ready.clock)
    await other.sweeper.start()
    assert (await ready.queue.get(SYSTEM, mine)).state == "running"
    await ready.sweeper.start()
    assert set(ready.hints.taken()) == {mine, waiting}


async def test_jobs_beyond_the_room_follow_when_there_is_room(ready: Workshop) -> None:
    async with ready.database.transaction() as transaction:
        all_ids = {await ready.queue.add(transaction, "small") for _ in range(2 * HINTS_AT_ONCE)}
    await ready.sweeper.start()
    seen: list[str] = []
    while batch := ready.hints.taken():
        assert len(batch) <= HINTS_AT_ONCE
        seen += batch
        for job_id in batch:
            await ready.executor.run_light(job_id)
        await ready.sweeper.top_up()
    assert len(seen) == len(set(seen)) and set(seen) == all_ids


async def test_an_idle_server_writes_nothing(ready: Workshop) -> None:
    await ready.executor.run_light(await ready.add("small"))
    statements: list[str] = []
    event.listen(ready.database.engine.sync_engine, "before_cursor_execute", lambda *call: statements.append(call[2]))
    for _ in range(5):
        ready.clock.pass_seconds(5)
        await ready.sweeper.sweep()
        await ready.sweeper.top_up()
        await ready.executor.renew()
    assert statements == []

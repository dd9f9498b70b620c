"""Workers and beats as processes of their own, with Redis between them."""

import asyncio
import signal
import time
from pathlib import Path

import pytest
from sqlalchemy import update

from antiphon.bootstrap.jobs import worker_is_alive
from antiphon.kernel.jobs.tables import job as job_table
from tests.adapters.queue.conftest import Site, until, written

pytestmark = pytest.mark.server


async def stop(*processes: asyncio.subprocess.Process) -> list[int]:
    """Ask them to end; gives their exit codes."""
    for process in processes:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
    return [await asyncio.wait_for(process.wait(), 15) for process in processes]


async def test_two_workers_share_the_jobs_and_no_job_runs_twice(with_redis: Site) -> None:
    workers = [await with_redis.start() for _ in range(2)]
    cache = with_redis.application.cache
    assert not await worker_is_alive(cache)
    try:
        ids = [await with_redis.add("write", {}) for _ in range(150)]

        async def all_done() -> bool:
            return len(await with_redis.effects()) >= len(ids)

        await until(all_done, 30)
    finally:
        codes = await stop(*workers)
    assert codes == [0, 0]
    assert await worker_is_alive(cache)
    assert sorted(job_id for job_id, _ in await with_redis.effects()) == sorted(ids)


async def test_two_beats_do_not_double_a_schedule(with_redis: Site) -> None:
    beats = [await with_redis.start("--beat", TEST_SCHEDULE="every 1") for _ in range(2)]
    worker = await with_redis.start(TEST_SCHEDULE="every 1")
    try:

        async def has_run_often() -> bool:
            return len(await with_redis.effects()) >= 4

        await until(has_run_often, 30)
    finally:
        codes = await stop(*beats, worker)
    assert codes == [0, 0, 0]
    jobs = [await with_redis.job(job_id) for job_id, _ in await with_redis.effects()]
    due = [job.decoded_arguments()["due_at"] for job in jobs]
    assert len(set(due)) == len(due)


async def test_another_worker_takes_over_when_the_lease_of_a_killed_one_is_over(
    with_redis: Site, tmp_path: Path
) -> None:
    worker = await with_redis.start()
    mark = tmp_path / "mark"
    job_id = await with_redis.add("wait", {"seconds": 2, "mark": str(mark)})
    await written(mark)
    worker.kill()
    await worker.wait()
    async with with_redis.application.database.transaction() as transaction:
        await transaction.execute(update(job_table).values(lease_until=time.time() - 1))
    second = await with_redis.start()
    try:
        job = await with_redis.finished(job_id, 60)
    finally:
        await stop(second)
    assert (job.state, job.attempts) == ("completed", 2)
    assert await with_redis.effects() == [(job_id, "waited")]


async def test_a_worker_of_its_own_needs_a_broker(embedded: Site) -> None:
    worker = await embedded.start()
    assert await asyncio.wait_for(worker.wait(), 15) == 2

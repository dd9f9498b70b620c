"""Running, failing, trying again, losing leases: one worker's life, and two workers' rivalry."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import update

from antiphon.kernel.errors import AntiphonError, Kind
from antiphon.kernel.jobs import Job, JobContext, JobFailed, LeaseLost, RetryLater
from antiphon.kernel.jobs.context import Progress
from antiphon.kernel.jobs.leases import LEASE_SECONDS, Lease
from antiphon.kernel.jobs.tables import job
from antiphon.kernel.principal import SYSTEM
from tests.kernel.jobs.conftest import Workshop


async def outcome(workshop: Workshop, handler: Any, **options: Any) -> Job:
    """The row of a light job after one run of `handler`."""
    workshop.registry.light("probe", handler, **options)
    job_id = await workshop.add("probe", {"word": "hello"})
    await workshop.executor.run_light(job_id)
    return await workshop.queue.get(SYSTEM, job_id)


async def test_what_the_handler_gives_back_is_the_result(workshop: Workshop) -> None:
    async def handler(context: JobContext, arguments: dict[str, Any]) -> dict[str, Any]:
        return {"said": arguments["word"], "attempt": context.attempt}

    row = await outcome(workshop, handler)
    assert (row.state, row.decoded_result()) == ("completed", {"said": "hello", "attempt": 1})
    assert (row.progress, row.error, row.started_at, row.finished_at) == (
        1.0, None, workshop.clock(), workshop.clock(),
    )  # fmt: skip


async def test_an_error_is_tried_again_later_and_then_given_up(workshop: Workshop) -> None:
    async def handler(_context: JobContext, _arguments: dict[str, Any]) -> None:
        raise ZeroDivisionError("inner detail")

    row = await outcome(workshop, handler, max_attempts=2)
    assert row.state == "queued"
    assert 3 < row.run_at - workshop.clock() < 7
    assert await workshop.leases.claim(row.id) is None
    workshop.clock.pass_seconds(10)
    await workshop.executor.run_light(row.id)
    row = await workshop.queue.get(SYSTEM, row.id)
    assert (row.state, row.shown_state, row.attempts) == ("dead", "failed", 2)
    assert row.error is not None and "inner detail" not in row.error


@pytest.mark.parametrize(
    ("error", "state", "attempts"),
    [
        (JobFailed("The file is broken."), "failed", 1),
        (AntiphonError(Kind.NOT_FOUND, "song_not_found", "There is no such song."), "failed", 1),
        (AntiphonError(Kind.UNAVAILABLE, "mail_down", "The mail server does not answer."), "queued", 1),
        (RetryLater(90, "Spotify asked for a rest."), "queued", 0),
    ],
)
async def test_the_kind_of_error_decides(workshop: Workshop, error: Exception, state: str, attempts: int) -> None:
    async def handler(_context: JobContext, _arguments: dict[str, Any]) -> None:
        raise error

    row = await outcome(workshop, handler)
    assert (row.state, row.attempts, row.error) == (state, attempts, getattr(error, "message", str(error)))
    if isinstance(error, RetryLater):
        assert row.run_at == workshop.clock() + 90


async def test_a_job_that_takes_too_long_is_stopped(workshop: Workshop) -> None:
    async def handler(_context: JobContext, _arguments: dict[str, Any]) -> None:
        await asyncio.sleep(60)

    row = await outcome(workshop, handler, deadline=0.05)
    assert (row.state, row.error) == ("queued", "It took too long.")


async def test_an_unknown_kind_fails_instead_of_coming_back(workshop: Workshop) -> None:
    async def handler(_context: JobContext, _arguments: dict[str, Any]) -> None:
        return None

    workshop.registry.light("probe", handler)
    job_id = await workshop.add("probe")
    async with workshop.database.transaction() as transaction:
        await transaction.execute(update(job).values(kind="of a newer version"))
    await workshop.executor.run_light(job_id)
    assert (await workshop.queue.get(SYSTEM, job_id)).state == "failed"


async def test_progress_arrives_and_its_last_word_too(workshop: Workshop) -> None:
    seen: list[tuple[float | None, str]] = []

    async def handler(context: JobContext, _arguments: dict[str, Any]) -> None:
        for step in range(50):
            context.progress(step / 50, f"step {step}")
        context.progress(7.0, "nearly")
        for _ in range(40):
            await asyncio.sleep(0.02)
            row = await workshop.queue.get(SYSTEM, context.job_id)
            seen.append((row.progress, row.message))

    await outcome(workshop, handler)
    assert seen[-1] == (1.0, "nearly")
    assert len(set(seen)) <= 4


async def test_two_claims_have_one_winner(workshop: Workshop) -> None:
    async def handler(_context: JobContext, _arguments: dict[str, Any]) -> None:
        return None

    workshop.registry.light("probe", handler)
    job_id = await workshop.add("probe")
    claims = await asyncio.gather(*(workshop.leases.claim(job_id) for _ in range(8)))
    assert sum(claim is not None for claim in claims) == 1


async def test_an_effect_and_the_end_happen_together(workshop: Workshop) -> None:
    async def handler(context: JobContext, _arguments: dict[str, Any]) -> str:
        async with workshop.database.transaction() as transaction:
            await context.confirm(transaction)
            await context.complete(transaction, "in the transaction")
        return "after it"

    assert (await outcome(workshop, handler)).decoded_result() == "in the transaction"


async def test_an_undone_end_is_no_end(workshop: Workshop) -> None:
    async def handler(context: JobContext, _arguments: dict[str, Any]) -> None:
        async with workshop.database.transaction() as transaction:
            await context.complete(transaction)
            raise RuntimeError

    assert (await outcome(workshop, handler)).state == "queued"


async def test_who_lost_the_lease_writes_nothing_more(workshop: Workshop) -> None:
    rival = Workshop(workshop.database, "rival", workshop.clock)
    refused: list[bool] = []

    async def handler(context: JobContext, _arguments: dict[str, Any]) -> str:
        workshop.clock.pass_seconds(LEASE_SECONDS + 1)
        await rival.sweeper.sweep()
        assert await rival.leases.claim(context.job_id) is not None
        try:
            async with workshop.database.transaction() as transaction:
                await context.complete(transaction, "too late")
        except LeaseLost:
            refused.append(True)
        return "far too late"

    row = await outcome(workshop, handler)
    assert refused == [True]
    assert (row.state, row.attempts, row.result) == ("running", 2, None)


async def test_a_heartbeat_keeps_the_lease_and_stops_what_was_called_off(workshop: Workshop) -> None:
    begun, ended = asyncio.Event(), asyncio.Event()

    async def handler(_context: JobContext, _arguments: dict[str, Any]) -> None:
        begun.set()
        try:
            await asyncio.sleep(60)
        finally:
            ended.set()

    workshop.registry.light("probe", handler)
    job_id = await workshop.add("probe")
    running = asyncio.create_task(workshop.executor.run_light(job_id))
    await begun.wait()
    for _ in range(4):
        workshop.clock.pass_seconds(LEASE_SECONDS - 5)
        await workshop.executor.renew()
        await workshop.sweeper.sweep()
    assert (await workshop.queue.get(SYSTEM, job_id)).state == "running"
    async with workshop.database.transaction() as transaction:
        await workshop.queue.cancel(transaction, SYSTEM, job_id)
    await workshop.executor.renew()
    await asyncio.wait_for(running, 2)
    row = await workshop.queue.get(SYSTEM, job_id)
    assert ended.is_set()
    assert (row.state, row.error) == ("cancelled", "It was called off.")


async def test_at_the_stop_running_jobs_go_back_without_losing_an_attempt(workshop: Workshop) -> None:
    begun = asyncio.Event()

    async def handler(_context: JobContext, _arguments: dict[str, Any]) -> None:
        begun.set()
        await asyncio.sleep(60)

    workshop.registry.light("probe", handler)
    job_id = await workshop.add("probe")
    running = asyncio.create_task(workshop.executor.run_light(job_id))
    await begun.wait()
    await workshop.executor.release()
    await asyncio.wait_for(running, 2)
    row = await workshop.queue.get(SYSTEM, job_id)
    assert (row.state, row.attempts, row.error) == ("queued", 0, None)
    await workshop.executor.run_light(job_id)
    assert (await workshop.queue.get(SYSTEM, job_id)).state == "queued"


async def test_heavy_jobs_take_turns_in_the_slots_and_the_urgent_one_goes_first(workshop: Workshop) -> None:
    order: list[str] = []
    at_once: list[int] = []
    gate = asyncio.Event()

    async def run(lease: Lease, path: str, progress: Progress) -> str:
        order.append(lease.job_id)
        at_once.append(1)
        await gate.wait()
        at_once.pop()
        progress(0.5, path)
        return path

    workshop.heavy_result = run
    workshop.registry.heavy("large", "somewhere:something")
    first, second = await workshop.add("large"), await workshop.add("large")
    urgent = await workshop.add("large", priority=5)
    await workshop.executor.fill_heavy()
    await workshop.executor.fill_heavy()
    await asyncio.sleep(0.05)
    assert (order, len(at_once), workshop.executor.has_free_slot) == ([urgent], 1, False)
    gate.set()
    for _ in range(100):
        await asyncio.sleep(0.02)
        rows = [await workshop.queue.get(SYSTEM, job_id) for job_id in (first, second, urgent)]
        if all(row.state == "completed" for row in rows):
            break
    assert [row.decoded_result() for row in rows] == ["somewhere:something"] * 3
    assert set(order[1:]) == {first, second}

"""Adding, reading, listing and calling off."""

import pytest

from antiphon.kernel.db import Transaction
from antiphon.kernel.errors import AntiphonError, Kind
from antiphon.kernel.jobs import JobChanged, JobContext, JobQueued
from antiphon.kernel.jobs.leases import HINTS_AT_ONCE
from antiphon.kernel.principal import SYSTEM, Principal
from tests.kernel.jobs.conftest import Workshop

ANNA = Principal(user_id=7, username="anna", roles=frozenset({"user"}))
BERT = Principal(user_id=8, username="bert", roles=frozenset({"user"}))


async def nothing(_context: JobContext, _arguments: dict[str, object]) -> None:
    return None


@pytest.fixture
def ready(workshop: Workshop) -> Workshop:
    workshop.registry.light("small", nothing)
    workshop.registry.heavy("large", "somewhere:something")
    return workshop


async def test_a_job_is_written_with_its_cause_or_not_at_all(ready: Workshop) -> None:
    with pytest.raises(RuntimeError):
        async with ready.database.transaction() as transaction:
            job_id = await ready.queue.add(transaction, "small")
            raise RuntimeError
    assert await ready.queue.find(job_id) is None


async def test_a_new_job_tells_what_it_is(ready: Workshop) -> None:
    job_id = await ready.add("small", {"song": 3}, owner_id=7, subject="Three", priority=2)
    job = await ready.queue.get(ANNA, job_id)
    assert (job.kind, job.lane, job.decoded_arguments(), job.subject, job.priority) == (
        "small", "light", {"song": 3}, "Three", 2,
    )  # fmt: skip
    assert (job.state, job.shown_state, job.attempts, job.progress, job.decoded_result()) == (
        "queued", "queued", 0, None, None,
    )  # fmt: skip


async def test_a_key_makes_one_job_however_often_it_is_added(ready: Workshop) -> None:
    first = await ready.add("small", {"song": 3}, key="same")
    second = await ready.add("small", {"song": 4}, key="same")
    job = await ready.queue.find(first)
    assert first == second
    assert job is not None and job.decoded_arguments() == {"song": 3}


async def test_an_unregistered_kind_is_a_mistake(ready: Workshop) -> None:
    with pytest.raises(KeyError):
        await ready.add("unheard of")


async def test_events_leave_after_the_commit_only(ready: Workshop) -> None:
    heard: list[object] = []

    async def hear(event: object) -> None:
        heard.append(event)

    ready.database.subscriptions.after_commit(JobQueued, hear)
    ready.database.subscriptions.after_commit(JobChanged, hear)
    async with ready.database.transaction() as transaction:
        job_id = await ready.queue.add(transaction, "small", owner_id=7)
        assert heard == []
    now = ready.clock()
    assert heard == [JobQueued(job_id, "light", 0, now, True), JobChanged(job_id, "small", 7, "queued")]


async def test_a_job_for_later_gives_no_hint(ready: Workshop) -> None:
    heard: list[JobQueued] = []

    async def hear(event: JobQueued, _transaction: Transaction) -> None:
        heard.append(event)

    ready.database.subscriptions.in_transaction(JobQueued, hear)
    await ready.add("small", run_at=ready.clock() + 60)
    await ready.add("small", run_at=ready.clock() - 60)
    assert [event.hint for event in heard] == [False, True]


async def test_only_so_many_hints_go_out_at_once(ready: Workshop) -> None:
    heard: list[JobQueued] = []

    async def hear(event: JobQueued) -> None:
        heard.append(event)

    ready.database.subscriptions.after_commit(JobQueued, hear)
    async with ready.database.transaction() as transaction:
        for _ in range(HINTS_AT_ONCE + 20):
            await ready.queue.add(transaction, "small")
    assert sum(event.hint for event in heard) == HINTS_AT_ONCE


async def test_others_jobs_look_like_missing_ones(ready: Workshop) -> None:
    job_id = await ready.add("small", owner_id=7)
    for principal, wanted in ((BERT, job_id), (ANNA, "job_unknown")):
        with pytest.raises(AntiphonError) as refusal:
            await ready.queue.get(principal, wanted)
        assert refusal.value.kind is Kind.NOT_FOUND
    assert (await ready.queue.get(SYSTEM, job_id)).id == job_id


async def test_a_list_is_stable_while_jobs_are_added(ready: Workshop) -> None:
    mine = [await ready.add("small", owner_id=7) for _ in range(5)]
    await ready.add("small", owner_id=8)
    first = await ready.queue.list(ANNA, limit=3)
    ready.clock.pass_seconds(1)
    await ready.add("small", owner_id=7)
    rest = await ready.queue.list(ANNA, limit=3, before=first.next_cursor)
    assert {job.id for job in first.jobs + rest.jobs} == set(mine)
    assert (first.total, rest.next_cursor) == (5, None)
    assert (await ready.queue.list(SYSTEM)).total == 7


async def test_a_cursor_of_others_is_no_window_to_their_jobs(ready: Workshop) -> None:
    foreign = await ready.add("small", owner_id=8)
    with pytest.raises(AntiphonError, match="no such job"):
        await ready.queue.list(ANNA, before=foreign)


async def test_calling_off(ready: Workshop) -> None:
    job_id = await ready.add("small", owner_id=7)
    with pytest.raises(AntiphonError, match="no such job"):
        async with ready.database.transaction() as transaction:
            await ready.queue.cancel(transaction, BERT, job_id)
    async with ready.database.transaction() as transaction:
        await ready.queue.cancel(transaction, ANNA, job_id)
    job = await ready.queue.get(ANNA, job_id)
    assert (job.state, job.shown_state) == ("cancelled", "failed")
    assert await ready.leases.claim(job_id) is None
    with pytest.raises(AntiphonError) as refusal:
        async with ready.database.transaction() as transaction:
            await ready.queue.cancel(transaction, ANNA, job_id)
    assert refusal.value.code == "job_finished"


async def test_old_jobs_are_forgotten_and_waiting_ones_are_not(ready: Workshop) -> None:
    done, waiting = await ready.add("small"), await ready.add("small")
    await ready.executor.run_light(done)
    async with ready.database.transaction() as transaction:
        assert await ready.queue.remove_finished(transaction, ready.clock()) == 0
    ready.clock.pass_seconds(10)
    async with ready.database.transaction() as transaction:
        assert await ready.queue.remove_finished(transaction, ready.clock()) == 1
    assert await ready.queue.find(done) is None
    assert await ready.queue.find(waiting) is not None


async def test_a_person_can_be_erased(ready: Workshop) -> None:
    waiting, running = await ready.add("small", owner_id=7, subject="secret"), await ready.add("large", owner_id=7)
    assert await ready.leases.claim_heavy() is not None
    exported = (await ready.queue.export_personal(7))["jobs"]
    assert {row["id"]: (row["kind"], row["subject"]) for row in exported} == {
        waiting: ("small", "secret"),
        running: ("large", ""),
    }
    async with ready.database.transaction() as transaction:
        await ready.queue.erase_personal(transaction, 7)
    assert (await ready.queue.export_personal(7)) == {"jobs": []}
    kept = await ready.queue.find(running)
    assert await ready.queue.find(waiting) is None
    assert kept is not None and (kept.owner_id, kept.subject) == (None, "")

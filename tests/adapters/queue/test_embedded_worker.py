"""The embedded worker as a real process: what happens when it, its parent or its broker breaks."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import msgspec
import pytest

from antiphon.adapters.queue.hints import celery_message
from antiphon.adapters.queue.names import QUEUES
from antiphon.kernel.principal import Principal
from tests.adapters.queue.conftest import Site, gone, until, written
from tests.services.processes import is_alive

pytestmark = pytest.mark.server


async def test_a_killed_worker_is_replaced_and_its_job_is_done_once(embedded: Site, tmp_path: Path) -> None:
    supervisor = embedded.supervisor()
    supervisor.start()
    try:
        job_id = await embedded.add("wait", {"seconds": 1.5, "mark": str(tmp_path / "mark")}, owner_id=7)
        worker, attempt = await written(tmp_path / "mark")
        assert (worker, attempt) == (supervisor.process_id, 1)
        os.kill(worker, signal.SIGKILL)
        job = await embedded.finished(job_id)
    finally:
        await supervisor.stop()
    assert (job.state, job.attempts, job.decoded_result()) == ("completed", 2, {"attempt": 2})
    assert await embedded.effects() == [(job_id, "waited")]


async def test_five_hundred_jobs_and_two_kills_lose_and_double_nothing(embedded: Site) -> None:
    ids = [await embedded.add("write", {"word": "early"}) for _ in range(250)]
    supervisor = embedded.supervisor()
    supervisor.start()
    try:
        for _ in range(2):
            before = len(await embedded.effects())

            async def has_progressed(before: int = before) -> bool:
                return len(await embedded.effects()) >= before + 40

            await until(has_progressed)
            worker = supervisor.process_id
            assert worker is not None
            os.kill(worker, signal.SIGKILL)
            ids += [await embedded.add("write", {"word": "late"}) for _ in range(125)]

        async def all_done() -> bool:
            return len(await embedded.effects()) >= len(ids)

        await until(all_done, 60)
        await asyncio.sleep(0.5)
    finally:
        await supervisor.stop()
    assert sorted(job_id for job_id, _ in await embedded.effects()) == sorted(ids)
    assert {(await embedded.job(job_id)).state for job_id in ids} == {"completed"}


async def test_a_killed_parent_takes_worker_and_heavy_process_along(embedded: Site, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.adapters.queue.parent"]
    parent = await asyncio.create_subprocess_exec(*command, env=embedded.environment, stdout=asyncio.subprocess.PIPE)
    assert parent.stdout is not None
    worker = int(await parent.stdout.readline())
    job_id = await embedded.add("burn", {"seconds": 60, "mark": str(tmp_path / "mark")})
    heavy, _, niceness = await written(tmp_path / "mark")
    assert niceness >= 10
    parent.kill()
    await parent.wait()
    await gone(worker)
    await gone(heavy, 1)
    job = await embedded.job(job_id)
    assert (job.state, job.attempts) == ("queued", 0)


async def test_a_killed_worker_takes_its_heavy_process_along_and_the_job_runs_again(
    embedded: Site, tmp_path: Path
) -> None:
    supervisor = embedded.supervisor()
    supervisor.start()
    mark = tmp_path / "mark"
    try:
        job_id = await embedded.add("burn", {"seconds": 1, "mark": str(mark)})
        heavy, _, _ = await written(mark)
        mark.unlink()
        worker = supervisor.process_id
        assert worker is not None
        os.kill(worker, signal.SIGKILL)
        await gone(heavy, 2)
        second, attempt, _ = await written(mark)
        job = await embedded.finished(job_id)
    finally:
        await supervisor.stop()
    assert second != heavy and attempt == 2
    assert (job.state, job.progress, job.message, job.decoded_result()) == ("completed", 1.0, "burning", {"attempt": 2})
    assert await embedded.effects() == [(job_id, "burnt")]


async def test_a_heavy_job_that_is_called_off_ends_its_process(embedded: Site, tmp_path: Path) -> None:
    supervisor = embedded.supervisor()
    supervisor.start()
    try:
        job_id = await embedded.add("burn", {"seconds": 60, "mark": str(tmp_path / "mark")}, owner_id=7)
        heavy, _, _ = await written(tmp_path / "mark")
        queue = embedded.application.background.queue
        async with embedded.application.database.transaction() as transaction:
            await queue.cancel(transaction, _owner(), job_id)
        await gone(heavy, 6)
        assert (await embedded.job(job_id)).state == "cancelled"
        small = await embedded.finished(await embedded.add("write", {}))
        assert small.state == "completed"
    finally:
        await supervisor.stop()


async def test_the_stop_is_gentle_and_puts_long_jobs_back(embedded: Site, tmp_path: Path) -> None:
    supervisor = embedded.supervisor()
    supervisor.start()
    short = await embedded.add("wait", {"seconds": 1, "mark": str(tmp_path / "short")})
    long = await embedded.add("wait", {"seconds": 60, "mark": str(tmp_path / "long")})
    await written(tmp_path / "short")
    await written(tmp_path / "long")
    async with asyncio.timeout(9.9):
        await supervisor.stop()
    assert (await embedded.job(short)).state == "completed"
    left = await embedded.job(long)
    assert (left.state, left.attempts) == ("queued", 0)


async def test_a_second_worker_on_the_same_folder_waits_for_the_first_to_end(embedded: Site) -> None:
    first = await embedded.start("--embedded", ANTIPHON_PARENT=str(os.getpid()))
    await embedded.finished(await embedded.add("write", {"word": "first"}))
    second = await embedded.start("--embedded", ANTIPHON_PARENT=str(os.getpid()))
    await asyncio.sleep(1.5)
    assert is_alive(second.pid) and is_alive(first.pid)
    first.terminate()
    assert await asyncio.wait_for(first.wait(), 10) == 0
    await embedded.finished(await embedded.add("write", {"word": "second"}))
    second.terminate()
    assert await asyncio.wait_for(second.wait(), 10) == 0
    assert [word for _, word in await embedded.effects()] == ["first", "second"]


async def test_damaged_messages_do_not_hurt(embedded: Site) -> None:
    supervisor = embedded.supervisor()
    supervisor.start()
    try:
        await embedded.finished(await embedded.add("write", {"word": "before"}))
        folder = embedded.data / "run" / "queue" / QUEUES["light"]
        garbled = msgspec.json.encode(celery_message("no such task", "", "none") | {"body": "no base64!"})
        for number, content in enumerate(
            (b"", b'{"body": "half', b"[]", b'{"body": "e30=", "headers": {}}', b"\xff\xfe", garbled)
        ):
            (folder / f"0000-{number}.json").write_bytes(content)
        (folder / ".half-written").write_bytes(b'{"bo')
        worker = supervisor.process_id
        job = await embedded.finished(await embedded.add("write", {"word": "after"}))
        assert (job.state, supervisor.process_id) == ("completed", worker)
    finally:
        await supervisor.stop()


async def test_beat_runs_inside(embedded: Site) -> None:
    supervisor = embedded.supervisor(TEST_SCHEDULE="every 1")
    supervisor.start()
    try:

        async def has_run_thrice() -> bool:
            return len(await embedded.effects()) >= 3

        await until(has_run_thrice)
    finally:
        await supervisor.stop()
    jobs = [await embedded.job(job_id) for job_id, _ in await embedded.effects()]
    due = [job.decoded_arguments()["due_at"] for job in jobs]
    assert len(set(due)) == len(due)


def _owner() -> Principal:
    return Principal(user_id=7, username="anna", roles=frozenset({"user"}))

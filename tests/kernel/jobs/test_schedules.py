"""Due times make jobs, each one job."""

import asyncio
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from antiphon.kernel.errors import AntiphonError
from antiphon.kernel.jobs import JobContext, Schedules
from antiphon.kernel.jobs.cleanup import Cleanup
from antiphon.kernel.jobs.recurrence import parse_recurrence
from antiphon.kernel.principal import SYSTEM
from tests.kernel.jobs.conftest import Workshop

BERLIN = ZoneInfo("Europe/Berlin")
UTC_ZONE = ZoneInfo("UTC")


def moment(text: str, zone: ZoneInfo = UTC_ZONE) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=zone).timestamp()


def shown(seconds: float, zone: ZoneInfo = UTC_ZONE) -> str:
    return datetime.fromtimestamp(seconds, zone).isoformat(sep=" ", timespec="minutes")[:16]


@pytest.mark.parametrize(
    ("recurrence", "after", "expected"),
    [
        ("every 300", "2026-11-21 10:03", "2026-11-21 10:05"),
        ("hourly 05", "2026-11-21 10:05", "2026-11-21 11:05"),
        ("daily 00:00", "2026-11-21 10:00", "2026-11-22 00:00"),
        ("daily 23:30", "2026-12-31 23:30", "2027-01-01 23:30"),
        ("weekly 1 06:30", "2026-11-21 10:00", "2026-11-23 06:30"),
        ("monthly 30 00:00", "2026-11-21 10:00", "2026-11-30 00:00"),
        ("monthly 30 00:00", "2027-01-30 00:00", "2027-02-28 00:00"),
        ("monthly 30 00:00", "2028-02-01 00:00", "2028-02-29 00:00"),
        ("monthly 31 08:00", "2026-11-21 10:00", "2026-11-30 08:00"),
    ],
)
def test_next_time(recurrence: str, after: str, expected: str) -> None:
    assert shown(parse_recurrence(recurrence).next_after(moment(after), UTC_ZONE)) == expected


def test_wall_times_survive_the_change_of_the_clocks() -> None:
    daily = parse_recurrence("daily 02:30")
    before_spring, before_autumn = moment("2026-03-28 12:00", BERLIN), moment("2026-10-24 12:00", BERLIN)
    spring = daily.next_after(before_spring, BERLIN)
    assert shown(spring, BERLIN) == "2026-03-29 03:30"
    assert shown(daily.next_after(spring, BERLIN), BERLIN) == "2026-03-30 02:30"
    autumn = daily.next_after(before_autumn, BERLIN)
    assert shown(autumn) == "2026-10-25 00:30"
    assert shown(daily.next_after(autumn, BERLIN)) == "2026-10-26 01:30"


@given(
    st.sampled_from(["every 7", "hourly 59", "daily 00:00", "daily 02:30", "weekly 7 23:59", "monthly 29 12:00"]),
    st.floats(0, 4e9),
    st.sampled_from(["UTC", "Europe/Berlin", "America/Sao_Paulo", "Pacific/Apia", "Asia/Kolkata"]),
)
def test_the_next_time_is_later_and_the_first_of_its_kind(text: str, after: float, zone_name: str) -> None:
    recurrence, zone = parse_recurrence(text), ZoneInfo(zone_name)
    following = recurrence.next_after(after, zone)
    assert following > after
    assert recurrence.next_after(following - 0.5, zone) == following
    assert following - after <= 64 * 86400


@pytest.mark.parametrize("text", ["", "daily", "daily 24:00", "monthly 0 00:00", "monthly 32 00:00", "every 0", "x"])
def test_what_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(AntiphonError, match="daily 00:00"):
        parse_recurrence(text)


async def nothing(_context: JobContext, _arguments: dict[str, Any]) -> None:
    return None


@pytest.fixture
async def ready(workshop: Workshop) -> Workshop:
    workshop.clock.now = moment("2026-11-21 10:00")
    workshop.registry.light("remind", nothing)
    workshop.registry.schedule("daily-reminder", "remind", "daily 00:00", {"loud": True})
    return workshop


def schedules_of(workshop: Workshop, zone: ZoneInfo = UTC_ZONE) -> Schedules:
    return Schedules(workshop.database, workshop.registry, workshop.queue, zone, workshop.clock)


async def test_a_due_time_makes_one_job_however_many_beats_tick(ready: Workshop) -> None:
    beats = [schedules_of(ready) for _ in range(3)]
    for beat in beats:
        await beat.declare()
    assert await beats[0].tick() == 30.0
    ready.clock.now = moment("2026-11-22 00:00")
    await asyncio.gather(*(beat.tick() for beat in beats))
    await asyncio.gather(*(beat.tick() for beat in beats))
    page = await ready.queue.list(SYSTEM)
    assert [job.decoded_arguments() for job in page.jobs] == [{"loud": True, "due_at": ready.clock.now}]
    assert shown((await beats[0].all())[0].next_at) == "2026-11-23 00:00"


async def test_of_missed_times_the_latest_makes_a_job(ready: Workshop) -> None:
    schedules = schedules_of(ready)
    await schedules.declare()
    ready.clock.now = moment("2026-11-25 07:00")
    await schedules.declare()
    await schedules.tick()
    await schedules.tick()
    page = await ready.queue.list(SYSTEM)
    assert [shown(job.decoded_arguments()["due_at"]) for job in page.jobs] == ["2026-11-25 00:00"]


async def test_another_time_zone_or_recurrence_counts_anew(ready: Workshop) -> None:
    await schedules_of(ready).declare()
    abroad = schedules_of(ready, BERLIN)
    await abroad.declare()
    assert shown((await abroad.all())[0].next_at) == "2026-11-21 23:00"
    newer = Workshop(ready.database, clock=ready.clock)
    newer.registry.light("remind", nothing)
    newer.registry.schedule("daily-reminder", "remind", "daily 18:00")
    await schedules_of(newer).declare()
    assert shown((await abroad.all())[0].next_at) == "2026-11-21 18:00"


async def test_a_task_can_be_run_by_hand_beside_its_schedule(ready: Workshop) -> None:
    schedules = schedules_of(ready)
    await schedules.declare()
    async with ready.database.transaction() as transaction:
        job_id = await schedules.run_now(transaction, "daily-reminder")
        with pytest.raises(AntiphonError):
            await schedules.run_now(transaction, "unknown")
    job = await ready.queue.get(SYSTEM, job_id)
    assert job.decoded_arguments() == {"loud": True, "due_at": ready.clock.now, "by_hand": True}
    assert shown((await schedules.all())[0].next_at) == "2026-11-22 00:00"


async def test_old_jobs_are_tidied_up_at_night(ready: Workshop) -> None:
    cleanup = Cleanup(ready.database, ready.registry, ready.queue, ready.clock)
    steps: list[int] = []

    async def step() -> int:
        steps.append(1)
        return 7

    cleanup.add("playlists", step)
    old = await ready.add("remind")
    await ready.executor.run_light(old)
    ready.clock.pass_seconds(31 * 86_400)
    fresh = await ready.add("remind")
    await ready.executor.run_light(fresh)
    tidy = await ready.add("cleanup")
    await ready.executor.run_light(tidy)
    assert (await ready.queue.get(SYSTEM, tidy)).decoded_result() == {"jobs": 1, "playlists": 7}
    assert await ready.queue.find(old) is None
    assert await ready.queue.find(fresh) is not None


async def test_a_schedule_that_the_program_no_longer_brings_is_gone(ready: Workshop) -> None:
    await schedules_of(ready).declare()
    newer = Workshop(ready.database, clock=ready.clock)
    await schedules_of(newer).declare()
    assert await schedules_of(newer).all() == []

"""What goes in and out: refusals, floods, jobs, the library, and the documents that list it all."""

import asyncio
import re
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import msgspec

from antiphon.api.realtime.events import SERVER_EVENTS, ErrorNews, JobNews
from antiphon.api.realtime.server import LARGEST_MESSAGE
from antiphon.api.realtime.tell import tell_library_changed, tell_notice, tell_room, tell_user
from antiphon.api.realtime.throttle import Throttle
from antiphon.areas.social.data import NoticePut
from antiphon.kernel.jobs import Job
from tests.api.realtime.conftest import NAMESPACE, Site

DOCUMENT = Path(__file__).parents[3] / "docs" / "dialects" / "realtime.md"


def make_job(job_id: str, owner_id: int | None, **changes: Any) -> Job:
    row: dict[str, Any] = {
        "id": job_id, "kind": "scan", "lane": "heavy", "arguments": "{}", "key": None, "owner_id": owner_id,
        "subject": "Scan", "priority": 0, "run_at": 0.0, "state": "running", "attempts": 1, "max_attempts": 3,
        "progress": 0.5, "message": "half", "result": None, "error": None, "created_at": 1_800_000_000.25,
        "started_at": 1_800_000_001.0, "finished_at": None, "updated_at": 0.0,
    }  # fmt: skip
    return Job(**row | changes)


async def change(site: Site, job: Job) -> None:
    """Let the job be so, and say so as a worker would."""
    site.jobs.rows[job.id] = job
    await site.pubsub.publish("job", {"job_id": job.id, "owner_id": job.owner_id, "state": job.state})


async def test_refusals_answer_the_question_or_come_as_an_error(site: Site, new_client: Any) -> None:
    site.admit("token", 7)
    client = await new_client().connect(site, "token")
    for event, data, code in (
        ("greet", {"word": "conflict"}, "greeted_already"),
        ("greet", {"word": 3}, "invalid"),
        ("greet", None, "invalid"),
        ("greet", {"word": "crash"}, "internal"),
        ("no such event", {}, "invalid"),
    ):
        answer = await client.call(event, data)
        assert (answer["ok"], answer["error"]["code"]) == (False, code)
        assert "inner detail" not in answer["error"]["message"]
        assert client.heard == []
        await client.emit(event, data)
        assert (await client.wait_for("error"))[0]["code"] == code
        client.heard.clear()


async def test_events_of_one_socket_are_taken_in_order(site: Site, new_client: Any) -> None:
    site.admit("token", 7)
    client = await new_client().connect(site, "token")
    for number in range(50):
        await client.emit("greet", {"word": str(number)})
    await client.call("greet", {"word": "last"})
    assert site.greeted == [*(f"7 {number}" for number in range(50)), "7 last"]


async def test_a_flood_is_dropped_told_once_and_then_ended(site: Site, new_client: Any) -> None:
    site.admit("token", 7)
    client = await new_client().connect(site, "token")
    for number in range(150):
        await client.emit("greet", {"word": str(number)})
    assert (await client.wait_for("error"))[0]["code"] == "too_many_messages"
    assert len(site.greeted) < 90
    assert client.io.connected
    await asyncio.sleep(0.5)
    assert (await client.call("greet", {"word": "calm again"}))["ok"] is True
    for number in range(1000):
        if not client.io.connected:
            break
        await client.emit("greet", {"word": str(number)})
    await client.ended()


async def test_a_message_that_is_too_long_ends_the_connection(site: Site, new_client: Any) -> None:
    site.admit("token", 7)
    client = await new_client().connect(site, "token")
    assert (await client.call("greet", {"word": "x" * (LARGEST_MESSAGE - 200)}))["ok"] is True
    await client.emit("greet", {"word": "x" * LARGEST_MESSAGE})
    await client.ended()


async def test_a_polled_message_that_is_too_long_is_refused(site: Site) -> None:
    async with aiohttp.ClientSession() as session:
        opened = await session.get(f"{site.address}/socket.io/?EIO=4&transport=polling")
        sid = msgspec.json.decode((await opened.read())[1:])["sid"]
        url = f"{site.address}/socket.io/?EIO=4&transport=polling&sid={sid}"
        answer = await session.post(url, data="4" + "x" * LARGEST_MESSAGE)
        assert answer.status == 413

        async def piecemeal() -> AsyncIterator[bytes]:
            yield b"4" + b"x" * LARGEST_MESSAGE

        assert (await session.post(url, data=piecemeal())).status == 413


async def test_garbage_and_binary_messages_end_the_connection(site: Site) -> None:
    site.admit("token", 7)
    async with aiohttp.ClientSession() as session:
        for garbage in ("4garbage", "42/realtime,{", "45-1/realtime,[{}]", b"\x04binary"):
            async with session.ws_connect(f"{site.address}/socket.io/?EIO=4&transport=websocket") as wire:
                await wire.receive()
                await wire.send_str('40/realtime,{"token":"token"}')
                await wire.receive()
                await (wire.send_bytes(garbage) if isinstance(garbage, bytes) else wire.send_str(garbage))
                async with asyncio.timeout(3):
                    while not (await wire.receive()).type.name.startswith("CLOS"):
                        pass


async def test_a_job_is_told_to_its_owner_and_to_admins_only(site: Site, new_client: Any) -> None:
    for token, user_id, role in (("anna", 7, "user"), ("bert", 8, "user"), ("root", 1, "admin")):
        site.admit(token, user_id, role)
    anna, bert, root = [await new_client().connect(site, token) for token in ("anna", "bert", "root")]
    await change(site, make_job("job_a", 7))
    await change(site, make_job("job_b", None, state="dead", error="gave up"))
    assert (await anna.wait_for("job"))[0] == {
        "id": "job_a", "kind": "scan", "state": "running", "subject": "Scan", "progress": 0.5,
        "message": "half", "result": None, "error": None, "created_at": "2027-01-15T08:00:00.250Z",
        "started_at": "2027-01-15T08:00:01.000Z", "finished_at": None,
    }  # fmt: skip
    told = {news["id"]: news["state"] for news in await root.wait_for("job", 2)}
    assert told == {"job_a": "running", "job_b": "failed"}
    assert [data["id"] for _, data in anna.heard] == ["job_a"]
    assert bert.heard == []


async def test_progress_is_told_a_few_times_a_second_and_its_last_word_arrives(site: Site, new_client: Any) -> None:
    site.admit("anna", 7, "admin")
    anna = await new_client().connect(site, "anna")
    begun = time.monotonic()
    for step in range(100):
        await change(site, make_job("job_a", 7, progress=step / 100))
        await asyncio.sleep(0.01)
    await change(site, make_job("job_a", 7, state="completed", progress=1.0, result='{"songs":3}'))
    took = time.monotonic() - begun
    async with asyncio.timeout(3):
        while not any(data["state"] == "completed" for _, data in anna.heard):
            await asyncio.sleep(0.02)
    assert 4 <= len(anna.heard) <= took * 5 + 3
    assert anna.heard[-1][1]["result"] == {"songs": 3}


async def test_state_and_events_agree_in_the_end(site: Site, new_client: Any) -> None:
    site.admit("anna", 7)
    anna = await new_client().connect(site, "anna")
    for step in range(30):
        for number in range(5):
            await change(site, make_job(f"job_{number}", 7, progress=step / 30, message=f"{number} {step}"))
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.5)
    last = {data["id"]: data["message"] for _, data in anna.heard}
    assert last == {job.id: job.message for job in site.jobs.rows.values()}


async def test_jobs_of_people_who_are_not_here_are_not_even_read(site: Site, new_client: Any) -> None:
    site.admit("bert", 8)
    await new_client().connect(site, "bert")
    await change(site, make_job("job_a", 7))
    await asyncio.sleep(0.1)
    assert site.jobs.reads == 0


async def test_who_is_no_admin_any_more_hears_no_more(site: Site, new_client: Any) -> None:
    site.admit("root", 1, "admin")
    client = await new_client().connect(site, "root")
    site.admit("root", 1)
    await asyncio.sleep(1.1)
    await client.call("greet", {"word": "hello"})
    await change(site, make_job("job_a", 7))
    await asyncio.sleep(0.2)
    assert client.heard == []


async def test_changes_of_the_library_are_gathered(site: Site, new_client: Any) -> None:
    site.admit("anna", 7)
    anna = await new_client().connect(site, "anna")
    begun = time.monotonic()
    for revision in range(1, 40):
        await tell_library_changed(site.pubsub, revision)
        await asyncio.sleep(0.01)
    took = time.monotonic() - begun
    await asyncio.sleep(1.2)
    assert 1 <= len(anna.heard) <= took + 2
    assert anna.heard[-1] == ("library_changed", {"revision": 39})


async def test_other_processes_speak_to_rooms(site: Site, new_client: Any) -> None:
    site.admit("anna", 7)
    site.admit("bert", 8)
    anna, bert = [await new_client().connect(site, token) for token in ("anna", "bert")]
    await anna.call("greet", {"word": "join"})
    await tell_room(site.pubsub, "greeters", ErrorNews("a", "to greeters"))
    await tell_user(site.pubsub, 8, ErrorNews("b", "to bert"))
    assert await anna.wait_for("error") == [{"code": "a", "message": "to greeters"}]
    assert await bert.wait_for("error") == [{"code": "b", "message": "to bert"}]


async def test_a_notice_is_told_to_whom_it_is_for(site: Site, new_client: Any) -> None:
    site.admit("anna", 7)
    site.admit("root", 1, "admin")
    anna, root = [await new_client().connect(site, token) for token in ("anna", "root")]
    notice = NoticePut(user_id=7, notice_id=3, kind="role_given", details={"role": "artist"}, created_at=1_800_000_000)
    await tell_notice(site.pubsub, notice)
    assert await anna.wait_for("notice") == [
        {
            "id": 3,
            "kind": "role_given",
            "details": {"role": "artist"},
            "created_at": "2027-01-15T08:00:00.000Z",
            "read_at": None,
        }
    ]
    assert root.heard == []


async def test_a_client_that_does_not_read_is_dropped(site: Site, new_client: Any) -> None:
    site.admit("anna", 7)
    client = await new_client().connect(site, "anna")
    connections = list(site.realtime.server.eio.sockets)
    stuck = site.realtime.server.eio.sockets[connections[0]]
    for _ in range(600):
        stuck.queue.put_nowait(None)
    await site.realtime.tell_here(None, ErrorNews("x", "y"))
    assert stuck.closed
    assert len(site.realtime.people) == 0
    await client.close()


async def test_a_throttle_keeps_going_after_a_failure() -> None:
    said: list[int] = []

    async def fail() -> None:
        raise RuntimeError

    async def say() -> None:
        said.append(1)

    throttle = Throttle(0.05)
    throttle.run("a", fail)
    await asyncio.sleep(0.01)
    throttle.run("a", say)
    throttle.run("b", say)
    await asyncio.sleep(0.2)
    assert said == [1, 1]
    await throttle.close()


def test_every_event_is_documented_with_its_fields() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    documented: dict[str, set[str]] = {}
    for name, section in re.findall(r"^### `(\w+)`\n(.*?)(?=^##|\Z)", text, re.MULTILINE | re.DOTALL):
        documented[name] = set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE))
    assert documented == {event.event_name: set(event.__struct_fields__) for event in SERVER_EVENTS}
    assert NAMESPACE in text


def test_the_job_event_has_the_shape_of_the_native_api() -> None:
    from antiphon.api.v1.operation import Job as NativeJob

    assert JobNews.__struct_fields__ == NativeJob.__struct_fields__

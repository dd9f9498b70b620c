"""Health, music folders, scans and jobs, over HTTP."""

import asyncio
from typing import Literal

import httpx2
import pytest

from antiphon.api.http.dispatch import Dispatcher
from antiphon.api.http.draining import Draining
from antiphon.api.v1.application import v1_application
from antiphon.api.v1.operation import HealthRoutes, Probe
from tests.api.exchanges import Sealed
from tests.api.house import House


async def test_health_is_open_and_tells_of_every_part(house: House) -> None:
    async with house.door() as door:
        answer = await door.get("/api/v1/health")
        live, ready = await door.get("/api/v1/health/live"), await door.get("/api/v1/health/ready")
    database = "embedded" if house.application.database.dialect == "sqlite" else "ok"
    assert answer.status_code == 200
    assert answer.json()["data"] == {
        "database": database,
        "cache": "embedded",
        "worker": "embedded",
        "storage": "embedded",
    }
    assert (live.json()["data"], ready.json()["data"]) == ({"alive": True}, {"ready": True})


def health(house: House, draining: Draining, **states: Literal["ok", "embedded", "down"] | None) -> Dispatcher:
    """The routes of health where the parts are in these states; None never answers."""

    def probe(name: str) -> Probe:
        async def ask() -> Literal["ok", "embedded", "down"]:
            state = states.get(name, "ok")
            if state is None:
                await asyncio.sleep(60)
            assert state is not None
            return state

        return ask

    probes = {name: probe(name) for name in ("database", "cache", "worker", "storage")}
    return v1_application(house.areas, HealthRoutes(probes, draining).routes())


async def test_a_part_that_is_down_makes_the_whole_unhealthy(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("antiphon.api.v1.operation.PROBE_SECONDS", 0.05)
    for state in ("down", None):
        application = Sealed(health(house, Draining(), worker=state))
        async with httpx2.AsyncClient(transport=application.transport, base_url="http://x") as client:
            answer = await client.get("/api/v1/health")
            assert answer.status_code == 503
            assert answer.json()["success"] is False
            assert answer.json()["data"] == {"database": "ok", "cache": "ok", "worker": "down", "storage": "ok"}
            assert (await client.get("/api/v1/health/ready")).status_code == 200


async def test_a_server_that_stops_or_lost_its_database_is_not_ready(house: House) -> None:
    stopping = Draining()
    stopping.has_begun = True
    for draining, database in ((stopping, "ok"), (Draining(), "down")):
        application = Sealed(health(house, draining, database=database))  # type: ignore[arg-type]
        async with httpx2.AsyncClient(transport=application.transport, base_url="http://x") as client:
            answer = await client.get("/api/v1/health/ready")
            assert (answer.status_code, answer.json()["success"]) == (503, False)
            assert (await client.get("/api/v1/health/live")).status_code == 200


async def test_folders_are_told_to_who_may_browse_them(house: House) -> None:
    async with house.caller("anna") as anna, house.caller("boss", admin=True) as boss:
        mine, all_of_them = await anna.read("/libraries"), await boss.read("/libraries")
    assert [(one["name"], one["song_count"], one["path"]) for one in mine] == [("music", 6, None)]
    assert [(one["name"], one["song_count"]) for one in all_of_them] == [("music", 6), ("secret", 1)]
    assert all_of_them[1]["path"].endswith("/secret")
    assert all_of_them[1]["open_to_all"] is False


async def test_a_scan_is_a_job_that_admins_ask_for_once(house: House) -> None:
    async with house.caller("anna") as anna, house.caller("boss", admin=True) as boss:
        await anna.refused("POST", "/scan", 403)
        first = (await boss.ask("POST", "/api/v1/scan", 202))["data"]
        second = (await boss.ask("POST", "/api/v1/scan", 202, json={"full": True}))["data"]
        assert (first["kind"], first["state"], first["progress"], first["result"]) == ("scan", "queued", None, None)
        assert first["id"] == second["id"]
        assert (await boss.read(f"/jobs/{first['id']}"))["id"] == first["id"]
        listed = await boss.ask("GET", "/api/v1/jobs?limit=1")
        assert [one["id"] for one in listed["data"]] == [first["id"]]
        # Admins are shown the mails that wait as well.
        assert (listed["page"]["limit"], listed["page"]["offset"]) == (1, 0) and listed["page"]["total"] >= 1
        await anna.refused("GET", f"/jobs/{first['id']}", 404)
        assert await anna.read("/jobs") == []
        await anna.refused("GET", "/jobs/unknown", 404)
        await anna.refused("GET", "/jobs?before=unknown", 404)
        await anna.refused("GET", "/jobs?offset=3", 422)
        await boss.refused("POST", "/scan", 422, json={"full": "yes"})


async def test_jobs_are_paged_by_a_cursor(house: House) -> None:
    queue, database = house.areas.jobs, house.application.database
    async with house.caller("jobber") as jobber:
        async with database.transaction() as transaction:
            made = [
                await queue.add(transaction, "scan", {"number": number}, owner_id=jobber.user["id"])
                for number in range(3)
            ]
        seen: list[str] = []
        cursor: str | None = ""
        while cursor is not None:
            page = await jobber.ask("GET", f"/api/v1/jobs?limit=2{f'&before={cursor}' if cursor else ''}")
            assert page["page"]["total"] == 3
            seen += [one["id"] for one in page["data"]]
            cursor = page["page"].get("next_cursor")
    assert sorted(seen) == sorted(made)


async def test_unreadable_files_are_told_to_admins(house: House) -> None:
    (house.stage.music / "noise.mp3").write_bytes(b"this is no music at all" * 100)
    await house.areas.library.scans.run(lambda *_: None)
    async with house.caller("anna") as anna, house.caller("boss", admin=True) as boss:
        await anna.refused("GET", "/scan/broken", 403)
        found = await boss.ask("GET", "/api/v1/scan/broken")
    assert [one["path"] for one in found["data"]] == ["noise.mp3"]
    assert found["data"][0]["reason"]
    assert found["page"]["total"] == 1

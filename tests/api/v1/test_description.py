"""What the server says about itself: the description, the page, the list of dialects."""

import json
import os
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx2
import jsonschema
import pytest

from tests.api.house import House

KEPT = Path(__file__).parents[3] / "docs" / "openapi.json"
UPDATE = "ANTIPHON_UPDATE_OPENAPI"


async def described(client: httpx2.AsyncClient) -> dict[str, Any]:
    document: dict[str, Any] = (await client.get("/api/v1/openapi.json")).json()
    return document


async def test_the_kept_description_is_the_servers_own(client: httpx2.AsyncClient) -> None:
    document = await described(client)
    if os.environ.get(UPDATE):
        KEPT.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    assert json.loads(KEPT.read_text(encoding="utf-8")) == document, (
        f"the interfaces have changed: look the change over, then run this test with {UPDATE}=1"
    )


async def test_everything_named_is_there(client: httpx2.AsyncClient) -> None:
    document = await described(client)
    named = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(document)))
    assert named == set(document["components"]["schemas"]) & named
    assert all("." not in name for name in document["components"]["schemas"])
    operations = [one for methods in document["paths"].values() for one in methods.values()]
    assert len({one["operationId"] for one in operations}) == len(operations) > 50
    tags = {tag["name"] for tag in document["tags"]}
    for one in operations:
        assert one["tags"][0] in tags
        assert one["summary"] and one["responses"]
    for path, methods in document["paths"].items():
        for one in methods.values():
            inside = {parameter["name"] for parameter in one["parameters"] if parameter["in"] == "path"}
            assert inside == set(re.findall(r"\{(\w+)\}", path))


async def answers_fit(house: House, caller_path: str, template: str) -> None:
    async with house.caller("anna") as anna:
        document = await described(anna.client)
        answer = await anna.ask("GET", caller_path)
    schema = document["paths"][template]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    jsonschema.validate(answer, {**schema, "components": document["components"]})


@pytest.mark.parametrize("things", ["songs", "albums", "artists", "genres"])
async def test_answers_are_as_described(house: House, things: str) -> None:
    async with house.caller("anna") as anna:
        thing_id = (await anna.read(f"/{things}"))[0]["id"]
    await answers_fit(house, f"/api/v1/{things}", f"/api/v1/{things}")
    await answers_fit(house, f"/api/v1/{things}/{thing_id}", f"/api/v1/{things}/{{id}}")


@pytest.mark.parametrize(
    "path", ["/search?q=aurora", "/auth/me", "/plays", "/now-playing", "/playlists", "/libraries", "/jobs", "/health"]
)
async def test_other_answers_are_as_described(house: House, path: str) -> None:
    song_id = (await house.ids())["Dawn"]
    async with house.caller("anna") as anna:
        await anna.ask("POST", "/api/v1/plays", 201, json={"song_id": song_id})
        await anna.ask("PUT", "/api/v1/now-playing", json={"song_id": song_id})
        await anna.ask("POST", "/api/v1/playlists", 201, json={"title": "One", "tracks": [song_id]})
    await answers_fit(house, f"/api/v1{path}", f"/api/v1{path.partition('?')[0]}")


async def test_refusals_are_as_described(house: House) -> None:
    async with house.caller("anna") as anna:
        document = await described(anna.client)
        answer = await anna.client.get("/api/v1/songs?limit=x")
    schema = document["components"]["schemas"]["ErrorAnswer"]
    jsonschema.validate(answer.json(), {**schema, "components": document["components"]})


class Links(HTMLParser):
    """What a page loads, runs and links to."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.targets: set[str] = set()
        self.anchors: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            assert not name.startswith("on") and name != "style", f"{tag} {name}"
            if name in ("href", "src"):
                self.targets.add(value or "")
            if name == "id":
                self.anchors.add(value or "")


async def test_the_page_needs_nothing_from_outside_and_runs_nothing(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/docs")
    page = Links()
    page.feed(answer.text)
    assert answer.status_code == 200
    assert not page.tags & {"script", "img", "link", "iframe", "form"}
    assert all(target.startswith(("#", "/")) and not target.startswith("//") for target in page.targets)
    assert {target[1:] for target in page.targets if target.startswith("#")} <= page.anchors
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "script-src" not in policy and "unsafe" not in policy
    for path in (await described(client))["paths"]:
        assert path in answer.text


async def test_the_dialects_are_listed(client: httpx2.AsyncClient) -> None:
    listed = (await client.get("/api/")).json()["data"]
    assert {"v1", "d", "opensubsonic", "realtime"} <= {one["name"] for one in listed}
    page = (await client.get("/docs")).text
    for one in listed:
        assert one["about"] and one["mount"].startswith("/")
        assert f'id="{one["description"].partition("#")[2]}"' in page

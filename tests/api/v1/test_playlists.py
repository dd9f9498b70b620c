"""Playlists, over HTTP."""

from typing import Any

import pytest

from tests.api.house import Caller, House


async def make(caller: Caller, **body: Any) -> dict[str, Any]:
    made: dict[str, Any] = (await caller.ask("POST", "/api/v1/playlists", 201, json=body))["data"]
    return made


def titles(playlist: dict[str, Any]) -> list[str]:
    return [item["song"]["title"] for item in playlist["items"]]


async def test_a_playlist_is_made_read_changed_and_deleted(house: House) -> None:
    songs = await house.ids()
    async with house.caller("anna") as anna:
        wanted = [songs["Dusk"], songs["Dawn"], songs["Dusk"]]
        made = await make(anna, title="Evening", description="Slow.", tracks=wanted, mood_tags=["calm"])
        path = f"/api/v1/playlists/{made['id']}"
        assert titles(made) == ["Dusk", "Dawn", "Dusk"]
        assert [item["position"] for item in made["items"]] == [0, 1, 2]
        assert len({item["item_id"] for item in made["items"]}) == 3
        assert (made["owner"], made["role"]) == ({"id": anna.user["id"], "username": "anna"}, "owner")
        assert (made["song_count"], made["is_public"], made["mood_tags"]) == (3, False, ["calm"])
        assert (await anna.ask("GET", path))["data"] == made
        renamed = (await anna.ask("PUT", path, json={"title": "Night"}))["data"]
        assert (renamed["title"], renamed["description"], titles(renamed)) == ("Night", "Slow.", titles(made))
        assert renamed["revision"] > made["revision"]
        replaced = (await anna.ask("PUT", path, json={"tracks": [songs["Alone"]], "is_public": True}))["data"]
        assert (titles(replaced), replaced["is_public"]) == (["Alone"], True)
        assert (await anna.ask("DELETE", path))["data"] is None
        await anna.refused("GET", f"/playlists/{made['id']}", 404)


async def test_ones_own_playlists_and_shared_ones_are_listed(house: House) -> None:
    async with house.caller("cleo") as cleo, house.caller("dora") as dora:
        await make(cleo, title="B")
        shared = await make(cleo, title="A", collaborators=[dora.user["id"]])
        listed = await cleo.ask("GET", "/api/v1/playlists?limit=1")
        assert ([one["title"] for one in listed["data"]], listed["page"]["total"]) == (["A"], 2)
        theirs = await dora.ask("GET", "/api/v1/playlists")
        assert [(one["id"], one["role"]) for one in theirs["data"]] == [(shared["id"], "collaborator")]


async def test_items_and_changes_are_read_in_parts(house: House) -> None:
    songs = await house.ids()
    async with house.caller("anna") as anna:
        made = await make(anna, title="Long", tracks=[songs["Dawn"], songs["Dusk"], songs["Alone"]])
        page = await anna.ask("GET", f"/api/v1/playlists/{made['id']}/items?limit=1&offset=1")
        assert [(one["position"], one["song"]["title"]) for one in page["data"]] == [(1, "Dusk")]
        assert page["page"] == {"limit": 1, "offset": 1, "total": 3}
        await anna.ask("PUT", f"/api/v1/playlists/{made['id']}", json={"title": "Longer"})
        changes = await anna.read(f"/playlists/{made['id']}/changes?since={made['revision']}")
        assert [(one["action"], one["data"], one["user"]) for one in changes] == [
            ("rename", {"title": "Longer"}, anna.user["id"])
        ]
        await anna.refused("GET", f"/playlists/{made['id']}/changes?since=-1", 422)


async def test_a_track_of_elsewhere_is_kept(house: House) -> None:
    async with house.caller("anna") as anna:
        made = await make(anna, title="Foreign", tracks=["spotify:track:4uLU6hMCjMI75M1A2tKUQC"])
        assert [(item["track"], item["song"]) for item in made["items"]] == [
            ("spotify:track:4uLU6hMCjMI75M1A2tKUQC", None)
        ]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "title"),
        ({"title": "  "}, "title"),
        ({"title": 3}, "title"),
        ({"title": "x", "tracks": "1"}, "tracks"),
        ({"title": "x", "tracks": [0]}, "tracks"),
        ({"title": "x", "tracks": ["file:///etc/passwd"]}, "tracks"),
        ({"title": "x", "tracks": [1] * 5001}, "tracks"),
        ({"title": "x", "is_public": "yes"}, "is_public"),
    ],
)
async def test_a_bad_playlist_is_told_by_field(house: House, body: dict[str, Any], field: str) -> None:
    async with house.caller("anna") as anna:
        error = await anna.refused("POST", "/playlists", 422, json=body)
    assert list(error["details"]) == [field]


async def test_others_read_what_is_public_and_change_nothing(house: House) -> None:
    async with house.caller("anna") as anna, house.caller("berta") as berta:
        private, public = await make(anna, title="Mine"), await make(anna, title="Ours", is_public=True)
        for method, body in (("GET", None), ("PUT", {"title": "x"}), ("DELETE", None)):
            await berta.refused(method, f"/playlists/{private['id']}", 404, json=body)
        assert (await berta.read(f"/playlists/{public['id']}"))["role"] == "listener"
        for method, body in (("PUT", {"title": "x"}), ("DELETE", None)):
            await berta.refused(method, f"/playlists/{public['id']}", 403, json=body)
        await berta.refused("GET", "/playlists/x", 404)
        await anna.refused("POST", "/playlists", 404, json={"title": "x", "tracks": [999999]})

"""Shares: kept by their owners, heard by people without an account."""

import time
from datetime import UTC, datetime

import pytest

from tests.api.house import Caller, House


async def shared(caller: Caller, *things: tuple[str, int], **rest: object) -> dict[str, object]:
    body = {"things": [{"type": kind, "id": number} for kind, number in things], **rest}
    found: dict[str, object] = (await caller.ask("POST", "/api/v1/shares", 201, json=body))["data"]
    return found


async def test_people_without_an_account_see_and_hear_it(house: House) -> None:
    ids, albums = await house.ids(), await house.ids("albums")
    async with house.caller("anna") as anna, house.door() as stranger:
        share = await shared(anna, ("song", ids["Dusk"]), ("album", albums["Second"]), description="For <you>")
        assert [song["title"] for song in share["songs"]] == ["Dusk", "Überfluß"]  # type: ignore[attr-defined]
        page = await stranger.get(str(share["path"]))
        assert page.status_code == 200 and page.headers["content-type"].startswith("text/html")
        assert "For &lt;you&gt;" in page.text and "<script" not in page.text
        assert f'property="og:url" content="http://{page.url.host}' in page.text
        assert "default-src 'none'" in page.headers["content-security-policy"]
        own = f"{share['path']}/songs/{ids['Dusk']}"
        audio = await stranger.get(f"{own}/stream", headers={"Range": "bytes=0-9"})
        assert (audio.status_code, len(audio.content)) == (206, 10)
        assert (await stranger.get(f"{own}/image")).headers["content-type"].startswith("image/")
        assert (await anna.read("/shares"))[0]["visits"] == 1
        await anna.ask("DELETE", f"/api/v1/shares/{share['id']}")
        for path in (str(share["path"]), f"{own}/stream", f"{own}/image"):
            assert (await stranger.get(path)).status_code == 404


async def test_a_share_opens_nothing_else(house: House) -> None:
    ids = await house.ids()
    async with house.caller("anna") as anna, house.door() as stranger:
        share = await shared(anna, ("song", ids["Dusk"]))
        for path in (f"{share['path']}/songs/{ids['Dawn']}/stream", f"{share['path']}x", "/share/", "/share/nothing"):
            assert (await stranger.get(path)).status_code == 404
        assert (await stranger.get(f"/api/v1/songs/{ids['Dusk']}/stream")).status_code == 401
        assert (await stranger.post(str(share["path"]))).status_code == 405


async def test_it_ends_when_its_time_has_come(house: House) -> None:
    ids = await house.ids()
    async with house.caller("anna") as anna, house.door() as stranger:
        past = datetime.fromtimestamp(time.time() - 60, UTC).isoformat()
        share = await shared(anna, ("song", ids["Dusk"]), expires_at=past)
        assert (await stranger.get(str(share["path"]))).status_code == 404
        changed = (await anna.ask("PUT", f"/api/v1/shares/{share['id']}", json={"expires_at": None}))["data"]
        assert changed["expires_at"] is None
        assert (await stranger.get(str(share["path"]))).status_code == 200


async def test_what_its_owner_may_not_hear_any_more_is_closed(house: House) -> None:
    ids = await house.ids()
    async with house.caller("anna") as anna, house.caller("root", admin=True) as root, house.door() as stranger:
        share = await shared(anna, ("song", ids["Dusk"]), ("song", ids["Dawn"]))
        async with house.hidden(ids["Dusk"], flagged=1):
            assert "Dusk" not in (await stranger.get(str(share["path"]))).text
            assert (await stranger.get(f"{share['path']}/songs/{ids['Dusk']}/stream")).status_code == 404
        for account in ({"rights": ["stream"]}, {"rights": ["share"]}, {"standing": "blocked"}):
            await root.ask("PUT", f"/api/v1/users/{anna.user['id']}/account", json=account)
            assert (await stranger.get(str(share["path"]))).status_code == 404
            back = {"standing": "active", "rights": ["stream", "download", "upload", "share", "public_playlists"]}
            await root.ask("PUT", f"/api/v1/users/{anna.user['id']}/account", json=back)


async def test_shares_are_ones_own(house: House) -> None:
    ids = await house.ids()
    async with house.caller("anna", fresh=True) as anna, house.caller("otto") as otto:
        share = await shared(anna, ("song", ids["Dusk"]))
        path = f"/shares/{share['id']}"
        for method in ("GET", "PUT", "DELETE"):
            await otto.refused(method, path, 404, **({"json": {}} if method == "PUT" else {}))
        assert await otto.read("/shares") == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"things": []}, 422),
        ({"things": [{"type": "song", "id": 999_999}]}, 404),
        ({"things": [{"type": "artist", "id": 1}]}, 422),
        ({"things": [{"type": "song", "id": 1}], "description": "x" * 3000}, 422),
        ({"things": [{"type": "song", "id": 1}], "expires_at": "soon"}, 422),
    ],
)
async def test_shares_that_cannot_be(house: House, body: dict[str, object], status: int) -> None:
    async with house.caller("anna", fresh=True) as anna:
        await anna.refused("POST", "/shares", status, json=body)

"""Internet radio and chat."""

import pytest

from tests.api.opensubsonic.client import Client


async def test_admins_keep_stations_and_everybody_hears_them(anna: Client, root: Client) -> None:
    await root.ok("createInternetRadioStation", name=" Radio  Größe ", streamUrl="https://radio.example/live")
    [station] = (await anna.ok("getInternetRadioStations"))["internetRadioStations"]["internetRadioStation"]
    assert (station["name"], station["streamUrl"]) == ("Radio Größe", "https://radio.example/live")
    changed = {"name": "Other", "streamUrl": "http://10.0.0.7:8000/s", "homepageUrl": "https://radio.example/"}
    for call, given in (
        ("createInternetRadioStation", changed),
        ("updateInternetRadioStation", {"id": station["id"], **changed}),
        ("deleteInternetRadioStation", {"id": station["id"]}),
    ):
        assert await anna.error(call, **given) == 50
    await root.ok("updateInternetRadioStation", id=station["id"], **changed)
    [station] = (await anna.ok("getInternetRadioStations"))["internetRadioStations"]["internetRadioStation"]
    assert (station["name"], station["homePageUrl"]) == ("Other", "https://radio.example/")
    await root.ok("deleteInternetRadioStation", id=station["id"])
    assert await root.error("deleteInternetRadioStation", id=station["id"]) == 70
    assert (await anna.ok("getInternetRadioStations"))["internetRadioStations"]["internetRadioStation"] == []


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"name": ""}, 10),
        ({"name": "x" * 300}, 0),
        ({"streamUrl": ""}, 10),
        ({"streamUrl": "file:///etc/passwd"}, 0),
        ({"streamUrl": "javascript:alert(1)"}, 0),
        ({"streamUrl": "https://"}, 0),
        ({"streamUrl": "http://[::1"}, 0),
        ({"streamUrl": "http://a.example:99999/"}, 0),
        ({"homepageUrl": "javascript:alert(1)"}, 0),
    ],
)
async def test_stations_that_cannot_be(root: Client, wrong: dict[str, str], code: int) -> None:
    right = {"name": "Radio", "streamUrl": "https://radio.example/live"}
    assert await root.error("createInternetRadioStation", **{**right, **wrong}) == code
    assert await root.error("updateInternetRadioStation", id="ir-99", **right) == 70
    assert await root.error("updateInternetRadioStation", id="so-1", **right) == 70


async def test_everybody_talks_in_one_room(anna: Client, root: Client) -> None:
    await anna.ok("addChatMessage", message="Hello <you> & all")
    await root.ok("addChatMessage", message="Hi")
    told = (await anna.ok("getChatMessages"))["chatMessages"]["chatMessage"]
    assert [(one["username"], one["message"]) for one in told] == [("root", "Hi"), ("anna", "Hello <you> & all")]
    since = told[1]["time"]
    assert len((await anna.ok("getChatMessages", since=since))["chatMessages"]["chatMessage"]) <= 2
    assert (await anna.ok("getChatMessages", since=told[0]["time"] + 1))["chatMessages"]["chatMessage"] == []
    assert await anna.error("addChatMessage") == 10
    assert await anna.error("addChatMessage", message="x" * 3000) == 0
    assert await anna.error("addChatMessage", message=" ") == 0

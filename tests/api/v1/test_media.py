"""Sound and pictures, over HTTP."""

import pytest

from tests.api.house import House


async def test_a_stream_is_the_file_itself(house: House) -> None:
    song_id = (await house.ids())["Dawn"]
    file = (house.stage.music / "Aurora" / "First Light" / "01.mp3").read_bytes()
    async with house.caller("anna") as anna:
        path = f"/api/v1/songs/{song_id}/stream"
        whole = await anna.client.get(path)
        assert (whole.status_code, whole.content) == (200, file)
        assert whole.headers["content-type"] == "audio/mpeg"
        assert whole.headers["accept-ranges"] == "bytes"
        assert whole.headers["x-content-type-options"] == "nosniff"
        head = await anna.client.head(path)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["content-length"] == str(len(file))
        same = await anna.client.get(path, headers={"If-None-Match": whole.headers["etag"]})
        assert same.status_code == 304


@pytest.mark.parametrize(
    ("wanted", "status", "part"),
    [
        ("bytes=0-99", 206, slice(0, 100)),
        ("bytes=100-", 206, slice(100, None)),
        ("bytes=-10", 206, slice(-10, None)),
        ("bytes=0-0,5-6", 200, slice(None)),
        ("bytes=99999999-", 416, None),
        ("seconds=1-2", 200, slice(None)),
    ],
)
async def test_a_range_is_answered(house: House, wanted: str, status: int, part: slice | None) -> None:
    song_id = (await house.ids())["Dawn"]
    file = (house.stage.music / "Aurora" / "First Light" / "01.mp3").read_bytes()
    async with house.caller("anna") as anna:
        answer = await anna.client.get(f"/api/v1/songs/{song_id}/stream", headers={"Range": wanted})
    assert answer.status_code == status
    assert answer.content == (b"" if part is None else file[part])


async def test_a_stream_needs_a_song_and_a_person(house: House) -> None:
    song_id = (await house.ids())["Dawn"]
    async with house.caller("anna") as anna, house.door() as door:
        await anna.refused("GET", "/songs/999999/stream", 404)
        await anna.refused("GET", "/songs/x/stream", 404)
        problem = await anna.refused("GET", f"/songs/{song_id}/stream?format=exe", 422)
        assert "format" in problem["details"]
        assert (await door.get(f"/api/v1/songs/{song_id}/stream")).status_code == 401
        assert (await door.head(f"/api/v1/songs/{song_id}/stream")).status_code == 401


async def test_a_vanished_file_is_told_as_such(house: House) -> None:
    song_id = (await house.ids())["Alone"]
    file = house.stage.music / "loose.mp3"
    kept = file.rename(file.with_suffix(".away"))
    try:
        async with house.caller("anna") as anna:
            error = await anna.refused("GET", f"/songs/{song_id}/stream", 404)
    finally:
        kept.rename(file)
    assert error["code"] == "file_missing"


@pytest.mark.parametrize(("things", "name"), [("songs", "Dawn"), ("albums", "First Light"), ("artists", "Aurora")])
async def test_a_cover_comes_in_fixed_sizes_and_is_kept(house: House, things: str, name: str) -> None:
    thing_id = (await house.ids(things))[name]
    async with house.caller("anna") as anna:
        shown = await anna.read(f"/{things}/{thing_id}")
        small = await anna.client.get(f"/api/v1/{things}/{thing_id}/image?size=50")
        rounded = await anna.client.get(f"/api/v1/{things}/{thing_id}/image?size=64")
        assert small.status_code == 200
        assert small.headers["content-type"] in ("image/jpeg", "image/webp")
        assert small.content == rounded.content
        assert small.headers["etag"] == rounded.headers["etag"]
        assert small.headers["cache-control"] == "private, no-cache"
        same = await anna.client.get(
            f"/api/v1/{things}/{thing_id}/image?size=64", headers={"If-None-Match": small.headers["etag"]}
        )
        assert same.status_code == 304
        if "?v=" in shown["image_url"]:
            versioned = await anna.client.get(f"{shown['image_url']}&size=64")
            assert versioned.headers["cache-control"] == "private, max-age=31536000, immutable"
            assert versioned.content == small.content


async def test_what_has_no_cover_shows_its_own_pattern(house: House) -> None:
    songs = await house.ids()
    async with house.caller("anna") as anna:
        loose = await anna.read(f"/songs/{songs['Alone']}")
        first = await anna.client.get(f"/api/v1/songs/{songs['Alone']}/image?v=1")
        other = await anna.client.get(f"/api/v1/songs/{songs['Утро']}/image?v=1")
    assert loose["image_url"] is None
    assert first.status_code == other.status_code == 200
    assert first.content != other.content
    assert first.headers["cache-control"] == "private, no-cache"


async def test_a_picture_needs_a_thing_a_person_and_a_size(house: House) -> None:
    async with house.caller("anna") as anna, house.door() as door:
        for things in ("songs", "albums", "artists"):
            await anna.refused("GET", f"/{things}/999999/image", 404)
            assert (await door.get(f"/api/v1/{things}/1/image")).status_code == 401
        for wrong in ("0", "-5", "large", "9" * 5000):
            error = await anna.refused("GET", f"/songs/1/image?size={wrong}", 422)
            assert list(error["details"]) == ["size"]

"""Pages that follow one another stay right while songs are added."""

import pytest

from tests.api.house import House


@pytest.mark.parametrize("sort", ["title", "newest", "added", "album"])
async def test_pages_stay_where_they_are_while_songs_are_added(house: House, sort: str) -> None:
    async with house.caller("anna") as anna:
        first = await anna.ask("GET", f"/api/v1/songs?sort={sort}&limit=2")
        until, total = first["page"]["until"], first["page"]["total"]
        new = [f"{letter} {sort}" for letter in ("AAA", "Mmm", "ZZZ")]
        house.stage.add_files([(f"New/{name}/1.mp3", {"title": name, "artist": name, "album": name}) for name in new])
        await house.stage.scan()
        seen = [song["id"] for song in first["data"]]
        for offset in range(2, total + 2, 2):
            page = await anna.ask("GET", f"/api/v1/songs?sort={sort}&limit=2&offset={offset}&until={until}")
            assert page["page"]["total"] == total and page["page"]["until"] == until
            seen += [song["id"] for song in page["data"]]
        assert len(seen) == len(set(seen)) == total
        assert (await anna.ask("GET", "/api/v1/songs?limit=1"))["page"]["total"] == total + 3


@pytest.mark.parametrize("things", ["albums", "artists"])
async def test_albums_and_artists_too(house: House, things: str) -> None:
    async with house.caller("anna") as anna:
        first = await anna.ask("GET", f"/api/v1/{things}?limit=1")
        until, total = first["page"]["until"], first["page"]["total"]
        name = {"albums": "1 before everything", "artists": "0 before that"}[things]
        house.stage.add_files([(f"{name}/1.mp3", {"title": name, "artist": name, "album": name})])
        await house.stage.scan()
        rest = await anna.read(f"/{things}?limit=100&offset=1&until={until}")
        assert len(rest) == total - 1 and first["data"][0]["id"] not in {one["id"] for one in rest}
        assert (await anna.read(f"/{things}?limit=1"))[0]["id"] > until
        await anna.refused("GET", f"/{things}?until=soon", 422)

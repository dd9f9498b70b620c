"""How many statements a call reads: no list grows them with its length."""

import pytest

from tests.api.house import House

# One statement for the ETag; what comes on top is the call's own.
TAG = 1


@pytest.mark.parametrize(
    ("path", "own"),
    [
        ("/songs/{Dawn}", 1),
        ("/songs/{Überfluß}", 2),
        ("/songs/{Dawn}/lyrics", 1),
        ("/albums/1", 2),
        ("/albums/1/songs", 1),
        ("/artists/1", 3),
        ("/genres", 1),
        ("/genres/1", 1),
        ("/songs?limit=1", 2),
        ("/songs?limit=50", 2),
        ("/albums?sort=newest", 2),
        ("/artists", 2),
        ("/search?q=aurora", 6),
    ],
)
async def test_a_read_needs_few_statements(house: House, path: str, own: int) -> None:
    songs = await house.ids()
    for title, song_id in songs.items():
        path = path.replace(f"{{{title}}}", str(song_id))
    async with house.caller("anna") as anna:
        await anna.ask("GET", "/api/v1/auth/me")
        answer = await anna.client.get(f"/api/v1{path}")
        assert answer.status_code == 200, answer.text
        with house.counted() as seen:
            assert (await anna.client.get(f"/api/v1{path}")).status_code == 200
        assert len(seen) <= TAG + own, "\n".join(seen)
        with house.counted() as seen:
            again = await anna.client.get(f"/api/v1{path}", headers={"If-None-Match": answer.headers["etag"]})
        assert again.status_code == 304
        assert len(seen) <= TAG, "an unchanged answer is not read"


async def test_a_stream_reads_the_song_and_its_file_and_a_picture_one_statement(house: House) -> None:
    song_id = (await house.ids())["Dawn"]
    async with house.caller("anna") as anna:
        for path, most in ((f"/api/v1/songs/{song_id}/stream", 2), (f"/api/v1/songs/{song_id}/image", 1)):
            await anna.client.get(path)
            with house.counted() as seen:
                assert (await anna.client.get(path)).status_code == 200
            assert len(seen) <= most, path


async def test_health_live_reads_nothing(house: House) -> None:
    async with house.door() as door:
        with house.counted() as seen:
            assert (await door.get("/api/v1/health/live")).status_code == 200
        assert seen == []

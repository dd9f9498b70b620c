"""Drafts over HTTP: looked over, put on an album, and shown to whom their owner names."""

import uuid
from pathlib import Path

from tests.api.house import Caller, House
from tests.api.uploads.people import artist, sound


async def brought(house: House, who: Caller, folder: Path) -> tuple[list[int], int]:
    """The ids of two new drafts, and how many bytes they have."""
    contents = [sound(house, folder, title=f"Song {uuid.uuid4()}") for _ in range(2)]
    made = [
        (await who.ask("POST", "/api/v1/songs", 201, files={"audio": ("a.mp3", content)}))["data"]["song"]
        for content in contents
    ]
    return [song["id"] for song in made], sum(len(content) for content in contents)


async def test_drafts_are_told_and_put_on_an_album(house: House, tmp_path: Path) -> None:
    async with artist(house, "ines") as ines, artist(house, "olga") as olga:
        before = (await ines.ask("GET", "/api/v1/uploads/room"))["data"]
        ids, size = await brought(house, ines, tmp_path)
        room = (await ines.ask("GET", "/api/v1/uploads/room"))["data"]
        assert room["used"] - before["used"] == size
        assert room["left"] == room["quota"] - room["used"] - room["under_way"]
        drafts = (await ines.ask("GET", "/api/v1/uploads/drafts"))["data"]
        assert {draft["song"]["id"]: draft["same_audio_as"] for draft in drafts} == {ids[0]: ids[1], ids[1]: ids[0]}
        assert (await olga.ask("GET", "/api/v1/uploads/drafts"))["data"] == []

        title = f"Album {uuid.uuid4()}"
        albums = [
            (await ines.ask("PUT", f"/api/v1/songs/{song_id}/album", json={"title": f" {title} "}))["data"]["album_id"]
            for song_id in ids
        ]
        assert albums[0] == albums[1]
        assert albums[0] is not None
        empty = (await ines.ask("PUT", f"/api/v1/songs/{ids[0]}/album", json={"title": ""}))["data"]
        assert empty["album"] is None


async def test_songs_are_shown_to_whom_their_owner_names(house: House, tmp_path: Path) -> None:
    async with artist(house, "iris") as ines, artist(house, "olga") as olga:
        ids, _ = await brought(house, ines, tmp_path)

        async def show(visibility: str, status: int = 200) -> None:
            wanted = {"ids": ids, "visibility": visibility}
            await ines.ask("PUT", "/api/v1/songs/visibility", status, json=wanted)

        for visibility, is_open, is_listed in (
            ("unlisted", True, False),
            ("private", False, False),
            ("public", True, True),
            ("draft", False, False),
        ):
            await show(visibility)
            await olga.ask("GET", f"/api/v1/songs/{ids[0]}", 200 if is_open else 404)
            listed = (await olga.ask("GET", "/api/v1/songs?sort=newest&limit=500"))["data"]
            assert (ids[0] in {song["id"] for song in listed}) == is_listed, visibility
            left = (await ines.ask("GET", "/api/v1/uploads/drafts"))["data"]
            assert len(left) == (2 if visibility == "draft" else 0), visibility
        await show("everybody", 422)
        foreign = {"ids": ids, "visibility": "public"}
        await olga.ask("PUT", "/api/v1/songs/visibility", 404, json=foreign)
        await olga.ask("PUT", f"/api/v1/songs/{ids[0]}/album", 404, json={"title": "Mine"})
        await show("public")
        await olga.ask("PUT", "/api/v1/songs/visibility", 403, json=foreign)
        await olga.ask("PUT", f"/api/v1/songs/{ids[0]}/album", 403, json={"title": "Mine"})

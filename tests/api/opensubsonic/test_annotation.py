"""Stars, ratings and plays."""

from typing import Any

from tests.api.opensubsonic.client import Client
from tests.api.opensubsonic.conftest import House


async def test_stars_come_and_go_for_everything(house: House, anna: Client, root: Client) -> None:
    dawn, dusk = await house.id("Dawn"), await house.id("Dusk")
    song = (await anna.ok("getSong", id=dawn))["song"]
    await anna.ok("star", id=[dawn, dusk], albumId=song["albumId"], artistId=song["artistId"])
    starred = (await anna.ok("getStarred2"))["starred2"]
    assert {one["id"] for one in starred["song"]} == {dawn, dusk}
    assert [one["id"] for one in starred["album"]] == [song["albumId"]]
    assert [one["id"] for one in starred["artist"]] == [song["artistId"]]
    assert (await anna.ok("getSong", id=dawn))["song"]["starred"].endswith("Z")
    assert (await anna.ok("getAlbum", id=song["albumId"]))["album"]["starred"]
    folders = (await anna.ok("getStarred"))["starred"]
    assert [(one["id"], one["isDir"]) for one in folders["album"]] == [(song["albumId"], True)]
    assert (await root.ok("getStarred2"))["starred2"] == {"artist": [], "album": [], "song": []}
    await anna.ok("unstar", id=[dawn, dusk], albumId=song["albumId"], artistId=song["artistId"])
    assert (await anna.ok("getStarred2"))["starred2"] == {"artist": [], "album": [], "song": []}


async def test_an_id_may_name_an_album_or_artist_too(house: House, anna: Client) -> None:
    song = (await anna.ok("getSong", id=await house.id("Dawn")))["song"]
    await anna.ok("star", id=[song["albumId"], song["artistId"]])
    starred = (await anna.ok("getStarred2"))["starred2"]
    assert (len(starred["album"]), len(starred["artist"]), starred["song"]) == (1, 1, [])


async def test_all_are_starred_or_none(house: House, anna: Client) -> None:
    assert await anna.error("star", id=await house.id("Dawn"), albumId="al-999999") == 70
    assert (await anna.ok("getStarred2"))["starred2"]["song"] == []
    assert await anna.error("star") == 10
    assert await anna.error("unstar") == 10
    assert await anna.error("star", id="pl-1") == 70
    assert await anna.error("star", albumId="so-1") == 70


async def test_four_hundred_stars_in_one_form(house: House, anna: Client) -> None:
    ids = [await house.id("Dawn"), await house.id("Dusk")] * 200
    await anna.ok("star", method="POST", id=ids)
    assert len((await anna.ok("getStarred2"))["starred2"]["song"]) == 2


async def test_ratings_are_given_changed_and_taken_away(house: House, anna: Client, root: Client) -> None:
    dawn = await house.id("Dawn")
    await anna.ok("setRating", id=dawn, rating=2)
    await root.ok("setRating", id=dawn, rating=5)
    song = (await anna.ok("getSong", id=dawn))["song"]
    assert (song["userRating"], song["averageRating"]) == (2, 3.5)
    await anna.ok("setRating", id=dawn, rating=0)
    song = (await anna.ok("getSong", id=dawn))["song"]
    assert ("userRating" in song, song["averageRating"]) == (False, 5.0)
    await anna.ok("setRating", id=song["albumId"], rating=3)
    await anna.ok("setRating", id=song["artistId"], rating=4)
    assert (await anna.ok("getAlbum", id=song["albumId"]))["album"]["userRating"] == 3
    assert (await anna.ok("getArtist", id=song["artistId"]))["artist"]["userRating"] == 4


async def test_wrong_ratings_are_refused(house: House, anna: Client) -> None:
    dawn = await house.id("Dawn")
    cases: list[tuple[int, dict[str, Any]]] = [
        (10, {"rating": 3}),
        (10, {"id": dawn}),
        (0, {"id": dawn, "rating": 6}),
        (0, {"id": dawn, "rating": -1}),
        (0, {"id": dawn, "rating": "x"}),
        (70, {"id": "so-999999", "rating": 3}),
        (70, {"id": "pl-1", "rating": 3}),
    ]
    for code, given in cases:
        assert await anna.error("setRating", **given) == code, given


async def test_plays_count_by_scrobbling_and_not_by_streaming(house: House, anna: Client) -> None:
    dawn, dusk = await house.id("Dawn"), await house.id("Dusk")
    assert (await anna.call("stream", id=dawn)).status == 200
    assert (await anna.ok("getSong", id=dawn))["song"]["playCount"] == 0
    moments = [1_700_000_000_000, 1_700_000_200_000, 1_700_000_400_000]
    await anna.ok("scrobble", id=[dawn, dusk, dawn], time=moments)
    # The app was not sure that it was heard, and says it again.
    await anna.ok("scrobble", id=[dawn, dusk, dawn], time=moments, submission="True")
    song = (await anna.ok("getSong", id=dawn))["song"]
    assert (song["playCount"], song["played"]) == (2, "2023-11-14T22:20:00.000Z")
    await anna.ok("scrobble", id=dawn)
    assert (await anna.ok("getSong", id=dawn))["song"]["playCount"] == 3


async def test_what_is_playing_counts_for_nothing(house: House, anna: Client, root: Client) -> None:
    dawn = await house.id("Dawn")
    await anna.ok("scrobble", id=dawn, submission="false", c="Phone")
    await anna.ok("scrobble", id=await house.id("Dusk"), submission="False", c="Tablet")
    entries = (await root.ok("getNowPlaying"))["nowPlaying"]["entry"]
    assert {(entry["username"], entry["playerName"], entry["title"]) for entry in entries} == {
        ("anna", "Phone", "Dawn"),
        ("anna", "Tablet", "Dusk"),
    }
    for entry in entries:
        assert type(entry["playerId"]) is int
        assert entry["minutesAgo"] == 0
    assert (await anna.ok("getSong", id=dawn))["song"]["playCount"] == 0


async def played(app: Client, number: str) -> tuple[int, str]:
    song = (await app.ok("getSong", id=number))["song"]
    return song["playCount"], song.get("played", "")[:10]


async def test_what_nothing_is_read_from_is_passed_over_with_its_moment(house: House, anna: Client) -> None:
    dawn, dusk = await house.id("Dawn"), await house.id("Dusk")
    moments = [1_600_000_000_000, 1_500_000_000_000, 1_700_000_000_000]
    for number, unreadable in enumerate(("deadbeef", "al-1", "pc-1", "so-999999"), 1):
        given = [moment + number * 1_000_000 for moment in moments]
        await anna.ok("scrobble", id=[dawn, unreadable, dusk], time=given)
        assert await played(anna, dawn) == (number, "2020-09-13")
        assert await played(anna, dusk) == (number, "2023-11-14")
    await anna.ok("scrobble", id=["deadbeef", dawn], submission="false")
    assert await anna.error("scrobble", id=["deadbeef", "al-1"], time=moments[:2]) == 70
    assert await anna.error("scrobble", id=["deadbeef", "so-999999"], time=moments[:2]) == 70


async def test_a_moment_of_zero_is_now(house: House, anna: Client) -> None:
    dawn, dusk = await house.id("Dawn"), await house.id("Dusk")
    await anna.ok("scrobble", id=[dawn, dusk], time=[0, 1_700_000_000_000])
    count, moment = await played(anna, dawn)
    assert (count, moment > "2023-11-14") == (1, True)
    assert await played(anna, dusk) == (1, "2023-11-14")


async def test_an_empty_value_of_a_list_names_nothing(house: House, anna: Client) -> None:
    dawn, dusk = await house.id("Dawn"), await house.id("Dusk")
    album = (await anna.ok("getSong", id=dawn))["song"]["albumId"]
    await anna.ok("star", id="", albumId=["", album], artistId="")
    assert [one["id"] for one in (await anna.ok("getStarred2"))["starred2"]["album"]] == [album]
    assert await anna.error("star", id="", albumId="") == 10
    assert await anna.error("scrobble", id="") == 10
    assert await anna.error("scrobble", id=["", ""], time=[1, 2]) == 10
    await anna.ok("scrobble", id=dawn, time="")
    count, moment = await played(anna, dawn)
    assert (count, moment > "2023-11-14") == (1, True)
    moments = [1_700_000_000_000, 1_600_000_000_000]
    await anna.ok("scrobble", id=["", dusk], time=moments)
    assert await played(anna, dusk) == (1, "2020-09-13")
    await anna.ok("scrobble", id=[dawn, dusk], time=["", moments[0]])
    assert await played(anna, dusk) == (2, "2023-11-14")
    assert (await played(anna, dawn))[0] == 2
    await anna.ok("scrobble", id=dusk, time=[1_500_000_000_000, ""])
    assert (await played(anna, dusk))[0] == 3


async def test_wrong_scrobbles_are_refused(house: House, anna: Client) -> None:
    dawn = await house.id("Dawn")
    cases: list[tuple[int, dict[str, Any]]] = [
        (10, {}),
        (70, {"id": "so-999999"}),
        (70, {"id": "al-1"}),
        (0, {"id": dawn, "time": "yesterday"}),
        (0, {"id": dawn, "time": [1, 2]}),
        (0, {"id": dawn, "submission": "perhaps"}),
    ]
    for code, given in cases:
        assert await anna.error("scrobble", **given) == code, given

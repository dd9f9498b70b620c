"""What sounds alike, as apps of OpenSubsonic ask for it."""

from typing import Any

import pytest_asyncio

from antiphon.kernel.principal import SYSTEM
from tests.api.opensubsonic.client import Client
from tests.api.opensubsonic.conftest import House
from tests.areas.library.vectors import put_vectors

PLACES = {"Dawn": (1, 0), 'Noon <&> "Sun"': (1, 0.3), "Dusk": (1, 0.6), "Утро": (1, 0.9), "Alone": (-1, 0)}


async def place(house: House, places: dict[str, tuple[float, float]]) -> None:
    """Give songs vectors in a plane."""
    songs = await house.stage.songs(SYSTEM)
    await put_vectors(house.stage.application.database, {songs[title].id: place for title, place in places.items()})


@pytest_asyncio.fixture
async def placed(house: House, anna: Client) -> Client:
    """The app of somebody whose server has measured its songs."""
    await place(house, PLACES)
    return anna


def titles(songs: list[dict[str, Any]]) -> list[str]:
    return [song["title"] for song in songs]


async def test_the_extension_is_told_once_there_is_something_to_find(house: House, anna: Client) -> None:
    assert "sonicSimilarity" not in {one["name"] for one in await extensions(anna)}
    assert (await anna.ok("getSonicSimilarTracks", id=await house.id("Dawn")))["sonicMatch"] == []
    await place(house, PLACES)
    assert {"name": "sonicSimilarity", "versions": [1]} in await extensions(anna)


async def extensions(app: Client) -> list[dict[str, Any]]:
    return list((await app.ok("getOpenSubsonicExtensions"))["openSubsonicExtensions"])


async def test_similar_tracks_come_with_their_similarity(house: House, placed: Client) -> None:
    found = (await placed.ok("getSonicSimilarTracks", id=await house.id("Dawn"), count=4))["sonicMatch"]
    assert titles([one["entry"] for one in found]) == ['Noon <&> "Sun"', "Dusk", "Утро", "Alone"]
    assert [one["similarity"] for one in found] == sorted((one["similarity"] for one in found), reverse=True)
    assert found[-1]["similarity"] == 0
    assert len((await placed.ok("getSonicSimilarTracks", id=await house.id("Dawn"), count=0))["sonicMatch"]) == 0
    xml = (await placed.call("getSonicSimilarTracks", id=await house.id("Dawn"), f="xml")).xml
    assert [one.find("entry").attrib["title"] for one in xml.findall("sonicMatch")][:2] == ['Noon <&> "Sun"', "Dusk"]


async def test_a_path_leads_through_what_lies_between(house: House, placed: Client) -> None:
    start, end = await house.id("Dawn"), await house.id("Утро")
    found = (await placed.ok("findSonicPath", startSongId=start, endSongId=end, count=4))["sonicMatch"]
    assert titles([one["entry"] for one in found]) == ["Dawn", 'Noon <&> "Sun"', "Dusk", "Утро"]
    assert found[0]["similarity"] == 1
    assert await placed.error("findSonicPath", startSongId=start) == 10
    assert await placed.error("findSonicPath", startSongId=start, endSongId="so-999999") == 70
    assert await placed.error("findSonicPath", startSongId=start, endSongId=end, count="many") != 70


async def test_similar_songs_of_songs_albums_and_artists(house: House, placed: Client) -> None:
    song = (await placed.ok("getSong", id=await house.id("Утро")))["song"]
    of_song = (await placed.ok("getSimilarSongs", id=song["id"]))["similarSongs"]["song"]
    assert titles(of_song) == ["Dusk", 'Noon <&> "Sun"', "Dawn"], "and not the one that sounds like none of them"
    of_album = (await placed.ok("getSimilarSongs", id=song["albumId"]))["similarSongs"]["song"]
    assert titles(of_album) == titles(of_song)
    of_artist = (await placed.ok("getSimilarSongs2", id=song["artistId"]))["similarSongs2"]["song"]
    assert {"Утро", "Dusk"} <= set(titles(of_artist))
    assert (await placed.ok("getSimilarSongs2", id=song["id"]))["similarSongs2"]["song"] == of_song


async def test_artists_who_sound_alike_stand_in_the_artist_info(house: House, placed: Client) -> None:
    song = (await placed.ok("getSong", id=await house.id("Dawn")))["song"]
    found = (await placed.ok("getArtistInfo2", id=song["artistId"]))["artistInfo2"]
    assert [one["name"] for one in found["similarArtist"]] == ["Борис"]
    xml = (await placed.call("getArtistInfo2", id=song["artistId"], f="xml")).xml
    assert [one.attrib["name"] for one in xml.iter("similarArtist")] == ["Борис"]

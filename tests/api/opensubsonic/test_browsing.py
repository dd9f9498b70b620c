"""Walking through the music, by tags and by folders."""

import time
from typing import Any

import msgspec
from sqlalchemy import update

from antiphon.areas.library.api.browse import Browse
from antiphon.areas.library.data import ArtistEdit, SongEdit
from antiphon.kernel.db import metadata
from antiphon.kernel.principal import Principal
from tests.api.opensubsonic.client import Client
from tests.api.opensubsonic.conftest import House


async def test_artists_stand_under_their_letters(anna: Client) -> None:
    found = (await anna.ok("getArtists"))["artists"]
    assert found["ignoredArticles"].startswith("The A An")
    shown = {index["name"]: [artist["name"] for artist in index["artist"]] for index in found["index"]}
    assert shown["A"] == ["Aurora"]
    assert shown["Б"] == ["Борис"]
    assert all(artist["albumCount"] > 0 for index in found["index"] for artist in index["artist"])


async def test_an_artist_has_albums_and_an_album_songs(house: House, anna: Client) -> None:
    song = (await anna.ok("getSong", id=await house.id("Dawn")))["song"]
    artist = (await anna.ok("getArtist", id=song["artistId"]))["artist"]
    assert [(album["name"], album["year"]) for album in artist["album"]] == [("Second", 2010), ("First Light", 2001)]
    album = (await anna.ok("getAlbum", id=song["albumId"]))["album"]
    assert [one["title"] for one in album["song"]] == ["Dawn", 'Noon <&> "Sun"', "Dusk"]
    # An app that follows the artist from the song comes where it comes from the album.
    assert album["artistId"] == song["artistId"] == artist["id"]
    assert (album["songCount"], album["duration"]) == (3, round(sum(one["duration"] for one in album["song"])))


async def test_a_song_tells_what_it_is(house: House, anna: Client) -> None:
    song = (await anna.ok("getSong", id=await house.id("Überfluß")))["song"]
    assert song["id"].startswith("so-") and song["albumId"].startswith("al-") and song["artistId"].startswith("ar-")
    wanted = {
        "title": "Überfluß",
        "isDir": False,
        "isVideo": False,
        "type": "music",
        "mediaType": "song",
        "suffix": "flac",
        "contentType": "audio/flac",
        "year": 2010,
        "track": 1,
        "discNumber": 1,
        "artist": "Aurora, Борис",
        "genre": "Rock",
        "genres": [{"name": "Rock"}],
        "playCount": 0,
        "path": "Aurora/Second/01.flac",
    }
    assert {name: song[name] for name in wanted} == wanted
    assert [artist["name"] for artist in song["artists"]] == ["Aurora", "Борис"]
    assert [artist["name"] for artist in song["albumArtists"]] == ["Aurora"]
    assert song["created"].endswith("Z")
    # What the server supports is always there, also when it is empty; what is unknown is left out.
    for empty in ("moods", "isrc", "contributors"):
        assert song[empty] == []
    assert (song["bpm"], song["comment"], song["musicBrainzId"], song["explicitStatus"]) == (0, "", "", "")
    assert song["replayGain"] == {}
    assert not {"starred", "userRating", "averageRating", "played", "coverArt"} & song.keys()


async def test_numbers_alone_are_ids_where_only_one_thing_can_be_meant(house: House, anna: Client) -> None:
    song = (await anna.ok("getSong", id=await house.id("Dawn")))["song"]
    for name, key in (("getSong", "id"), ("getAlbum", "albumId"), ("getArtist", "artistId")):
        assert await anna.ok(name, id=song[key].partition("-")[2])
    # Some apps ask for the album of a song by the song's id.
    assert (await anna.ok("getAlbum", id=song["id"]))["album"]["id"] == song["albumId"]


async def test_what_is_not_there_is_not_found(anna: Client) -> None:
    for name in ("getSong", "getAlbum", "getArtist", "getMusicDirectory", "getAlbumInfo2", "getLyricsBySongId"):
        assert await anna.error(name) == 10, name
        for wrong in ("so-999999", "al-999999", "ar-999999", "pl-1", "x", "so-", "so-0", "so--1", "so-1x", "../1"):
            assert await anna.error(name, id=wrong) == 70, (name, wrong)


async def test_folders_lead_from_the_library_to_the_songs(house: House, anna: Client) -> None:
    (library,) = (await anna.ok("getMusicFolders"))["musicFolders"]["musicFolder"]
    assert type(library["id"]) is int
    top = (await anna.ok("getMusicDirectory", id=library["id"]))["directory"]
    assert top["name"] == library["name"]
    assert all(child["isDir"] is True for child in top["child"])
    aurora = next(child for child in top["child"] if child["title"] == "Aurora")
    albums = (await anna.ok("getMusicDirectory", id=aurora["id"]))["directory"]
    assert [child["title"] for child in albums["child"] if child["isDir"]] == ["Second", "First Light"]
    first = albums["child"][1]
    assert first["parent"] == aurora["id"]
    songs = (await anna.ok("getMusicDirectory", id=first["id"]))["directory"]
    assert (songs["parent"], len(songs["child"])) == (aurora["id"], 3)
    for song in songs["child"]:
        assert (song["isDir"], song["type"], song["parent"]) == (False, "music", first["id"])


async def test_songs_without_an_album_are_found_by_folders(house: House, anna: Client) -> None:
    song = (await anna.ok("getSong", id=await house.id("Alone")))["song"]
    (library,) = (await anna.ok("getMusicFolders"))["musicFolders"]["musicFolder"]
    top = (await anna.ok("getMusicDirectory", id=library["id"]))["directory"]
    nobody = next(child for child in top["child"] if child["title"] == "The Nobody")
    assert "The Nobody" in str((await anna.ok("getIndexes", musicFolderId=library["id"]))["indexes"])
    folder = (await anna.ok("getMusicDirectory", id=nobody["id"]))["directory"]
    assert folder["child"] == [song]
    assert song["parent"] == nobody["id"] == song["artistId"]
    # Beside albums they come last.
    await house.stage.areas.library.editing.songs.change(
        await admin(house), int((await house.id("Dusk"))[3:]), SongEdit(album_id=None)
    )
    aurora = (await anna.ok("getSong", id=await house.id("Dawn")))["song"]["artistId"]
    directory = (await anna.ok("getMusicDirectory", id=aurora))["directory"]
    assert [(child["title"], child["isDir"]) for child in directory["child"]] == [
        ("Second", True),
        ("First Light", True),
        ("Dusk", False),
    ]
    reply = await anna.call("getMusicDirectory", f="xml", id=aurora)
    assert [child.attrib["isDir"] for child in reply.xml.iter("child")] == ["true", "true", "false"]


async def test_songs_without_an_album_are_found_by_tags(house: House, anna: Client) -> None:
    song = (await anna.ok("getSong", id=await house.id("Alone")))["song"]
    index = (await anna.ok("getArtists"))["artists"]["index"]
    (nobody,) = [artist for one in index for artist in one["artist"] if artist["name"] == "The Nobody"]
    artist = (await anna.ok("getArtist", id=nobody["id"]))["artist"]
    (album,) = artist["album"]
    assert (artist["albumCount"], nobody["albumCount"]) == (1, 1)
    assert (album["name"], album["songCount"], album["duration"]) == ("Songs without an album", 1, song["duration"])
    assert (album["artistId"], album["coverArt"]) == (nobody["id"], nobody["coverArt"])
    assert album["id"] == song["albumId"] and "album" not in song
    for number in (album["id"], song["id"]):
        assert (await anna.ok("getAlbum", id=number))["album"] == {**album, "song": [song]}
    directory = (await anna.ok("getMusicDirectory", id=album["id"]))["directory"]
    assert (directory["parent"], directory["name"], directory["child"]) == (nobody["id"], album["name"], [song])
    assert (await anna.ok("getAlbumInfo2", id=album["id"]))["albumInfo"] == {}
    assert (await anna.call("getCoverArt", id=album["id"])).headers["content-type"] == "image/jpeg"
    # It is no album: no list has it, and nobody marks it.
    for kind in ("newest", "alphabeticalByName", "random"):
        assert album["id"] not in str(await anna.ok("getAlbumList2", type=kind, size=500))
    marks: list[tuple[str, dict[str, Any]]] = [
        ("star", {"id": album["id"]}),
        ("star", {"albumId": album["id"]}),
        ("unstar", {"id": album["id"]}),
        ("setRating", {"id": album["id"], "rating": 3}),
    ]
    for name, given in marks:
        assert await anna.error(name, **given) == 70, (name, given)
    # An artist who has albums only has none of these, and no one else.
    for wrong in (
        f"lo-{(await anna.ok('getSong', id=await house.id('Dawn')))['song']['artistId'][3:]}",
        "lo-999999",
        "lo-",
    ):
        for name in ("getAlbum", "getMusicDirectory"):
            assert await anna.error(name, id=wrong) == 70, wrong


async def test_a_song_that_tells_nothing_is_found_by_folders(house: House, anna: Client) -> None:
    house.stage.audio.song(house.stage.music / "mystery.mp3", None, kind="mp3")
    await house.stage.areas.library.scans.run(lambda *_: None)
    song = (await anna.ok("getSong", id=await house.id("mystery")))["song"]
    index = (await anna.ok("getIndexes"))["indexes"]["index"]
    (unknown,) = [artist for one in index for artist in one["artist"] if artist["id"] == song["parent"]]
    assert song in (await anna.ok("getMusicDirectory", id=unknown["id"]))["directory"]["child"]


async def test_songs_without_an_album_that_one_may_not_see_lead_nowhere(house: House, anna: Client) -> None:
    song = (await anna.ok("getSong", id=await house.id("Alone")))["song"]
    await house.stage.areas.library.flags.song(await admin(house), int(song["id"][3:]), True)
    for name in ("getIndexes", "getArtists"):
        assert "The Nobody" not in str(await anna.ok(name))
    for name in ("getAlbum", "getMusicDirectory"):
        assert await anna.error(name, id=song["albumId"]) == 70


async def admin(house: House) -> Principal:
    await house.move_in("root", admin=True)
    return house.principals["root"]


async def test_indexes_are_told_again_only_when_something_has_changed(house: House, anna: Client) -> None:
    whole = (await anna.ok("getIndexes"))["indexes"]
    assert whole["index"]
    same = (await anna.ok("getIndexes", ifModifiedSince=whole["lastModified"]))["indexes"]
    assert same == {"ignoredArticles": whole["ignoredArticles"], "lastModified": whole["lastModified"]}
    assert whole["lastModified"] > 1_600_000_000_000
    assert (await anna.ok("getIndexes", ifModifiedSince=whole["lastModified"] - 1))["indexes"]["index"]
    # Nothing has changed since a moment that is still to come.
    to_come = int(time.time() * 1000) + 60_000
    assert "index" not in (await anna.ok("getIndexes", ifModifiedSince=to_come))["indexes"]
    # A process that begins anew, or another one, says the same.
    elsewhere = Browse(house.stage.application.database)
    assert await elsewhere.changed_at(house.principals["anna"]) == whole["lastModified"]


async def test_indexes_are_told_again_after_every_change(house: House, anna: Client, root: Client) -> None:
    seen = {0}

    async def told() -> str:
        """What is told to an app that has all that was told before; any of the dates it had leads to it."""
        found: dict[str, Any] = {}
        for since in seen:
            found = (await anna.ok("getIndexes", ifModifiedSince=since))["indexes"]
            assert "index" in found, since
        assert found["lastModified"] <= time.time() * 1000
        assert "index" not in (await anna.ok("getIndexes", ifModifiedSince=found["lastModified"]))["indexes"]
        seen.add(found["lastModified"])
        return str(found["index"])

    assert "Борис" in await told()
    library, principal = house.stage.areas.library, house.principals["root"]
    dawn = (await anna.ok("getSong", id=await house.id("Dawn")))["song"]
    number = int(dawn["artistId"][3:])
    await library.editing.artists.change(principal, number, ArtistEdit(name="Zoe"))
    shown = await told()
    assert "Zoe" in shown and "Aurora" not in shown
    await anna.ok("star", artistId=dawn["artistId"])
    assert "starred" in await told()
    (folder,) = [row.id for row in await library.browse.libraries(principal) if row.path]
    await library.libraries.set_rights(principal, folder, is_open=False, user_ids=[])
    assert "Zoe" not in await told()
    await library.libraries.set_libraries_of(principal, house.principals["anna"].user_id, [folder])
    assert "Zoe" in await told()
    await library.libraries.set_libraries_of(principal, house.principals["anna"].user_id, [])
    assert "Zoe" not in await told()
    # What is right for one person says nothing of another.
    mine = (await anna.ok("getIndexes"))["indexes"]["lastModified"]
    assert "index" in (await root.ok("getIndexes", ifModifiedSince=mine))["indexes"]


async def test_an_empty_library_is_no_error(house: House, anna: Client) -> None:
    for file in list(house.stage.music.rglob("*.*")):
        file.unlink()
    async with house.stage.application.database.transaction() as transaction:
        for name in ("song", "album", "artist", "genre"):
            await transaction.execute(metadata.tables[name].delete())
    for name, given in {
        "getIndexes": {},
        "getArtists": {},
        "getGenres": {},
        "getAlbumList": {"type": "newest"},
        "getAlbumList2": {"type": "random"},
        "getRandomSongs": {},
        "search3": {"query": ""},
        "getStarred2": {},
        "getNowPlaying": {},
        "getPlaylists": {},
        "getTopSongs": {"artist": "nobody"},
    }.items():
        assert await anna.ok(name, **given), name


async def test_every_genre_has_its_name_and_counts(anna: Client) -> None:
    genres = (await anna.ok("getGenres"))["genres"]["genre"]
    assert {(genre["value"], genre["songCount"], genre["albumCount"]) for genre in genres} == {
        ("Electronic", 3, 1),
        ("Pop", 3, 1),
        ("Rock", 2, 2),
    }


async def test_what_is_known_beside_the_music(house: House, anna: Client) -> None:
    song = (await anna.ok("getSong", id=await house.id("Dawn")))["song"]
    album = (await anna.ok("getAlbumInfo2", id=song["albumId"]))["albumInfo"]
    number = song["albumId"].partition("-")[2]
    assert album["largeImageUrl"] == f"http://music.example/api/v1/albums/{number}/image?size=1200"
    assert (await anna.ok("getAlbumInfo", id=song["id"]))["albumInfo"] == album
    artist = (await anna.ok("getArtistInfo", id=song["artistId"]))["artistInfo"]
    assert artist["smallImageUrl"].endswith("image?size=160")
    assert (await anna.ok("getArtistInfo2", id=song["albumId"]))["artistInfo2"] == {}


async def test_lyrics_by_id_and_by_name(house: House, anna: Client) -> None:
    number = await house.id("Überfluß")
    (layer,) = (await anna.ok("getLyricsBySongId", id=number))["lyricsList"]["structuredLyrics"]
    assert layer == {
        "lang": "xxx",
        "synced": False,
        "displayArtist": layer["displayArtist"],
        "displayTitle": "Überfluß",
        "line": [{"value": "First line"}, {"value": "Second line"}],
    }
    assert (await anna.ok("getLyricsBySongId", id=await house.id("Dawn")))["lyricsList"] == {"structuredLyrics": []}
    words = (await anna.ok("getLyrics", artist="Aurora", title="überfluß"))["lyrics"]
    assert words["value"] == "First line\nSecond line"
    assert (await anna.ok("getLyrics", artist="x", title="y"))["lyrics"] == {"artist": "x", "title": "y", "value": ""}
    assert (await anna.ok("getLyrics"))["lyrics"] == {"value": ""}


async def test_synced_lyrics_have_their_times(house: House, anna: Client) -> None:
    number = await house.id("Dawn")
    lyrics = metadata.tables["song_lyrics"]
    async with house.stage.application.database.transaction() as transaction:
        synced = msgspec.json.encode([(500, "one"), (1500, "two")]).decode()
        row = {"plain": "one\ntwo", "synced": synced, "language": "eng"}
        changed = await transaction.execute(update(lyrics).where(lyrics.c.song_id == int(number[3:])).values(**row))
        if changed.rowcount == 0:
            await transaction.execute(lyrics.insert().values(song_id=int(number[3:]), **row))
    synced_layer, plain = (await anna.ok("getLyricsBySongId", id=number))["lyricsList"]["structuredLyrics"]
    assert (synced_layer["synced"], synced_layer["lang"], plain["synced"]) == (True, "eng", False)
    assert synced_layer["line"] == [{"start": 500, "value": "one"}, {"start": 1500, "value": "two"}]


async def test_a_flagged_song_is_gone_everywhere_but_for_admins(house: House, anna: Client, root: Client) -> None:
    number = await house.id("Dawn")
    playlist = (await anna.ok("createPlaylist", name="x", songId=number))["playlist"]["id"]
    album = (await anna.ok("getSong", id=number))["song"]["albumId"]
    await anna.ok("star", id=number)
    await root.ok("scrobble", id=number, submission="false")
    song = metadata.tables["song"]
    async with house.stage.application.database.transaction() as transaction:
        await transaction.execute(update(song).where(song.c.id == int(number[3:])).values(flagged=1, listed_from=2**62))
    for name in ("getSong", "stream", "download", "getLyricsBySongId", "scrobble", "star"):
        assert await anna.error(name, id=number) == 70, name
    assert await anna.error("updatePlaylist", playlistId=playlist, songIdToAdd=number) == 70
    shown: list[dict[str, object]] = [
        await anna.ok("getPlaylist", id=playlist),
        await anna.ok("getStarred2"),
        await anna.ok("getNowPlaying"),
        await anna.ok("search3", query="Dawn"),
        await anna.ok("search3", query=""),
        await anna.ok("getRandomSongs", size=100),
        await anna.ok("getSongsByGenre", genre="Pop"),
        await anna.ok("getTopSongs", artist="Aurora"),
    ]
    assert number not in str(shown)
    assert number in str(await root.ok("search3", query="Dawn"))
    assert len((await root.ok("getAlbum", id=album))["album"]["song"]) == 3

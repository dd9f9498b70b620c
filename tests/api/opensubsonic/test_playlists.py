"""Playlists as apps make, fill, empty and delete them."""

from antiphon.kernel.paging import Page
from tests.api.opensubsonic.client import Client
from tests.api.opensubsonic.conftest import House


def titles(playlist: dict[str, object]) -> list[str]:
    entries = playlist["entry"]
    assert isinstance(entries, list)
    return [entry["title"] for entry in entries]


async def test_a_playlist_is_made_and_read(house: House, anna: Client) -> None:
    dawn, dusk = await house.id("Dawn"), await house.id("Dusk")
    made = (await anna.ok("createPlaylist", name="Evening", songId=[dusk, dawn, dusk]))["playlist"]
    assert (made["name"], made["owner"], made["public"], made["songCount"]) == ("Evening", "anna", False, 3)
    assert titles(made) == ["Dusk", "Dawn", "Dusk"]
    assert made["id"].startswith("pl-")
    assert made["readonly"] is False
    read = (await anna.ok("getPlaylist", id=made["id"]))["playlist"]
    assert read == made
    (listed,) = (await anna.ok("getPlaylists"))["playlists"]["playlist"]
    assert listed == {name: value for name, value in made.items() if name != "entry"}
    assert {"changed", "created", "comment", "duration"} <= listed.keys()


async def test_creating_with_an_id_replaces_all_songs(house: House, anna: Client) -> None:
    dawn, dusk = await house.id("Dawn"), await house.id("Dusk")
    number = (await anna.ok("createPlaylist", name="x", songId=[dawn, dawn]))["playlist"]["id"]
    replaced = (await anna.ok("createPlaylist", playlistId=number, songId=dusk))["playlist"]
    assert (replaced["id"], replaced["name"], titles(replaced)) == (number, "x", ["Dusk"])
    renamed = (await anna.ok("createPlaylist", playlistId=number, name="y"))["playlist"]
    assert (renamed["name"], renamed["entry"]) == ("y", [])


async def test_what_an_app_was_not_shown_stays_when_it_replaces_all_songs(
    house: House, anna: Client, root: Client
) -> None:
    dawn, dusk, alone, noon = [await house.id(title) for title in ("Dawn", "Dusk", "Alone", 'Noon <&> "Sun"')]
    number = (await anna.ok("createPlaylist", name="x", songId=[dawn, alone, dusk]))["playlist"]["id"]
    await anna.ok("updatePlaylist", playlistId=number, public="true")
    person, areas, plain = house.principals["anna"], house.stage.areas, int(number.removeprefix("pl-"))
    await areas.playlists.edit.add(person, plain, ["spotify:track:4uLU6hMCjMI75M1A2tKUQC"], position=0)
    await areas.library.flags.song(house.principals["root"], int(alone.removeprefix("so-")), True)

    async def everything() -> list[str]:
        items = await areas.playlists.browse.items(house.principals["root"], plain, Page(500))
        return [item.song.title if item.song else "Spotify" for item in items.rows]

    shown = (await anna.ok("createPlaylist", playlistId=number, songId=[dawn, noon, dusk]))["playlist"]
    assert titles(shown) == ["Dawn", 'Noon <&> "Sun"', "Dusk"]
    assert await everything() == ["Spotify", "Dawn", "Alone", 'Noon <&> "Sun"', "Dusk"]
    shown = (await anna.ok("createPlaylist", playlistId=number, songId=[dusk, dawn, dusk]))["playlist"]
    assert titles(shown) == ["Dusk", "Dawn", "Dusk"]
    assert await everything() == ["Spotify", "Dusk", "Dawn", "Alone", "Dusk"]
    # The app read the list before the song was hidden.
    assert titles((await anna.ok("createPlaylist", playlistId=number, songId=[alone, dusk]))["playlist"]) == ["Dusk"]
    assert await everything() == ["Spotify", "Alone", "Dusk"]
    assert titles((await anna.ok("createPlaylist", playlistId=number))["playlist"]) == []
    assert await everything() == ["Spotify", "Alone"]
    assert titles((await root.ok("getPlaylist", id=number))["playlist"]) == ["Alone"]


async def test_songs_are_removed_by_their_old_positions_and_then_added(house: House, anna: Client) -> None:
    dawn, dusk, alone = await house.id("Dawn"), await house.id("Dusk"), await house.id("Alone")
    number = (await anna.ok("createPlaylist", name="x", songId=[dawn, dusk, alone, dawn]))["playlist"]["id"]
    await anna.ok("updatePlaylist", playlistId=number, songIndexToRemove=[0, 2], songIdToAdd=[alone, dusk])
    assert titles((await anna.ok("getPlaylist", id=number))["playlist"]) == ["Dusk", "Dawn", "Alone", "Dusk"]
    assert await anna.error("updatePlaylist", playlistId=number, songIndexToRemove=4, name="not this") == 0
    assert (await anna.ok("getPlaylist", id=number))["playlist"]["name"] == "x"


async def test_an_empty_value_names_no_song(house: House, anna: Client) -> None:
    dawn, dusk = await house.id("Dawn"), await house.id("Dusk")
    number = (await anna.ok("createPlaylist", name="e", songId=""))["playlist"]["id"]
    await anna.ok("updatePlaylist", playlistId=number, songIdToAdd=["", dawn, dusk], songIndexToRemove="")
    await anna.ok("updatePlaylist", playlistId=number, songIdToAdd="", songIndexToRemove=["", 0])
    assert titles((await anna.ok("getPlaylist", id=number))["playlist"]) == ["Dusk"]
    assert titles((await anna.ok("createPlaylist", playlistId=number, songId=["", dawn]))["playlist"]) == ["Dawn"]


async def test_name_comment_and_publicity_are_changed(house: House, anna: Client, root: Client) -> None:
    number = (await anna.ok("createPlaylist", name="x"))["playlist"]["id"]
    await anna.ok("updatePlaylist", playlistId=number, name="Ümläut", comment="for <all>", public="True")
    shown = (await root.ok("getPlaylist", id=number))["playlist"]
    assert (shown["name"], shown["comment"], shown["public"], shown["readonly"]) == ("Ümläut", "for <all>", True, True)
    await anna.ok("updatePlaylist", playlistId=number, comment="", public="false")
    assert await root.error("getPlaylist", id=number) == 70


async def test_a_collaborator_may_say_what_publicity_is_anyway(house: House, anna: Client) -> None:
    number = (await anna.ok("createPlaylist", name="ours"))["playlist"]["id"]
    berta = await house.move_in("berta")
    person, plain = house.principals["anna"], int(number.removeprefix("pl-"))
    collaborators = [house.principals["berta"].user_id]
    await house.stage.areas.playlists.edit.update(person, plain, collaborators=collaborators)
    await berta.ok("updatePlaylist", playlistId=number, comment="hi", public="false")
    assert await berta.error("updatePlaylist", playlistId=number, comment="ho", public="true") == 50
    await anna.ok("updatePlaylist", playlistId=number, public="true")
    await berta.ok("updatePlaylist", playlistId=number, name="all of ours", public="true")
    assert await berta.error("updatePlaylist", playlistId=number, public="false") == 50
    shown = (await anna.ok("getPlaylist", id=number))["playlist"]
    assert (shown["name"], shown["comment"], shown["public"]) == ("all of ours", "hi", True)


async def test_rights_are_told_by_code(house: House, anna: Client, root: Client) -> None:
    dawn = await house.id("Dawn")
    private = (await anna.ok("createPlaylist", name="mine"))["playlist"]["id"]
    public = (await anna.ok("createPlaylist", name="ours"))["playlist"]["id"]
    await anna.ok("updatePlaylist", playlistId=public, public="true")
    berta = await house.move_in("berta")
    for number, code in ((private, 70), (public, 50)):
        assert await berta.error("updatePlaylist", playlistId=number, songIdToAdd=dawn) == code
        assert await berta.error("createPlaylist", playlistId=number, songId=dawn) == code
        assert await berta.error("deletePlaylist", id=number) == code
    assert await berta.error("getPlaylist", id=private) == 70
    assert [one["name"] for one in (await berta.ok("getPlaylists"))["playlists"]["playlist"]] == ["ours"]
    assert await berta.error("getPlaylists", username="anna") == 50
    assert [one["name"] for one in (await root.ok("getPlaylists", username="anna"))["playlists"]["playlist"]] == [
        "ours"
    ]
    assert (await root.ok("getPlaylists", username="root"))["playlists"] == {"playlist": []}


async def test_wrong_playlist_calls_are_refused(house: House, anna: Client) -> None:
    assert await anna.error("createPlaylist") == 10
    assert await anna.error("createPlaylist", name="") == 10
    assert await anna.error("createPlaylist", name="  ") == 0
    assert await anna.error("createPlaylist", name="x", songId="so-999999") == 70
    assert await anna.error("createPlaylist", playlistId="pl-999999") == 70
    for name in ("getPlaylist", "deletePlaylist"):
        assert await anna.error(name) == 10
        assert await anna.error(name, id="pl-999999") == 70
        assert await anna.error(name, id="so-1") == 70
    assert await anna.error("updatePlaylist") == 10
    assert (await anna.ok("getPlaylists"))["playlists"] == {"playlist": []}


async def test_a_playlist_is_deleted_also_by_the_method_delete(anna: Client) -> None:
    for method in ("GET", "POST", "DELETE"):
        number = (await anna.ok("createPlaylist", name="x"))["playlist"]["id"]
        await anna.ok("deletePlaylist", id=number, method=method)
        assert await anna.error("getPlaylist", id=number) == 70


async def test_a_long_list_comes_by_form(house: House, anna: Client) -> None:
    dawn = await house.id("Dawn")
    made = (await anna.ok("createPlaylist", method="POST", name="long", songId=[dawn] * 5000))["playlist"]
    assert made["songCount"] == 5000


async def test_a_playlist_has_the_cover_of_a_song(house: House, anna: Client) -> None:
    playlist = (await anna.ok("createPlaylist", name="x", songId=await house.id("Dawn")))["playlist"]
    album = (await anna.ok("getSong", id=await house.id("Dawn")))["song"]["coverArt"]
    wanted = (await anna.call("getCoverArt", id=album, size=300)).body
    # Some apps ask for `pl-` and the id, whatever the cover was called.
    for number in (playlist["coverArt"], playlist["id"], f"pl-{playlist['id']}"):
        assert (await anna.call("getCoverArt", id=number, size=300)).body == wanted

"""Songs, albums, artists, genres and search, over HTTP."""

import pytest

from tests.api.house import House
from tests.audio.timed_text import DUET


async def test_a_song_has_every_field_of_the_contract(house: House) -> None:
    song_id = (await house.ids())["Überfluß"]
    async with house.caller("anna") as anna:
        song = await anna.read(f"/songs/{song_id}")
    assert {
        "id", "title", "artists", "artist", "album", "album_id", "disc", "track", "genres", "year", "duration",
        "language", "lyrics", "image_url", "audio_url", "format", "bitrate", "loudness", "play_count", "rating",
        "flagged", "uploader_id", "created_at", "updated_at",
    } <= song.keys()  # fmt: skip
    assert song["title"] == "Überfluß"
    assert [one["name"] for one in song["artists"]] == ["Aurora", "Борис"]
    assert song["artist"] == "Aurora, Борис"
    assert (song["album"], song["disc"], song["track"], song["year"]) == ("Second", 1, 1, 2010)
    assert song["genres"] == ["Rock"]
    assert song["lyrics"] == "First line\nSecond line"
    assert song["rating"] == {"mean": None, "count": 0}
    assert song["audio_url"] == f"/api/v1/songs/{song_id}/stream"
    assert song["created_at"].endswith("Z")
    assert song["format"] == "flac" and song["sample_rate"] == 44100


async def test_lists_leave_out_lyrics_and_count_what_is_there(house: House) -> None:
    async with house.caller("anna") as anna:
        body = await anna.ask("GET", "/api/v1/songs?limit=2&offset=1")
    assert body["success"] is True
    assert {name: body["page"][name] for name in ("limit", "offset", "total")} == {"limit": 2, "offset": 1, "total": 6}
    assert [song["title"] for song in body["data"]] == ["Dawn", "Dusk"]
    assert all(song["lyrics"] is None for song in body["data"])


async def test_pages_follow_one_another_without_gaps(house: House) -> None:
    async with house.caller("anna") as anna:
        whole = [song["id"] for song in await anna.read("/songs?sort=newest")]
        pages = [(await anna.read(f"/songs?sort=newest&limit=1&offset={place}")) for place in range(7)]
    assert [song["id"] for page in pages for song in page] == whole
    assert len(whole) == len(set(whole)) == 6


@pytest.mark.parametrize(
    "sort", ["title", "newest", "random", "most_played", "recently_played", "starred", "rating", "album"]
)
async def test_songs_come_in_every_order(house: House, sort: str) -> None:
    async with house.caller("anna") as anna:
        body = await anna.ask("GET", f"/api/v1/songs?sort={sort}")
    assert len(body["data"]) == body["page"]["total"] or sort == "random"
    assert body["page"]["total"] == (0 if sort in ("recently_played", "starred", "rating") else 6)


@pytest.mark.parametrize(
    "sort", ["title", "artist", "newest", "year", "random", "most_played", "recently_played", "starred", "rating"]
)
async def test_albums_come_in_every_order(house: House, sort: str) -> None:
    async with house.caller("anna") as anna:
        body = await anna.ask("GET", f"/api/v1/albums?sort={sort}")
    assert body["page"]["total"] == (0 if sort in ("recently_played", "starred", "rating") else 3)
    assert len(body["data"]) == body["page"]["total"]


async def test_songs_are_narrowed_by_each_filter(house: House) -> None:
    artists, albums = await house.ids("artists"), await house.ids("albums")
    async with house.caller("anna") as anna:

        async def titles(query: str) -> set[str]:
            return {song["title"] for song in await anna.read(f"/songs?{query}")}

        assert await titles("genre=rOcK") == {"Überfluß", "Утро"}
        assert await titles(f"artist_id={artists['Борис']}") == {"Überfluß", "Утро"}
        assert await titles(f"album_id={albums['First Light']}") == {"Dawn", 'Noon <&> "Sun"', "Dusk"}
        assert await titles("year_from=2001&year_to=2005") == {"Dawn", 'Noon <&> "Sun"', "Dusk"}
        assert await titles("genre=nothing+of+that+name") == set()
        assert await titles("starred=true") == set()


@pytest.mark.parametrize(
    ("path", "named"),
    [
        *(("/songs?sort=title", "title"), ("/songs?sort=newest", "title"), ("/songs?sort=year", "year")),
        *(("/albums?sort=artist", "title"), ("/albums?sort=year", "year")),
    ],
)
async def test_an_order_is_read_from_either_end(house: House, path: str, named: str) -> None:
    async with house.caller("anna") as anna:
        forth, back = await anna.read(path), await anna.ask("GET", f"/api/v1{path}&reverse=true")
        second = await anna.read(f"{path}&reverse=true&limit=1&offset=1")
    assert [one[named] for one in back["data"]] == [one[named] for one in reversed(forth)] and len(forth) > 1
    assert (second[0]["id"], back["page"]["total"]) == (back["data"][1]["id"], len(forth))


async def test_an_album_comes_with_its_songs_in_order(house: House) -> None:
    album_id = (await house.ids("albums"))["First Light"]
    async with house.caller("anna") as anna:
        album = await anna.read(f"/albums/{album_id}")
        songs = await anna.ask("GET", f"/api/v1/albums/{album_id}/songs")
    assert [song["track"] for song in album["songs"]] == [1, 2, 3]
    assert (album["title"], album["artist"], album["year"], album["song_count"]) == ("First Light", "Aurora", 2001, 3)
    assert album["release_date"] == "2001-04-02"
    assert album["genres"] == ["Pop", "Electronic"]
    assert album["image_url"].startswith(f"/api/v1/albums/{album_id}/image?v=")
    assert songs["data"] == album["songs"]
    assert songs["page"]["total"] == 3


async def test_an_artist_comes_with_albums_and_appearances(house: House) -> None:
    artist_id = (await house.ids("artists"))["Борис"]
    async with house.caller("anna") as anna:
        artist = await anna.read(f"/artists/{artist_id}")
        listed = await anna.read("/artists")
    assert [album["title"] for album in artist["albums"]] == ["Свет"]
    assert [album["title"] for album in artist["appears_on"]] == ["Second"]
    assert (artist["album_count"], artist["song_count"]) == (1, 2)
    assert {one["name"] for one in listed} == {"Aurora", "Борис", "The Nobody"}


async def test_genres_are_listed_and_read_one_by_one(house: House) -> None:
    async with house.caller("anna") as anna:
        body = await anna.ask("GET", "/api/v1/genres?limit=2")
        rock = next(one for one in await anna.read("/genres") if one["name"] == "Rock")
        alone = await anna.read(f"/genres/{rock['id']}")
    assert body["page"] == {"limit": 2, "offset": 0, "total": 3}
    assert [one["name"] for one in body["data"]] == ["Electronic", "Pop"]
    assert alone == rock == {"id": rock["id"], "name": "Rock", "song_count": 2, "album_count": 2}


async def test_search_finds_songs_albums_and_artists(house: House) -> None:
    async with house.caller("anna") as anna:
        found = await anna.read("/search?q=auror")
        folded = await anna.read("/search?q=UBERFLUSS")
        nothing = await anna.read("/search?q=")
        none_wanted = await anna.read("/search?q=aurora&limit=0")
    assert [one["name"] for one in found["artists"]] == ["Aurora"]
    assert {one["title"] for one in found["albums"]} == {"First Light", "Second"}
    assert [one["title"] for one in folded["songs"]] == ["Überfluß"]
    assert nothing == none_wanted == {"songs": [], "albums": [], "artists": []}


async def test_lyrics_are_told_plain_and_by_line(house: House) -> None:
    songs = await house.ids()
    async with house.caller("anna") as anna:
        words = await anna.read(f"/songs/{songs['Überfluß']}/lyrics")
        none = await anna.read(f"/songs/{songs['Dawn']}/lyrics")
    assert words["plain"] == "First line\nSecond line"
    assert none == {"plain": None, "synced": None, "language": None, "singers": [], "layers": []}


async def test_lyrics_tell_who_sings_and_what_it_means(house: House) -> None:
    (house.stage.music / "loose.ttml").write_text(DUET, encoding="utf-8")
    await house.areas.library.scans.run(lambda *_: None)
    async with house.caller("anna") as anna:
        words = await anna.read(f"/songs/{(await house.ids())['Alone']}/lyrics")
    assert [line["singer"] for line in words["synced"]] == ["v1", "background", "v2", "v1000", "v1"]
    assert words["singers"][:2] == [
        {"id": "v1", "role": "main", "name": "Ines"},
        {"id": "background", "role": "bg", "name": None},
    ]
    assert {(layer["kind"], layer["language"]): layer["lines"][0]["text"] for layer in words["layers"]} == {
        ("translation", "en"): "The night is a bell",
        ("pronunciation", "ja-Latn"): "yoru no",
    }


@pytest.mark.parametrize("thing", ["songs", "albums", "artists", "genres"])
@pytest.mark.parametrize("wrong", ["0", "999999", "-1", "01", "1.0", "x", "١", "9" * 30, "1 ", "%00"])
async def test_what_is_not_there_is_not_found(house: House, thing: str, wrong: str) -> None:
    async with house.caller("anna") as anna:
        error = await anna.refused("GET", f"/{thing}/{wrong}", 404)
    assert error["code"] == f"{thing[:-1]}_not_found"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=-1", "limit"),
        ("limit=ten", "limit"),
        ("offset=-5", "offset"),
        ("offset=1e3", "offset"),
        ("limit=" + "9" * 40, "limit"),
        ("sort=loudest", "sort"),
        ("artist_id=0", "artist_id"),
        ("artist_id=" + "9" * 30, "artist_id"),
        ("album_id=abc", "album_id"),
        ("year_from=-3", "year_from"),
        ("year_to=99999", "year_to"),
        ("starred=perhaps", "starred"),
        ("genre=" + "x" * 1001, "genre"),
        ("genre=a%00b", "genre"),
    ],
)
async def test_bad_values_are_told_by_field(house: House, query: str, field: str) -> None:
    async with house.caller("anna") as anna:
        error = await anna.refused("GET", f"/songs?{query}", 422)
    assert error["code"] == "invalid"
    assert list(error["details"]) == [field]
    assert all(sentence.endswith(".") for sentence in error["details"][field])


async def test_a_limit_above_five_hundred_counts_as_five_hundred(house: House) -> None:
    async with house.caller("anna") as anna:
        body = await anna.ask("GET", "/api/v1/songs?limit=100000")
    assert body["page"]["limit"] == 500


async def test_nobody_reads_the_catalogue_without_signing_in(house: House) -> None:
    async with house.door() as door:
        for path in ("songs", "songs/1", "albums", "albums/1", "artists", "genres", "search?q=a", "songs/1/stream"):
            answer = await door.get(f"/api/v1/{path}")
            assert answer.status_code == 401, path
            assert answer.headers["www-authenticate"] == "Bearer"
            assert answer.json()["error"]["code"] == "not_signed_in"


async def test_an_unchanged_catalogue_is_not_sent_again(house: House) -> None:
    song_id = (await house.ids())["Dawn"]
    async with house.caller("anna") as anna:
        for path in ("/songs", f"/songs/{song_id}", "/albums?sort=newest", "/artists", "/genres", "/search?q=a"):
            first = await anna.client.get(f"/api/v1{path}")
            tag = first.headers["etag"]
            assert first.headers["cache-control"] == "private, no-cache"
            again = await anna.client.get(f"/api/v1{path}", headers={"If-None-Match": f'"other", {tag}'})
            assert (again.status_code, again.content) == (304, b""), path
            assert again.headers["etag"] == tag
            for wrong, status in (("/songs/999999", 404), ("/songs?limit=-1", 422)):
                refused = await anna.client.get(f"/api/v1{wrong}", headers={"If-None-Match": tag})
                assert refused.status_code == status, "a tag says nothing of other addresses"


async def test_what_one_does_changes_ones_own_tag_only(house: House) -> None:
    song_id = (await house.ids())["Dawn"]
    async with house.caller("anna") as anna, house.caller("berta") as berta:
        path = f"/api/v1/songs/{song_id}"
        hers, others = await anna.client.get(path), await berta.client.get(path)
        assert hers.headers["etag"] != others.headers["etag"]
        await anna.ask("PUT", f"{path}/star")
        assert (await berta.client.get(path, headers={"If-None-Match": others.headers["etag"]})).status_code == 304
        assert (await anna.client.get(path, headers={"If-None-Match": hers.headers["etag"]})).status_code == 200
        await anna.ask("DELETE", f"{path}/star")


async def test_a_random_order_has_no_tag(house: House) -> None:
    async with house.caller("anna") as anna:
        answer = await anna.client.get("/api/v1/songs?sort=random")
    assert "etag" not in answer.headers
    assert answer.headers["cache-control"] == "no-store"


async def test_head_tells_what_get_would_without_the_body(house: House) -> None:
    async with house.caller("anna") as anna:
        for path in ("/api/v1/songs", "/api/v1/auth/me", "/api/v1/songs/999999"):
            whole, head = await anna.client.get(path), await anna.client.head(path)
            assert head.status_code == whole.status_code
            assert head.content == b""
            assert head.headers["content-length"] == whole.headers["content-length"]


async def test_other_methods_are_told_what_would_be_right(house: House) -> None:
    async with house.caller("anna") as anna:
        answer = await anna.client.post("/api/v1/search", json={})
        unknown = await anna.refused("GET", "/nothing/here", 404)
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD"
    assert answer.json()["error"]["code"] == "method_not_allowed"
    assert unknown["code"] == "no_such_route"


async def test_songs_that_are_named_come_in_that_order(house: House) -> None:
    songs = await house.ids()
    named = f"{songs['Dusk']},{songs['Dawn']},999999"
    async with house.caller("anna") as anna:
        assert [song["title"] for song in await anna.read(f"/songs?ids={named}")] == ["Dusk", "Dawn"]
        await anna.refused("GET", "/songs?ids=3,x", 422)
        await anna.refused("GET", "/songs?ids=" + ",".join(["7"] * 501), 422)


async def test_search_finds_names_that_are_made_of_signs(house: House) -> None:
    house.stage.audio.song(house.stage.music / "chk.mp3", {"title": "???", "artist": "!!!", "album": "+"})
    await house.stage.areas.library.scans.run(lambda *_: None)
    async with house.caller("anna") as anna:
        found = [await anna.read(f"/search?q={query}") for query in ("%3F%3F", "!!!", "%2B", '""', "")]
    names = [
        [one.get("title") or one["name"] for kind in ("songs", "albums", "artists") for one in body[kind]]
        for body in found
    ]
    assert names == [["???"], ["!!!"], ["+"], [], []]

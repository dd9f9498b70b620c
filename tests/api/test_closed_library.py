"""A library for some people only: through every dialect, others see nothing of it; rights count at once."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from tests.api.house import Caller, House

WORDS = ("Whisper", "Behind Doors", "Recluse", "Secret", "secret")
# {closed}: the library's number.
REST = (
    "getMusicFolders",
    "getIndexes?musicFolderId={closed}",
    "getArtists?musicFolderId={closed}",
    "getMusicDirectory?id={closed}",
    "getGenres",
    *(
        f"{name}?type={kind}&genre=Secret&fromYear=1900&toYear=2100&musicFolderId={{closed}}"
        for name in ("getAlbumList", "getAlbumList2")
        for kind in ("random", "newest", "alphabeticalByName", "alphabeticalByArtist", "byGenre", "byYear", "starred")
    ),
    "getRandomSongs?size=500&musicFolderId={closed}",
    "getRandomSongs?size=500",
    "getSongsByGenre?genre=Secret&musicFolderId={closed}",
    "getTopSongs?artist=Recluse",
    "getStarred?musicFolderId={closed}",
    "getStarred2?musicFolderId={closed}",
    "search?any=whisper",
    *(
        f"{name}?query={words}&musicFolderId={{closed}}"
        for name in ("search2", "search3")
        for words in ('""', "whisper", "recluse", "behind")
    ),
    "getNowPlaying",
    "getPlaylists",
    "getPlayQueue",
    "getBookmarks",
    "getUser?username={name}",
)
PATHS = (
    "/api/v1/libraries",
    "/api/v1/libraries/{closed}",
    *(
        f"/api/v1/{thing}?library_id={{closed}}&sort={sort}"
        for thing in ("songs", "albums", "artists")
        for sort in ("newest", "random", "added")
    ),
    "/api/v1/search?q=whisper&library_id={closed}",
    "/api/v1/search?q=recluse&library_id={closed}",
    "/api/v1/genres",
    "/api/v1/plays",
    "/songs",
    "/albums",
    "/artists",
    "/api/songs/",
    "/api/songs/featured/",
    "/api/songs/made-for-you/",
    "/api/songs/trending/",
    "/api/albums/",
    "/api/genre",
    "/api/songs",
)


async def everything(caller: Caller, key: str, closed: int) -> str:
    """All that somebody gets to read, as one text; nothing of it may break."""
    told = []
    name = caller.user["username"]
    for path in PATHS:
        answer = await caller.client.get(path.format(closed=closed))
        assert answer.status_code < 500, path
        told.append(answer.text)
    for call in REST:
        endpoint, _, query = call.format(closed=closed, name=name).partition("?")
        answer = await caller.client.get(f"/rest/{endpoint}?{query}&f=json&v=1.16.1&c=test&apiKey={key}")
        assert answer.status_code == 200, call
        told.append(answer.text)
    return "".join(told)


@asynccontextmanager
async def reader(house: House, name: str) -> AsyncIterator[tuple[Caller, str]]:
    """Somebody, and their key for apps."""
    async with house.caller(name) as caller:
        body = {"name": "app", "scopes": ["read", "write"]}
        made = (await caller.ask("POST", "/api/v1/auth/api-keys", 201, json=body))["data"]
        yield caller, made["key"]


async def test_rights_open_and_close_a_library_everywhere(house: House) -> None:
    async with (
        house.caller("boss", admin=True) as boss,
        reader(house, "friend") as (friend, key),
        reader(house, "stranger") as (stranger, other_key),
    ):
        closed = next(one for one in await boss.read("/libraries") if one["name"] == "secret")["id"]
        rights = f"/api/v1/libraries/{closed}/rights"
        tag = (await friend.client.get("/api/v1/albums")).headers["etag"]
        before = await everything(friend, key, closed)
        assert not [word for word in WORDS if f'"{word}"' in before]

        body: dict[str, Any] = {"open_to_all": False, "user_ids": [friend.user["id"]]}
        given = (await boss.ask("PUT", rights, json=body))["data"]
        assert [person["username"] for person in given["people"]] == ["friend"]
        fresh = await friend.client.get("/api/v1/albums", headers={"If-None-Match": tag})
        assert fresh.status_code == 200 and "Behind Doors" in fresh.text
        opened = await everything(friend, key, closed)
        assert [word for word in WORDS if f'"{word}"' in opened] == list(WORDS)
        assert (await friend.read(f"/libraries/{closed}"))["people_count"] is None
        unseen = await everything(stranger, other_key, closed)
        assert not [word for word in WORDS if f'"{word}"' in unseen]

        # What was kept with the right is not taken for what one may read without it.
        tag = (await friend.client.get("/api/v1/albums")).headers["etag"]
        await boss.ask("PUT", rights, json={"open_to_all": False})
        taken = await friend.client.get("/api/v1/albums", headers={"If-None-Match": tag})
        assert taken.status_code == 200 and "Behind Doors" not in taken.text


async def test_what_somebody_has_made_of_songs_goes_with_the_right(house: House) -> None:
    """Playlists, shares and stars of a person who may no longer see a library show nobody its songs."""
    async with (
        house.caller("boss", admin=True) as boss,
        reader(house, "friend") as (friend, key),
        house.caller("stranger") as stranger,
        house.door() as door,
    ):
        closed = next(one for one in await boss.read("/libraries") if one["name"] == "secret")["id"]
        rights = f"/api/v1/libraries/{closed}/rights"
        await boss.ask("PUT", rights, json={"open_to_all": False, "user_ids": [friend.user["id"]]})
        song = (await friend.ask("GET", f"/api/v1/songs?library_id={closed}"))["data"][0]["id"]
        playlist = {"title": "Mine", "tracks": [song], "is_public": True}
        made = (await friend.ask("POST", "/api/v1/playlists", 201, json=playlist))["data"]["id"]
        things = {"things": [{"type": "song", "id": song}]}
        page = (await friend.ask("POST", "/api/v1/shares", 201, json=things))["data"]["path"]
        await friend.ask("PUT", f"/api/v1/songs/{song}/star")
        assert (await stranger.read(f"/playlists/{made}"))["items"] == []
        assert "Whisper" in (await door.get(page)).text

        await boss.ask("PUT", rights, json={"open_to_all": False})
        assert "Whisper" not in (await door.get(page)).text
        assert (await door.get(f"{page}/songs/{song}/stream")).status_code == 404
        after = await everything(friend, key, closed)
        assert not [word for word in WORDS if f'"{word}"' in after]
        assert (await friend.read(f"/playlists/{made}"))["items"] == []
        for method, path in (("GET", "/stream"), ("GET", ""), ("PUT", "/star")):
            await friend.refused(method, f"/songs/{song}{path}", 404)
        await friend.ask("DELETE", f"/api/v1/playlists/{made}")


async def test_apps_of_admins_give_rights_by_the_folders_they_name(house: House) -> None:
    async with house.caller("boss", admin=True) as boss:
        closed = next(one for one in await boss.read("/libraries") if one["name"] == "secret")["id"]
        body = {"name": "app", "scopes": ["read", "write", "admin"]}
        key = (await boss.ask("POST", "/api/v1/auth/app-passwords", 201, json={"name": body["name"]}))["data"]
        access = f"u=boss&p={key['password']}&f=json&v=1.16.1&c=test"

        async def call(endpoint: str) -> dict[str, Any]:
            answer = await boss.client.get(f"/rest/{endpoint}&{access}")
            found: dict[str, Any] = answer.json()["subsonic-response"]
            return found

        new = "createUser?username=guest&email=guest@example.org&password=correct-horse-battery"
        assert (await call(f"{new}&musicFolderId={closed}"))["status"] == "ok"
        folders = (await call("getUser?username=guest"))["user"]["folder"]
        assert closed in folders and len(folders) == 2
        assert (await call("updateUser?username=guest&musicFolderId=1"))["status"] == "ok"
        assert (await call("getUser?username=guest"))["user"]["folder"] == [one for one in folders if one != closed]
        assert (await call("updateUser?username=guest&musicFolderId=999"))["error"]["code"] == 70

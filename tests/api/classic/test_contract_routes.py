"""The methods and paths that the documented backends A, B and D name, word for word, against what is served.

B's messages between people are no feature of this server so far, and stand in no list here.
"""

import pytest

from tests.api.house import House

NAMED: dict[str, tuple[str, ...]] = {
    "a": (
        "POST /register",
        "POST /login",
        "GET /api/all_genre",
        "POST /api/genre",
        "PUT /api/update/genre/1",
        "DELETE /api/delete/genre/1",
        "GET /api/all_album",
        "GET /api/album",
        "POST /api/album",
        "PUT /api/update/album/1",
        "DELETE /api/delete/album/1",
        "PUT /api/flag_album/1",
        "GET /api/all_song",
        "GET /api/song",
        "POST /api/song",
        "PUT /api/update/song/1",
        "DELETE /api/delete/song/1",
        "PUT /api/flag_song/1",
        "POST /api/rate/song/1",
        "GET /api/playlist",
        "GET /api/playlist/Evening",
        "POST /api/playlist",
        "PUT /api/update/playlist/1",
        "DELETE /api/delete/playlist/Evening",
        "DELETE /api/delete/playlist/song/1",
        "POST /api/export/csv",
        "GET /api/export/csv/abc",
    ),
    "b": (
        "POST /api/auth/registration/",
        "POST /api/auth/login/",
        "POST /api/auth/logout/",
        "GET /api/auth/user/",
        "GET /api/admin/check/",
        "GET /api/users/",
        "GET /api/users/1/",
        "PUT /api/users/1/",
        "DELETE /api/users/1/",
        "GET /api/songs/",
        "POST /api/songs/",
        "GET /api/songs/featured/",
        "GET /api/songs/made-for-you/",
        "GET /api/songs/trending/",
        "GET /api/songs/1/",
        "PUT /api/songs/1/",
        "DELETE /api/songs/1/",
        "GET /api/albums/",
        "POST /api/albums/",
        "GET /api/albums/1/",
        "PUT /api/albums/1/",
        "DELETE /api/albums/1/",
        "GET /api/stats/",
    ),
    "d": (
        "POST /register",
        "POST /login",
        "POST /logout",
        *(
            f"{method} /{things}{which}"
            for things in ("songs", "albums", "artists")
            for method, which in (("GET", ""), ("POST", ""), ("GET", "/1"), ("PUT", "/1"), ("DELETE", "/1"))
        ),
        "GET /playlists",
        "POST /playlists/create",
        "GET /playlists/1",
        "GET /playlists/1/songs",
        "POST /playlists/1/add-song",
        "POST /playlists/1/remove-song",
        "DELETE /playlists/1/remove-song",
    ),
}
OPEN = ("/register", "/login", "/api/auth/registration/", "/api/auth/login/")
NOTHING = "There is nothing at this address."


@pytest.mark.parametrize("document", NAMED)
async def test_every_route_of_a_document_is_served(house: House, document: str) -> None:
    """Without a sign-in: a path that is not served is 404, a method 405, and everything else says who is missing.

    Reading the open catalogue may find no such thing; the path itself is then served.
    """
    async with house.door() as nobody:
        assert NOTHING in (await nobody.get("/songs/1/nowhere")).text
        for named in NAMED[document]:
            method, path = named.split()
            answer = await nobody.request(method, path)
            assert answer.status_code != 405, named
            assert NOTHING not in answer.text, named
            if method != "GET" and path not in OPEN:
                assert answer.status_code == 401, f"{named}: {answer.status_code} {answer.text[:200]}"


async def test_admins_find_every_route(house: House) -> None:
    """Methods are checked before the body: an admin's empty request meets no 405 either, and no 404 for lists."""
    async with house.caller("root", admin=True) as root:
        for named in ("POST /songs", "POST /albums", "POST /artists", "POST /api/songs/", "POST /api/albums/"):
            method, path = named.split()
            answer = await root.client.request(method, path)
            assert answer.status_code in {400, 415}, f"{named}: {answer.status_code} {answer.text[:200]}"

"""Who is let in, by what, and how the others are told."""

import hashlib

import pytest

from antiphon.api.opensubsonic.routes import ENDPOINTS
from tests.api.opensubsonic.client import Client
from tests.api.opensubsonic.conftest import House
from tests.stage import PASSWORD


def token(secret: str, salt: str) -> dict[str, str]:
    return {"t": hashlib.md5(f"{secret}{salt}".encode()).hexdigest(), "s": salt}


async def test_every_way_to_say_an_app_password(house: House, anna: Client) -> None:
    secret = house.passwords["anna"]
    ways: list[dict[str, str]] = [
        {"p": secret},
        {"p": f"enc:{secret.encode().hex()}"},
        {"p": f"enc:{secret.encode().hex().upper()}"},
        token(secret, "x"),
        token(secret, "a salt with blanks & signs"),
        {"t": token(secret, "salt")["t"].upper(), "s": "salt"},
        {**token(secret, "salt"), "p": ""},
    ]
    for way in ways:
        assert (await house.app(u="anna", **way).ok("ping"))["version"] == "1.16.1", way
    assert (await house.app(u="ANNA", p=secret).ok("ping"))["openSubsonic"] is True


async def test_wrong_sign_ins_have_their_codes(house: House, anna: Client) -> None:
    secret = house.passwords["anna"]
    cases: list[tuple[int, dict[str, str]]] = [
        (10, {}),
        (10, {"u": "anna"}),
        (10, {"u": "anna", "p": ""}),
        (10, {"u": "", "p": secret}),
        (10, {"u": "anna", "t": token(secret, "salt")["t"]}),
        (40, {"u": "anna", "p": "wrong"}),
        (40, {"u": "nobody", "p": secret}),
        (40, {"u": "anna", "p": "enc:zz"}),
        (40, {"u": "anna", "p": "enc:ff"}),
        (40, {"u": "anna", **token("", "salt")}),
        (40, {"u": "nobody", **token("", "salt")}),
        (43, {"u": "anna", **token(secret, "salt"), "p": secret}),
        (43, {"u": "anna", "apiKey": "antk_x"}),
        (44, {"apiKey": "antk_unknown"}),
        (44, {"apiKey": "nonsense"}),
    ]
    for code, given in cases:
        assert await house.app(**given).error("ping") == code, given


async def test_the_accounts_own_password_never_signs_in(house: House, anna: Client) -> None:
    for way, code in (({"p": PASSWORD}, 42), ({"p": f"enc:{PASSWORD.encode().hex()}"}, 42), (token(PASSWORD, "s"), 40)):
        reply = await house.app(u="anna", **way).call("ping")
        assert (reply.status, reply.code) == (200, code)
        assert reply.json["error"]["helpUrl"] == "http://music.example/app/settings/apps"
    assert await house.app(u="nobody", p=PASSWORD).error("ping") == 40


async def test_a_session_token_and_a_cookie_count_for_nothing(house: House, anna: Client) -> None:
    signed_in = await house.stage.areas.accounts.signing_in.by_password(name="anna", by_email=False, password=PASSWORD)
    assert await house.app(apiKey=signed_in.token).error("ping") == 44
    headers = {"cookie": f"antiphon={signed_in.token}", "authorization": f"Bearer {signed_in.token}"}
    assert await house.app().error("ping", headers=headers) == 10


async def test_a_failure_still_tells_what_the_server_is(house: House) -> None:
    told = (await house.app(u="made-up", p="credentials").call("ping")).json
    assert (told["status"], told["version"], told["type"], told["openSubsonic"]) == (
        "failed",
        "1.16.1",
        "antiphon",
        True,
    )
    assert told["serverVersion"]


async def test_an_api_key_signs_in_alone_within_its_scopes(house: House, anna: Client) -> None:
    keys = house.stage.areas.accounts.keys
    key = (await keys.create_api_key(house.principals["anna"], "reader", ["read"])).key
    app = house.app(apiKey=key)
    assert (await app.ok("tokenInfo"))["tokenInfo"] == {"username": "anna"}
    assert await app.error("star", id=await house.id("Dawn")) == 50
    assert await app.error("createPlaylist", name="x") == 50
    assert (await app.ok("getUser", username="anna"))["user"]["playlistRole"] is False
    writer = house.app(apiKey=(await keys.create_api_key(house.principals["anna"], "writer", ["write"])).key)
    assert await writer.ok("star", id=await house.id("Dawn"))
    assert await writer.error("getStarred2") == 50
    uploader = (await keys.create_api_key(house.principals["anna"], "uploader", ["upload"])).key
    assert await house.app(apiKey=uploader).error("ping") == 50


async def test_an_admins_key_without_the_scope_is_no_admin(house: House, root: Client) -> None:
    key = (await house.stage.areas.accounts.keys.create_api_key(house.principals["root"], "app", None)).key
    assert await house.app(apiKey=key).error("startScan") == 50
    assert (await house.app(apiKey=key).ok("getUser", username="root"))["user"]["adminRole"] is False


async def test_extensions_are_told_to_anybody(house: House) -> None:
    for app in (house.app(), house.app(u="nobody", p="wrong")):
        found = (await app.ok("getOpenSubsonicExtensions"))["openSubsonicExtensions"]
        assert {"name": "formPost", "versions": [1]} in found
        assert {extension["name"] for extension in found} == {
            "apiKeyAuthentication",
            "formPost",
            "getPodcastEpisode",
            "indexBasedQueue",
            "playbackReport",
            "songLyrics",
            "topSongsByArtistId",
            "transcodeOffset",
            "transcoding",
        }


@pytest.mark.parametrize(("version", "code"), [("2.0.0", 30), ("0.9", 20)])
async def test_a_version_that_cannot_fit_is_told(house: House, anna: Client, version: str, code: int) -> None:
    assert await anna.error("ping", v=version) == code


@pytest.mark.parametrize("version", ["1.2.0", "1.7", "1.12.0", "1.16.1", "", "1.99", "x"])
async def test_versions_that_apps_say_are_taken(house: House, anna: Client, version: str) -> None:
    assert (await anna.ok("ping", v=version))["status"] == "ok"


async def test_a_revoked_password_is_refused_at_once(house: House, anna: Client) -> None:
    assert await anna.ok("ping")
    keys, principal = house.stage.areas.accounts.keys, house.principals["anna"]
    (password,) = await keys.app_passwords(principal)
    await keys.revoke_app_password(principal, password.id)
    assert await anna.error("ping") == 40


def writing() -> list[str]:
    return sorted(name for name, endpoint in ENDPOINTS.items() if endpoint.scope != "read")


@pytest.mark.parametrize("name", writing())
async def test_a_key_that_may_only_read_changes_nothing(house: House, root: Client, name: str) -> None:
    key = await house.stage.areas.accounts.keys.create_api_key(house.principals["root"], "reader", ["read"])
    given = {"id": await house.id("Dawn"), "username": "root", "rating": "1", "name": "x", "playlistId": "pl-1"}
    assert await house.app(apiKey=key.key).error(name, **given) == 50


def test_whatever_sounds_like_a_change_needs_more_than_reading() -> None:
    verbs = ("create", "update", "delete", "save", "set", "star", "unstar", "add", "change", "refresh", "scrobble")
    changing = {name for name in ENDPOINTS if name.startswith(verbs)}
    assert changing <= set(writing())
    assert set(writing()) - changing == {"downloadPodcastEpisode", "jukeboxControl", "reportPlayback"}

"""Signing in and linking with Spotify, over HTTP, and what becomes of the tokens."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import text

from antiphon.kernel.db import Database
from tests.api.v1.elsewhere import Browser, Server, error_in, serving, with_spotify
from tests.services.spotify_stand_in import MONTH, NOT_ON_THE_LIST, SpotifyStandIn
from tests.services.stand_in import Reply

LOGIN = "/api/v1/auth/spotify/login"
TOKEN, ME = "/accounts/api/token", "/v1/me"
A_DAY = {"retry-after": "86400"}


class Time:
    """What time it is, here and at Spotify."""

    def __init__(self) -> None:
        self.now = time.time()

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def now(spotify: SpotifyStandIn) -> Time:
    """A clock that the test moves."""
    spotify.clock = Time()
    return spotify.clock


@pytest_asyncio.fixture
async def server(database_url: str, tmp_path: Path, spotify: SpotifyStandIn, now: Time) -> AsyncIterator[Server]:
    """A server with an app of its owner's at Spotify."""
    async with serving(tmp_path, database_url, now, **with_spotify(spotify)) as made:
        yield made


async def dance(browser: Browser, spotify: SpotifyStandIn, login: str = LOGIN) -> str:
    """There and back again. Where the browser is led in the end."""
    return await browser.go(spotify.consent(await browser.go(login)), site="cross-site")


async def linked(browser: Browser, spotify: SpotifyStandIn, server: Server) -> int:
    """Somebody with a password and with Spotify; gives the id of the link."""
    await server.register("bea")
    await browser.sign_in("bea")
    assert await dance(browser, spotify, f"{LOGIN}?link=1") == "/app/"
    found: int = (await browser.identities())[0]["id"]
    return found


async def check(browser: Browser, identity_id: int) -> dict[str, Any]:
    """What a check of a link says."""
    found: dict[str, Any] = (await browser.tell("POST", f"/auth/identities/{identity_id}/check"))["data"]
    return found


async def kept_rows(database: Database) -> list[tuple[Any, ...]]:
    """What is written down about identities."""
    async with database.transaction() as transaction:
        return await transaction.fetch(
            text("SELECT subject, shown_name, tokens_encrypted, user_id FROM identity ORDER BY id")
        )


async def test_somebody_new_signs_in_with_spotify(server: Server, spotify: SpotifyStandIn) -> None:
    async with server.browser() as browser:
        assert await dance(browser, spotify, f"{LOGIN}?to=/app/albums") == "/app/albums"
        me = await browser.me()
        assert (me["username"], me["full_name"], me["email"], me["email_proven"]) == ("Ada", "Ada", "", False)
        assert set(spotify.scopes) == {
            "user-library-read",
            "user-top-read",
            "user-follow-read",
            "playlist-read-private",
            "playlist-read-collaborative",
        }
        shown = (await browser.identities())[0]
        assert (shown["provider"], shown["name"], shown["shown_name"]) == ("spotify", "Spotify", "Ada")
        assert shown["state"] == "connected"
    async with server.browser() as browser:
        await dance(browser, spotify)
        assert (await browser.me())["id"] == me["id"]


async def test_two_people_without_an_address_are_two(server: Server, spotify: SpotifyStandIn) -> None:
    async with server.browser() as browser:
        await dance(browser, spotify)
        first = await browser.me()
    spotify.profile = {"id": "ada100", "account_id": "acc-2", "display_name": "Ada"}
    async with server.browser() as browser:
        await dance(browser, spotify)
        second = await browser.me()
    assert (first["username"], second["username"]) == ("Ada", "Ada2")
    assert first["id"] != second["id"]


async def test_who_was_known_by_the_old_id_is_known_by_the_new_one(server: Server, spotify: SpotifyStandIn) -> None:
    spotify.profile = {"id": "ada99", "display_name": None}
    async with server.browser() as browser:
        await dance(browser, spotify)
        me = await browser.me()
    assert (await kept_rows(server.application.database))[0][0] == "id:ada99"
    spotify.profile = {"id": "ada99", "account_id": "acc-4711", "display_name": "Ada"}
    for _ in range(2):
        async with server.browser() as browser:
            await dance(browser, spotify)
            assert (await browser.me())["id"] == me["id"]
    assert [row[0] for row in await kept_rows(server.application.database)] == ["acc-4711"]


async def test_an_old_id_never_passes_for_a_new_one(server: Server, spotify: SpotifyStandIn) -> None:
    async with server.browser() as browser:
        await dance(browser, spotify)
        me = await browser.me()
    spotify.profile = {"id": "acc-4711", "display_name": "Mallory"}
    async with server.browser() as browser:
        await dance(browser, spotify)
        assert (await browser.me())["id"] != me["id"]


async def test_tokens_are_sealed_for_their_owner(server: Server, spotify: SpotifyStandIn) -> None:
    async with server.browser() as browser:
        identity_id = await linked(browser, spotify, server)
        database = server.application.database
        sealed = (await kept_rows(database))[0][2]
        key_id, _, body = sealed.partition(":")
        assert len(key_id) == 8 and len(body) > 100
        for token in [*spotify._access, *spotify._refresh]:
            assert token not in sealed
        answers = str(await browser.identities()) + str(await check(browser, identity_id))
        assert sealed not in answers
        cem = await server.register("cem")
        async with database.transaction() as transaction:
            await transaction.execute(text("UPDATE identity SET user_id = :cem").bindparams(cem=cem))
        await browser.sign_in("cem")
        assert (await check(browser, identity_id))["state"] == "reconnect", "moved to another row it does not open"


async def test_refreshing_keeps_the_refresh_token(server: Server, spotify: SpotifyStandIn, now: Time) -> None:
    async with server.browser() as browser:
        identity_id = await linked(browser, spotify, server)
        for display_name in ("One", "Two", "Three"):
            now.now += 3700
            spotify.profile["display_name"] = display_name
            shown = await check(browser, identity_id)
            assert (shown["state"], shown["shown_name"]) == ("connected", display_name)
        refreshes = [call for call in spotify.calls if call.form.get("grant_type") == "refresh_token"]
        assert len(refreshes) == 3
        assert len({call.form["refresh_token"] for call in refreshes}) == 1
        await check(browser, identity_id)
        assert len([call for call in spotify.calls if call.path == TOKEN]) == 4, "what still holds is not refreshed"


async def test_a_rotated_refresh_token_is_kept(server: Server, spotify: SpotifyStandIn, now: Time) -> None:
    spotify.rotates = True
    async with server.browser() as browser:
        identity_id = await linked(browser, spotify, server)
        for _ in range(3):
            now.now += 3700
            assert (await check(browser, identity_id))["state"] == "connected"


async def test_one_refresh_serves_all_who_wait_for_it(server: Server, spotify: SpotifyStandIn, now: Time) -> None:
    spotify.rotates = True
    async with server.browser() as browser:
        identity_id = await linked(browser, spotify, server)
        now.now += 3700
        shown = await asyncio.gather(*(check(browser, identity_id) for _ in range(5)))
        assert {one["state"] for one in shown} == {"connected"}
        assert len([call for call in spotify.calls if call.form.get("grant_type") == "refresh_token"]) == 1


async def test_an_access_token_that_ends_early_is_refreshed_once(server: Server, spotify: SpotifyStandIn) -> None:
    async with server.browser() as browser:
        identity_id = await linked(browser, spotify, server)
        spotify.end_access_tokens()
        assert (await check(browser, identity_id))["state"] == "connected"
        spotify.broken = {ME: Reply(401, {"error": {"status": 401, "message": "Bad token"}})}
        spotify.calls.clear()
        assert (await check(browser, identity_id))["state"] == "reconnect"
        assert [call.path for call in spotify.calls] == [ME, TOKEN, ME]


async def test_what_was_taken_back_is_wiped_and_connected_again(server: Server, spotify: SpotifyStandIn) -> None:
    async with server.browser() as browser:
        identity_id = await linked(browser, spotify, server)
        spotify.end_consent()
        assert (await check(browser, identity_id))["state"] == "reconnect"
        assert (await kept_rows(server.application.database))[0][2] == ""
        spotify.calls.clear()
        assert (await check(browser, identity_id))["state"] == "reconnect"
        assert spotify.calls == [], "nobody knocks with tokens that have ended"
        assert await dance(browser, spotify) == "/app/", "it signs in all the same"
        assert [one["state"] for one in await browser.identities()] == ["connected"]


async def test_after_six_months_people_connect_again(server: Server, spotify: SpotifyStandIn, now: Time) -> None:
    async with server.browser() as browser:
        identity_id = await linked(browser, spotify, server)
        for months, state in ((4.5, "connected"), (5.2, "expiring"), (6.1, "reconnect")):
            now.now = time.time() + months * MONTH
            await browser.sign_in("bea")
            assert (await browser.identities())[0]["state"] == state
        assert (await check(browser, identity_id))["state"] == "reconnect"
        assert (await kept_rows(server.application.database))[0][2] == ""


TROUBLE = [
    (TOKEN, Reply(429, {"error": "slow down", "reason": "QUOTA_EXCEEDED"}, A_DAY), "provider_unavailable"),
    (TOKEN, Reply(503, b"oh no"), "provider_unavailable"),
    (TOKEN, Reply(400, {"error": "invalid_client"}), "provider_refused"),
    (TOKEN, Reply(400, {"error": "invalid_grant"}), "provider_refused"),
    (TOKEN, Reply(403, b"plain words"), "provider_refused"),
    (TOKEN, Reply(200, {"access_token": "no refresh token"}), "provider_answer"),
    (TOKEN, Reply(200, {"access_token": 7}), "provider_answer"),
    (ME, Reply(429, b"Too many requests", A_DAY), "provider_unavailable"),
    (ME, Reply(403, NOT_ON_THE_LIST, {"content-type": "text/plain"}), "provider_refused"),
    (ME, Reply(502, b"<html>"), "provider_unavailable"),
    (ME, Reply(200, {"display_name": "nobody"}), "provider_answer"),
    (ME, Reply(200, b"<html>"), "provider_answer"),
]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("path", "reply", "told"), TROUBLE)
async def test_trouble_at_spotify_is_told_at_once(
    server: Server, spotify: SpotifyStandIn, path: str, reply: Reply, told: str
) -> None:
    spotify.broken = {path: reply}
    async with server.browser() as browser:
        begun = time.monotonic()
        assert error_in(await dance(browser, spotify)) == told
        assert time.monotonic() - begun < 3
        await browser.tell("GET", "/auth/me", 401)


async def test_a_day_of_rest_hangs_no_request(server: Server, spotify: SpotifyStandIn, now: Time) -> None:
    async with server.browser() as browser:
        identity_id = await linked(browser, spotify, server)
        for path, reply in ((ME, Reply(429, b"", A_DAY)), (TOKEN, Reply(429, b"", A_DAY)), (TOKEN, Reply(500, b""))):
            spotify.broken = {path: reply}
            begun = time.monotonic()
            refused = await browser.client.post(
                f"/api/v1/auth/identities/{identity_id}/check", headers={"sec-fetch-site": "same-origin"}
            )
            assert (refused.status_code, refused.json()["error"]["code"]) == (503, "provider_unavailable")
            assert time.monotonic() - begun < 3
            now.now += 3700
        spotify.broken = {}
        assert (await check(browser, identity_id))["state"] == "connected", "nothing was wiped for that"


async def test_an_address_that_cannot_be_opened_is_pasted(
    database_url: str, tmp_path: Path, spotify: SpotifyStandIn
) -> None:
    spotify.redirect_address = "http://127.0.0.1:9/callback"
    settings = with_spotify(spotify, SPOTIFY_REDIRECT_URI=spotify.redirect_address)
    try:
        async with serving(tmp_path, database_url, **settings) as server:
            await server.register("bea")
            async with server.browser("http://192.168.1.5:8000") as browser, server.browser() as other:
                for one in (browser, other):
                    await one.sign_in("bea")
                back = spotify.consent(await browser.go(f"{LOGIN}?link=1"))
                stolen = await other.tell("POST", "/auth/spotify/paste", 403, body={"address": back})
                assert stolen["error"]["code"] == "sign_in_expired"
                shown = (await browser.tell("POST", "/auth/spotify/paste", body={"address": f" {back}\n"}))["data"]
                assert (shown["provider"], shown["state"]) == ("spotify", "connected")
                again = await browser.tell("POST", "/auth/spotify/paste", 403, body={"address": back})
                assert again["error"]["code"] == "sign_in_expired"
                for address in ("", "http://127.0.0.1:9/callback", "http://[", "?state=x"):
                    await browser.tell("POST", "/auth/spotify/paste", 422, body={"address": address})
                sign_in = spotify.consent(await browser.go(LOGIN))
                refused = await browser.tell("POST", "/auth/spotify/paste", 403, body={"address": sign_in})
                assert refused["error"]["code"] == "link_ended"
            async with server.browser() as nobody:
                await nobody.tell("POST", "/auth/spotify/paste", 401, body={"address": back})
    finally:
        spotify.redirect_address = "http://127.0.0.1:8000/api/v1/auth/spotify/callback"


async def test_unlinking_takes_the_tokens_along(server: Server, spotify: SpotifyStandIn) -> None:
    async with server.browser() as browser:
        identity_id = await linked(browser, spotify, server)
        await browser.tell("DELETE", f"/auth/identities/{identity_id}")
        assert await kept_rows(server.application.database) == []


async def test_a_provider_that_is_switched_off_is_told_and_can_be_unlinked(
    database_url: str, tmp_path: Path, spotify: SpotifyStandIn
) -> None:
    async with serving(tmp_path, database_url, **with_spotify(spotify)) as server, server.browser() as browser:
        await linked(browser, spotify, server)
    async with serving(tmp_path, database_url) as server, server.browser() as browser:
        await browser.sign_in("bea")
        shown = (await browser.identities())[0]
        assert shown["state"] == "switched_off"
        assert error_in(await browser.go(LOGIN)) == "provider_not_found"
        assert (await check(browser, shown["id"]))["state"] == "switched_off"
        await browser.tell("DELETE", f"/auth/identities/{shown['id']}")


async def test_without_a_secret_the_app_is_a_public_one(
    database_url: str, tmp_path: Path, spotify: SpotifyStandIn
) -> None:
    settings = with_spotify(spotify, SPOTIFY_CLIENT_SECRET="")
    async with serving(tmp_path, database_url, **settings) as server, server.browser() as browser:
        assert error_in(await dance(browser, spotify)) == "provider_refused", "this app has one"
    sent = next(call for call in spotify.calls if call.path == TOKEN)
    assert "authorization" not in sent.headers
    assert sent.form["client_id"] == settings["SPOTIFY_CLIENT_ID"]

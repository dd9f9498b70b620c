"""Signing in by an OpenID provider, over HTTP from the first link to the last redirect."""

import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx2
import pyotp
import pytest
import pytest_asyncio

from tests.api.v1.elsewhere import Browser, Server, company, dance, error_in, serving
from tests.services.openid_provider import CLIENT_ID, CLIENT_SECRET, OpenIdProvider
from tests.services.stand_in import Reply
from tests.services.strict_provider import StrictProvider

LOGIN = "/api/v1/auth/oidc/company/login"
CALLBACK = "/api/v1/auth/oidc/company/callback"


@pytest_asyncio.fixture
async def server(database_url: str, tmp_path: Path, strict_provider: StrictProvider) -> AsyncIterator[Server]:
    """A server that lets people in by the strict provider."""
    async with serving(tmp_path, database_url, **company(strict_provider)) as made:
        yield made


async def test_somebody_new_signs_in_and_is_known_the_next_time(
    server: Server, strict_provider: StrictProvider
) -> None:
    strict_provider.be("u-1", preferred_username="Zoë K.", name="Zoë", email="zoe@example.org", email_verified=True)
    async with server.browser() as browser:
        assert await dance(browser, strict_provider, f"{LOGIN}?to=/app/albums/5") == "/app/albums/5"
        me = await browser.me()
        assert (me["username"], me["full_name"], me["email"]) == ("ZoeK.", "Zoë", "zoe@example.org")
        assert (me["roles"], me["email_proven"]) == (["user"], True)
        linked = await browser.identities()
        assert [(one["provider"], one["name"], one["shown_name"], one["state"]) for one in linked] == [
            ("company", "The Company", "Zoë", "connected")
        ]
    strict_provider.be("u-1", preferred_username="renamed", name="Zoë Q.", email="other@example.org")
    async with server.browser() as browser:
        assert await dance(browser, strict_provider) == "/app/"
        assert (await browser.me())["id"] == me["id"]
        assert (await browser.identities())[0]["shown_name"] == "Zoë Q."


async def test_the_cookies_are_unreadable_for_scripts(server: Server, strict_provider: StrictProvider) -> None:
    async with server.browser() as browser:
        begun = await browser.client.get(LOGIN)
        kept = begun.headers["set-cookie"]
        assert kept.startswith("antiphon_browser=") and "HttpOnly; SameSite=Lax" in kept and "Max-Age=900" in kept
        ended = await browser.client.get(strict_provider.consent(begun.headers["location"]))
        assert "antiphon_session=" in ended.headers["set-cookie"]
        assert "HttpOnly; SameSite=Lax" in ended.headers["set-cookie"]


async def test_the_door_tells_its_providers(server: Server) -> None:
    async with server.browser() as browser:
        told = (await browser.tell("GET", "/registration"))["data"]["providers"]
    assert told == [{"id": "company", "name": "The Company", "kind": "oidc"}]


@pytest.mark.parametrize(
    "to",
    [
        "https://evil.example/",
        "//evil.example/app/",
        "/\\evil.example",
        "/app/\\evil.example",
        "/app//evil.example",
        "/app/\t/evil.example",
        "/app/\r\nset-cookie: a=b",
        "/api/v1/auth/oidc/company/login?link=1",
        "javascript:alert(1)",
        "/application",
        "/app/" + "a" * 1000,
        "/app/é",
    ],
)
async def test_nobody_is_led_off_the_player(server: Server, strict_provider: StrictProvider, to: str) -> None:
    async with server.browser() as browser:
        assert await dance(browser, strict_provider, f"{LOGIN}?{urlencode({'to': to})}") == "/app/"


async def test_an_address_that_an_account_has_opens_it_for_nobody(
    server: Server, strict_provider: StrictProvider
) -> None:
    ada = await server.register("ada")
    async with server.browser() as browser:
        assert error_in(await dance(browser, strict_provider)) == "address_taken"
        await browser.tell("GET", "/auth/me", 401)
        await browser.sign_in("ada")
        led = await dance(browser, strict_provider, f"{LOGIN}?to=/app/settings/security&link=1")
        assert led == "/app/settings/security"
    async with server.browser() as browser:
        assert await dance(browser, strict_provider) == "/app/"
        assert (await browser.me())["id"] == ada


async def test_a_state_counts_once_in_its_own_browser(server: Server, strict_provider: StrictProvider) -> None:
    async with server.browser() as browser, server.browser() as other:
        back = strict_provider.consent(await browser.go(LOGIN))
        await other.go(LOGIN)
        assert error_in(await other.go(back)) == "sign_in_expired"
        assert await browser.go(back) == "/app/"
        assert error_in(await browser.go(back)) == "sign_in_expired"
        code = parse_qs(urlsplit(back).query)["code"][0]
        for state in ("", "unknown", "a\0b"):
            led = await browser.go(f"{CALLBACK}?{urlencode({'code': code, 'state': state})}")
            assert error_in(led) in ("sign_in_expired", "invalid")


async def test_a_sign_in_lasts_ten_minutes(database_url: str, tmp_path: Path, strict_provider: StrictProvider) -> None:
    now = [time.time()]
    settings = company(strict_provider)
    async with serving(tmp_path, database_url, lambda: now[0], **settings) as server, server.browser() as browser:
        back = strict_provider.consent(await browser.go(LOGIN))
        now[0] += 601
        assert error_in(await browser.go(back)) == "sign_in_expired"


async def test_who_says_no_there_is_told_so(server: Server, strict_provider: StrictProvider) -> None:
    async with server.browser() as browser:
        asked = await browser.go(LOGIN)
        state = parse_qs(urlsplit(asked).query)["state"][0]
        led = await browser.go(f"{CALLBACK}?{urlencode({'error': 'access_denied', 'state': state})}")
        assert led == "/app/sign-in?error=provider_denied"
        assert await browser.go(f"{LOGIN}x".replace("company", "nobody")[:-1]) == (
            "/app/sign-in?error=provider_not_found"
        )
        assert error_in(await browser.go("/api/v1/auth/oidc/spotify/login")) == "provider_not_found"


async def test_what_proves_nothing_lets_nobody_in(server: Server, strict_provider: StrictProvider) -> None:
    now = int(time.time())
    dishonest: list[dict[str, Any]] = [
        {"nonce": "another"},
        {"nonce": None},
        {"iss": "https://evil.example"},
        {"iss": None},
        {"aud": "somebody else"},
        {"aud": None},
        {"aud": ["antiphon tests", "others"]},
        {"azp": "somebody else"},
        {"exp": now - 61},
        {"exp": None},
        {"exp": "never"},
        {"exp": True},
        {"iat": now + 120},
        {"iat": None},
        {"nbf": now + 120},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"sub": "x" * 256},
    ]
    async with server.browser() as browser:
        for claims in dishonest:
            strict_provider.claims = claims
            assert error_in(await dance(browser, strict_provider)) == "provider_answer", claims
        await browser.tell("GET", "/auth/me", 401)
        strict_provider.claims = {"exp": now - 30, "iat": now + 30, "aud": ["others", "antiphon tests"]}
        strict_provider.claims["azp"] = "antiphon tests"
        assert await dance(browser, strict_provider) == "/app/"


async def test_a_signature_must_be_the_providers_own(server: Server, strict_provider: StrictProvider) -> None:
    async with server.browser() as browser:
        for algorithm in ("none", "HS256"):
            strict_provider.algorithm = algorithm
            assert error_in(await dance(browser, strict_provider)) == "provider_answer", algorithm
        published = strict_provider.published
        strict_provider.rotate()
        strict_provider.published = published
        assert error_in(await dance(browser, strict_provider)) == "provider_answer"
        strict_provider.key = type(strict_provider.key).generate_key(2048, {"kid": published[0]["kid"]})
        assert error_in(await dance(browser, strict_provider)) == "provider_answer"
        await browser.tell("GET", "/auth/me", 401)


async def test_new_keys_of_a_provider_are_found(server: Server, strict_provider: StrictProvider) -> None:
    async with server.browser() as browser:
        assert await dance(browser, strict_provider) == "/app/"
        assert await dance(browser, strict_provider) == "/app/"
        assert [call.path for call in strict_provider.calls].count("/keys") == 1
        strict_provider.rotate()
        assert await dance(browser, strict_provider) == "/app/"
        assert [call.path for call in strict_provider.calls].count("/keys") == 2


async def test_an_answer_says_whose_it_is(server: Server, strict_provider: StrictProvider) -> None:
    async with server.browser() as browser:
        back = urlsplit(strict_provider.consent(await browser.go(LOGIN)))
        given = {name: values[0] for name, values in parse_qs(back.query).items()}
        led = await browser.go(f"{CALLBACK}?{urlencode({**given, 'iss': 'https://evil.example'})}")
        assert error_in(led) == "provider_answer"
        back = urlsplit(strict_provider.consent(await browser.go(LOGIN)))
        given = {name: values[0] for name, values in parse_qs(back.query).items() if name != "iss"}
        assert error_in(await browser.go(f"{CALLBACK}?{urlencode(given)}")) == "provider_answer"


BROKEN = [
    ("/.well-known/openid-configuration", Reply(500, {}), "provider_unavailable"),
    ("/.well-known/openid-configuration", Reply(200, b"<html>"), "provider_unavailable"),
    ("/.well-known/openid-configuration", Reply(200, {"issuer": "x"}), "provider_unavailable"),
    ("/.well-known/openid-configuration", Reply(302, {}, {"location": "/elsewhere"}), "provider_unavailable"),
    ("/.well-known/openid-configuration", Reply(200, b" " * 1_100_000), "provider_unavailable"),
    ("/keys", Reply(503, {}), "provider_unavailable"),
    ("/keys", Reply(200, {"keys": [{"kty": "RSA", "kid": "first"}, {"kty": "oct"}]}), "provider_answer"),
    ("/token", Reply(500, b"oh no"), "provider_unavailable"),
    ("/token", Reply(429, b"slow down", {"retry-after": "90000"}), "provider_unavailable"),
    ("/token", Reply(403, b"go away"), "provider_refused"),
    ("/token", Reply(400, {"error": "invalid_grant"}), "provider_refused"),
    ("/token", Reply(200, {"access_token": "only"}), "provider_answer"),
    ("/token", Reply(200, {"id_token": "a.b.c"}), "provider_answer"),
    ("/token", Reply(200, {"id_token": 7}), "provider_answer"),
    ("/token", Reply(200, [1, 2]), "provider_unavailable"),
]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("path", "reply", "told"), BROKEN)
async def test_trouble_at_the_provider_is_told_on_a_page(
    server: Server, strict_provider: StrictProvider, path: str, reply: Reply, told: str
) -> None:
    strict_provider.broken = {path: reply}
    async with server.browser() as browser:
        asked = await browser.go(LOGIN)
        if not asked.startswith(strict_provider.address):
            assert asked == f"/app/sign-in?error={told}"
            return
        assert error_in(await browser.go(strict_provider.consent(asked))) == told


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "description",
    [
        {"issuer": "https://evil.example"},
        {"jwks_uri": "file:///etc/passwd"},
        {"token_endpoint": "ftp://127.0.0.1/token"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"authorization_endpoint": "http://127.0.0.1/\r\nset-cookie: a=b"},
        {"authorization_endpoint": "http://127.0.0.1/é"},
    ],
)
async def test_a_description_that_cannot_be_is_not_followed(
    server: Server, strict_provider: StrictProvider, description: dict[str, str]
) -> None:
    strict_provider.description = description
    async with server.browser() as browser:
        assert await browser.go(LOGIN) == "/app/sign-in?error=provider_unavailable"


async def test_what_the_id_token_leaves_out_is_asked_for(server: Server, strict_provider: StrictProvider) -> None:
    strict_provider.be("u-2")
    strict_provider.told = {"preferred_username": "quiet", "email": "quiet@example.org", "email_verified": True}
    async with server.browser() as browser:
        assert await dance(browser, strict_provider) == "/app/"
        me = await browser.me()
    assert (me["username"], me["email"], me["email_proven"]) == ("quiet", "quiet@example.org", True)
    strict_provider.be("u-3")
    strict_provider.told = {"sub": "u-2", "preferred_username": "quiet"}
    async with server.browser() as browser:
        assert error_in(await dance(browser, strict_provider)) == "provider_answer"


async def turn_on_second_factor(server: Server, browser: Browser) -> pyotp.TOTP:
    """Give somebody who is signed in a second factor."""
    made = (await browser.tell("POST", "/auth/mfa", body={"password": ""}))["data"]
    codes = pyotp.TOTP(made["secret"])
    await browser.tell("POST", "/auth/mfa/confirm", body={"code": codes.at(time.time() - 30)})
    return codes


async def test_a_second_factor_is_asked_for_all_the_same(server: Server, strict_provider: StrictProvider) -> None:
    async with server.browser() as browser:
        await dance(browser, strict_provider)
        codes = await turn_on_second_factor(server, browser)
    async with server.browser() as browser, server.browser() as thief:
        led = await dance(browser, strict_provider, f"{LOGIN}?to=/app/albums")
        page, _, fragment = led.partition("#")
        assert page == "/app/sign-in?step=code&next=%2Falbums"
        ticket = parse_qs(fragment)["ticket"][0]
        await browser.tell("GET", "/auth/me", 401)
        given = {"ticket": ticket, "code": codes.now(), "cookie": True}
        stolen = await thief.tell("POST", "/auth/login", 403, body=given)
        assert stolen["error"]["code"] == "sign_in_expired"
        without = await browser.tell("POST", "/auth/login", 401, body={"ticket": ticket})
        assert without["error"]["code"] == "mfa_required"
        wrong = await browser.tell("POST", "/auth/login", 401, body={**given, "code": "000000"})
        assert wrong["error"]["code"] == "mfa_wrong"
        asked = await browser.go(LOGIN)
        state = parse_qs(urlsplit(asked).query)["state"][0]
        mixed = await browser.tell("POST", "/auth/login", 403, body={**given, "ticket": state})
        assert mixed["error"]["code"] == "sign_in_expired"
        assert error_in(await browser.go(f"{CALLBACK}?{urlencode({'state': ticket, 'code': 'x'})}")) == (
            "sign_in_expired"
        )
        signed_in = (await browser.tell("POST", "/auth/login", body=given))["data"]
        assert signed_in["user"]["username"] == (await browser.me())["username"] == "ada"
        again = await browser.tell("POST", "/auth/login", 403, body={**given, "code": codes.at(time.time() + 30)})
        assert again["error"]["code"] == "sign_in_expired"


async def test_under_https_other_hosts_cannot_set_the_cookies(
    database_url: str, tmp_path: Path, strict_provider: StrictProvider
) -> None:
    address = "https://music.example.org"
    settings = company(strict_provider, PUBLIC_URL=address)
    async with serving(tmp_path, database_url, **settings) as server, server.browser(address) as browser:
        begun = await browser.client.get(LOGIN)
    assert begun.headers["set-cookie"].startswith("__Host-antiphon_browser=")
    assert begun.headers["set-cookie"].endswith("; Secure")
    given = parse_qs(urlsplit(begun.headers["location"]).query)
    assert given["redirect_uri"] == ["https://music.example.org/api/v1/auth/oidc/company/callback"]


async def test_a_provider_of_another_maker(database_url: str, tmp_path: Path, openid_provider: OpenIdProvider) -> None:
    settings = {
        "OIDC_PROVIDERS": "school",
        "OIDC_SCHOOL_ISSUER": openid_provider.address,
        "OIDC_SCHOOL_CLIENT_ID": CLIENT_ID,
        "OIDC_SCHOOL_CLIENT_SECRET": CLIENT_SECRET,
        "OIDC_SCHOOL_SCOPES": "profile email groups",
        "OIDC_SCHOOL_ROLES": "bands=artist,teachers=admin",
    }
    login = "/api/v1/auth/oidc/school/login"
    async with serving(tmp_path, database_url, **settings) as server:
        for _ in range(2):
            async with server.browser() as browser:
                back = await openid_provider.consent(await browser.go(login), "ada")
                assert await browser.go(back) == "/app/"
                me = await browser.me()
                assert (me["id"], me["username"]) == (1, "ada.lovelace")
                assert (me["email"], me["email_proven"]) == ("ada@example.org", True)
                assert me["roles"] == ["artist", "user"]
        async with server.browser() as browser:
            assert await browser.go(await openid_provider.consent(await browser.go(login), "bob")) == "/app/"
            me = await browser.me()
            assert (me["username"], me["email_proven"], me["roles"]) == ("Bob", False, ["user"])
        async with server.browser() as browser:
            asked = await browser.go(login)
            bare = "&".join(part for part in asked.split("&") if not part.startswith("code_challenge"))
            async with httpx2.AsyncClient() as plain:
                refused = await plain.get(bare)
            assert error_of_provider(refused) == "invalid_request", "the provider itself wants PKCE"


def error_of_provider(answer: httpx2.Response) -> str:
    """What the provider says by sending the browser back."""
    return parse_qs(urlsplit(answer.headers["location"]).query)["error"][0]

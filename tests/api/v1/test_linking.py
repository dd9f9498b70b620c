"""Linking accounts elsewhere with one's own: who may begin it, who may finish it, and how it ends."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.api.v1.elsewhere import Server, company, dance, error_in, serving
from tests.services.strict_provider import StrictProvider

LOGIN = "/api/v1/auth/oidc/company/login"


@pytest_asyncio.fixture
async def server(database_url: str, tmp_path: Path, strict_provider: StrictProvider) -> AsyncIterator[Server]:
    """A server that lets people in by the strict provider."""
    async with serving(tmp_path, database_url, **company(strict_provider)) as made:
        yield made


async def test_only_our_own_pages_begin_to_link(server: Server, strict_provider: StrictProvider) -> None:
    await server.register("bea")
    async with server.browser() as browser:
        assert error_in(await browser.go(f"{LOGIN}?link=1")) == "not_signed_in"
        await browser.sign_in("bea")
        for site in ("cross-site", "same-site", "none"):
            assert error_in(await browser.go(f"{LOGIN}?link=1", site=site)) == "cross_site"
        for headers in ({}, {"referer": "http://evil.example/http://127.0.0.1:8000/"}):
            refused = await browser.client.get(f"{LOGIN}?link=1", headers=headers)
            assert refused.headers["location"] == "/app/sign-in?error=cross_site"
        own = {"referer": "http://127.0.0.1:8000/app/settings"}
        led = (await browser.client.get(f"{LOGIN}?link=1", headers=own)).headers["location"]
        assert led.startswith(strict_provider.address)


async def test_a_link_is_finished_by_who_began_it(server: Server, strict_provider: StrictProvider) -> None:
    await server.register("bea")
    await server.register("cem")
    async with server.browser() as browser:
        await browser.sign_in("bea")
        back = strict_provider.consent(await browser.go(f"{LOGIN}?link=1&to=/app/settings?tab=3"))
        await browser.sign_in("cem")
        assert await browser.go(back) == "/app/settings?tab=3&error=link_ended"
        assert await browser.identities() == []
        back = strict_provider.consent(await browser.go(f"{LOGIN}?link=1&to=/app/settings"))
        await browser.tell("POST", "/auth/logout")
        assert error_in(await browser.go(back)) == "link_ended"


async def test_an_account_elsewhere_signs_in_one_person(server: Server, strict_provider: StrictProvider) -> None:
    await server.register("bea")
    await server.register("cem")
    async with server.browser() as browser:
        await browser.sign_in("bea")
        for _ in range(2):
            assert await dance(browser, strict_provider, f"{LOGIN}?link=1&to=/app/me") == "/app/me"
        linked = await browser.identities()
        assert len(linked) == 1
    async with server.browser() as browser:
        await browser.sign_in("cem")
        assert await dance(browser, strict_provider, f"{LOGIN}?link=1") == "/app/?error=identity_taken"
        await browser.tell("DELETE", f"/auth/identities/{linked[0]['id']}", 404)
        await browser.tell("POST", f"/auth/identities/{linked[0]['id']}/check", 404)
        assert await browser.identities() == []


async def test_keys_link_nothing(server: Server, strict_provider: StrictProvider) -> None:
    await server.register("bea")
    async with server.browser() as browser:
        await browser.sign_in("bea")
        key = (await browser.tell("POST", "/auth/api-keys", 201, body={"name": "tool"}))["data"]["key"]
    async with server.browser() as program:
        program.client.headers["authorization"] = f"Bearer {key}"
        assert error_in(await program.go(f"{LOGIN}?link=1")) == "forbidden"
        await program.tell("GET", "/auth/identities", 403)


async def test_the_last_way_in_stays(server: Server, strict_provider: StrictProvider) -> None:
    async with server.browser() as browser:
        await dance(browser, strict_provider)
        only = (await browser.identities())[0]["id"]
        refused = await browser.tell("DELETE", f"/auth/identities/{only}", 409)
        assert refused["error"]["code"] == "only_way_in"
        strict_provider.be("second")
        await dance(browser, strict_provider, f"{LOGIN}?link=1")
        await browser.tell("DELETE", f"/auth/identities/{only}")
        assert len(await browser.identities()) == 1
        await browser.tell("DELETE", f"/auth/identities/{only}", 404)

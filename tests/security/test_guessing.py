"""Guessing at sign-ins: ten guesses at most, whatever headers say, alike for known and unknown accounts, and soon over.

Everything over HTTP, with the cache in memory and in Redis.
"""

import asyncio
import statistics
import time
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
import pytest_asyncio

from tests.api.house import House
from tests.security.conftest import Open
from tests.stage import PASSWORD

GUESSES = 60
MOST_CHECKED = 10
OWNER_BACK_SECONDS = 120.0
# Where each dialect takes a password, and in which words.
DOORS: dict[str, Any] = {
    "/api/v1/auth/login": lambda name, password: {"username": name, "password": password},
    "/login": lambda name, password: {"username": name, "password": password},
    "/api/auth/login/": lambda name, password: {"username": name, "password": password},
}


class MovedClock:
    """The present, and as much later as a test wants."""

    ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


class Site:
    """The product, its clock, and how many passwords it has really looked at."""

    def __init__(self, house: House, clock: MovedClock) -> None:
        self.house = house
        self.clock = clock
        self.checked = 0
        passwords = house.areas.accounts.signing_in._passwords
        kept = passwords.matches

        async def counting(password_hash: str, password: str) -> bool:
            self.checked += 1
            return await kept(password_hash, password)

        passwords.matches = counting  # type: ignore[method-assign]

    async def guess(
        self, door: httpx2.AsyncClient, name: str, number: int, *, path: str = "/api/v1/auth/login", password: str = ""
    ) -> httpx2.Response:
        """One try, from an address that the guesser makes up."""
        spoofed = f"203.0.113.{number % 250}"
        headers = {
            "x-forwarded-for": spoofed,
            "x-real-ip": spoofed,
            "forwarded": f"for={spoofed}",
            "client-ip": spoofed,
        }
        return await door.post(path, json=DOORS[path](name, password or f"guess number {number}"), headers=headers)


@pytest_asyncio.fixture(params=["memory", "redis"])
async def site(request: pytest.FixtureRequest, opened: Open) -> AsyncIterator[Site]:
    """The product with limits on, and somebody who has an account."""
    settings = {"REDIS_URL": request.getfixturevalue("redis_url")} if request.param == "redis" else {}
    clock = MovedClock()
    async with opened(clock, **settings) as house:
        async with house.caller("anna"):
            pass
        yield Site(house, clock)


@pytest.mark.parametrize("name", ["anna", "nobody"])
@pytest.mark.parametrize("path", DOORS)
async def test_a_guesser_has_ten_guesses(site: Site, name: str, path: str) -> None:
    async with site.house.door("192.0.2.1") as door:
        answers = [await site.guess(door, name, number, path=path) for number in range(GUESSES)]
    assert 1 <= site.checked <= MOST_CHECKED
    assert answers[0].status_code in (400, 401) and answers[-1].status_code == 429
    assert 1 <= int(answers[-1].headers["retry-after"]) <= OWNER_BACK_SECONDS


@pytest.mark.parametrize("name", ["anna", "nobody"])
async def test_guessing_all_at_once_gains_nothing(site: Site, name: str) -> None:
    async with site.house.door("192.0.2.1") as door:
        answers = await asyncio.gather(*(site.guess(door, name, number) for number in range(GUESSES)))
    assert site.checked <= MOST_CHECKED
    assert {answer.status_code for answer in answers} == {401, 429}


async def test_guessing_at_many_accounts_from_one_network_gains_nothing(site: Site) -> None:
    async with site.house.door("2001:db8::1") as door, site.house.door("2001:db8::2:1") as neighbour:
        for number in range(GUESSES):
            await site.guess(door if number % 2 else neighbour, f"somebody{number}", number)
    assert site.checked <= MOST_CHECKED


async def test_guessing_at_one_account_from_many_networks_gains_nothing(site: Site) -> None:
    for number in range(GUESSES):
        async with site.house.door(f"198.51.100.{number}") as door:
            await site.guess(door, "anna", number)
    assert site.checked <= MOST_CHECKED


async def test_ten_minutes_of_patience_give_ten_guesses(site: Site) -> None:
    async with site.house.door("192.0.2.1") as door:
        for number in range(600 // 5):
            await site.guess(door, "anna", number)
            site.clock.ahead += 5
    # Windows of the cache go by the true time, the delays between guesses by the clock that is moved here.
    assert site.checked <= MOST_CHECKED


async def test_the_owner_is_back_within_two_minutes(site: Site) -> None:
    async with site.house.door("192.0.2.1") as door, site.house.door("198.51.100.9") as home:
        for number in range(GUESSES):
            await site.guess(door, "anna", number)
        refused = await site.guess(home, "anna", 0, password=PASSWORD)
        assert refused.status_code == 429
        assert int(refused.headers["retry-after"]) <= OWNER_BACK_SECONDS
        site.clock.ahead += OWNER_BACK_SECONDS
        assert (await site.guess(home, "anna", 0, password=PASSWORD)).status_code == 200
        assert (await site.guess(home, "anna", 0, password=PASSWORD)).status_code == 200


async def test_who_comes_from_where_they_came_from_before_is_not_kept_out(site: Site) -> None:
    async with site.house.door("192.0.2.1") as door, site.house.door("198.51.100.9") as home:
        assert (await site.guess(home, "anna", 0, password=PASSWORD)).status_code == 200
        site.checked = 0
        for number in range(GUESSES):
            await site.guess(door, "anna", number)
        assert site.checked <= MOST_CHECKED
        assert (await site.guess(home, "anna", 0, password=PASSWORD)).status_code == 200
        refused = await site.guess(door, "anna", 0, password=PASSWORD)
        assert refused.status_code == 429


async def test_who_is_signed_in_notices_nothing(site: Site) -> None:
    async with site.house.caller("anna") as anna, site.house.door("192.0.2.1") as door:
        for number in range(20):
            await site.guess(door, "anna", number)
            assert (await anna.client.get("/api/v1/auth/me")).status_code == 200


async def test_a_household_signs_in_as_often_as_it_likes(site: Site) -> None:
    """Only wrong tries count: thirty right ones, one after the other and at once, from one address."""
    async with site.house.door("192.0.2.1") as door:
        for number in range(12):
            assert (await site.guess(door, "anna", number, password=PASSWORD)).status_code == 200
        at_once = (site.guess(door, "anna", number, password=PASSWORD) for number in range(18))
        assert {answer.status_code for answer in await asyncio.gather(*at_once)} == {200}


async def test_known_and_unknown_accounts_are_answered_alike(site: Site) -> None:
    took: dict[str, list[float]] = {"anna": [], "nobody": []}
    told: dict[str, Any] = {}
    for number in range(9):
        for name, times in took.items():
            async with site.house.door(f"198.51.100.{number}") as door:
                begun = time.perf_counter()
                answer = await site.guess(door, name, number)
                times.append(time.perf_counter() - begun)
            site.clock.ahead += 600
            assert answer.status_code == 401
            told.setdefault(name, []).append((answer.json()["error"], sorted(set(answer.headers) - {"date"})))
    assert told["anna"] == told["nobody"]
    known, unknown = (statistics.median(times) for times in took.values())
    assert abs(known - unknown) <= 0.25 * max(known, unknown) + 0.005


async def test_guesses_at_apps_have_to_wait_as_well(site: Site) -> None:
    async with site.house.caller("anna") as anna:
        made = (await anna.ask("POST", "/api/v1/auth/app-passwords", 201, json={"name": "phone"}))["data"]
    async with site.house.door("192.0.2.1") as door:
        answers = [
            await door.get("/rest/ping", params={"f": "json", "u": "anna", "t": f"{number:032x}", "s": "salt"})
            for number in range(GUESSES)
        ]
        assert answers[0].status_code == 200 and answers[-1].status_code == 429
        assert int(answers[-1].headers["retry-after"]) >= 1
        told = [answer for answer in answers if answer.status_code == 200]
        assert len(told) <= MOST_CHECKED
        assert all(answer.json()["subsonic-response"]["error"]["code"] == 40 for answer in told)
    site.clock.ahead += OWNER_BACK_SECONDS
    async with site.house.door("198.51.100.9") as home:
        query = {"f": "json", "u": "anna", "p": made["password"]}
        assert (await home.get("/rest/ping", params=query)).json()["subsonic-response"]["status"] == "ok"


async def test_guesses_at_codes_have_to_wait_as_well(site: Site) -> None:
    async with site.house.caller("anna") as anna:
        answers = [
            await anna.client.post("/api/v1/auth/mfa", json={"password": f"guess {number}"})
            for number in range(GUESSES)
        ]
        assert answers[-1].status_code == 429 and site.checked <= MOST_CHECKED

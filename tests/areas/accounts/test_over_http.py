"""Accounts as strangers reach them: odd values are refused like any other, and sign-ins hold nobody else up."""

import asyncio
import statistics
import time

import httpx2
import pytest

from tests.areas.accounts.conftest import PASSWORD, sqlite_only

ODD = [
    "\0",
    "a\0b",
    "\ud800",
    "\udfff\ud800",
    "\U0010ffff",
    "\ufeff",
    "x" * 100_000,
    "%00",
    "%s%n",
    "${jndi:ldap://x}",
    "'\";--",
]


@pytest.fixture
def application_settings() -> dict[str, str]:
    """None of this is about how often somebody may try."""
    return {"RATE_LIMITS": "off"}


def written(text: str) -> bytes:
    """A JSON text, also for letters that no UTF-8 has."""
    escaped = "".join(f"\\u{unit:04x}" for unit in _units(text))
    return f'"{escaped}"'.encode()


def _units(text: str) -> list[int]:
    raw = text.encode("utf-16-le", "surrogatepass")
    return [int.from_bytes(raw[place : place + 2], "little") for place in range(0, len(raw), 2)]


def body(**values: str) -> bytes:
    return b"{" + b",".join(b'"%s":%s' % (name.encode(), written(value)) for name, value in values.items()) + b"}"


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
async def test_odd_values_are_refused_and_break_nothing(client: httpx2.AsyncClient, odd: str) -> None:
    good = {"username": "ada", "email": "ada@example.org", "password": PASSWORD}
    sent = {"headers": {"content-type": "application/json"}}
    for path in ("/register", "/api/v1/auth/register"):
        for name in ("username", "email"):
            answer = await client.post(path, content=body(**{**good, name: odd}), **sent)
            assert answer.status_code in (400, 422), (path, name, answer.text)
    for path in ("/login", "/login?include_auth_token", "/api/v1/auth/login"):
        for name in ("username", "email"):
            answer = await client.post(path, content=body(**{name: odd, "password": PASSWORD}), **sent)
            assert answer.status_code in (400, 401), (path, name, answer.text)
        answer = await client.post(path, content=body(username="ada", password=odd), **sent)
        assert answer.status_code in (400, 401), (path, answer.text)
    for name in ("u", "p", "t", "s", "apiKey"):
        parameters = {"u": "ada", "t": "0" * 32, "s": "x", "v": "1.16.1", "c": "x", "f": "json"}
        parameters[name] = odd.encode("utf-8", "replace").decode()[:2000]
        answer = await client.get("/rest/ping", params=parameters)
        assert (answer.status_code, "failed" in answer.text) == (200, True), answer.text


async def test_odd_full_names_are_cleaned(client: httpx2.AsyncClient) -> None:
    given = {
        "username": "ada",
        "email": "ada@example.org",
        "password": PASSWORD,
        "full_name": "Ada\u202e\u200b King\x07",
    }
    answer = await client.post("/api/v1/auth/register", json=given)
    assert answer.status_code == 201
    assert answer.json()["data"]["user"]["full_name"] == "Ada King"


async def test_numbers_that_no_database_holds_are_no_ids(client: httpx2.AsyncClient) -> None:
    given = {"username": "ada", "email": "ada@example.org", "password": PASSWORD}
    token = (await client.post("/api/v1/auth/register", json=given)).json()["data"]["token"]
    signed_in = {"Authorization": f"Bearer {token}"}
    for number in ("0", "-1", "9223372036854775808", "1" * 40, "1e3", "%00", "\u0661"):
        for path in ("app-passwords", "api-keys"):
            answer = await client.delete(f"/api/v1/auth/{path}/{number}", headers=signed_in)
            assert answer.status_code == 404, (path, number, answer.text)


@sqlite_only
async def test_sign_ins_hold_nobody_else_up(client: httpx2.AsyncClient) -> None:
    given = {"username": "ada", "email": "ada@example.org", "password": PASSWORD}
    assert (await client.post("/register", json=given)).status_code == 201
    waits = []
    signing_in = asyncio.gather(*(client.post("/login", json=given) for _ in range(8)))
    while not signing_in.done():
        start = time.perf_counter()
        assert (await client.get("/api/v1/health/live")).status_code == 200
        waits.append(time.perf_counter() - start)
        await asyncio.sleep(0.001)
    assert {answer.status_code for answer in await signing_in} <= {200, 429}
    assert statistics.median(waits) < 0.1
    assert max(waits) < 1

"""Where the server leads people: to its own pages and nowhere else, whatever an address asks for."""

from urllib.parse import quote

import pytest

from antiphon.api.http.answers import redirect
from tests.security.conftest import Open

ELSEWHERE = [
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example",
    "\\\\evil.example",
    "/%09/evil.example",
    "http:evil.example",
    "javascript:alert(1)",
    "/app/..//evil.example",
    "https://127.0.0.1:8000@evil.example/",
]
NAMES = ("to", "next", "redirect", "redirect_uri", "return", "url", "continue")


@pytest.mark.parametrize("path", ["https://evil.example/", "//evil.example/", "evil", ""])
def test_what_is_no_path_of_ours_cannot_be_led_to(path: str) -> None:
    with pytest.raises(AssertionError):
        redirect(path)


@pytest.mark.parametrize("target", ELSEWHERE)
async def test_no_address_makes_the_server_lead_elsewhere(opened: Open, target: str) -> None:
    async with opened() as house, house.door() as door:
        query = "&".join(f"{name}={quote(target, safe='')}" for name in NAMES)
        for path in ("/", "/app", "/admin", "/api", "/favicon.ico"):
            answer = await door.get(f"{path}?{query}", headers={"host": "evil.example"})
            assert answer.status_code == 302
            assert answer.headers["location"].startswith("/") and not answer.headers["location"].startswith("//")
            assert "evil" not in answer.headers["location"]


@pytest.mark.parametrize("path", ["//evil.example", "//evil.example/app", "/\\evil.example", "/app//evil.example/.."])
async def test_doubled_slashes_lead_nowhere(opened: Open, path: str) -> None:
    async with opened() as house, house.door() as door:
        answer = await door.request("GET", f"http://127.0.0.1:8000{path}")
    assert answer.status_code in (200, 404, 503) and "location" not in answer.headers

"""Serving the built web player."""

import gzip
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
import pytest

from antiphon.api.web.application import Player
from tests.api.exchanges import Sealed

PAGE = "<!doctype html><title>Player</title>" + " " * 2000


@pytest.fixture
def built(tmp_path: Path) -> Path:
    folder = tmp_path / "player"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text(PAGE)
    (folder / "assets" / "index-Ab12.js").write_text("let x = 1;" * 200)
    (folder / "assets" / "font-Cd34.woff2").write_bytes(b"\0" * 3000)
    (folder / "icon.svg").write_text("<svg/>")
    (folder / "manifest.webmanifest").write_text("{}")
    (folder / ".built").write_text("1")
    (tmp_path / "secret.txt").write_text("secret")
    return folder


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(transport=Sealed(Player(folder)).transport, base_url="http://x") as client:
        yield client


@pytest.mark.parametrize("path", ["/app/", "/app/albums/5", "/app/setup?token=abc", "/app/index.html"])
async def test_every_view_is_the_page(built: Path, path: str) -> None:
    async with opened(built) as client:
        answer = await client.get(path)
    assert (answer.status_code, answer.text) == (200, PAGE)
    assert answer.headers["cache-control"] == "no-cache"
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self';" in policy and "unsafe-inline'; img-src" in policy
    assert "frame-ancestors 'none'" in policy


async def test_hashed_files_are_kept_for_ever(built: Path) -> None:
    async with opened(built) as client:
        script = await client.get("/app/assets/index-Ab12.js")
        icon = await client.get("/app/icon.svg")
        manifest = await client.get("/app/manifest.webmanifest")
    assert script.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert script.headers["content-type"] == "text/javascript; charset=utf-8"
    assert icon.headers["cache-control"] == "no-cache"
    assert icon.headers["content-type"] == "image/svg+xml"
    assert manifest.headers["content-type"] == "application/manifest+json"


async def test_texts_are_compressed_for_who_can_read_it(built: Path) -> None:
    transport = Sealed(Player(built)).transport
    async with httpx2.AsyncClient(transport=transport, base_url="http://x") as client:
        plain = await client.get("/app/assets/index-Ab12.js", headers={"Accept-Encoding": "identity"})
        async with client.stream("GET", "/app/assets/index-Ab12.js", headers={"Accept-Encoding": "br, gzip"}) as answer:
            raw = b"".join([part async for part in answer.aiter_raw()])
            assert answer.headers["content-encoding"] == "gzip"
            assert answer.headers["vary"] == "Accept-Encoding"
        font = await client.get("/app/assets/font-Cd34.woff2", headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(raw) == plain.content
    assert len(raw) < len(plain.content) / 5
    assert "content-encoding" not in font.headers


async def test_what_is_unchanged_is_not_sent_again(built: Path) -> None:
    async with opened(built) as client:
        first = await client.get("/app/")
        again = await client.get("/app/", headers={"If-None-Match": first.headers["etag"]})
        head = await client.head("/app/", headers={"Accept-Encoding": "identity"})
        wrong = await client.post("/app/")
    assert (again.status_code, again.content) == (304, b"")
    assert (head.content, head.headers["content-length"]) == (b"", str(len(PAGE)))
    assert (wrong.status_code, wrong.headers["allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize("path", ["/app/missing.js", "/app/../secret.txt", "/app/%2e%2e/secret.txt", "/app/.built"])
async def test_other_files_are_not_there(built: Path, path: str) -> None:
    async with opened(built) as client:
        answer = await client.get(path)
    assert answer.status_code == 404
    assert "secret" not in answer.text


async def test_a_new_build_is_noticed(built: Path) -> None:
    async with opened(built) as client:
        await client.get("/app/")
        (built / "index.html").write_text("new")
        (built / "assets" / "index-Ef56.js").write_text("1")
        os.utime(built / "index.html", (1, 1))
        assert (await client.get("/app/")).text == "new"
        assert (await client.get("/app/assets/index-Ef56.js")).text == "1"


async def test_without_a_build_a_page_says_what_to_do(tmp_path: Path) -> None:
    async with opened(tmp_path / "nothing") as client:
        answer = await client.get("/app/")
        assert answer.status_code == 503
        assert "make run" in answer.text
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert (await client.get("/app/assets/x.js")).status_code == 404

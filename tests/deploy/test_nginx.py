"""The nginx configuration that is handed out leads to the server and tells it the truth about the client."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from string import Template
from urllib.parse import quote

import httpx2
import pytest

from tests.audio.maker import AudioMaker
from tests.services.programs import Program, answers, folder, free_port, unavailable
from tests.services.server import Server, ServerFactory
from tests.stage import PASSWORD

TEMPLATE = Path(__file__).parents[2] / "deploy" / "nginx" / "antiphon.conf.template"
ACCELERATION = TEMPLATE.with_name("x-accel.conf.template")

AROUND = """
daemon off;
${user}
pid $place/nginx.pid;
error_log stderr;
events {}
http {
    access_log off;
    client_body_temp_path $place/body;
    proxy_temp_path $place/proxy;
    fastcgi_temp_path $place/fastcgi;
    uwsgi_temp_path $place/uwsgi;
    scgi_temp_path $place/scgi;
    include $place/antiphon.conf;
}
"""


def configuration(upstream: str, port: int) -> str:
    """What envsubst makes of the template: only its two own variables, none of nginx's."""
    text = TEMPLATE.read_text(encoding="utf-8")
    return text.replace("${ANTIPHON_UPSTREAM}", upstream).replace("${ANTIPHON_PORT}", str(port))


@pytest.fixture
def proxied_url(servers: ServerFactory) -> Iterator[str]:
    """The address of nginx in front of a server."""
    with proxied(servers, with_worker=False) as (_, url):
        yield url


@contextmanager
def proxied(
    servers: ServerFactory, *, accelerated: bool = False, with_worker: bool = True, **settings: str
) -> Iterator[tuple[Server, str]]:
    """A server with nginx in front, and its address there; `accelerated`: nginx sends music and covers itself."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if program is None:
        unavailable("no nginx: apt install nginx-light")
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    settings |= {"TRUSTED_PROXIES": "127.0.0.1", "PUBLIC_URL": url, "ADMIN_EMAIL": "owner@example.org"}
    server = servers.embedded(with_worker=with_worker, **settings)
    with folder("nginx") as place:
        if accelerated:
            text = ACCELERATION.read_text(encoding="utf-8")
            text = text.replace("${ANTIPHON_MUSIC}", server.environment["ANTIPHON_MUSIC"]).replace(
                "${ANTIPHON_DATA}", server.environment["ANTIPHON_DATA"]
            )
            (place / "antiphon.d").mkdir()
            (place / "antiphon.d" / "x-accel.conf").write_text(text, encoding="utf-8")
        (place / "antiphon.conf").write_text(configuration(f"127.0.0.1:{server.port}", port), encoding="utf-8")
        (place / "nginx.conf").write_text(
            Template(AROUND).substitute(place=place, user="user root;" if os.geteuid() == 0 else ""), encoding="utf-8"
        )
        nginx = Program([program, "-p", place, "-e", "stderr", "-c", place / "nginx.conf"], place / "log")
        try:
            nginx.wait_until(lambda: answers(port))
            yield server, url
        finally:
            nginx.stop()


async def test_the_server_is_reached_through_nginx(proxied_url: str) -> None:
    async with httpx2.AsyncClient(base_url=proxied_url) as client:
        assert (await client.get("/api/v1/health")).status_code == 200
        player = await client.get("/")
        assert player.is_redirect
        assert player.headers["location"].startswith(("/app/", f"{proxied_url}/app/"))
        sent = await client.post("/login", json={"username": "nobody", "password": "x" * 100_000})
        assert sent.status_code in (401, 422, 400)
        polled = await client.get("/socket.io/?EIO=4&transport=polling")
        assert polled.status_code < 500


async def test_nobody_is_loopback_behind_nginx(proxied_url: str) -> None:
    """From loopback itself, registering the admin's address would make an admin."""
    async with httpx2.AsyncClient(base_url=proxied_url) as client:
        body = {"username": "owner", "email": "owner@example.org", "password": "a long enough password"}
        made = await client.post("/register", json=body, headers={"X-Forwarded-For": "127.0.0.1"})
        assert made.status_code == 201
        assert made.json()["roles"] == ["user"]


async def check_parts_and_conditions(client: httpx2.AsyncClient, path: str, content: bytes, tag: str) -> None:
    part = await client.get(path, headers={"Range": "bytes=5-9", "If-Range": tag})
    assert (part.status_code, part.content) == (206, content[5:10])
    assert (await client.get(path, headers={"Range": f"bytes={len(content)}-"})).status_code == 416
    assert (await client.get(path, headers={"If-None-Match": tag})).status_code == 304
    head = await client.head(path)
    assert (head.status_code, head.headers["content-length"]) == (200, str(len(content)))


async def check_nobody_gets_in(client: httpx2.AsyncClient, path: str, name: str) -> None:
    """Neither by the location itself, nor without the right to hear the song."""
    for wrong in (f"/antiphon-music/{quote(name)}", "/antiphon-artwork/", "/antiphon-music/..%2f"):
        assert (await client.get(wrong)).status_code in (400, 404), wrong
    del client.headers["Authorization"]
    assert (await client.get(path)).status_code == 401


async def test_nginx_sends_music_itself_once_the_server_has_said_so(servers: ServerFactory, audio: AudioMaker) -> None:
    with folder("accelerated") as place:
        settings = {"ANTIPHON_DATA": str(place / "data"), "ANTIPHON_MUSIC": str(place / "music & more")}
        song = audio.song(
            place / "music & more" / "Борис & Söhne #1.flac", {"title": "Dawn"}, kind="flac", seconds=3, picture=True
        )
        places = f"{song.parent}=/antiphon-music,{place / 'data' / 'cache' / 'artwork'}=/antiphon-artwork"
        with proxied(servers, accelerated=True, X_ACCEL_REDIRECT=places, **settings) as (server, url):
            server.run("scan")
            server.run(
                "admin", "create", "--email", "a@example.org", "--username", "a", "--password-stdin", stdin=PASSWORD
            )
            async with httpx2.AsyncClient(base_url=url) as client:
                signed_in = await client.post("/api/v1/auth/login", json={"username": "a", "password": PASSWORD})
                client.headers["Authorization"] = f"Bearer {signed_in.json()['data']['token']}"
                number = (await client.get("/api/v1/songs")).json()["data"][0]["id"]
                path, content = f"/api/v1/songs/{number}/stream", song.read_bytes()
                # The server itself sends no byte to the proxy, and says where the file lies to nobody else.
                client.headers["Accept-Encoding"] = "identity"
                told = await client.get(f"http://127.0.0.1:{server.port}{path}")
                assert (told.content, "antiphon-music" in told.headers["x-accel-redirect"]) == (b"", True)
                whole = await client.get(path)
                assert (whole.status_code, whole.content) == (200, content)
                assert whole.headers["content-type"] == "audio/flac"
                assert float(whole.headers["x-content-duration"]) == pytest.approx(3, abs=0.1)
                assert "x-accel-redirect" not in whole.headers
                assert "cache-control" in whole.headers and "content-security-policy" in whole.headers
                await check_parts_and_conditions(client, path, content, whole.headers["etag"])
                kept = await client.get(f"/api/v1/songs/{number}/download")
                assert "filename*=" in kept.headers["content-disposition"]
                picture = await client.get(f"/api/v1/songs/{number}/image?size=160")
                assert picture.status_code == 200 and picture.headers["content-type"].startswith("image/")
                assert len(picture.content) > 100
                await check_nobody_gets_in(client, path, song.name)

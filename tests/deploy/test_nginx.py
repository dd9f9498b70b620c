"""The nginx configuration that is handed out leads to the server and tells it the truth about the client."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from string import Template

import httpx2
import pytest

from tests.services.programs import Program, answers, folder, free_port, unavailable
from tests.services.server import ServerFactory

TEMPLATE = Path(__file__).parents[2] / "deploy" / "nginx" / "antiphon.conf.template"

AROUND = """
daemon off;
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
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if program is None:
        unavailable("no nginx: apt install nginx-light")
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    server = servers.embedded(TRUSTED_PROXIES="127.0.0.1", PUBLIC_URL=url, ADMIN_EMAIL="owner@example.org")
    with folder("nginx") as place:
        (place / "antiphon.conf").write_text(configuration(f"127.0.0.1:{server.port}", port), encoding="utf-8")
        (place / "nginx.conf").write_text(Template(AROUND).substitute(place=place), encoding="utf-8")
        nginx = Program([program, "-p", place, "-e", "stderr", "-c", place / "nginx.conf"], place / "log")
        try:
            nginx.wait_until(lambda: answers(port))
            yield url
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

"""The outermost application: what it leads where, refuses, adds to every answer, and logs."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest

from antiphon.api.http.access_log import FLUSH_SECONDS, AccessLog
from antiphon.api.http.answers import TEXT, Answer, send_answer
from antiphon.api.http.areas import Address
from antiphon.api.http.asgi import Application, Message, Receive, Scope, Send
from antiphon.api.http.draining import Draining
from antiphon.api.http.outer import Outer, Parts


def named(name: str) -> Application:
    async def application(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send_answer(send, Answer(name.encode(), 200, (TEXT,)))

    return application


class Built:
    """An outermost application over parts that only say their names."""

    def __init__(
        self,
        *,
        as_json: bool = True,
        least_status: int = 0,
        parts: dict[str, Application] | None = None,
        **address: Any,
    ) -> None:
        self.lines: list[str] = []
        self.draining = Draining()
        self.log = AccessLog(self.lines.append, as_json=as_json, least_status=least_status)
        names = ("v1", "web", "root", "opensubsonic", "socketio", "unslashed", "slashed")
        empty: dict[str, Any] = {
            "public_url": "", "cors_allowed_origins": (), "trusted_proxies": (), "allowed_hosts": ("*",),
        }  # fmt: skip
        self.application = Outer(
            Parts(**{name: named(name) for name in names} | (parts or {})),
            Address(**empty | address),
            draining=self.draining,
            log=self.log,
        )

    @asynccontextmanager
    async def client(self, address: str = "192.0.2.7") -> AsyncIterator[httpx2.AsyncClient]:
        transport = httpx2.ASGITransport(app=self.application, client=(address, 5))  # type: ignore[arg-type]
        async with httpx2.AsyncClient(transport=transport, base_url="http://server.test:8000") as client:
            yield client


@pytest.mark.parametrize(
    ("path", "part"),
    [
        ("/api/v1/songs", "v1"),
        ("/api/v1", "v1"),
        ("/api/v1/", "v1"),
        ("/api/", "v1"),
        ("/docs", "v1"),
        ("/api/all_song", "unslashed"),
        ("/api/songs/", "slashed"),
        ("/api/songs/3/", "slashed"),
        ("/rest/ping.view", "opensubsonic"),
        ("/rest", "opensubsonic"),
        ("/restaurant", "root"),
        ("/socket.io/", "socketio"),
        ("/app/", "web"),
        ("/app/albums/5", "web"),
        ("/apple", "root"),
        ("/songs", "root"),
        ("//api/v1/songs", "root"),
        ("/API/v1/songs", "root"),
    ],
)
async def test_each_path_is_led_to_its_part(path: str, part: str) -> None:
    async with Built().client() as client:
        answer = await client.get(httpx2.URL(f"http://server.test:8000{path}"))
    assert answer.text == part


@pytest.mark.parametrize(
    ("path", "target"),
    [("/", "/app/"), ("/app", "/app/"), ("/admin", "/app/admin"), ("/admin/", "/app/admin"), ("/api", "/api/")],
)
async def test_short_addresses_lead_on(path: str, target: str) -> None:
    async with Built().client() as client:
        answer = await client.get(path)
    assert (answer.status_code, answer.headers["location"]) == (302, target)


async def test_every_answer_is_sealed() -> None:
    async with Built().client() as client:
        for path in ("/api/v1/songs", "/songs", "/", "/api/nothing"):
            headers = (await client.get(path)).headers
            assert headers["x-content-type-options"] == "nosniff"
            assert "frame-ancestors 'none'" in headers["content-security-policy"]
            assert headers["referrer-policy"] == "same-origin"
            assert headers["x-request-id"]
            assert "access-control-allow-origin" not in headers
        rest = (await client.get("/rest/ping")).headers
        assert rest["x-content-type-options"] == "nosniff"
        assert rest["x-request-id"]


@pytest.mark.parametrize(
    ("allowed", "host", "status"),
    [
        (("*",), "anything.example", 200),
        (("music.example",), "music.example", 200),
        (("music.example",), "Music.Example:8000", 200),
        (("music.example",), "evil.example", 400),
        (("music.example",), "music.example.evil.example", 400),
        ((".example.org",), "a.example.org", 200),
        ((".example.org",), "example.org", 200),
        ((".example.org",), "badexample.org", 400),
        (("::1",), "[::1]:8000", 200),
        (("music.example",), "", 400),
    ],
)
async def test_only_allowed_hosts_are_answered(allowed: tuple[str, ...], host: str, status: int) -> None:
    async with Built(allowed_hosts=allowed).client() as client:
        answer = await client.get("/api/v1/songs", headers={"Host": host})
    assert answer.status_code == status


async def test_a_length_told_in_two_ways_is_refused() -> None:
    async with Built().client() as client:
        answer = await client.post(
            "/api/v1/songs", content=b"x", headers={"Content-Length": "1", "Transfer-Encoding": "chunked"}
        )
    assert answer.status_code == 400
    assert answer.headers["connection"] == "close"


async def test_only_the_usual_expectation_is_met() -> None:
    async with Built().client() as client:
        assert (await client.post("/songs", headers={"Expect": "100-Continue"})).status_code == 200
        assert (await client.post("/songs", headers={"Expect": "miracles"})).status_code == 417


PREFLIGHT = {"Access-Control-Request-Method": "PUT"}


async def test_other_origins_are_named_exactly() -> None:
    built = Built(cors_allowed_origins=("https://web.example", "http://localhost:5173"))
    async with built.client() as client:
        allowed = await client.get("/songs", headers={"Origin": "https://web.example"})
        assert allowed.headers["access-control-allow-origin"] == "https://web.example"
        assert allowed.headers["vary"] == "Origin"
        other = await client.get("/songs", headers={"Origin": "https://web.example.evil.example"})
        assert "access-control-allow-origin" not in other.headers
        asked = await client.options("/songs", headers={"Origin": "https://web.example", **PREFLIGHT})
        assert (asked.status_code, asked.headers["access-control-allow-origin"]) == (204, "https://web.example")
        assert "PUT" in asked.headers["access-control-allow-methods"]
        refused = await client.options("/songs", headers={"Origin": "https://evil.example", **PREFLIGHT})
        assert not any(name.startswith("access-control-allow") for name in refused.headers)
        rest = await client.get("/rest/ping", headers={"Origin": "https://web.example"})
        assert "access-control-allow-origin" not in rest.headers
        assert (await client.options("/rest/ping", headers={"Origin": "https://x", **PREFLIGHT})).text == "opensubsonic"


async def test_any_origin_is_never_trusted_with_cookies() -> None:
    async with Built(cors_allowed_origins=("*",)).client() as client:
        answer = await client.get("/songs", headers={"Origin": "https://web.example"})
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in answer.headers


async def test_requests_are_logged_without_secrets() -> None:
    built = Built()
    async with built.client() as client:
        await client.get("/rest/ping?u=anna&t=token1&s=salt1&p=password1&apiKey=key1")
        headers = {"Authorization": "Bearer token2", "Cookie": "antiphon_session=token3"}
        await client.post("/api/v1/x", headers=headers, json={"email": "a@example.org"})
    await asyncio.sleep(FLUSH_SECONDS * 1.5)
    lines = [json.loads(line) for line in "".join(built.lines).splitlines()]
    assert [(line["method"], line["path"], line["status"]) for line in lines] == [
        ("GET", "/rest/ping", 200),
        ("POST", "/api/v1/x", 200),
    ]
    assert {line["address"] for line in lines} == {"192.0.2.7"}
    assert all(line["request_id"] and line["ms"] >= 0 for line in lines)
    text = "".join(built.lines)
    assert not any(secret in text for secret in ("token", "salt1", "password1", "key1", "@", "anna"))


@pytest.mark.parametrize("as_json", [True, False])
async def test_a_path_cannot_begin_a_line_of_its_own(as_json: bool) -> None:
    built = Built(as_json=as_json)
    async with built.client() as client:
        await client.get("/songs/%0a127.0.0.1%20GET%20/forged%1b[31m")
    built.log.flush()
    text = "".join(built.lines)
    assert text.count("\n") == 1
    assert "\x1b" not in text


async def test_lifespan_and_unknown_sockets_are_answered() -> None:
    built = Built()
    sent: list[Message] = []
    waiting: list[Message] = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]

    async def receive() -> Message:
        return waiting.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    await built.application({"type": "lifespan"}, receive, send)
    assert [message["type"] for message in sent] == ["lifespan.startup.complete", "lifespan.shutdown.complete"]
    sent.clear()
    waiting.append({"type": "websocket.connect"})
    await built.application({"type": "websocket", "path": "/elsewhere", "headers": []}, receive, send)
    assert [message["type"] for message in sent] == ["websocket.close"]


async def test_what_slips_through_a_part_is_logged_and_told_plainly(caplog: pytest.LogCaptureFixture) -> None:
    async def broken(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise RuntimeError("secret inside")

    built = Built(parts={"web": broken}, least_status=500)
    async with built.client() as client:
        await client.get("/rest/ping")
        answer = await client.get("/app/x")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
    assert answer.headers["x-request-id"] in answer.json()["error"]
    assert "secret" not in answer.text and "secret inside" in caplog.text
    built.log.flush()
    (line,) = built.lines
    assert json.loads(line)["status"] == 500


def lingering(ended: list[str]) -> dict[str, Application]:
    """Parts that take their time, that never end, and that never answer; each tells when it has ended."""

    async def slow(_scope: Scope, _receive: Receive, send: Send) -> None:
        await asyncio.sleep(0.2)
        await send_answer(send, Answer(b"done", 200, (TEXT,)))
        ended.append("slow")

    async def endless(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        try:
            while True:
                await send({"type": "http.response.body", "body": b"x", "more_body": True})
                await asyncio.sleep(0.01)
        finally:
            ended.append("endless")

    async def stuck(_scope: Scope, _receive: Receive, _send: Send) -> None:
        try:
            await asyncio.sleep(60)
        finally:
            ended.append("stuck")

    return {"v1": slow, "web": endless, "root": stuck}


async def test_at_the_end_answers_are_finished_and_endless_ones_ended() -> None:
    ended: list[str] = []
    built = Built(parts=lingering(ended))

    async def ask(path: str) -> None:
        async def receive() -> Message:
            await asyncio.sleep(60)
            return {}

        async def send(_message: Message) -> None:
            return None

        scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": [], "client": None}
        await built.application(scope, receive, send)

    tasks = [asyncio.create_task(ask(path)) for path in ("/api/v1/x", "/app/x", "/x")]
    await asyncio.sleep(0.05)
    await asyncio.wait_for(built.draining.drain(0.1, 1.0), 5)
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    assert built.draining.has_begun
    assert ended == ["slow", "endless", "stuck"]
    assert [type(outcome) for outcome in outcomes] == [type(None), asyncio.CancelledError, asyncio.CancelledError]

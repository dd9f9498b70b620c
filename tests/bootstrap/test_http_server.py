"""The HTTP server itself: what begins and never ends, what is too long, and files that the system sends."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest

from antiphon.api.http.asgi import Receive, Scope, Send
from antiphon.api.http.streaming import open_streams, send_file
from antiphon.bootstrap import http_protocol
from antiphon.bootstrap.server import HttpServer, listening
from tests.services.programs import free_port

SONG_BYTES = 8_000_000
SECONDS = 20
OF_FOUR = [(b"content-length", b"4")]
FIELDS = {
    "/live": [],
    "/long": [(b"content-length", b"3")],
    "/short": [(b"Content-Length", b"5")],
    "/split": [*OF_FOUR, (b"content-disposition", b"a\r\nset-cookie: a=b")],
    "/bell": [*OF_FOUR, (b"content-disposition", b"\a")],
}
Connect = Callable[[], Awaitable[tuple[asyncio.StreamReader, asyncio.StreamWriter]]]


@pytest.fixture(scope="module")
def song(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of bytes that tell where they stand."""
    file = tmp_path_factory.mktemp("files") / "song"
    file.write_bytes(b"".join(number.to_bytes(8, "big") for number in range(SONG_BYTES // 8)))
    return file


@asynccontextmanager
async def serving(song: Path) -> AsyncIterator[Connect]:
    """A server with a word, a song and a stream without an announced length."""

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/song":
            await send_file(scope, receive, send, path=song, content_type="audio/wav")
            return
        await send({"type": "http.response.start", "status": 200, "headers": FIELDS.get(scope["path"], OF_FOUR)})
        for letter in (b"w", b"o", b"r", b"d"):
            await send({"type": "http.response.body", "body": letter, "more_body": letter != b"d"})

    server = HttpServer(application, "127.0.0.1", port := free_port())
    running = asyncio.create_task(server.serve())

    async def connect() -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        async with asyncio.timeout(SECONDS):
            while True:
                try:
                    return await asyncio.open_connection("127.0.0.1", port, limit=1024)
                except OSError:
                    await asyncio.sleep(0.01)

    async with asyncio.timeout(3 * SECONDS):
        try:
            yield connect
        finally:
            server.stop()
            await running


async def asked(connection: tuple[asyncio.StreamReader, asyncio.StreamWriter], *lines: str) -> dict[str, str]:
    """Send a request; the fields of its answer, the status among them."""
    reader, writer = connection
    writer.write("\r\n".join([*lines, "", ""]).encode())
    head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
    fields = dict(line.lower().split(": ", 1) for line in head[1:] if line)
    return {"status": head[0].split()[1], **fields}


def part(first: int, length: int) -> bytes:
    """What the song has there."""
    begin = first // 8
    numbers = range(begin, (first + length) // 8 + 1)
    return b"".join(number.to_bytes(8, "big") for number in numbers)[first - begin * 8 :][:length]


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


async def test_files_and_words_follow_each_other_on_one_connection(song: Path) -> None:
    async with serving(song) as connect:
        connection = await connect()
        for _ in range(3):
            told = await asked(connection, "GET /song HTTP/1.1", "host: x", "range: bytes=1003-6000002")
            assert (told["status"], told["content-length"]) == ("206", "5999000")
            assert await connection[0].readexactly(5_999_000) == part(1003, 5_999_000)
            assert parsedate_to_datetime(told["date"])
            told = await asked(connection, "GET /word HTTP/1.1", "host: x")
            assert await connection[0].readexactly(4) == b"word"


async def test_requests_sent_ahead_are_answered_in_their_order(song: Path) -> None:
    async with serving(song) as connect:
        reader, writer = await connect()
        writer.write(b"GET /word HTTP/1.1\r\nhost: x\r\n\r\nGET /song HTTP/1.1\r\nhost: x\r\n\r\n" * 2)
        for _ in range(2):
            await reader.readuntil(b"\r\n\r\n")
            assert await reader.readexactly(4) == b"word"
            await reader.readuntil(b"\r\n\r\n")
            assert await reader.readexactly(SONG_BYTES) == part(0, SONG_BYTES)


async def test_who_reads_slowly_gets_the_whole_and_who_leaves_leaves_nothing_open(song: Path) -> None:
    async with serving(song) as connect:
        await asked(slow := await connect(), "GET /song HTTP/1.1", "host: x")
        before = descriptors()
        leaving = [await connect() for _ in range(5)]
        for connection in leaving:
            await asked(connection, "GET /song HTTP/1.1", "host: x")
        assert len(open_streams) == 6
        for _, writer in leaving:
            writer.transport.abort()
        while len(open_streams) > 1 or descriptors() > before:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.2)
        assert await slow[0].readexactly(SONG_BYTES) == part(0, SONG_BYTES)
    assert len(open_streams) == 0


async def test_a_file_that_shrinks_ends_the_connection(song: Path, tmp_path: Path) -> None:
    shrinking = tmp_path / "song"
    shrinking.write_bytes(bytes(64_000_000))
    async with serving(shrinking) as connect:
        reader, writer = await connect()
        await asked((reader, writer), "GET /song HTTP/1.1", "host: x")
        os.truncate(shrinking, 1000)
        assert len(await reader.read(-1)) < 64_000_000


async def test_old_clients_get_no_chunks(song: Path) -> None:
    async with serving(song) as connect:
        told = await asked(old := await connect(), "GET /live HTTP/1.0")
        assert "transfer-encoding" not in told
        assert told["connection"] == "close"
        assert await old[0].read(-1) == b"word"
        told = await asked(old := await connect(), "GET /song HTTP/1.0")
        assert int(told["content-length"]) == SONG_BYTES
        assert len(await old[0].read(-1)) == SONG_BYTES
        told = await asked(new := await connect(), "GET /live HTTP/1.1", "host: x")
        assert told["transfer-encoding"] == "chunked"
        assert await new[0].readuntil(b"0\r\n\r\n") == b"1\r\nw\r\n1\r\no\r\n1\r\nr\r\n1\r\nd\r\n0\r\n\r\n"


async def test_an_answer_that_is_none_ends_its_connection(song: Path) -> None:
    async with serving(song) as connect:
        for path in ("/split", "/bell"):
            told = await asked(connection := await connect(), f"GET {path} HTTP/1.1", "host: x")
            assert (told["status"], told["connection"]) == ("500", "close")
            assert not {"set-cookie", "content-disposition"} & set(told)
            assert await connection[0].read(-1) == b"Internal Server Error"
        for path, length in (("/long", 3), ("/short", 5)):
            told = await asked(connection := await connect(), f"GET {path} HTTP/1.1", "host: x")
            assert int(told["content-length"]) == length
            assert b"word".startswith(await connection[0].read(-1))
            assert connection[0].at_eof()


async def test_who_asks_for_the_head_gets_no_body(song: Path) -> None:
    async with serving(song) as connect:
        connection = await connect()
        for path, length in (("/song", str(SONG_BYTES)), ("/word", "4"), ("/live", None)):
            told = await asked(connection, f"HEAD {path} HTTP/1.1", "host: x")
            assert (told["status"], told.get("content-length"), "transfer-encoding" in told) == ("200", length, False)
        told = await asked(connection, "GET /word HTTP/1.1", "host: x")
        assert await connection[0].readexactly(4) == b"word"


@pytest.mark.parametrize(("line", "refusal"), [("GET /{} HTTP/1.1", b"400"), ("GET / HTTP/1.1\r\nx: {}", b"431")])
async def test_heads_without_an_end_are_refused(song: Path, line: str, refusal: bytes) -> None:
    async with serving(song) as connect:
        told = await asked(await connect(), line.format("a" * 60_000), "host: x")
        assert told["status"] == "200"
        reader, writer = await connect()
        writer.write(line.format("a" * 60_000).encode())
        await asyncio.sleep(0.05)
        writer.write(b"a" * 200_000)
        assert (await reader.read(12)) == b"HTTP/1.1 " + refusal


async def test_what_is_no_http_is_refused(song: Path) -> None:
    async with serving(song) as connect:
        for head in (b"\x16\x03\x01\x02\x00", b"GET /a b HTTP/1.1\r\n\r\n", b"GET / HTTP/1.1\r\nno field\r\n\r\n"):
            reader, writer = await connect()
            writer.write(head)
            assert (await reader.read(-1)).startswith(b"HTTP/1.1 400")


async def test_who_asks_nothing_whole_is_not_waited_for(song: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_protocol, "HEAD_SECONDS", 0.5)
    async with serving(song) as connect:
        silent, begun = await connect(), await connect()
        begun[1].write(b"GET /word HTTP/1.1\r\nhos")
        await asked(reading := await connect(), "GET /song HTTP/1.1", "host: x")
        await asked(between := await connect(), "GET /word HTTP/1.1", "host: x")
        await between[0].readexactly(4)
        assert await silent[0].read(-1) == b""
        assert await begun[0].read(-1) == b""
        await asyncio.sleep(1)
        # Who has been answered may ask again for a while, and who is being answered is not disturbed.
        assert (await asked(between, "GET /word HTTP/1.1", "host: x"))["status"] == "200"
        assert await reading[0].readexactly(SONG_BYTES) == part(0, SONG_BYTES)


@pytest.mark.parametrize(("host", "reached_by"), [("127.0.0.1", ["127.0.0.1"]), ("::", ["::1", "127.0.0.1"])])
def test_several_processes_listen_where_it_was_said(host: str, reached_by: list[str]) -> None:
    if host == "::" and not socket.has_dualstack_ipv6():
        pytest.skip("this machine has no IPv6")
    port = free_port()
    with listening(host, port), listening(host, port):
        for address in reached_by:
            with socket.create_connection((address, port)) as connection:
                assert connection.getpeername()[:2] == (address, port)

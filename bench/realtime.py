"""A thousand signed-in sockets that only listen: what they cost, and what they do to everyone else."""

import asyncio
import itertools
import os
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import quantiles
from typing import Any

import aiohttp

from bench import machine
from bench.report import Goals, Table, write
from tests.services.programs import folder
from tests.services.server import Server

SOCKETS = 1000
SOCKETS_AN_ACCOUNT = 20
GOAL_MEMORY_MB = 100.0
GOAL_BROWSE_MS = 1000.0
NOTES = """
`antiphon serve` with SQLite and the embedded worker, HTTP server and sockets in one process; websockets, 20 for each of
50 accounts. Memory is that of the server with its worker. Browsing is `GET /api/v1/albums`, one at a time.
"""


class Crowd:
    """Sockets on one server."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._wires: list[aiohttp.ClientWebSocketResponse] = []
        self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        self._listeners: list[asyncio.Task[None]] = []

    async def register(self, number: int) -> str:
        """A new account; gives its token."""
        body = {"username": f"listener{number}", "email": f"l{number}@example.org", "password": f"long enough {number}"}
        answer = await self._session.post(f"{self._address}/api/v1/auth/register", json=body)
        told: dict[str, Any] = await answer.json()
        return str(told["data"]["token"])

    async def connect(self, token: str) -> None:
        """One more socket, signed in."""
        wire = await self._session.ws_connect(f"{self._address}/socket.io/?EIO=4&transport=websocket")
        await wire.receive_str()
        await wire.send_str(f'40/realtime,{{"token":"{token}"}}')
        assert (await wire.receive_str()).startswith("40/realtime,")
        self._wires.append(wire)
        self._listeners.append(asyncio.create_task(self._listen(wire)))

    async def browse(self, token: str, seconds: float) -> list[float]:
        """Milliseconds of list requests, one after the other."""
        took = []
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            begun = time.perf_counter()
            headers = {"Authorization": f"Bearer {token}"}
            async with self._session.get(f"{self._address}/api/v1/albums", headers=headers) as answer:
                assert answer.status == 200
                await answer.read()
            took.append((time.perf_counter() - begun) * 1000)
        return took

    @property
    def lost(self) -> int:
        """How many sockets the server has ended."""
        return sum(wire.closed for wire in self._wires)

    async def close(self) -> None:
        """Leave."""
        for listener in self._listeners:
            listener.cancel()
        await self._session.close()

    async def _listen(self, wire: aiohttp.ClientWebSocketResponse) -> None:
        async for message in wire:
            if message.data == "2":
                await wire.send_str("3")


async def _measure(server: Server, sockets: int, seconds: float) -> tuple[float, float, float, float, int]:
    crowd = Crowd(server.base_url)
    process_id = server.program.process.pid
    tokens = [await crowd.register(number) for number in range(max(1, sockets // SOCKETS_AN_ACCOUNT))]
    await crowd.browse(tokens[0], 1)
    alone = quantiles(await crowd.browse(tokens[0], seconds), n=100)[98]
    before = machine.memory_mb(process_id)
    for token, _ in zip(itertools.cycle(tokens), range(sockets), strict=False):
        await crowd.connect(token)
    await asyncio.sleep(1)
    more = machine.memory_mb(process_id) - before
    used = machine.cpu_seconds(process_id)
    await asyncio.sleep(seconds)
    share = (machine.cpu_seconds(process_id) - used) / seconds * 100
    beside = quantiles(await crowd.browse(tokens[0], seconds), n=100)[98]
    lost = crowd.lost
    await crowd.close()
    return more, share, alone, beside, lost


def run(*, quick: bool, sizes: Sequence[int] = ()) -> bool:
    """Measure; False where a goal was missed."""
    sockets = 100 if quick else SOCKETS
    with folder("bench-realtime") as place:
        server = Server(Path(place), {"RATE_LIMITS": "off", "PATH": os.environ["PATH"]})
        try:
            more, share, alone, beside, lost = asyncio.run(_measure(server, sockets, 2 if quick else 30))
        finally:
            server.stop()
    table = Table(
        "Idle sockets",
        ("sockets", "memory more, MB", "% of one core", "ended by the server", "browse p99 alone, ms", "with them, ms"),
    )
    table.add(sockets, more, share, lost, alone, beside)
    goals = Goals()
    goals.at_most("memory more, MB", GOAL_MEMORY_MB, more)
    goals.at_most("browse p99 with them, ms", GOAL_BROWSE_MS, beside)
    goals.at_most("ended by the server", 0, lost)
    write("realtime", "Real time", [table, goals], NOTES, quick=quick)
    return quick or goals.reached

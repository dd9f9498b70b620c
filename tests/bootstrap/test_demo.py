"""A first start without any music: the server is there at once, the demo library follows."""

import os
from pathlib import Path
from typing import Any

import httpx2
import pytest

from antiphon.bootstrap.demo import demo_folder
from tests.audio.fixtures import SharedDemo
from tests.bootstrap.serving import account, client_of, wait_until
from tests.services.server import Server, ServerFactory

pytestmark = pytest.mark.server

COMPOSED_SECONDS = 150


@pytest.fixture
def without_music(servers: ServerFactory) -> Server:
    """A server to which no music folder was told."""
    return servers.embedded(ANTIPHON_MUSIC="")


def _hidden(data: Path) -> list[str]:
    return [name for name in os.listdir(data) if name.startswith(".demo-music")]


def test_the_server_serves_while_its_demo_is_composed(servers: ServerFactory, shared_demo: SharedDemo) -> None:
    with shared_demo.making():
        server = servers.embedded(ANTIPHON_MUSIC="")
        assert not demo_folder(server.data).exists()
        with client_of(server) as client:
            told = _told_until_it_is_full(client, account(client, "mara"))
        shared_demo.keep(demo_folder(server.data))
    shares = [one["progress"] for one in told if one["state"] == "composing"]
    assert shares == sorted(shares) and len(set(shares)) > 5 and any("played" in one["message"] for one in told)
    assert _hidden(server.data) == []
    assert "Traceback" not in server.program.output


def _told_until_it_is_full(client: httpx2.Client, signed_in: dict[str, str]) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = []

    def is_full() -> bool:
        told.append(client.get("/api/v1/demo", headers=signed_in).json()["data"])
        answer = client.get("/api/v1/songs?limit=1", headers=signed_in).json()
        return bool(answer["page"]["total"] == 30)

    wait_until(is_full, COMPOSED_SECONDS)
    return told


def test_a_stop_in_the_middle_leaves_nothing_half(without_music: Server) -> None:
    wait_until(lambda: _hidden(without_music.data), COMPOSED_SECONDS)
    assert without_music.stop() == 0
    assert _hidden(without_music.data) == []
    assert not demo_folder(without_music.data).exists()
    assert "Traceback" not in without_music.program.output
    without_music.start()

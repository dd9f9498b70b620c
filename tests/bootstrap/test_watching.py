"""The watch of the music folders in a whole server: a file that is copied in is a song within seconds."""

import json
import sqlite3
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.audio.maker import AudioMaker
from tests.services.server import Server, ServerFactory

pytestmark = pytest.mark.server

# On an idle machine it takes two and a half.
SOON_SECONDS = 20


def rows(server: Server, statement: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(server.data / "antiphon.db", timeout=10) as connection:
        return connection.execute(statement).fetchall()


def until(server: Server, statement: str, is_so: Callable[[list[tuple[Any, ...]]], bool]) -> list[tuple[Any, ...]]:
    deadline = time.monotonic() + SOON_SECONDS
    while not is_so(found := rows(server, statement)):
        assert time.monotonic() < deadline, f"{statement}: {found}\n{server.program.output[-3000:]}"
        time.sleep(0.1)
    return found


def test_what_happens_in_a_folder_is_seen_soon(servers: ServerFactory, audio: AudioMaker) -> None:
    server = servers.embedded(WATCH_MUSIC="auto")
    state = "SELECT watch, scanned_at FROM library"
    until(server, state, lambda found: found[0][0] == "events" and found[0][1] is not None)
    scans = "SELECT arguments FROM job WHERE kind = 'scan'"
    # The scan at the start has seen all that was there when the watch began.
    assert len(rows(server, scans)) == 1

    songs = "SELECT id, path FROM song WHERE missing = 0 ORDER BY id"
    content = audio.song(server.place / "one.mp3", {"title": "One"}, kind="mp3").read_bytes()
    (server.music / "a").mkdir()
    with (server.music / "a/one.mp3").open("wb") as slow:
        slow.write(content[:1000])
        slow.flush()
        audio.song(server.music / "a/two.mp3", {"title": "Two"}, kind="mp3")
        until(server, songs, lambda found: [path for _, path in found] == ["a/two.mp3"])
        slow.write(content[1000:])
    found = until(server, songs, lambda found: len(found) == 2)
    assert rows(server, "SELECT path FROM broken_file") == []
    (server.music / "a").rename(server.music / "b")
    moved = until(server, songs, lambda found: all(path.startswith("b/") for _, path in found))
    assert [number for number, _ in moved] == [number for number, _ in found]
    narrowed = [json.loads(arguments)["places"] for (arguments,) in rows(server, scans)][1:]
    assert narrowed and all(place["path"] for places in narrowed for place in places)

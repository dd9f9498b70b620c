"""Copying the whole library, as apps do that search on the phone: search3 in pages of 500, one after the other."""

import http.client
import json
import random
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence
from urllib.parse import urlencode

from bench import machine
from bench.catalogue_data import Catalogue, catalogue
from bench.report import Table, write
from bench.serving import Running, product

SIZE = 100_000
PAGE = 500
GOAL_SECONDS = 15.0
NOTES = f"""
One client on one connection asks for {PAGE} songs at a time until an empty page comes, then for albums and artists in
the same way, and reads what it gets. "Pages in order" is how apps copy; as a reference the same pages of songs are
asked for in any order, where the server cannot go on from where the page before has ended and has to count.

Client and server take turns, so on a machine with nothing else to do a copy takes the processor time of both together:
the goal of {GOAL_SECONDS:.0f} seconds for {SIZE:,} songs is for that. The seconds on the clock are what it took beside
whatever else ran.
"""


class Copying:
    """A client that copies."""

    def __init__(self, server: Running, made: Catalogue, form: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        self._form = form
        self._signed = {"apiKey": made.api_key, "c": "Symfonium", "v": "1.16.1", "f": form, "query": '""'}
        self.bytes = 0
        self.ids: set[str] = set()

    def page(self, thing: str, offset: int) -> int:
        """Ask for a page; how many there were on it."""
        counts = {f"{other}Count": PAGE if other == thing else 0 for other in ("artist", "album", "song")}
        asked = urlencode({**self._signed, **counts, f"{thing}Offset": offset})
        self._connection.request("GET", f"/rest/search3?{asked}")
        answer = self._connection.getresponse()
        body = answer.read()
        assert answer.status == 200, answer.status
        self.bytes += len(body)
        if self._form == "json":
            found = json.loads(body)["subsonic-response"]["searchResult3"][thing]
            ids = [one["id"] for one in found]
        else:
            root = ElementTree.fromstring(body)
            ids = [one.attrib["id"] for one in root.findall(f"*/{{*}}{thing}")]
        self.ids.update(ids)
        return len(ids)

    def all_of(self, thing: str) -> int:
        """Every page until an empty one; how many there were."""
        offset = 0
        while found := self.page(thing, offset):
            offset += found
        return offset


def run(*, quick: bool, sizes: Sequence[int] = ()) -> bool:
    """Measure; False where the goal was missed."""
    tables, reached = [], True
    for size in sizes or ((1000,) if quick else (SIZE,)):
        table, is_quick_enough = _measure(catalogue(size))
        tables.append(table)
        reached = reached and (size > SIZE or is_quick_enough)
    write("sync", "Copying the library", tables, NOTES, quick=quick)
    return quick or reached


def _measure(made: Catalogue) -> tuple[Table, bool]:
    columns = (
        "what",
        "form",
        "songs",
        "albums",
        "artists",
        "server CPU s",
        "both CPU s",
        "clock s",
        "CPU ms a page",
        "MB",
    )
    table, reached = Table(f"{made.songs:,} songs", columns), True
    with product(made.environment) as server:
        for form in ("json", "xml"):
            copying, spent = Copying(server, made, form), Spent(server)
            songs = copying.all_of("song")
            page = spent.server / (songs / PAGE) * 1000
            albums, artists = copying.all_of("album"), copying.all_of("artist")
            assert len(copying.ids) == songs + albums + artists, "a song came twice"
            assert (songs, albums, artists) == (made.songs, made.albums, made.artists), (songs, albums, artists)
            both = spent.server + spent.client
            table.add(
                *("pages in order", form, songs, albums, artists),
                *(spent.server, both, spent.clock, page, copying.bytes / 1e6),
            )
            reached = reached and both <= GOAL_SECONDS
        table.add(*_out_of_order(server, made))
    return table, reached


def _out_of_order(server: Running, made: Catalogue) -> tuple[object, ...]:
    copying, offsets = Copying(server, made, "json"), list(range(0, made.songs, PAGE))
    random.Random(1).shuffle(offsets)
    spent = Spent(server)
    # From the second on: no page begins where one has ended.
    songs = sum(copying.page("song", offset + 1) for offset in offsets)
    page = spent.server / len(offsets) * 1000
    both = spent.server + spent.client
    return "pages in any order", "json", songs, 0, 0, spent.server, both, spent.clock, page, copying.bytes / 1e6


class Spent:
    """What has been spent since it was made, in seconds."""

    def __init__(self, server: Running) -> None:
        self._server = server
        self._begun = time.monotonic(), time.process_time(), machine.cpu_seconds(server.process_id)

    @property
    def clock(self) -> float:
        """On the clock."""
        return time.monotonic() - self._begun[0]

    @property
    def client(self) -> float:
        """Of this process."""
        return time.process_time() - self._begun[1]

    @property
    def server(self) -> float:
        """Of the server."""
        return machine.cpu_seconds(self._server.process_id) - self._begun[2]

"""The hottest calls of the catalogue at several sizes, beside a bare application and a conventional one.

Server on one core, load on the other; the three servers take turns, so that a noisy moment hits all of them.
"""

import hashlib
import os
import random
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote, urlencode

import msgspec

from bench import machine
from bench.catalogue_data import Catalogue, catalogue
from bench.harness import LoadResult, Request, apply_load
from bench.report import Table, write
from bench.serving import Running, product, reference
from bench.turns import Caller

SIZES = (1000, 100_000, 1_000_000)
REQUESTS = 200
CONNECTIONS = 8
ROUNDS = 3
SECONDS = 1.0
TURNS = 60
# The conventional application is so much slower that it need not be measured as finely.
ORM_TURNS = 12
PAGE = 50
GOAL_BARE = 0.7
GOAL_ORM = {"entity": 10.0, "list": 6.0, "search": 6.0, "common": 6.0}
GOAL_GROWTH = 1.5
NOTES = """
The same requests, round and round: 200 different ones for each call, 8 connections. Requests per second, p50 and p99
are those of wrk, the best of three rounds of a second. Goals are judged by the processor time of one request ("CPU"),
taken in turns of some hundredths of a second, the median of sixty for each: what else the host does makes everything
dearer for seconds, by a half at times, and so falls on all alike. Growth is measured between three servers that take
such turns, over one connection: there the processor time and the median of the time until the answer are told.

"Bare" is ASGI under the same HTTP server that runs the same statements and gives the same things as JSON, by the same
structs, and nothing else: nobody signs in, nothing is routed, ranked, counted, tagged, sealed or logged. "ORM" is
FastAPI with SQLAlchemy's ORM and Pydantic over the same database under the same HTTP server, answering the same. The
product signs its caller in: by API key in `/api/v1`, by salted token in `/rest` (JSON).

Each database has been read through once before, so that it lies in the system's memory, as one in use does. Lists are
asked for their first twenty whole pages, where there are so many.

What is searched for is typed so far that it finds 20 to 80 songs, in a catalogue of any size; "common words" are five
letters of words that titles often have, which find the more the more there is.
"""


class Measured(msgspec.Struct, frozen=True):
    """What a server did under load: `cpu` is its processor time for one request in microseconds."""

    load: LoadResult
    cpu: float


Address = Callable[[random.Random, Catalogue], str]


class HotCall(msgspec.Struct, frozen=True):
    """One call: what is asked of the product, and of the two references."""

    name: str
    sort: str
    product: Address
    reference: Address

    def bare(self, chance: random.Random, made: Catalogue) -> str:
        """What the bare application is asked, which answers in two dialects."""
        prefix = "/rest" if self.product(random.Random(0), made).startswith("/rest") else ""
        return prefix + self.reference(chance, made)


def _thing(prefix: str, things: str) -> Address:
    return lambda chance, made: f"{prefix}{chance.randint(1, getattr(made, things))}"


def _words(prefix: str) -> Address:
    return lambda chance, made: f"{prefix}{quote(chance.choice(made.words))}"


def _common_words(prefix: str) -> Address:
    return lambda chance, made: f"{prefix}{quote(chance.choice(made.common_words))}"


def _page(prefix: str, things: str) -> Address:
    """One of the first pages, as people turn them; never the last, which is not full."""
    return lambda chance, made: f"{prefix}{max(0, min(chance.randrange(20), getattr(made, things) // PAGE - 2)) * PAGE}"


def _always(address: str) -> Address:
    return lambda _chance, _made: address


CALLS = (
    HotCall("v1 song", "entity", _thing("/api/v1/songs/", "songs"), _thing("/song?id=", "songs")),
    HotCall("v1 album with songs", "entity", _thing("/api/v1/albums/", "albums"), _thing("/album?id=", "albums")),
    HotCall("v1 artist with albums", "entity", _thing("/api/v1/artists/", "artists"), _thing("/artist?id=", "artists")),
    HotCall(
        "v1 50 songs by title",
        "list",
        _page(f"/api/v1/songs?sort=title&limit={PAGE}&offset=", "songs"),
        _page("/songs?sort=title&offset=", "songs"),
    ),
    HotCall(
        "v1 50 newest albums",
        "list",
        _page(f"/api/v1/albums?sort=newest&limit={PAGE}&offset=", "albums"),
        _page("/albums?sort=newest&offset=", "albums"),
    ),
    HotCall("v1 search", "search", _words("/api/v1/search?q="), _words("/search?q=")),
    HotCall("getSong", "entity", _thing("/rest/getSong?id=so-", "songs"), _thing("/song?id=", "songs")),
    HotCall("getAlbum", "entity", _thing("/rest/getAlbum?id=al-", "albums"), _thing("/album?id=", "albums")),
    HotCall("getArtist", "entity", _thing("/rest/getArtist?id=ar-", "artists"), _thing("/artist?id=", "artists")),
    HotCall(
        "getAlbumList2, 50 newest",
        "list",
        _page(f"/rest/getAlbumList2?type=newest&size={PAGE}&offset=", "albums"),
        _page("/albums?sort=newest&offset=", "albums"),
    ),
    HotCall("search3", "search", _words("/rest/search3?query="), _words("/search?q=")),
    # The more songs there are, the more a common word finds: so it is no measure of growth.
    HotCall("v1 search, common words", "common", _common_words("/api/v1/search?q="), _common_words("/search?q=")),
    HotCall("getRandomSongs, 50", "list", _always(f"/rest/getRandomSongs?size={PAGE}"), _always("/random")),
)
NO_GROWTH = {call.name for call in CALLS if call.sort == "common"}


def run(*, quick: bool, sizes: Sequence[int] = ()) -> bool:
    """Measure; False where a goal was missed."""
    chosen = sizes or ((1000,) if quick else SIZES)
    tables, misses = [], []
    os.sched_setaffinity(0, {machine.load_core()})
    for size in chosen:
        table, missed = _measure(catalogue(size), quick=quick)
        tables.append(table)
        misses += missed
    growth, missed = _growth(chosen, quick=quick)
    misses += missed
    summary = "All goals are reached." if not misses else "Missed: " + "; ".join(misses) + "."
    write("catalogue", "Catalogue", [*tables, growth], f"{NOTES}\n{summary}", quick=quick)
    print(summary)
    return quick or not misses


def _growth(sizes: Sequence[int], *, quick: bool) -> tuple[Table, list[str]]:
    """How much dearer each call is in the largest catalogue than in the smallest."""
    columns = ("call", *(f"CPU µs at {size:,}" for size in sizes), *(f"p50 ms at {size:,}" for size in sizes))
    table, misses = Table("Largest : smallest", (*columns, "CPU", "p50")), []
    made = [catalogue(size) for size in sizes]
    with ExitStack() as stack:
        servers = [stack.enter_context(product(one.environment)) for one in made]
        for call in CALLS:
            asked = [requests_of(call.product, one, signed=True) for one in made]
            callers = [Caller(server, requests, 1) for server, requests in zip(servers, asked, strict=True)]
            _take_turns(callers, 1 if quick else TURNS)
            costs = [one.microseconds for one in callers]
            medians = [one.milliseconds for one in callers]
            growth = medians[-1] / medians[0]
            table.add(call.name, *costs, *medians, costs[-1] / costs[0], growth)
            print(f"  {call.name:26} grows {growth:.2f} times", flush=True)
            if growth > GOAL_GROWTH and call.name not in NO_GROWTH:
                misses.append(f"{call.name} grows {growth:.2f} times")
    return table, misses


def _take_turns(callers: Sequence[Caller], turns: int) -> None:
    """Let them ask one after the other, so often; and hang up."""
    for _ in range(turns):
        for caller in callers:
            caller.take_turn()
    for caller in callers:
        caller.close()


def _measure(made: Catalogue, *, quick: bool) -> tuple[Table, list[str]]:
    columns = ("call", "requests/s", "p50 ms", "p99 ms", "CPU µs", "bare/s", "bare CPU", "ORM/s", "ORM CPU")
    table = Table(f"{made.songs:,} songs", (*columns, "of bare, rate", "of bare, CPU", "× ORM, rate", "× ORM, CPU"))
    misses: list[str] = []
    _read_through(Path(made.folder) / "antiphon.db")
    with ExitStack() as stack:
        servers = [
            stack.enter_context(product(made.environment)),
            stack.enter_context(reference("bench.bare_app:application", made.environment)),
            stack.enter_context(reference("bench.orm_app:application", made.environment)),
        ]
        for call in CALLS:
            ours, bare, orm = _compare(servers, call, made, quick=quick)
            rates = [one.load.per_second for one in (ours, bare, orm)]
            of_bare, of_orm = bare.cpu / ours.cpu, orm.cpu / ours.cpu
            figures = (rates[0], ours.load.p50, ours.load.p99, ours.cpu, rates[1], bare.cpu, rates[2], orm.cpu)
            table.add(call.name, *figures, rates[0] / rates[1], of_bare, rates[0] / rates[2], of_orm)
            print(f"  {call.name:26} {ours.cpu:7.0f} µs  {of_bare:.2f} of bare  {of_orm:.1f} × ORM", flush=True)
            if of_bare < GOAL_BARE:
                misses.append(f"{call.name} at {made.songs:,}: {of_bare:.2f} of bare")
            if of_orm < GOAL_ORM[call.sort]:
                misses.append(f"{call.name} at {made.songs:,}: {of_orm:.1f} × ORM")
    return table, misses


def _read_through(database: Path) -> None:
    with database.open("rb") as file:
        while file.read(1 << 20):
            pass


def _compare(servers: Sequence[Running], call: HotCall, made: Catalogue, *, quick: bool) -> list[Measured]:
    """What a call costs the product, the bare application and the conventional one."""
    asked = [
        requests_of(call.product, made, signed=True),
        requests_of(call.bare, made, signed=False),
        requests_of(call.reference, made, signed=False),
    ]
    callers = [Caller(server, requests, CONNECTIONS) for server, requests in zip(servers, asked, strict=True)]
    orm = callers.pop()
    for turn in range(1 if quick else TURNS):
        for caller in callers:
            caller.take_turn()
        if turn % (TURNS // ORM_TURNS) == 0:
            orm.take_turn()
    found = []
    for caller, server, requests in zip((*callers, orm), servers, asked, strict=True):
        caller.close()
        loads = [
            apply_load(server.base_url, requests, connections=CONNECTIONS, seconds=SECONDS, warm_up=0)
            for _ in range(1 if quick else ROUNDS)
        ]
        assert not any(load.failures for load in loads), f"{call.name}: failures at {server.base_url}"
        found.append(Measured(max(loads, key=lambda load: load.per_second), caller.microseconds))
    return found


def requests_of(address: Address, made: Catalogue, *, signed: bool) -> list[Request]:
    """Requests of one call; `signed` ones say who the listener is, as the product wants to know."""
    chance = random.Random(5)
    paths = [address(chance, made) for _ in range(REQUESTS)]
    if not signed:
        return [Request(path) for path in paths]
    if paths[0].startswith("/api/"):
        return [Request(path, headers={"Authorization": f"Bearer {made.api_key}"}) for path in paths]
    token = hashlib.md5(f"{made.app_password}salt".encode()).hexdigest()
    proof = urlencode({"u": made.username, "t": token, "s": "salt", "v": "1.16.1", "c": "bench", "f": "json"})
    return [Request(f"{path}&{proof}") for path in paths]

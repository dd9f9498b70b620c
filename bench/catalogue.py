"""The hottest calls of the catalogue at several sizes, beside a bare application and a conventional one.

Server on one core, load on the other; the three servers take turns, so that a noisy moment hits all of them.
"""

import hashlib
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

SIZES = (1000, 100_000, 1_000_000)
REQUESTS = 200
CONNECTIONS = 8
ROUNDS = 7
SECONDS = 1.0
PAGE = 50
GOAL_BARE = 0.7
GOAL_ORM = {"entity": 10.0, "list": 6.0, "search": 6.0, "common": 6.0}
GOAL_GROWTH = 1.5
NOTES = """
The same requests, round and round, from wrk: 200 different ones for each call, 8 connections, seven rounds of a
second, in turns. The round with the least processor time counts, for each of the three alike: what else the host does
can only add to it. Ratios are given twice: of requests per second, and of processor time for one request, which other
work on the machine disturbs less and by which goals are judged.

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
    of_size: dict[int, dict[str, Measured]] = {}
    for size in chosen:
        table, of_size[size], missed = _measure(catalogue(size), quick=quick)
        tables.append(table)
        misses += missed
    growth, missed = _growth(of_size)
    misses += missed
    summary = "All goals are reached." if not misses else "Missed: " + "; ".join(misses) + "."
    write("catalogue", "Catalogue", [*tables, growth], f"{NOTES}\n{summary}", quick=quick)
    print(summary)
    return quick or not misses


def _growth(of_size: dict[int, dict[str, Measured]]) -> tuple[Table, list[str]]:
    """How much dearer each call is in the largest catalogue than in the smallest."""
    sizes = list(of_size)
    columns = (
        "call",
        *(f"CPU µs at {size:,}" for size in sizes),
        *(f"p50 ms at {size:,}" for size in sizes),
        "CPU",
        "p50",
    )
    table, misses = Table("Largest : smallest", columns), []
    for name in of_size[sizes[0]]:
        of_call = [of_size[size][name] for size in sizes]
        growth = of_call[-1].cpu / of_call[0].cpu
        latencies = [one.load.p50 for one in of_call]
        table.add(name, *(one.cpu for one in of_call), *latencies, growth, latencies[-1] / latencies[0])
        if growth > GOAL_GROWTH and name not in NO_GROWTH:
            misses.append(f"{name} grows {growth:.2f} times")
    return table, misses


def _measure(made: Catalogue, *, quick: bool) -> tuple[Table, dict[str, Measured], list[str]]:
    columns = ("call", "requests/s", "p50 ms", "p99 ms", "CPU µs", "bare/s", "bare CPU", "ORM/s", "ORM CPU")
    table = Table(f"{made.songs:,} songs", (*columns, "of bare, rate", "of bare, CPU", "× ORM, rate", "× ORM, CPU"))
    results: dict[str, Measured] = {}
    misses: list[str] = []
    _read_through(Path(made.folder) / "antiphon.db")
    with ExitStack() as stack:
        servers = [
            stack.enter_context(product(made.environment)),
            stack.enter_context(reference("bench.bare_app:application", made.environment)),
            stack.enter_context(reference("bench.orm_app:application", made.environment)),
        ]
        for call in CALLS:
            ours, bare, orm = _in_turns(servers, call, made, rounds=1 if quick else ROUNDS)
            rates = [one.load.per_second for one in (ours, bare, orm)]
            of_bare, of_orm = bare.cpu / ours.cpu, orm.cpu / ours.cpu
            figures = (rates[0], ours.load.p50, ours.load.p99, ours.cpu, rates[1], bare.cpu, rates[2], orm.cpu)
            table.add(call.name, *figures, rates[0] / rates[1], of_bare, rates[0] / rates[2], of_orm)
            print(f"  {call.name:26} {ours.cpu:7.0f} µs  {of_bare:.2f} of bare  {of_orm:.1f} × ORM", flush=True)
            results[call.name] = ours
            if of_bare < GOAL_BARE:
                misses.append(f"{call.name} at {made.songs:,}: {of_bare:.2f} of bare")
            if of_orm < GOAL_ORM[call.sort]:
                misses.append(f"{call.name} at {made.songs:,}: {of_orm:.1f} × ORM")
    return table, results, misses


def _read_through(database: Path) -> None:
    with database.open("rb") as file:
        while file.read(1 << 20):
            pass


def _in_turns(servers: Sequence[Running], call: HotCall, made: Catalogue, rounds: int) -> list[Measured]:
    asked = [
        requests_of(call.product, made, signed=True),
        requests_of(call.bare, made, signed=False),
        requests_of(call.reference, made, signed=False),
    ]
    found: list[list[Measured]] = [[] for _ in servers]
    for number, server in enumerate(servers):
        _warm_up(server, asked[number])
    for _ in range(rounds):
        for number, server in enumerate(servers):
            before = machine.cpu_seconds(server.process_id)
            result = apply_load(server.base_url, asked[number], connections=CONNECTIONS, seconds=SECONDS, warm_up=0)
            used = machine.cpu_seconds(server.process_id) - before
            assert not result.failures, f"{call.name}: {result.failures} failures at {server.base_url}"
            found[number].append(Measured(result, used / (result.per_second * SECONDS) * 1e6))
    return [min(results, key=lambda one: one.cpu) for results in found]


def _warm_up(server: Running, asked: Sequence[Request]) -> None:
    """A slow server on a busy machine may not answer within the first second."""
    for seconds in (1, 5):
        try:
            apply_load(server.base_url, asked, connections=CONNECTIONS, seconds=seconds, warm_up=0)
        except RuntimeError:
            continue
        return


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

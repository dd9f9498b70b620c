"""Addresses that people enter never lead into private networks, whatever names, numbers and redirects say."""

import gzip
import ipaddress
import socket
import time
from collections.abc import Iterator, Sequence

import pytest

from antiphon.adapters.outgoing.addresses import Permitted, Resolve, is_public
from antiphon.adapters.outgoing.guarded import Guarded
from antiphon.kernel.errors import AntiphonError, Kind
from tests.services.stand_in import Call, Reply, StandIn

LOOPBACK = ("127.0.0.1",)


class Server(StandIn):
    """Answers by path; `seconds` tells how long each answer takes."""

    def __init__(self) -> None:
        super().__init__()
        self.replies: dict[str, Reply] = {}
        self.seconds = 0.0

    def answer(self, call: Call) -> Reply:
        time.sleep(self.seconds)
        return self.replies.get(call.path, Reply(200, b"hello"))


@pytest.fixture
def server() -> Iterator[Server]:
    """A server that does what the test wants."""
    started = Server()
    yield started
    started.close()


class Trap:
    """A port on which nobody may knock."""

    def __init__(self, address: str) -> None:
        self._socket = socket.create_server((address, 0), family=socket.AF_INET6 if ":" in address else socket.AF_INET)
        self._socket.settimeout(0.05)
        self.port = self._socket.getsockname()[1]

    def is_untouched(self) -> bool:
        """Whether no connection has arrived."""
        try:
            self._socket.accept()
        except TimeoutError:
            return True
        return False

    def close(self) -> None:
        """Stop."""
        self._socket.close()


@pytest.fixture
def trap() -> Iterator[Trap]:
    """A port of this machine that is not allowed, at an address of its own."""
    made = Trap("127.0.0.2")
    yield made
    made.close()


async def fetched(door: Guarded, address: str, *, most: int = 1000, seconds: float = 5.0) -> bytes:
    """The body at an address."""
    async with door.open(address, seconds=seconds) as answer:
        return await answer.body(most)


async def refused(door: Guarded, address: str, *, seconds: float = 5.0) -> AntiphonError:
    """Why an address was not fetched."""
    with pytest.raises(AntiphonError) as caught:
        await fetched(door, address, seconds=seconds)
    return caught.value


def resolving_to(*addresses: str, asked: list[str] | None = None) -> Resolve:
    """A machine that finds these addresses for any name; the names it is asked for are noted in `asked`."""

    async def resolve(host: str, _port: int) -> Sequence[str]:
        if asked is not None:
            asked.append(host)
        return addresses

    return resolve


@pytest.mark.parametrize(
    "address",
    [
        *("0.0.0.0", "10.0.0.1", "100.64.0.1", "127.0.0.1", "169.254.169.254", "172.16.0.1", "192.168.1.1"),
        *("192.0.0.8", "192.88.99.1", "198.18.0.1", "203.0.113.1", "224.0.0.1", "240.0.0.1", "255.255.255.255"),
        *("::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::808:808"),
        *("64:ff9b:1::1", "2002:7f00:1::", "2001:0:7f00:1::", "2001:db8::1", "3fff::1", "fc00::1", "fe80::1"),
        *("fe80::1%eth0", "fec0::1", "ff02::1", "100::1", "5f00::1", "2606:4700::1%eth0"),
    ],
)
def test_what_is_not_public(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))
    assert not Permitted().permits(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "93.184.216.34", "2606:4700:4700::1111", "2a00:1450::5"])
def test_what_is_public(address: str) -> None:
    assert Permitted().permits(address)


def test_the_owner_may_allow_private_addresses() -> None:
    permitted = Permitted(("127.0.0.1", "10.1.0.0/16", "fd00::/8"))
    assert [permitted.permits(one) for one in ("127.0.0.1", "10.1.2.3", "fd00::7")] == [True, True, True]
    assert [permitted.permits(one) for one in ("127.0.0.2", "10.2.0.1", "::1", "no address")] == [False] * 4


async def test_an_allowed_server_is_asked_by_its_own_name(server: Server) -> None:
    port = server.address.rpartition(":")[2]
    door = Guarded(LOOPBACK, resolve=resolving_to("127.0.0.1"))
    assert await fetched(door, f"http://feeds.example:{port}/a?b=c") == b"hello"
    [call] = server.calls
    assert (call.path, call.form, call.headers["host"]) == ("/a", {"b": "c"}, f"feeds.example:{port}")
    assert call.headers["accept-encoding"] == "identity"


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.2", "localhost", "0177.0.0.2", "0x7f.0.0.2", "2130706434", "127.2", "127.0.0.2.", "[::1]"),
        *("[::ffff:127.0.0.2]", "[64:ff9b::7f00:2]", "[2002:7f00:2::]", "0", "127.0.0.2%00", "１２７.0.0.2"),
    ],
)
async def test_nobody_knocks_at_private_addresses(trap: Trap, host: str) -> None:
    error = await refused(Guarded(), f"http://{host}:{trap.port}/")
    assert error.code in ("address_refused", "address_unknown")
    assert trap.is_untouched()


@pytest.mark.parametrize("address", ["127.0.0.2", "::ffff:127.0.0.2", "64:ff9b::7f00:2"])
async def test_names_of_private_addresses(trap: Trap, address: str) -> None:
    error = await refused(Guarded(LOOPBACK, resolve=resolving_to(address)), f"http://public.example:{trap.port}/")
    assert (error.kind, error.code) == (Kind.INVALID, "address_refused")
    assert trap.is_untouched()


async def test_of_several_addresses_only_public_ones_are_called(server: Server, trap: Trap) -> None:
    port = server.address.rpartition(":")[2]
    door = Guarded(LOOPBACK, resolve=resolving_to("127.0.0.2", "127.0.0.1"))
    assert await fetched(door, f"http://mixed.example:{port}/") == b"hello"
    assert trap.is_untouched()


async def test_a_name_is_resolved_once_for_each_step(server: Server) -> None:
    """What it means a moment after the check does not matter: the connection goes where the check looked."""
    asked: list[str] = []
    port = server.address.rpartition(":")[2]
    door = Guarded(LOOPBACK, resolve=resolving_to("127.0.0.1", asked=asked))
    server.replies["/"] = Reply(302, b"", {"location": "/next"})
    assert await fetched(door, f"http://once.example:{port}/") == b"hello"
    assert asked == ["once.example", "once.example"]


@pytest.mark.parametrize(
    "target",
    [
        *("http://127.0.0.2:{port}/", "//127.0.0.2:{port}/", "http://2130706434:{port}/"),
        *("file:///etc/passwd", "gopher://127.0.0.2:{port}/", "http://user:word@127.0.0.2:{port}/", "http://["),
    ],
)
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirects_do_not_lead_inside(server: Server, trap: Trap, target: str, status: int) -> None:
    server.replies["/"] = Reply(status, b"", {"location": target.format(port=trap.port)})
    error = await refused(Guarded(LOOPBACK), f"{server.address}/")
    assert error.code in ("address_refused", "address_not_reached")
    assert trap.is_untouched()
    assert len(server.calls) == 1


async def test_five_redirects_are_followed_and_no_more(server: Server) -> None:
    for step in range(6):
        server.replies[f"/{step}"] = Reply(302, b"", {"location": f"/{step + 1}"})
    assert await fetched(Guarded(LOOPBACK), f"{server.address}/1") == b"hello"
    server.calls.clear()
    assert (await refused(Guarded(LOOPBACK), f"{server.address}/0")).code == "address_redirects"
    assert len(server.calls) == 6


@pytest.mark.parametrize(
    "address",
    [
        *("", "feeds.example", "ftp://feeds.example/", "file:///etc/passwd", "http://", "http:///x", "http://a b/"),
        *("http://a.example:0/", "http://a.example:99999/", "http://me:word@a.example/", "http://[::1"),
        "http://" + "a" * 2100,
    ],
)
async def test_what_can_be_no_address(address: str) -> None:
    error = await refused(Guarded(LOOPBACK), address)
    assert (error.kind, error.code, list(error.fields)) == (Kind.INVALID, "address_refused", ["url"])


async def test_long_answers_end_where_they_are_too_long(server: Server) -> None:
    server.replies["/"] = Reply(200, b"x" * 1001)
    error = await refused(Guarded(LOOPBACK), f"{server.address}/")
    assert (error.kind, error.code) == (Kind.TOO_LARGE, "answer_too_large")
    async with Guarded(LOOPBACK).open(f"{server.address}/", seconds=5) as answer:
        assert len(await answer.body(1001)) == 1001


async def test_packed_answers_are_not_unpacked(server: Server) -> None:
    server.replies["/"] = Reply(200, gzip.compress(bytes(10_000_000)), {"content-encoding": "gzip"})
    assert (await refused(Guarded(LOOPBACK), f"{server.address}/")).code == "address_compressed"


async def test_slow_servers_are_left(server: Server) -> None:
    server.seconds = 1.0
    begun = time.monotonic()
    assert (await refused(Guarded(LOOPBACK), f"{server.address}/", seconds=0.2)).code == "address_too_slow"
    assert time.monotonic() - begun < 0.9


async def test_who_does_not_answer_is_told_apart_from_who_may_not_be_asked() -> None:
    closed = Trap("127.0.0.1")
    closed.close()
    error = await refused(Guarded(LOOPBACK), f"http://127.0.0.1:{closed.port}/")
    assert (error.kind, error.code) == (Kind.UNAVAILABLE, "address_not_reached")

    async def nobody(_host: str, _port: int) -> Sequence[str]:
        raise socket.gaierror

    assert (await refused(Guarded(resolve=nobody), "http://nobody.example/")).code == "address_unknown"

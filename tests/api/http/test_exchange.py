"""Who a request comes from, and what proxies may say about it."""

import pytest

from antiphon.api.http.acceleration import Accelerator
from antiphon.api.http.exchange import Exchange, Exchanges


def opened(
    headers: list[tuple[bytes, bytes]], *, client: tuple[str, int] | None = ("192.0.2.7", 5), scheme: str = "http",
    trusted: tuple[str, ...] = (), public_url: str = "",
) -> Exchange:  # fmt: skip
    exchanges = Exchanges(trusted_proxies=trusted, public_url=public_url)
    return exchanges.open({"type": "http", "headers": headers, "client": client, "scheme": scheme})


FORWARDED = [
    (b"x-forwarded-for", b"203.0.113.9, 198.51.100.4"),
    (b"x-forwarded-proto", b"https"),
    (b"x-forwarded-host", b"Music.Example.org"),
    (b"host", b"inner:8000"),
]


def test_without_trusted_proxies_nobody_can_pretend() -> None:
    exchange = opened(FORWARDED)
    assert (exchange.address, exchange.is_secure, exchange.host) == ("192.0.2.7", False, "inner:8000")


def test_an_exchange_that_is_written_down_shows_no_header() -> None:
    exchange = opened([(b"authorization", b"Bearer secret"), (b"cookie", b"session=secret")])
    assert repr(exchange) == f"<exchange {exchange.request_id}>"


def test_a_proxy_that_is_not_trusted_is_not_believed() -> None:
    exchange = opened(FORWARDED, trusted=("10.0.0.0/8",))
    assert (exchange.address, exchange.is_secure, exchange.host) == ("192.0.2.7", False, "inner:8000")


@pytest.mark.parametrize(
    ("trusted", "hops", "address"),
    [
        (("192.0.2.7",), b"203.0.113.9, 198.51.100.4", "198.51.100.4"),
        (("192.0.2.0/24", "198.51.100.4"), b"203.0.113.9, 198.51.100.4", "203.0.113.9"),
        (("192.0.2.7",), b"127.0.0.1", "127.0.0.1"),
        (("192.0.2.7",), b"203.0.113.9:4711", "203.0.113.9"),
        (("192.0.2.7",), b'"[2001:db8::1]:4711"', "2001:db8::1"),
        (("192.0.2.7",), b"2001:db8::1", "2001:db8::1"),
        (("192.0.2.7",), b"<script>", ""),
        (("192.0.2.7",), b"", ""),
    ],
)
def test_the_client_is_the_rightmost_hop_that_is_no_proxy(trusted: tuple[str, ...], hops: bytes, address: str) -> None:
    assert opened([(b"x-forwarded-for", hops)], trusted=trusted).address == address


def test_hops_may_stand_in_several_fields() -> None:
    fields = [(b"x-forwarded-for", b"203.0.113.9"), (b"x-forwarded-for", b"198.51.100.4, 10.0.0.2")]
    assert opened(fields, trusted=("192.0.2.7", "10.0.0.2")).address == "198.51.100.4"


def test_a_trusted_proxy_tells_scheme_and_host() -> None:
    exchange = opened(FORWARDED, trusted=("192.0.2.7",))
    assert (exchange.is_secure, exchange.host) == (True, "music.example.org")
    plain = opened([(b"x-forwarded-proto", b"https, http")], trusted=("192.0.2.7",), scheme="https")
    assert plain.is_secure is False


@pytest.mark.parametrize(
    ("client", "headers", "trusted", "is_loopback"),
    [
        (("127.0.0.1", 5), [], (), True),
        (("127.3.4.5", 5), [], (), True),
        (("::1", 5), [], (), True),
        (None, [], (), False),
        (("192.0.2.7", 5), [], (), False),
        (("127.0.0.1", 5), [(b"x-forwarded-for", b"127.0.0.1")], (), False),
        (("127.0.0.1", 5), [(b"x-real-ip", b"127.0.0.1")], (), False),
        (("127.0.0.1", 5), [(b"via", b"1.1 proxy")], (), False),
        (("127.0.0.1", 5), [(b"x-forwarded-for", b"127.0.0.1")], ("127.0.0.1",), False),
        (("127.0.0.1", 5), [], ("10.0.0.1",), False),
    ],
)
def test_loopback_is_only_who_comes_directly(
    client: tuple[str, int] | None, headers: list[tuple[bytes, bytes]], trusted: tuple[str, ...], is_loopback: bool
) -> None:
    assert opened(headers, client=client, trusted=trusted).is_loopback is is_loopback


def test_the_public_address_tells_that_a_proxy_ends_https() -> None:
    assert opened([(b"host", b"music.example.org")], public_url="https://music.example.org/").is_secure
    assert not opened([(b"host", b"192.168.1.5:8000")], public_url="https://music.example.org").is_secure
    assert not opened([(b"host", b"music.example.org")], public_url="http://music.example.org").is_secure


def test_each_request_has_an_id_of_its_own() -> None:
    exchanges = Exchanges()
    scope = {"type": "http", "headers": [], "client": None}
    assert len({exchanges.open(dict(scope)).request_id for _ in range(100)}) == 100


def test_a_proxy_that_is_no_address_is_refused() -> None:
    with pytest.raises(ValueError, match=r"proxy\.example"):
        Exchanges(trusted_proxies=("proxy.example",))


def test_only_a_trusted_proxy_is_told_where_files_lie() -> None:
    accelerator = Accelerator([("/srv", "/all"), ("/srv/music/", "/music/")])
    exchanges = Exchanges(trusted_proxies=("192.0.2.7",), accelerator=accelerator)
    scope = {"type": "http", "headers": FORWARDED, "scheme": "http"}
    assert exchanges.open({**scope, "client": ("192.0.2.7", 5)}).accelerator is accelerator
    assert exchanges.open({**scope, "client": ("192.0.2.8", 5)}).accelerator is None
    assert exchanges.open({**scope, "client": None}).accelerator is None
    assert accelerator.location("/srv/music/a b/\udcff?.mp3") == "/music/a%20b/%FF%3F.mp3"
    assert accelerator.location("/srv/other") == "/all/other"
    for elsewhere in ("/srv", "/srv-other/x", "/srv/music/../../etc/passwd", "/etc/passwd"):
        assert accelerator.location(elsewhere) is None


@pytest.mark.parametrize(
    ("public_url", "trusted", "server"),
    [
        ("", (), "http://inner:8000"),
        ("", ("192.0.2.7",), "https://music.example.org"),
        ("https://example.org/music/", ("192.0.2.7",), "https://example.org/music"),
    ],
)
def test_the_address_that_callers_are_told(public_url: str, trusted: tuple[str, ...], server: str) -> None:
    assert opened(FORWARDED, trusted=trusted, public_url=public_url).server == server

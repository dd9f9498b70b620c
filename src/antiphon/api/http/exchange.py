"""What the edge knows of a request before any dialect reads it: whose it is, over which way it came."""

import ipaddress
import itertools
import secrets
from collections.abc import Mapping, Sequence

import msgspec

from antiphon.api.http.acceleration import Accelerator
from antiphon.api.http.asgi import Scope

KEY = "antiphon.exchange"

# Their presence says that somebody stands between the client and this server, configured or not.
FORWARDING = (b"x-forwarded-for", b"x-forwarded-host", b"x-forwarded-proto", b"forwarded", b"x-real-ip", b"via")

_Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Exchange(msgspec.Struct, gc=False):
    """One request and its answer. `address` is the client's (empty where the server listens on a socket file);
    `is_direct` is True where no proxy is configured that could stand between, `public_url` is where people reach the
    server (empty where the owner has not said it). `user_id` is filled in once somebody has signed in, `status` once
    the answer has begun (0 until then). `accelerator` tells which files the proxy that has passed the request on sends
    itself; None where there is no such proxy. `series` and `number` are what its id is made of: those of one process
    have one series."""

    series: bytes
    number: int
    headers: Mapping[bytes, bytes]
    address: str
    is_direct: bool
    public_url: str
    is_secure: bool = False
    user_id: int = 0
    status: int = 0
    accelerator: Accelerator | None = None
    said_host: str | None = None

    def __repr__(self) -> str:
        """Its number alone: the headers hold secrets, and what is logged or raised may show this."""
        return f"<exchange {self.request_id}>"

    @property
    def request_id(self) -> str:
        """What the request is called in logs and answers."""
        return f"{self.series.decode()}-{self.number:x}"

    @property
    def host(self) -> str:
        """The name and port that the client asked for, in small letters."""
        if self.said_host is None:
            self.said_host = self.headers.get(b"host", b"").decode("latin-1").lower()
        return self.said_host

    @host.setter
    def host(self, host: str) -> None:
        self.said_host = host.lower()

    @property
    def asked_at(self) -> str:
        """The address that the caller reached this server by, without a slash at its end. Good for telling them, and
        for nobody else: anybody can say any host."""
        return f"{'https' if self.is_secure else 'http'}://{self.host}"

    @property
    def server(self) -> str:
        """The address that the caller is told for this server: the one people reach it by, else the one they asked."""
        return self.public_url or self.asked_at

    @property
    def is_loopback(self) -> bool:
        """True where the request comes from this very machine and nobody has passed it on."""
        is_local = self.address.startswith("127.") or self.address == "::1"
        return is_local and self.is_direct and not any(name in self.headers for name in FORWARDING)


def exchange_of(scope: Scope) -> Exchange:
    """The exchange that the outermost application has opened for this request."""
    found: Exchange = scope[KEY]
    return found


class Exchanges:
    """Opens an exchange for each request, whose ids are all of one series. Forwarded headers count only where they come
    from a trusted proxy."""

    def __init__(
        self, *, trusted_proxies: Sequence[str] = (), public_url: str = "", accelerator: Accelerator | None = None
    ) -> None:
        """`accelerator` is what the trusted proxies can do. Raises ValueError for a proxy that is neither an address
        nor a network."""
        self._accelerator = accelerator
        self._proxies: tuple[_Network, ...] = tuple(
            ipaddress.ip_network(text, strict=False) for text in trusted_proxies
        )
        self._is_direct = not self._proxies
        scheme, _, rest = public_url.partition("://")
        self._secure_host = rest.partition("/")[0].lower() if scheme == "https" else ""
        self._public_url = public_url.rstrip("/")
        self.series = secrets.token_hex(4).encode()
        self._numbers = itertools.count(1)

    def open(self, scope: Scope) -> Exchange:
        """The exchange for a request, also kept in its scope."""
        client = scope.get("client")
        exchange = Exchange(
            self.series,
            next(self._numbers),
            dict(scope["headers"]),
            client[0] if client else "",
            self._is_direct,
            self._public_url,
        )
        if scope.get("scheme") in ("https", "wss") or (self._secure_host and exchange.host == self._secure_host):
            exchange.is_secure = True
        if not self._is_direct:
            self._unwrap(scope, exchange)
        scope[KEY] = exchange
        return exchange

    def _unwrap(self, scope: Scope, exchange: Exchange) -> None:
        """Believe what the trusted proxies say: the client is the rightmost hop that is none of them."""
        if not self._is_trusted(exchange.address):
            return
        # Anybody else would be told where the file lies, and get no byte of it.
        exchange.accelerator = self._accelerator
        hops = [
            hop.strip()
            for name, value in scope["headers"]
            if name == b"x-forwarded-for"
            for hop in value.decode("latin-1").split(",")
        ]
        for hop in reversed(hops):
            exchange.address = _bare_address(hop)
            if not self._is_trusted(exchange.address):
                break
        protocol = exchange.headers.get(b"x-forwarded-proto", b"")
        if protocol:
            exchange.is_secure = _last(protocol).lower() in ("https", "wss")
        forwarded_host = exchange.headers.get(b"x-forwarded-host", b"")
        if forwarded_host:
            exchange.host = _last(forwarded_host)

    def _is_trusted(self, address: str) -> bool:
        try:
            parsed = ipaddress.ip_address(address)
        except ValueError:
            return False
        mapped = getattr(parsed, "ipv4_mapped", None)
        return any((mapped or parsed) in network for network in self._proxies)


def _last(value: bytes) -> str:
    return value.decode("latin-1").rpartition(",")[2].strip()


def _bare_address(hop: str) -> str:
    """An address without the port that some proxies add; what is no address at all is kept out of logs and counters."""
    text = hop.strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return ""

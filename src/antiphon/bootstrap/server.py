"""The HTTP server: uvicorn's protocols inside our own event loop."""

import asyncio
import errno
import logging
import socket
from email.utils import formatdate

from uvicorn.config import Config
from uvicorn.server import ServerState

from antiphon.api.http.asgi import Application
from antiphon.bootstrap.http_protocol import HttpProtocol

BACKLOG = 1024
# Longer than proxies keep theirs: it is they who end a connection that nobody uses.
KEEP_ALIVE_SECONDS = 75
# Twice what the real-time server reads: it is that which refuses in its own words.
MESSAGE_BYTES = 128 * 1024
LOOK_SECONDS = 0.02
EVERY_ADDRESS = ("0.0.0.0", "::")  # noqa: S104 - compared, not listened on
# An address that is kept for documentation: it is nobody's.
ELSEWHERE = "192.0.2.1"


class AddressInUse(Exception):
    """Nothing can listen on the host and port that are set; the message says why."""


def check_address(host: str, port: int) -> None:
    """Raise AddressInUse where the port is taken: the socket is shared (`listening`), so it would not tell."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if isinstance(error, socket.gaierror) or error.errno == errno.EADDRNOTAVAIL:
                raise AddressInUse(
                    f"Nothing can listen on {host}: that is no address of this machine. "
                    "Set HOST to 127.0.0.1, to 0.0.0.0 for the home network, or to one of its own addresses."
                ) from error
            raise AddressInUse(
                f"Nothing can listen on {host}, port {port}: {error.strerror}. "
                "Stop what uses it, or set PORT (and HOST) to something else."
            ) from error


def home_address() -> str:
    """The address by which this machine would speak to another, and which others in the home network know; 127.0.0.1
    where there is no network. Nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # For UDP this only asks which way would be taken.
            probe.connect((ELSEWHERE, 9))
        except OSError:
            return "127.0.0.1"
        address: str = probe.getsockname()[0]
        return address


class HttpServer:
    """Serves an ASGI application until it is told to stop."""

    def __init__(self, application: Application, host: str, port: int) -> None:
        self._config = Config(
            application,
            ws="wsproto",
            ws_max_size=MESSAGE_BYTES,
            ws_per_message_deflate=False,
            # The real-time server asks for signs of life itself.
            ws_ping_interval=None,
            lifespan="off",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
        )
        self._host, self._port = host, port
        self._state = ServerState()
        self._stopping = asyncio.Event()

    async def serve(self) -> None:
        """Take connections until `stop`; returns when the last answer has gone out."""
        self._config.load()
        # What comes to a port in public is often no HTTP: nobody wants to read of each.
        logging.getLogger("uvicorn.error").setLevel(logging.ERROR)
        loop = asyncio.get_running_loop()
        server = await loop.create_server(self._protocol, sock=listening(self._host, self._port), backlog=BACKLOG)
        telling = asyncio.create_task(self._tell_dates(), name="date of answers")
        await self._stopping.wait()
        server.close()
        for connection in list(self._state.connections):
            connection.shutdown()
        while self._state.connections or self._state.tasks:  # noqa: ASYNC110 - uvicorn tells nobody
            await asyncio.sleep(LOOK_SECONDS)
        telling.cancel()

    def stop(self) -> None:
        """Take no more connections."""
        self._stopping.set()

    def _protocol(self) -> HttpProtocol:
        return HttpProtocol(self._config, self._state)

    async def _tell_dates(self) -> None:
        while True:
            self._state.default_headers = [(b"date", formatdate(usegmt=True).encode())]
            await asyncio.sleep(1)


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens there, beside those of other web processes; at every IPv6 address also at the IPv4 ones."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server(
        (host, port), family=family, backlog=BACKLOG, reuse_port=True, dualstack_ipv6=host == "::"
    )

"""The HTTP server: granian inside our own event loop. The one file that names it."""

import errno
import socket

from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.server.embed import Server

from antiphon.api.http.asgi import Application

# Large enough for long request lines of OpenSubsonic clients; memory per slow reader hardly depends on it.
BUFFER_BYTES = 65536
BACKLOG = 1024
# Far above streams and sockets together: granian leaves requests beyond it without an answer.
BACKPRESSURE = 20_000
EVERY_ADDRESS = ("0.0.0.0", "::")  # noqa: S104 - compared, not listened on
# An address that is kept for documentation: it is nobody's.
ELSEWHERE = "192.0.2.1"


class AddressInUse(Exception):
    """Nothing can listen on the host and port that are set; the message says why."""


def check_address(host: str, port: int) -> None:
    """Raise AddressInUse where the port is taken: granian shares ports, so it would not notice."""
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
        self._server = Server(
            application,
            address=host,
            port=port,
            interface=Interfaces.ASGINL,
            backlog=BACKLOG,
            backpressure=BACKPRESSURE,
            http1_settings=HTTP1Settings(max_buffer_size=BUFFER_BYTES),
            log_enabled=False,
        )

    async def serve(self) -> None:
        """Take connections until `stop`; returns when the last answer has gone out."""
        await self._server.serve()

    def stop(self) -> None:
        """Take no more connections."""
        self._server.stop()

"""The HTTP server: granian inside our own event loop. The one file that names it."""

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
            raise AddressInUse(
                f"Nothing can listen on {host}, port {port}: {error.strerror}. "
                "Stop what uses it, or set PORT (and HOST) to something else."
            ) from error


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

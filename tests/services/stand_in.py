"""Stand-ins for other people's servers: real HTTP on a free loopback port, answered by the test's own rules."""

import contextlib
import json
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import MappingProxyType
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit


class Call(NamedTuple):
    """A request as a stand-in sees it. `form` holds the values of the address or of the body; none stands twice. A body
    in JSON is left as it is."""

    method: str
    path: str
    form: dict[str, str]
    headers: dict[str, str]
    body: bytes = b""


class Reply(NamedTuple):
    """An answer: JSON unless `body` is bytes."""

    status: int
    body: Any = None
    headers: Mapping[str, str] = MappingProxyType({})


class StandIn:
    """Answers calls by `answer`, and keeps them in `calls`."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def answer(self, call: Call) -> Reply:
        """The answer to one call."""
        raise NotImplementedError

    def close(self) -> None:
        """Stop."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        stand_in = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._reply(urlsplit(self.path).query, b"")

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", "0")))
                is_json = self.headers.get("content-type", "").startswith("application/json")
                self._reply("" if is_json else body.decode(), body)

            def _reply(self, text: str, content: bytes) -> None:
                pairs = parse_qsl(text, keep_blank_values=True)
                assert len(dict(pairs)) == len(pairs), f"a value stands twice in {text}"
                headers = {name.lower(): value for name, value in self.headers.items()}
                call = Call(self.command, urlsplit(self.path).path, dict(pairs), headers, content)
                stand_in.calls.append(call)
                reply = stand_in.answer(call)
                body = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
                self.send_response(reply.status)
                for name, value in {"content-type": "application/json", **reply.headers}.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(body)))
                # Whoever asked may have given up by now.
                with contextlib.suppress(BrokenPipeError):
                    self.end_headers()
                    self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:
                """Nothing: `calls` tells."""

        return Handler

"""A radio station: sound without end over real HTTP on a free loopback port."""

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PIECE_BYTES = 8 * 1024


class Station:
    """Sends `sound`, a piece of MP3, again and again, about as fast as it is heard. `is_off` makes it hang up, and
    `listeners` tells how many hear it now."""

    def __init__(self, sound: bytes, seconds: float) -> None:
        """`sound` lasts so many `seconds`."""
        self.is_off = False
        self.listeners = 0
        self._sound = sound
        self._pause = seconds * PIECE_BYTES / len(sound) / 2
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        """Where it is heard."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/live"

    def close(self) -> None:
        """Stop sending for good."""
        self.is_off = True
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        station = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if station.is_off:
                    self.close_connection = True
                    return
                self.send_response(200)
                self.send_header("content-type", "audio/mpeg")
                self.send_header("icy-name", "Test station")
                self.end_headers()
                station.listeners += 1
                try:
                    self._send()
                finally:
                    station.listeners -= 1

            def _send(self) -> None:
                place = 0
                try:
                    while not station.is_off:
                        piece = (station._sound + station._sound)[place : place + PIECE_BYTES]
                        self.wfile.write(piece)
                        place = (place + PIECE_BYTES) % len(station._sound)
                        time.sleep(station._pause)
                except OSError:
                    return

            def log_message(self, format: str, *args: object) -> None:
                """Nothing: `listeners` tells."""

        return Handler

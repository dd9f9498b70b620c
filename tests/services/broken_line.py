"""A connection to a service that breaks when it is told to, in the middle of what is sent."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class BrokenLine:
    """Passes bytes on between clients at `url` and a service; after `breaks_after` bytes from a client it hangs up, and
    takes no more connections until that is None again."""

    def __init__(self, target: tuple[str, int]) -> None:
        self._target = target
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self.breaks_after: int | None = None
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Take no more connections."""
        self._listening.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(client,), daemon=True).start()

    def _carry(self, client: socket.socket) -> None:
        with client, contextlib.suppress(OSError), socket.create_connection(self._target) as service:
            back = threading.Thread(target=self._answer, args=(service, client), daemon=True)
            back.start()
            passed = 0
            while content := client.recv(65536):
                passed += len(content)
                if self.breaks_after is not None and passed > self.breaks_after:
                    service.shutdown(socket.SHUT_RDWR)
                    client.shutdown(socket.SHUT_RDWR)
                    return
                service.sendall(content)

    def _answer(self, service: socket.socket, client: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while content := service.recv(65536):
                client.sendall(content)
            client.shutdown(socket.SHUT_WR)


@contextmanager
def broken_line(url: str) -> Iterator[BrokenLine]:
    """A line to the service at `url`."""
    host, _, port = url.removeprefix("http://").partition(":")
    line = BrokenLine((host, int(port)))
    try:
        yield line
    finally:
        line.close()

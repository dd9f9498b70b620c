"""Kombu's view of the message folders. Kombu's own `filesystem` transport stops the worker when it reads a file that
another process is still writing; this one cannot meet such a file."""

import logging
import time
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.transport import virtual

from antiphon.adapters.queue.folder import MessageFolder
from antiphon.adapters.queue.hints import bell_of, is_celery_message

log = logging.getLogger(__name__)

LONGEST_WAIT = 0.5


class Channel(virtual.Channel):
    """Each queue is a folder below the transport option `folder`."""

    supports_fanout = False

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)  # type: ignore[no-untyped-call]
        self._folders: dict[str, MessageFolder] = {}

    def _folder(self, queue: str) -> MessageFolder:
        found = self._folders.get(queue)
        if found is None:
            parent = Path(self.connection.client.transport_options["folder"])
            found = self._folders[queue] = MessageFolder(parent / queue)
        return found

    def basic_ack(self, delivery_tag: Any, multiple: bool = False) -> None:
        """A message is done: there may be room for the next one now."""
        super().basic_ack(delivery_tag, multiple=multiple)  # type: ignore[no-untyped-call]
        self.connection.bell.ring()

    def _put(self, queue: str, message: Any, **_options: Any) -> None:
        self._folder(queue).put(f"0-{time.time_ns():020d}", message)
        self.connection.bell.ring()

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        while (message := self._folder(queue).take()) is not None:
            if is_celery_message(message):
                return message
            log.warning("a file in the queue %s holds no message and is dropped", queue)
        raise Empty

    def _size(self, queue: str) -> int:
        return self._folder(queue).count()

    def _purge(self, queue: str) -> int:
        return self._folder(queue).clear()


class Transport(virtual.Transport):
    """Known to kombu as `antiphon-folder://`."""

    Channel = Channel
    implements = virtual.Transport.implements.extend(asynchronous=False, exchange_type=frozenset(["direct"]))
    driver_type = "folder"
    driver_name = "folder"

    def __init__(self, client: Any, **options: Any) -> None:
        super().__init__(client, **options)  # type: ignore[no-untyped-call]
        self.bell = bell_of(Path(client.transport_options["folder"]))

    def close_connection(self, connection: Any) -> None:
        """Stop listening to the bell, too."""
        super().close_connection(connection)  # type: ignore[no-untyped-call]
        self.bell.close()

    def drain_events(self, connection: Any, timeout: float | None = None) -> None:  # type: ignore[override]
        """Deliver one message. Waits for the bell, but never long: between two waits the worker looks whether it
        should stop."""
        cycle = self.cycle
        assert cycle is not None
        until = time.monotonic() + min(timeout or LONGEST_WAIT, LONGEST_WAIT)
        while True:
            try:
                cycle.get(self._deliver, timeout=timeout)
            except Empty:
                left = until - time.monotonic()
                if left <= 0:
                    raise TimeoutError from None
                self.bell.wait(left)
            else:
                return

    def driver_version(self) -> str:
        """Kombu asks for one."""
        return "1"

"""Kombu's view of the message folders. Kombu's own `filesystem` transport stops the worker when it reads a file that
another process is still writing; this one cannot meet such a file."""

import logging
import time
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.transport import virtual

from antiphon.adapters.queue.folder import MessageFolder
from antiphon.adapters.queue.hints import is_celery_message

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

    def _put(self, queue: str, message: Any, **_options: Any) -> None:
        self._folder(queue).put(f"0-{time.time_ns():020d}", message)

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

    def drain_events(self, connection: Any, timeout: float | None = None) -> None:  # type: ignore[override]
        """Wait for messages, but never long: between two waits the worker looks whether it should stop."""
        wait = min(timeout or LONGEST_WAIT, LONGEST_WAIT)
        super().drain_events(connection, timeout=wait)  # type: ignore[no-untyped-call]

    def driver_version(self) -> str:
        """Kombu asks for one."""
        return "1"

"""News between the processes of one machine, without a broker: each listens on a Unix datagram socket in one folder,
and a message is sent to every socket there."""

import asyncio
import contextlib
import errno
import logging
import os
import secrets
import socket
from collections import deque
from pathlib import Path

import msgspec

from antiphon.adapters.pubsub.dispatch import Dispatcher
from antiphon.kernel.pubsub import Message, Subscriber

log = logging.getLogger(__name__)

LARGEST = 60_000
LONGEST_ADDRESS = 100
"""Unix sockets take 108 bytes (Linux) or 104 (macOS)."""
SHORTEST_PAUSE, LONGEST_PAUSE = 0.002, 0.05
PATIENCE_SECONDS = 2.0
"""A reader whose queue is full (10 messages by default) is asked again and again, until it has taken nothing for so
long."""
MOST_WAITING = 1000
_GONE = (errno.ECONNREFUSED, errno.ENOENT)


class SocketPubSub:
    """`folder` is private to the account that runs the server: whoever can write there can knock."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._dispatcher = Dispatcher()
        self._name = f"{os.getpid()}-{secrets.token_hex(4)}.socket"
        self._descriptor = -1
        self._listening: socket.socket | None = None
        self._sending: socket.socket | None = None
        self._backlogs: dict[str, deque[bytes]] = {}
        self._late: set[asyncio.Task[None]] = set()

    def subscribe(self, topic: str, subscriber: Subscriber) -> None:
        """Have `subscriber` called for each message on `topic`."""
        self._dispatcher.subscribe(topic, subscriber)

    async def publish(self, topic: str, message: Message) -> None:
        """Tell this process and all others that listen in the folder."""
        self._dispatcher.accept(topic, message)
        packet = msgspec.json.encode((topic, message))
        if len(packet) > LARGEST:
            log.warning("a message of %d bytes on %s is too long for other processes", len(packet), topic)
            return
        for name in self._others():
            if name in self._backlogs:
                self._backlogs[name].append(packet)
            elif not self._send(name, packet):
                self._backlogs[name] = deque([packet], maxlen=MOST_WAITING)
                task = asyncio.create_task(self._send_late(name))
                self._late.add(task)
                task.add_done_callback(self._late.discard)

    async def start(self) -> None:
        """Begin to listen. Sockets of processes that are gone are removed."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        listening = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        listening.setblocking(False)
        listening.bind(self._address(self._name))
        (self._folder / self._name).chmod(0o600)
        self._listening = listening
        asyncio.get_running_loop().add_reader(listening.fileno(), self._receive)

    async def close(self) -> None:
        """Stop listening; messages on their way to busy processes are waited for."""
        if self._late:
            await asyncio.wait(self._late, timeout=1)
        if self._listening is not None:
            asyncio.get_running_loop().remove_reader(self._listening.fileno())
            self._listening.close()
            self._listening = None
            with contextlib.suppress(FileNotFoundError):
                (self._folder / self._name).unlink()
        if self._sending is not None:
            self._sending.close()
            self._sending = None
        await self._dispatcher.close()
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _others(self) -> list[str]:
        try:
            names = os.listdir(self._folder)  # noqa: PTH208 - at every message
        except FileNotFoundError:
            return []
        return [name for name in names if name.endswith(".socket") and name != self._name]

    def _address(self, name: str) -> str:
        """The path of a socket, by way of an open folder where it would be too long."""
        path = str(self._folder / name)
        if len(os.fsencode(path)) <= LONGEST_ADDRESS:
            return path
        if self._descriptor < 0:
            self._descriptor = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY)
        return f"/proc/self/fd/{self._descriptor}/{name}"

    def _send(self, name: str, packet: bytes) -> bool:
        """False where the reader is busy."""
        if self._sending is None:
            self._sending = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            self._sending.setblocking(False)
        try:
            self._sending.sendto(packet, self._address(name))
        except OSError as error:
            if error.errno in (errno.EAGAIN, errno.ENOBUFS):
                return False
            if error.errno in _GONE:
                with contextlib.suppress(FileNotFoundError):
                    (self._folder / name).unlink()
            else:
                log.warning("a message to %s was lost: %s", name, error)
        return True

    async def _send_late(self, name: str) -> None:
        """Send what waits for a busy reader, in order."""
        backlog = self._backlogs[name]
        pause = waited = 0.0
        while backlog and waited < PATIENCE_SECONDS:
            if self._send(name, backlog[0]):
                backlog.popleft()
                pause = waited = 0.0
                continue
            pause = min(max(pause * 2, SHORTEST_PAUSE), LONGEST_PAUSE)
            waited += pause
            await asyncio.sleep(pause)
        del self._backlogs[name]
        if backlog:
            log.warning("%d messages to %s were lost: it does not listen", len(backlog), name)

    def _receive(self) -> None:
        assert self._listening is not None
        for _ in range(100):
            try:
                packet = self._listening.recv(LARGEST)
            except BlockingIOError:
                return
            try:
                topic, message = msgspec.json.decode(packet, type=tuple[str, dict[str, object]])
            except msgspec.DecodeError:
                log.warning("a message that cannot be read was dropped")
                continue
            self._dispatcher.accept(topic, message)

"""A realtime server on a real port, with people who can be signed out, and clients."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest
import socketio
import uvicorn

from antiphon.adapters.pubsub.dispatch import Dispatcher
from antiphon.api.http.asgi import Receive, Scope, Send
from antiphon.api.http.exchange import Exchanges
from antiphon.api.realtime.service import Caller, Realtime
from antiphon.kernel.errors import AntiphonError, Kind, not_signed_in
from antiphon.kernel.jobs import Job
from antiphon.kernel.principal import Principal
from antiphon.kernel.pubsub import Message
from tests.services.programs import free_port

NAMESPACE = "/realtime"


class OwnNews(Dispatcher):
    """News that reach this process only."""

    async def publish(self, topic: str, message: Message) -> None:
        self.accept(topic, message)

    async def start(self) -> None:
        """There is nobody else to listen to."""


class Jobs:
    """Jobs by id, as the queue would find them."""

    def __init__(self) -> None:
        self.rows: dict[str, Job] = {}
        self.reads = 0

    async def find(self, job_id: str) -> Job | None:
        self.reads += 1
        return self.rows.get(job_id)


class Greeting(msgspec.Struct):
    """What the test's own event carries."""

    word: str
    times: int = 1


class Site:
    """The server and the people it knows."""

    def __init__(self, **options: Any) -> None:
        self.people: dict[str, Principal] = {}
        self.pubsub = OwnNews()
        self.jobs = Jobs()
        self.asked = 0
        self.port = free_port()
        self.realtime = Realtime(
            authenticate=self.authenticate,
            jobs=self.jobs,  # type: ignore[arg-type]
            pubsub=self.pubsub,
            **options,
        )
        self.realtime.on("greet", Greeting, self._greet)
        self._exchanges = Exchanges()
        self.greeted: list[str] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def admit(self, token: str, user_id: int, *roles: str, **more: Any) -> Principal:
        principal = Principal(user_id, f"user {user_id}", frozenset({"user", *roles}), **more)
        self.people[token] = principal
        return principal

    async def authenticate(self, token: str) -> Principal:
        self.asked += 1
        if token not in self.people:
            raise not_signed_in()
        return self.people[token]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._exchanges.open(scope)
        await self.realtime(scope, receive, send)

    async def _greet(self, caller: Caller, greeting: Greeting) -> dict[str, Any] | None:
        self.greeted.append(f"{caller.principal.user_id} {greeting.word}")
        if greeting.word == "conflict":
            raise AntiphonError(Kind.CONFLICT, "greeted_already", "You have said that already.")
        if greeting.word == "crash":
            raise ZeroDivisionError("inner detail")
        if greeting.word == "join":
            await caller.join("greeters")
            return None
        return {"answer": greeting.word * greeting.times}


@contextlib.asynccontextmanager
async def serving(site: Site) -> AsyncIterator[Site]:
    """Serve `site` on its port."""
    server = uvicorn.Server(
        uvicorn.Config(site, host="127.0.0.1", port=site.port, log_level="warning", lifespan="off", ws="auto")
    )
    await site.pubsub.start()
    await site.realtime.start()
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    try:
        yield site
    finally:
        await site.realtime.close()
        server.should_exit = True
        server.force_exit = True
        await task
        await site.pubsub.close()


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with serving(Site()) as running:
        yield running


class Client:
    """A Socket.IO client that keeps what it hears."""

    def __init__(self, **options: Any) -> None:
        self.io = socketio.AsyncClient(reconnection=False, **options)
        self.heard: list[tuple[str, Any]] = []
        self.refusal: Any = None
        self.io.on("*", self._hear, namespace=NAMESPACE)
        self.io.on("connect_error", self._refused, namespace=NAMESPACE)

    async def connect(self, site: Site, token: str = "", **options: Any) -> "Client":
        auth = {"token": token} if token else None
        options.setdefault("transports", ["websocket"])
        await self.io.connect(site.address, auth=auth, namespaces=[NAMESPACE], wait_timeout=5, **options)
        return self

    async def call(self, event: str, data: Any) -> Any:
        return await self.io.call(event, data, namespace=NAMESPACE, timeout=5)

    async def emit(self, event: str, data: Any) -> None:
        await self.io.emit(event, data, namespace=NAMESPACE)

    async def wait_for(self, event: str, count: int = 1, seconds: float = 5) -> list[Any]:
        """What `event` said, once it was heard so often."""
        async with asyncio.timeout(seconds):
            while len(found := [data for name, data in self.heard if name == event]) < count:
                await asyncio.sleep(0.01)
        return found

    async def ended(self, seconds: float = 5) -> float:
        """Wait until the server has ended the connection; gives the seconds it took."""
        loop = asyncio.get_running_loop()
        begun = loop.time()
        async with asyncio.timeout(seconds):
            while self.io.connected:
                await asyncio.sleep(0.01)
        return loop.time() - begun

    async def close(self) -> None:
        await self.io.disconnect()

    async def _hear(self, event: str, data: Any = None) -> None:
        self.heard.append((event, data))

    async def _refused(self, data: Any) -> None:
        self.refusal = data


@pytest.fixture
async def clients() -> AsyncIterator[list[Client]]:
    """Clients in here are closed at the end."""
    made: list[Client] = []
    yield made
    for client in made:
        await client.close()


@pytest.fixture
def new_client(clients: list[Client]) -> Any:
    def make(**options: Any) -> Client:
        client = Client(**options)
        clients.append(client)
        return client

    return make

"""Real time as the rest of the server sees it: an ASGI application, events in, events out."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

import msgspec

from antiphon.api.http.asgi import Receive, Scope, Send
from antiphon.api.http.cookies import read_cookie
from antiphon.api.http.exchange import exchange_of
from antiphon.api.realtime.events import ErrorNews, LibraryNews, ServerEvent, job_news
from antiphon.api.realtime.people import Authenticate, People, Person
from antiphon.api.realtime.server import LARGEST_MESSAGE, NAMESPACE, GuardedServer, socketio
from antiphon.api.realtime.tell import ACCESS_TOPIC, ADMINS, EMIT_TOPIC, LIBRARY_TOPIC, user_room
from antiphon.api.realtime.throttle import Throttle
from antiphon.kernel.errors import AntiphonError
from antiphon.kernel.jobs import JobQueue
from antiphon.kernel.principal import Principal
from antiphon.kernel.pubsub import Message, PubSub

log = logging.getLogger(__name__)

JOB_TOPIC = "job"
JOB_SECONDS = 0.2
LIBRARY_SECONDS = 1.0
_STATUSES = {"message_too_long": HTTPStatus.REQUEST_ENTITY_TOO_LARGE}


class Caller(msgspec.Struct, frozen=True):
    """Who sent an event, and the way back to them."""

    principal: Principal
    socket_id: str
    realtime: "Realtime"

    async def join(self, room: str) -> None:
        """Hear what is said in a room from now on."""
        await self.realtime.server.enter_room(self.socket_id, room, namespace=NAMESPACE)

    async def leave(self, room: str) -> None:
        """Hear no more of it."""
        await self.realtime.server.leave_room(self.socket_id, room, namespace=NAMESPACE)

    async def tell(self, event: ServerEvent) -> None:
        """Say something to this socket alone."""
        await self.realtime.tell_here(self.socket_id, event)


EventHandler = Callable[[Caller, Any], Awaitable[Any]]


class Realtime:
    """The sockets of this web process. News from other processes come by `pubsub`; each process tells its own sockets.

    `origins` are other origins whose pages may connect (with a token; `*` for any), the server's own always may.
    """

    def __init__(
        self,
        *,
        authenticate: Authenticate,
        jobs: JobQueue,
        pubsub: PubSub,
        origins: Sequence[str] = (),
        is_enabled: bool = True,
    ) -> None:
        self.server = GuardedServer(self._dispatch)
        self._application = socketio.ASGIApp(self.server, socketio_path="socket.io")
        self._origins = frozenset(origin.rstrip("/").lower() for origin in origins)
        self._is_enabled = is_enabled
        self._is_closed = False
        self._jobs = jobs
        self._pubsub = pubsub
        self.people = People(authenticate, self.server.refuse, self._place)
        self._handlers: dict[str, tuple[Any, EventHandler]] = {}
        self._job_news, self._library_news = Throttle(JOB_SECONDS), Throttle(LIBRARY_SECONDS)
        self._tasks: set[asyncio.Task[None]] = set()
        self.server.on("connect", self._connect, namespace=NAMESPACE)
        self.server.on("disconnect", self._disconnect, namespace=NAMESPACE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI, for everything below `/socket.io/`."""
        refusal = self._refusal(scope)
        if refusal is None:
            if scope["type"] == "websocket":
                self.server.note_wire(scope)
            with contextlib.suppress(asyncio.CancelledError):
                await self._application(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008, "reason": refusal.code})
        else:
            await _answer(send, refusal)

    def on(self, event: str, payload: Any, handler: EventHandler) -> None:
        """Have `await handler(caller, payload)` called for a client's event; `payload` is the type its one argument
        is read into. What it gives back (a struct, a dict or None) is added to the acknowledgement `{"ok": true}`."""
        assert event not in self._handlers, f"{event} is handled already"
        self._handlers[event] = (payload, handler)

    async def start(self) -> None:
        """Listen to news and keep checking tokens. The caller starts `pubsub` itself."""
        self._pubsub.subscribe(EMIT_TOPIC, self._hear_emit)
        self._pubsub.subscribe(JOB_TOPIC, self._hear_job)
        self._pubsub.subscribe(LIBRARY_TOPIC, self._hear_library)
        self._pubsub.subscribe(ACCESS_TOPIC, self._hear_access)
        self._start_task(self.people.keep_checking())

    async def close(self) -> None:
        """Tell everyone that the server stops, and end all connections; clients come back by themselves."""
        if self._is_closed:
            return
        self._is_closed, self._is_enabled = True, False
        await self.tell_here(None, ErrorNews("server_stopping", "The server stops or starts anew."))
        await self.server.drop_all()
        for throttle in (self._job_news, self._library_news):
            await throttle.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.server.shutdown()

    async def tell_here(self, room: str | None, event: ServerEvent) -> None:
        """Say it to the sockets of this process in a room (None: all); a socket's id is a room, too."""
        await self.server.emit(event.event_name, msgspec.to_builtins(event), room=room, namespace=NAMESPACE)

    def _refusal(self, scope: Scope) -> ErrorNews | None:
        if not self._is_enabled:
            return ErrorNews("switched_off", "Real time is switched off on this server.")
        headers = exchange_of(scope).headers
        if scope.get("method") == "POST" and not _is_short(headers):
            return ErrorNews("message_too_long", "A message has at most 64 KiB.")
        origin = headers.get(b"origin")
        if origin is None or "*" in self._origins or self._is_own(scope):
            return None
        if origin.decode("latin-1").lower() in self._origins:
            return None
        return ErrorNews("origin_not_allowed", "Pages of this origin may not connect.")

    def _is_own(self, scope: Scope) -> bool:
        """Whether no page, or one of our own, asks. Browsers name the origin of every connection from other sites."""
        exchange = exchange_of(scope)
        origin = exchange.headers.get(b"origin")
        return origin is None or origin.decode("latin-1").lower().partition("://")[2] == exchange.host

    async def _connect(self, socket_id: str, environ: dict[str, Any], auth: Any) -> None:
        given = auth.get("token") if isinstance(auth, dict) else None
        token = given if isinstance(given, str) else ""
        scope = environ["asgi.scope"]
        if not token and self._is_own(scope):
            token = read_cookie(scope, exchange_of(scope)) or ""
        try:
            person = await self.people.sign_in(socket_id, token)
        except AntiphonError as error:
            raise socketio.exceptions.ConnectionRefusedError(error.message, {"code": error.code}) from error
        await self._place(person)

    async def _disconnect(self, socket_id: str, _reason: Any) -> None:
        self.people.leave(socket_id)

    async def _place(self, person: Person) -> None:
        await self.server.enter_room(person.socket_id, user_room(person.principal.user_id), namespace=NAMESPACE)
        move = self.server.enter_room if person.principal.is_admin else self.server.leave_room
        await move(person.socket_id, ADMINS, namespace=NAMESPACE)

    async def _dispatch(self, socket_id: str, event: str, arguments: list[Any], wants_answer: bool) -> Any:
        """Call the handler of a client's event; gives the acknowledgement."""
        try:
            answer = await self._handle(socket_id, event, arguments)
        except AntiphonError as error:
            problem = ErrorNews(error.code, error.message)
        except msgspec.ValidationError as error:
            problem = ErrorNews("invalid", str(error))
        except Exception:
            log.exception("the event %s failed", event)
            problem = ErrorNews("internal", "Something went wrong inside the server.")
        else:
            told: dict[str, Any] = msgspec.to_builtins(answer) if answer is not None else {}
            return {"ok": True, **told}
        if not wants_answer:
            await self.tell_here(socket_id, problem)
        return {"ok": False, "error": msgspec.to_builtins(problem)}

    async def _handle(self, socket_id: str, event: str, arguments: list[Any]) -> Any:
        person = await self.people.checked(socket_id)
        if person is None:
            return None
        known = self._handlers.get(event) if isinstance(event, str) else None
        if known is None:
            raise msgspec.ValidationError("There is no such event.")
        payload_type, handler = known
        payload = msgspec.convert(arguments[0] if arguments else {}, type=payload_type)
        return await handler(Caller(person.principal, socket_id, self), payload)

    async def _hear_emit(self, message: Message) -> None:
        await self.server.emit(message["event"], message["data"], room=message["room"], namespace=NAMESPACE)

    async def _hear_job(self, message: Message) -> None:
        job_id, owner_id = str(message["job_id"]), message["owner_id"]
        if self.people.has_admin() or (owner_id is not None and self.people.has_user(owner_id)):
            self._job_news.run(job_id, lambda: self._tell_job(job_id))

    async def _tell_job(self, job_id: str) -> None:
        job = await self._jobs.find(job_id)
        if job is None:
            return
        rooms = [ADMINS] if job.owner_id is None or job.is_internal else [ADMINS, user_room(job.owner_id)]
        news = msgspec.to_builtins(job_news(job))
        await self.server.emit("job", news, room=rooms, namespace=NAMESPACE)

    async def _hear_library(self, message: Message) -> None:
        news = LibraryNews(int(message["revision"]))
        self._library_news.run("library", lambda: self.tell_here(None, news))

    async def _hear_access(self, message: Message) -> None:
        self._start_task(self.people.check_user(int(message["user_id"])))

    def _start_task(self, work: Any) -> None:
        task: asyncio.Task[None] = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _is_short(headers: Mapping[bytes, bytes]) -> bool:
    length = headers.get(b"content-length", b"")
    return length.isdigit() and len(length) < 10 and int(length) <= LARGEST_MESSAGE


async def _answer(send: Send, refusal: ErrorNews) -> None:
    body = msgspec.json.encode({"success": False, "error": refusal})
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send(
        {"type": "http.response.start", "status": _STATUSES.get(refusal.code, HTTPStatus.FORBIDDEN), "headers": headers}
    )
    await send({"type": "http.response.body", "body": body})

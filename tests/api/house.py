"""A furnished house for tests over HTTP: music on disk, scanned once for a module, and people who live there."""

import json
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import httpx2
from sqlalchemy import event, update

from antiphon.areas.accounts.data import Registration
from antiphon.areas.library.internal import tables
from antiphon.areas.library.internal.editing.songs import settle
from antiphon.areas.library.internal.listing import relist
from antiphon.areas.library.internal.revisions import library_changed
from antiphon.areas.library.internal.scan.stale import stale_of_songs
from antiphon.bootstrap.settings import read_settings
from antiphon.bootstrap.web import make_web
from antiphon.bootstrap.wiring import Application, wire
from antiphon.kernel.db import Statement
from antiphon.kernel.db.reader import Row
from tests.audio.maker import AudioMaker
from tests.services.application import BASE_URL
from tests.services.scanned import Scanned
from tests.stage import CATALOGUE, PASSWORD, Stage

SECRET_ALBUM = ("secret/01.mp3", {"title": "Whisper", "artist": "Recluse", "album": "Behind Doors", "genre": "Secret"})

SIGNING_IN = ("user_session", "app_password")
# Not so in the server's own tasks, which look for work while a call is answered.
is_counted: ContextVar[bool] = ContextVar("is_counted", default=False)


class Caller:
    """Somebody with a token, at the server's door."""

    def __init__(self, client: httpx2.AsyncClient, user: dict[str, Any], token: str) -> None:
        self.client = client
        self.user = user
        self.token = token

    async def ask(self, method: str, path: str, status: int = 200, **rest: Any) -> Any:
        """The JSON of an answer, which must have the status."""
        answer = await self.client.request(method, path, **rest)
        assert answer.status_code == status, f"{method} {path}: {answer.status_code} {answer.text[:500]}"
        return answer.json()

    async def read(self, path: str) -> Any:
        """The `data` of a GET in the native dialect."""
        return (await self.ask("GET", f"/api/v1{path}"))["data"]

    async def refused(self, method: str, path: str, status: int, **rest: Any) -> dict[str, Any]:
        """The `error` of an answer in the native dialect, which must have the status."""
        body = await self.ask(method, f"/api/v1{path}", status, **rest)
        assert body["success"] is False and body["timestamp"].endswith("Z")
        error: dict[str, Any] = body["error"]
        return error


class House:
    """The product in this process, with music and people."""

    def __init__(self, application: Application, asgi: Any, stage: Stage) -> None:
        self.application = application
        self.areas = application.areas
        self.asgi = asgi
        self.stage = stage
        self._tokens: dict[str, tuple[dict[str, Any], str]] = {}

    @asynccontextmanager
    async def door(self, address: str = "127.0.0.1", **options: Any) -> AsyncIterator[httpx2.AsyncClient]:
        """A client without a token. Errors that the product did not expect reach the test as answers."""
        transport = httpx2.ASGITransport(app=self.asgi, client=(address, 50_000), raise_app_exceptions=False)
        async with httpx2.AsyncClient(transport=transport, base_url=BASE_URL, **options) as client:
            yield client

    @asynccontextmanager
    async def caller(self, name: str, *, admin: bool = False, fresh: bool = False) -> AsyncIterator[Caller]:
        """Somebody by name: registered and signed in at the first call, `fresh` with a new session at any."""
        async with self.door() as client:
            known = self._tokens.get(name)
            if known is None:
                await self._register(name, admin=admin)
            if known is None or fresh:
                body = {"username": name, "password": PASSWORD}
                signed_in = (await client.post("/api/v1/auth/login", json=body)).json()["data"]
                known = self._tokens[name] = signed_in["user"], signed_in["token"]
            user, token = known
            client.headers["Authorization"] = f"Bearer {token}"
            yield Caller(client, user, token)

    async def _register(self, name: str, *, admin: bool) -> None:
        registration, email = self.areas.accounts.registration, f"{name}@example.org"
        if admin:
            await registration.create_admin(email, name, PASSWORD)
        else:
            await registration.register(Registration(username=name, email=email, password=PASSWORD))

    async def ids(self, thing: str = "songs") -> dict[str, int]:
        """The ids of all things by title or name, as an admin sees them."""
        async with self.caller("housekeeper", admin=True) as admin:
            return {one.get("title") or one["name"]: one["id"] for one in await admin.read(f"/{thing}?limit=500")}

    @asynccontextmanager
    async def hidden(self, song_id: int, *, privacy: int = 0, flagged: int = 0) -> AsyncIterator[None]:
        """A song flagged or private (`privacy` as the table has it) for as long as the block runs."""
        await self._set_privacy(song_id, privacy)
        await self._flag(song_id, bool(flagged))
        try:
            yield
        finally:
            await self._set_privacy(song_id, 0)
            await self._flag(song_id, False)

    async def give(self, song_id: int, user_id: int) -> None:
        """Have a song be what somebody has brought."""
        async with self.application.database.transaction() as transaction:
            song = tables.song
            await transaction.execute(update(song).where(song.c.id == song_id).values(uploader_id=user_id))
            await library_changed(transaction)

    async def _flag(self, song_id: int, flagged: bool) -> None:
        async with self.caller("housekeeper", admin=True) as admin:
            await admin.ask("PUT", f"/api/v1/songs/{song_id}/flag", json={"flagged": flagged})

    async def _set_privacy(self, song_id: int, privacy: int) -> None:
        async with self.application.database.transaction() as transaction:
            song, ids = tables.song, json.dumps([song_id])
            await transaction.execute(update(song).where(song.c.id == song_id).values(privacy=privacy))
            await relist(transaction, ids)
            await settle(transaction, await stale_of_songs(transaction, ids), time.time())

    @contextmanager
    def counted(self) -> Iterator[list[str]]:
        """The statements of what is called inside the block, those of its transactions too. Without those of the
        sign-in: a token is believed for a second, so whether it is looked up depends on the clock."""
        reader = self.application.database.reader
        # On PostgreSQL the others call the first.
        names = ("fetch",) if reader.dialect == "postgresql" else ("fetch", "fetch_one", "fetch_slow")
        seen: list[str] = []
        kept = {name: getattr(reader, name) for name in names}

        def note(text: str) -> None:
            if is_counted.get() and not text.startswith("BEGIN") and not any(table in text for table in SIGNING_IN):
                seen.append(text)

        def counting(name: str) -> Any:
            async def fetch(statement: Statement, /, **parameters: Any) -> list[Row] | Row | None:
                note(statement.compiled(reader.dialect).text)
                rows: list[Row] | Row | None = await kept[name](statement, **parameters)
                return rows

            return fetch

        def in_transaction(_connection: Any, _cursor: Any, text: str, *_rest: Any) -> None:
            note(text)

        engine = self.application.database.engine.sync_engine
        token = is_counted.set(True)
        event.listen(engine, "before_cursor_execute", in_transaction)
        for name in names:
            setattr(reader, name, counting(name))
        try:
            yield seen
        finally:
            is_counted.reset(token)
            event.remove(engine, "before_cursor_execute", in_transaction)
            for name in names:
                delattr(reader, name)


@asynccontextmanager
async def furnished(
    folder: Path,
    audio: AudioMaker,
    database_url: str,
    *,
    files: Sequence[Any] = CATALOGUE,
    scanned: Scanned | None = None,
    **settings: str,
) -> AsyncIterator[House]:
    """A house with the music of `files`, or of the stage that was scanned before, and a library that nobody but admins
    may browse."""
    music, secret = folder / "music", folder / "secret"
    if scanned is None:
        music.mkdir()
    else:
        await scanned.copy_to(folder, database_url)
    secret.mkdir()
    environment = {
        "ANTIPHON_DATA": str(folder / "data"),
        "ANTIPHON_MUSIC": str(music),
        "RATE_LIMITS": "off",
        **settings,
    }
    if database_url.startswith("postgresql:"):
        environment["DATABASE_URL"] = database_url
    application = wire(read_settings(environment, folder), synchronous="OFF")
    stage = Stage(application, music, audio)
    if scanned is None:
        stage.add_files(files)
    audio.song(secret / SECRET_ALBUM[0], SECRET_ALBUM[1], kind="mp3")
    await stage.areas.library.scans.declare_folders([music, secret])
    await stage.areas.library.scans.run(lambda *_: None)
    async with application.database.transaction() as transaction:
        closed = update(tables.library).where(tables.library.c.path == str(secret)).values(open_to_all=0)
        await transaction.execute(closed)
        await library_changed(transaction)
    web = make_web(application, worker_runs=lambda: True)
    async with web.running():
        yield House(application, web.application, stage)
    await application.close()

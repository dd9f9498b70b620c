"""Artists who upload over HTTP."""

from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.api.house import Caller, House
from tests.stage import PASSWORD


@asynccontextmanager
async def artist(house: House, name: str) -> AsyncIterator[Caller]:
    """Somebody with the artist role, registered at the first call."""
    async with house.door() as client:
        body = {"username": name, "email": f"{name}@example.org", "password": PASSWORD, "role": "artist"}
        answer = await client.post("/api/v1/auth/register", json=body)
        if answer.status_code != 201:
            answer = await client.post("/api/v1/auth/login", json={"username": name, "password": PASSWORD})
        found = answer.json()["data"]
        client.headers["Authorization"] = f"Bearer {found['token']}"
        yield Caller(client, found["user"], found["token"])


def sound(house: House, folder: Path, kind: str = "mp3", *, picture: bool = False, **tags: str) -> bytes:
    """The bytes of a song."""
    suffix = {"vorbis": "ogg", "aac": "m4a"}.get(kind, kind)
    return house.stage.audio.song(folder / f"sound.{suffix}", tags or None, kind=kind, picture=picture).read_bytes()


def metadata(**values: str) -> str:
    """What tus says about a file."""
    return ",".join(f"{name} {b64encode(value.encode()).decode()}" for name, value in values.items())


def files_of(house: House) -> list[Path]:
    """What lies among the uploads."""
    return [path for path in (house.application.settings.data / "uploads").rglob("*") if path.is_file()]


TUS: dict[str, Any] = {"Tus-Resumable": "1.0.0"}
PIECE = {**TUS, "Content-Type": "application/offset+octet-stream"}

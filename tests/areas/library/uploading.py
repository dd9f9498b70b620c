"""Artists, and what they bring through the door of the library."""

from pathlib import Path

from antiphon.areas.accounts.data import Registration
from antiphon.areas.library.data import NewSong, SongEdit
from antiphon.kernel.principal import Principal
from tests.stage import PASSWORD, Stage


async def artist(stage: Stage, name: str = "ines") -> Principal:
    accounts = stage.areas.accounts
    signed_in = await accounts.registration.register(
        Registration(username=name, email=f"{name}@example.org", password=PASSWORD, role="artist")
    )
    return await accounts.access.authenticate(signed_in.token)


def sound(stage: Stage, folder: Path, kind: str = "mp3", seconds: float = 1.0, **tags: str) -> bytes:
    path = stage.audio.song(folder / f"sound.{kind}", tags or None, kind=kind, seconds=seconds)
    return path.read_bytes()


async def bring(
    stage: Stage,
    who: Principal,
    content: bytes,
    *,
    label: str = "song.mp3",
    edit: SongEdit | None = None,
    draft: bool = False,
    cover: bytes | None = None,
) -> NewSong:
    uploads = stage.areas.library.uploads
    row = await uploads.begin(who, size=len(content))
    receiving = await uploads.receive(who, row.id)
    for start in range(0, len(content), 5000):
        await receiving.write(content[start : start + 5000])
    await receiving.keep()
    receiving.close()
    return await uploads.finish(who, row, label=label, edit=edit or SongEdit(), draft=draft, cover=cover)


def leftovers(stage: Stage) -> list[Path]:
    return [path for path in (stage.application.settings.data / "uploads").rglob("*") if path.is_file()]

"""Files made to harm, in every dialect that takes them: pictures that would fill the memory or run as programs, headers
that lie, names that go elsewhere."""

import os
import struct
import zlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from urllib.parse import quote

import mutagen
import pytest

from tests.api.house import Caller, House
from tests.api.uploads.people import PIECE, artist, files_of, metadata, sound
from tests.api.uploads.test_forms_with_songs import DIALECTS, form, name, told
from tests.audio.liars import CLAIMED_SECONDS, LIARS
from tests.audio.tagging import write_tags
from tests.services.mail import do_what_waits

# No database makes a difference to any of this.
pytestmark = pytest.mark.parametrize("house_address", ["sqlite"], indirect=True, scope="module")

SIDE = 30_000


@cache
def bomb() -> bytes:
    """A real PNG of 30,000 × 30,000 pixels in a hundred thousand bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    packer = zlib.compressobj(1)
    row = bytes(1 + (SIDE + 7) // 8)
    rows = b"".join(packer.compress(row * 1000) for _ in range(SIDE // 1000)) + packer.flush()
    header = struct.pack(">IIBBBBB", SIDE, SIDE, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


# Each with the statuses that say so.
COVERS: dict[str, tuple[Callable[[], bytes], tuple[int, ...]]] = {
    "bomb.png": (bomb, (400, 422)),
    "script.svg": (lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', (415,)),
    "script.png": (lambda: b"<?xml version='1.0'?><svg onload='alert(1)'/>", (415,)),
    "cover.jpg": (lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n(/etc/passwd) (r) file\n", (415,)),
    "page.gif": (lambda: b"<html><script>alert(1)</script></html>", (415,)),
}


@pytest.mark.parametrize("dialect", DIALECTS)
async def test_hostile_covers_are_refused_and_leave_nothing(house: House, tmp_path: Path, dialect: str) -> None:
    async with house.caller("root", admin=True) as root:
        before = files_of(house)
        for label, (made, statuses) in COVERS.items():
            given = form(sound(house, tmp_path, title=name()))
            given["files"]["image"] = (label, made(), "image/jpeg")
            answer = await root.client.post(DIALECTS[dialect], **given)
            assert answer.status_code in statuses, (label, answer.text)
            assert "<script" not in answer.text
            if answer.status_code == 415:
                assert "JPEG, PNG, WebP or GIF" in told(dialect, answer.json())
        assert files_of(house) == before


async def test_hostile_covers_as_pictures_of_their_own(house: House, tmp_path: Path) -> None:
    async with artist(house, "ines") as ines:
        song = (await ines.ask("POST", "/api/song", 201, **form(sound(house, tmp_path, title=name()))))["data"]
        before = files_of(house)
        for made, _ in COVERS.values():
            put = await ines.client.put(f"/api/v1/songs/{song['id']}/image", content=made())
            sent = await ines.client.post("/api/v1/uploads/pictures", content=made())
            assert {put.status_code, sent.status_code} <= {415, 422}
        assert files_of(house) == before


@pytest.mark.parametrize("kind", ["mp3", "flac", "aac"])
async def test_a_song_that_carries_a_bomb_comes_without_it(house: House, tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"carrier.{'m4a' if kind == 'aac' else kind}"
    path.write_bytes(sound(house, tmp_path, kind, title=name()))
    write_tags(path, {}, bomb())
    async with artist(house, "ines") as ines:
        song = (await ines.ask("POST", "/api/song", 201, **form(path.read_bytes(), path.name)))["data"]
        picture = await ines.client.get(f"/api/v1/songs/{song['id']}/image?size=300")
        assert (picture.status_code, picture.headers["etag"].startswith('"p-')) == (200, True)


@pytest.mark.parametrize("kind", LIARS)
async def test_a_song_that_claims_two_hours_lasts_as_long_as_it_sounds(house: House, tmp_path: Path, kind: str) -> None:
    suffix = {"aac": "m4a", "opus": "ogg"}.get(kind, kind)

    def liar(title: str = "") -> bytes:
        return LIARS[kind](sound(house, tmp_path, kind, title=title or name()))

    title = name()
    # Where the lie hides the tags the song is called as its file.
    path = house.stage.music / f"{title}.{suffix}"
    path.write_bytes(liar(title))
    assert mutagen.File(path).info.length == pytest.approx(CLAIMED_SECONDS, abs=1), "it lies"
    async with artist(house, "ines") as ines:
        sent = (await ines.ask("POST", "/api/song", 201, **form(liar(), path.name)))["data"]
        begun = await ines.client.post(
            "/api/v1/uploads", headers={**PIECE, "Upload-Length": str(len(content := liar()))}, content=content
        )
        await do_what_waits(house.application)
        drafted = (await ines.ask("GET", begun.headers["location"]))["data"]
        await house.stage.areas.library.scans.run(lambda *_: None)
        scanned = (await house.ids())[title]
        path.unlink()
        for song_id in (sent["id"], drafted["song_id"], scanned):
            assert (await ines.read(f"/songs/{song_id}"))["duration"] == pytest.approx(1, abs=0.1)


@pytest.mark.parametrize("dialect", [*DIALECTS, "tus"])
async def test_names_that_go_elsewhere_are_labels(house: House, tmp_path: Path, dialect: str) -> None:
    root_of_all = house.application.settings.data / "uploads"
    before = set(files_of(house))
    labels = ["../../../antiphon-was-here.mp3", "a\0b.mp3", "be\x07ll\x1b[31m.mp3", "gnp\u202e3pm.mp3", "/etc/x.mp3"]
    async with house.caller("root", admin=True) as root:
        for label in labels:
            content = sound(house, tmp_path) + os.urandom(16)
            if dialect == "tus":
                headers = {**PIECE, "Upload-Length": str(len(content)), "Upload-Metadata": metadata(filename=label)}
                answer = await root.client.post("/api/v1/uploads", headers=headers, content=content)
            else:
                answer = await root.client.post(DIALECTS[dialect], **_named(content, label))
            if "\0" in label and answer.status_code in (400, 422):
                continue
            assert answer.status_code == 201, (label, answer.text)
            shown = answer.json() if dialect != "tus" else await _drafted(house, root, answer.headers["location"])
            text = str(shown)
            assert not any(hidden in text for hidden in ("\\x07", "\\x1b", "\\u202e", "\u202e", "\\x00", "..", "/etc/"))
    made = set(files_of(house)) - before
    assert made and all(path.is_relative_to(root_of_all) and path.stem.isalnum() for path in made)
    assert not list(tmp_path.parent.rglob("antiphon-was-here*"))


async def _drafted(house: House, caller: Caller, place: str) -> object:
    """The song that an upload became."""
    await do_what_waits(house.application)
    upload = (await caller.ask("GET", place))["data"]
    assert upload["state"] == "done", upload
    return await caller.read(f"/songs/{upload['song_id']}")


def _named(content: bytes, label: str) -> dict[str, object]:
    """A form whose file has just this name, without what a client would do to it."""
    named = label.replace("\0", "%00") if "\0" not in label else quote(label)
    extended = f"filename*=UTF-8''{named}" if "\0" in label else f'filename="{label}"'
    head = f'--x\r\nContent-Disposition: form-data; name="audio"; {extended}\r\nContent-Type: audio/mpeg\r\n\r\n'
    body = head.encode() + content + b"\r\n--x--\r\n"
    return {"content": body, "headers": {"Content-Type": "multipart/form-data; boundary=x"}}

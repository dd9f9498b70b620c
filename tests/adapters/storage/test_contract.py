"""What every storage does, in a folder and in a real S3 server."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import msgspec
import pytest

from antiphon.adapters.storage.local import LocalStorage
from antiphon.adapters.storage.s3 import PART_BYTES, S3Account, S3Storage
from antiphon.areas.library.data import Storage
from antiphon.kernel.errors import AntiphonError
from tests.services.broken_line import broken_line
from tests.services.object_storage import ObjectStorage
from tests.services.programs import free_port

NAME = "ab/cd/abcd0123456789abcdef0123456789ab.flac"
OTHER = "ff/00/ff000123456789abcdef0123456789ab.mp3"


def account_at(server: ObjectStorage, **values: str) -> S3Account:
    settings = server.settings()
    return S3Account(
        **{
            "endpoint": settings["S3_ENDPOINT"],
            "public_endpoint": "",
            "access_key": settings["S3_ACCESS_KEY"],
            "secret_key": settings["S3_SECRET_KEY"],
            "bucket": settings["S3_BUCKET_NAME"],
            "region": "us-east-1",
            **values,
        }
    )


@pytest.fixture(params=["local", "s3"])
async def storage(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Storage]:
    if request.param == "local":
        yield LocalStorage(tmp_path / "stored")
    else:
        yield S3Storage(account_at(request.getfixturevalue("object_storage")))


def file_with(folder: Path, content: bytes) -> Path:
    file = folder / "given.part"
    file.write_bytes(content)
    return file


async def content_of(storage: Storage, name: str, first: int = 0, length: int = 1 << 40) -> bytes:
    return b"".join([chunk async for chunk in storage.read(name, first, length)])


async def test_what_is_put_is_there_and_the_given_file_is_gone(storage: Storage, tmp_path: Path) -> None:
    file = file_with(tmp_path, b"sound")
    await storage.put(NAME, file, "audio/flac")
    assert not file.exists()
    assert await storage.size(NAME) == 5
    assert await content_of(storage, NAME) == b"sound"
    assert [name async for name in storage.names()] == [NAME]


async def test_putting_again_replaces(storage: Storage, tmp_path: Path) -> None:
    for content in (b"first", b"second one"):
        await storage.put(NAME, file_with(tmp_path, content), "audio/flac")
    assert await content_of(storage, NAME) == b"second one"


async def test_ranges(storage: Storage, tmp_path: Path) -> None:
    content = os.urandom(700_000)
    await storage.put(NAME, file_with(tmp_path, content), "audio/flac")
    assert await content_of(storage, NAME, 10, 5) == content[10:15]
    assert await content_of(storage, NAME, 300_000, 350_000) == content[300_000:650_000]
    assert await content_of(storage, NAME, 699_998, 100) == content[-2:]
    assert await content_of(storage, NAME, 700_000, 1) == b""
    assert await content_of(storage, NAME, 0, 0) == b""


async def test_a_range_may_be_given_up(storage: Storage, tmp_path: Path) -> None:
    await storage.put(NAME, file_with(tmp_path, bytes(2_000_000)), "audio/flac")
    reading = storage.read(NAME, 0, 2_000_000)
    assert len(await anext(reading)) > 0
    await reading.aclose()
    assert await storage.size(NAME) == 2_000_000


async def test_a_large_file_comes_in_parts(storage: Storage, tmp_path: Path) -> None:
    content = os.urandom(1024) * ((2 * PART_BYTES + 5000) // 1024)
    await storage.put(NAME, file_with(tmp_path, content), "audio/flac")
    assert await storage.size(NAME) == len(content)
    assert await content_of(storage, NAME, PART_BYTES - 10, 20) == content[PART_BYTES - 10 : PART_BYTES + 10]


async def test_what_is_missing(storage: Storage, tmp_path: Path) -> None:
    assert await storage.size(NAME) is None
    assert [name async for name in storage.names()] == []
    for _ in range(2):
        with pytest.raises(AntiphonError) as refused:
            await content_of(storage, NAME)
        assert refused.value.code in ("file_missing", "storage_down")
        await storage.put(OTHER, file_with(tmp_path, b"x"), "audio/mpeg")
    with pytest.raises(AntiphonError) as refused:
        await content_of(storage, NAME)
    assert refused.value.code == "file_missing"


async def test_deleting(storage: Storage, tmp_path: Path) -> None:
    for name in (NAME, OTHER):
        await storage.put(name, file_with(tmp_path, b"x"), "audio/mpeg")
    await storage.delete([NAME, "00/00/00000123456789abcdef0123456789ab.mp3"])
    await storage.delete([])
    assert await storage.size(NAME) is None
    assert [name async for name in storage.names()] == [OTHER]


@pytest.mark.parametrize("name", ["../../etc/passwd", "a.mp3", "/etc/passwd", NAME + "\0", NAME.upper(), ""])
async def test_only_names_of_the_library_lead_to_files(storage: Storage, tmp_path: Path, name: str) -> None:
    file = file_with(tmp_path, b"x")
    with pytest.raises(ValueError):
        await storage.put(name, file, "audio/flac")
    with pytest.raises(ValueError):
        await content_of(storage, name)
    with pytest.raises(ValueError):
        await storage.delete([name])
    assert file.exists()


async def test_leftovers_go_and_whole_files_stay(storage: Storage, tmp_path: Path) -> None:
    await storage.put(NAME, file_with(tmp_path, b"x"), "audio/flac")
    half = tmp_path / "stored" / f"{NAME}.part"
    if storage.file(NAME) is not None:
        half.write_bytes(b"half")
    await storage.remove_leftovers()
    assert [name async for name in storage.names()] == [NAME]
    assert not half.exists()


async def test_it_is_reachable(storage: Storage) -> None:
    assert await storage.is_reachable()


async def test_a_full_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    storage = LocalStorage(tmp_path / "stored")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(AntiphonError) as refused:
        await storage.put(NAME, file_with(tmp_path, b"x"), "audio/flac")
    assert refused.value.code == "no_space"
    assert await storage.size(NAME) is None


async def test_a_file_from_another_disk_is_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    moves = Path.replace

    def other_disk(self: Path, target: Path) -> Path:
        if not self.name.startswith("abcd"):
            raise OSError(18, "Invalid cross-device link")
        return moves(self, target)

    monkeypatch.setattr(Path, "replace", other_disk)
    storage = LocalStorage(tmp_path / "stored")
    file = file_with(tmp_path, b"sound")
    await storage.put(NAME, file, "audio/flac")
    assert await content_of(storage, NAME) == b"sound"
    assert not file.exists()


async def test_a_presigned_address_gives_the_object_to_who_has_it(
    object_storage: ObjectStorage, tmp_path: Path
) -> None:
    account = account_at(object_storage, public_endpoint=object_storage.url)
    storage = S3Storage(account)
    await storage.put(NAME, file_with(tmp_path, b"sound"), "audio/flac")
    address = await storage.address(NAME, "audio/flac")
    assert address is not None
    assert "X-Amz-Expires=60" in address
    assert "a secret of somebody" not in address
    async with httpx2.AsyncClient() as client:
        answer = await client.get(address, headers={"Range": "bytes=1-3"})
    assert (answer.status_code, answer.content, answer.headers["content-type"]) == (206, b"oun", "audio/flac")
    without = S3Storage(msgspec.structs.replace(account, public_endpoint=""))
    assert await without.address(NAME, "audio/flac") is None


async def test_a_storage_that_does_not_answer_is_told(tmp_path: Path, object_storage: ObjectStorage) -> None:
    storage = S3Storage(account_at(object_storage, endpoint=f"http://127.0.0.1:{free_port()}"))
    file = file_with(tmp_path, b"x")
    for call in (storage.put(NAME, file, "audio/flac"), storage.size(NAME), storage.delete([NAME])):
        with pytest.raises(AntiphonError) as refused:
            await call
        assert refused.value.code == "storage_down"
    assert file.exists(), "what could not be sent is kept"
    assert not await storage.is_reachable()


async def test_a_storage_that_goes_away_in_the_middle_keeps_no_half_file(
    tmp_path: Path, object_storage: ObjectStorage
) -> None:
    content = os.urandom(1024) * ((2 * PART_BYTES + 5000) // 1024)
    with broken_line(object_storage.url) as line:
        storage = S3Storage(account_at(object_storage, endpoint=line.url))
        await storage.put(OTHER, file_with(tmp_path, b"x"), "audio/mpeg")
        file, line.breaks_after = file_with(tmp_path, content), PART_BYTES // 2
        with pytest.raises(AntiphonError) as refused:
            await storage.put(NAME, file, "audio/flac")
        assert refused.value.code == "storage_down"
        assert file.exists(), "what could not be sent is kept"
        line.breaks_after = None
        assert await storage.size(NAME) is None
        assert [name async for name in storage.names()] == [OTHER]
        await storage.put(NAME, file, "audio/flac")
        assert await content_of(storage, NAME, PART_BYTES - 10, 20) == content[PART_BYTES - 10 : PART_BYTES + 10]


async def test_wrong_keys_are_refused(tmp_path: Path, object_storage: ObjectStorage) -> None:
    account = account_at(object_storage, public_endpoint=object_storage.url)
    right, file = S3Storage(account), file_with(tmp_path, b"x")
    await right.put(NAME, file, "audio/flac")
    await right.check_keys()
    file = file_with(tmp_path, b"y")
    for changed in ({"secret_key": "another secret"}, {"access_key": "nobody"}):
        wrong = S3Storage(msgspec.structs.replace(account, **changed))
        for call in (wrong.put(NAME, file, "audio/flac"), wrong.delete([NAME]), content_of(wrong, NAME)):
            with pytest.raises(AntiphonError) as refused:
                await call
            assert refused.value.code == "storage_down"
            assert "secret" not in refused.value.message
        with pytest.raises(AntiphonError) as refused:
            await wrong.check_keys()
        assert refused.value.code == "storage_keys"
        assert not await wrong.is_reachable()
        async with httpx2.AsyncClient() as client:
            assert (await client.get(str(await wrong.address(NAME, "audio/flac")))).status_code == 403
    assert file.exists()
    assert await content_of(right, NAME) == b"x"


async def test_keys_are_not_blamed_for_a_storage_that_is_away(
    object_storage: ObjectStorage, caplog: pytest.LogCaptureFixture
) -> None:
    await S3Storage(account_at(object_storage, endpoint=f"http://127.0.0.1:{free_port()}")).check_keys()
    assert "the object storage does not answer" in caplog.text
    caplog.clear()
    await S3Storage(account_at(object_storage)).check_keys()
    assert "NoSuchBucket" in caplog.text, "it is made with the first upload"

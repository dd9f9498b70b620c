"""What every watch of a folder does: by events of the file system, and by looking through it."""

import asyncio
import shutil
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from antiphon.adapters.folder_watch import FolderWatches, polling
from antiphon.adapters.folder_watch.events import EventWatch
from antiphon.adapters.folder_watch.mounts import remote_file_system
from antiphon.adapters.folder_watch.polling import PollingWatch
from antiphon.areas.library.data.watching import FolderChange, FolderWatch, WatchEnded


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with some folders in it."""
    for name in ("a/deep", "b"):
        (tmp_path / "music" / name).mkdir(parents=True)
    (tmp_path / "music/a/1.mp3").write_bytes(b"one")
    return tmp_path / "music"


@pytest.fixture(params=["events", "polling"])
async def watch(request: pytest.FixtureRequest, folder: Path) -> AsyncIterator[FolderWatch]:
    opened: FolderWatch = (
        await EventWatch.open(folder) if request.param == "events" else await PollingWatch.open(folder, 0.05)
    )
    assert (opened.how, opened.note) == (request.param, "")
    yield opened
    await opened.close()


async def until(watch: FolderWatch, wanted: set[str]) -> set[FolderChange]:
    """The changes until each of these paths (or the folder it lies in) was told."""
    seen: set[FolderChange] = set()
    deadline = time.monotonic() + 20
    while not all(any(path in (one.path, f"{one.path}/{path.rpartition('/')[2]}") for one in seen) for path in wanted):
        assert time.monotonic() < deadline, seen
        seen |= await watch.changes()
    return seen


async def until_any(watch: FolderWatch) -> set[FolderChange]:
    """The first changes that are told."""
    while not (seen := await watch.changes()):
        pass
    return set(seen)


async def test_new_changed_and_removed_files_are_told(watch: FolderWatch, folder: Path) -> None:
    (folder / "b/2.mp3").write_bytes(b"two")
    await until(watch, {"b/2.mp3"})
    (folder / "a/1.mp3").write_bytes(b"another one")
    await until(watch, {"a/1.mp3"})
    (folder / "b/2.mp3").unlink()
    await until(watch, {"b/2.mp3"})


async def test_folders_that_come_go_and_move_are_told(watch: FolderWatch, folder: Path) -> None:
    shutil.copytree(folder / "a", folder / "c")
    seen = await until(watch, {"c"})
    assert any(one.path == "c" and one.kind in ("folder", "listing") for one in seen)
    # What appears in a new folder is heard as well.
    (folder / "c/deep/new.mp3").write_bytes(b"new")
    await until(watch, {"c/deep/new.mp3"})
    (folder / "a").rename(folder / "d")
    seen = await until(watch, {"a", "d"})
    assert FolderChange("a", "gone") in seen
    shutil.rmtree(folder / "d")
    seen = await until(watch, {"d"})
    assert FolderChange("d", "gone") in seen


async def test_a_name_that_is_no_text_makes_its_folder_be_looked_at(watch: FolderWatch, folder: Path) -> None:
    (folder / "b" / "caf\udce9.mp3").write_bytes(b"latin")
    seen = {one for one in await until_any(watch) if one.kind in ("folder", "listing")}
    assert {one.path for one in seen} <= {"", "b"} and seen
    # What comes later is heard as before.
    (folder / "b/2.mp3").write_bytes(b"two")
    await until(watch, {"b/2.mp3"})


async def test_nothing_is_told_where_nothing_happens(watch: FolderWatch, folder: Path) -> None:
    (folder.parent / "elsewhere.mp3").write_bytes(b"x")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.7):
            while not await watch.changes():
                pass


async def test_looking_takes_a_tenth_of_the_time_at_most(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    watch = await PollingWatch.open(folder, 0.01)

    def long_look() -> dict[str, int]:
        time.sleep(0.2)
        return {}

    monkeypatch.setattr(watch, "_look", long_look)
    await watch.changes()
    begun = time.monotonic()
    await watch.changes()
    assert time.monotonic() - begun > 0.2 * polling.REST_FACTOR


async def test_polling_ends_where_the_folder_is_gone(folder: Path) -> None:
    watch = await PollingWatch.open(folder, 0.01)
    shutil.rmtree(folder)
    with pytest.raises(WatchEnded):
        await watch.changes()


MOUNTS = """\
20 1 8:1 / / rw - ext4 /dev/sda1 rw
21 20 0:40 / {music} rw - {outer} server:/music rw
22 20 0:41 / {music}/My\\040Share rw - {inner} server:/share rw
"""


@pytest.mark.parametrize(
    ("outer", "inner", "expected"),
    [
        ("ext4", "btrfs", ""),
        ("nfs4", "ext4", "nfs4"),
        ("ext4", "cifs", "cifs"),
        ("fuse.sshfs", "ext4", "fuse.sshfs"),
        ("fuseblk", "ext4", ""),
    ],
)
def test_network_shares_are_known(tmp_path: Path, outer: str, inner: str, expected: str) -> None:
    music = tmp_path / "music"
    music.mkdir()
    mounts = tmp_path / "mounts"
    mounts.write_text(MOUNTS.format(music=music, outer=outer, inner=inner))
    assert remote_file_system(music, mounts) == expected
    assert remote_file_system(music, tmp_path / "unknown") == ""


async def test_what_the_system_cannot_watch_is_looked_through(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError('OS file watch limit reached. about ["/music"]')

    monkeypatch.setattr("antiphon.adapters.folder_watch.events.RustNotify", full)
    watches = FolderWatches(30)
    watch = await watches.open(folder, "auto")
    assert watch.how == "polling" and "max_user_watches" in watch.note
    await watch.close()
    watch = await watches.open(folder, "poll")
    assert (watch.how, watch.note) == ("polling", "")
    await watch.close()

"""Scans of files that are damaged, closed to the server, or say what no database keeps."""

import errno
import os

import pytest

from antiphon.areas.library.internal.scan.albums import SongToWrite
from antiphon.areas.library.internal.scan.store import _VALUES, Store
from antiphon.kernel.paging import Page
from antiphon.kernel.principal import SYSTEM
from tests.areas.library.scanning import albums, later, scan, song, songs
from tests.areas.library.test_scan import assert_ready_columns_are_true
from tests.stage import Stage


async def test_broken_files_are_listed_and_stop_nothing(empty_stage: Stage) -> None:
    song(empty_stage, "good.mp3", title="Good", artist="X")
    broken = empty_stage.audio.broken(empty_stage.music / "bad")
    report = await scan(empty_stage)
    assert "Good" in await songs(empty_stage)
    found = await empty_stage.areas.library.scans.broken_files(SYSTEM, Page(100))
    regular = {f"bad/{path.name}" for path in broken if path.is_file()}
    assert {row.path for row in found.rows} == regular
    assert report.broken == len(regular)
    assert all(row.reason.endswith(".") and len(row.reason) > 10 for row in found.rows)
    again = await scan(empty_stage)
    assert again.broken == 0, "unchanged broken files are not read again"
    assert (await empty_stage.areas.library.scans.broken_files(SYSTEM, Page(100))).total == len(regular)


async def test_a_mended_file_leaves_the_list(empty_stage: Stage) -> None:
    (empty_stage.music / "song.mp3").write_bytes(b"no music at all")
    await scan(empty_stage)
    assert (await empty_stage.areas.library.scans.broken_files(SYSTEM, Page(10))).total == 1
    song(empty_stage, "song.mp3", title="Mended", artist="X")
    await scan(empty_stage)
    assert "Mended" in await songs(empty_stage)
    assert (await empty_stage.areas.library.scans.broken_files(SYSTEM, Page(10))).total == 0


async def test_a_song_whose_file_is_damaged_is_missing_until_it_can_be_read(empty_stage: Stage) -> None:
    song(empty_stage, "other.mp3", title="Other", artist="X")
    path = song(empty_stage, "song.mp3", title="Song", artist="X")
    await scan(empty_stage)
    before, sound = (await songs(empty_stage))["Song"], path.read_bytes()

    async def broken() -> list[str]:
        found = await empty_stage.areas.library.scans.broken_files(SYSTEM, Page(10))
        return [row.path for row in found.rows]

    path.write_bytes(b"no music at all")
    later(path)
    report = await scan(empty_stage)
    assert (report.broken, report.missing, report.changed) == (1, 1, 0)
    for _ in range(2):
        assert await broken() == ["song.mp3"]
        assert set(await songs(empty_stage)) == {"Other"}
        report = await scan(empty_stage)
        assert (report.broken, report.missing, report.returned, report.changed) == (0, 0, 0, 0)

    report = await scan(empty_stage, full=True)
    assert (report.broken, report.missing, report.returned) == (1, 0, 0)
    assert await broken() == ["song.mp3"]
    path.write_bytes(b"other damage")
    later(path, 20)
    report = await scan(empty_stage)
    assert (report.broken, report.missing, report.returned) == (1, 0, 0)
    assert await broken() == ["song.mp3"]

    path.write_bytes(sound)
    later(path, 30)
    report = await scan(empty_stage)
    assert (report.broken, report.returned) == (0, 1)
    assert await broken() == []
    assert (await songs(empty_stage))["Song"].id == before.id


async def test_a_damaged_file_that_is_put_back_as_it_was_leaves_the_list(empty_stage: Stage) -> None:
    path = song(empty_stage, "song.mp3", title="Song", artist="X")
    await scan(empty_stage)
    status, sound = path.stat(), path.read_bytes()
    path.write_bytes(b"no music at all")
    later(path)
    await scan(empty_stage)
    path.write_bytes(sound)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    report = await scan(empty_stage)
    assert (report.changed, report.returned) == (0, 1)
    assert set(await songs(empty_stage)) == {"Song"}
    assert (await empty_stage.areas.library.scans.broken_files(SYSTEM, Page(10))).total == 0


async def test_songs_in_a_folder_that_cannot_be_read_stay(empty_stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in ("open/1", "open/2", "closed/below/3", "closed/4", "closed too/5"):
        song(empty_stage, f"{path}.mp3", title=path, artist="X")
    (empty_stage.music / "closed" / "broken.mp3").write_bytes(b"no music at all")
    await scan(empty_stage)
    everything = set(await songs(empty_stage))
    scandir, places = os.scandir, []

    def closed(path: str) -> object:
        if path.endswith("/closed"):
            raise PermissionError(errno.EACCES, "Permission denied", path)
        places.append(path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", closed)
    (empty_stage.music / "open" / "2.mp3").unlink()
    report = await scan(empty_stage, accept_missing=True)
    assert places and report.missing == 1
    assert set(await songs(empty_stage)) == everything - {"open/2"}
    assert (await empty_stage.areas.library.scans.broken_files(SYSTEM, Page(10))).total == 1
    (warning,) = report.warnings
    assert warning.endswith("Its songs stay as they are. Give the server's user the right to read it.")

    monkeypatch.setattr(os, "scandir", scandir)
    report = await scan(empty_stage)
    assert (report.missing, report.returned, report.added, report.changed) == (0, 0, 0, 0)


async def test_times_beyond_what_the_database_counts_stop_nothing(empty_stage: Stage) -> None:
    song(empty_stage, "good.mp3", title="Good", artist="X")
    for path, seconds in (("late.mp3", 13_569_465_600), ("later.mp3", 13_569_465_601)):
        os.utime(song(empty_stage, path, title=path, artist="X"), ns=(seconds * 10**9,) * 2)
    (empty_stage.music / "broken.mp3").write_bytes(b"no music at all")
    os.utime(empty_stage.music / "broken.mp3", ns=(13_569_465_600 * 10**9,) * 2)
    report = await scan(empty_stage)
    assert (report.added, report.broken) == (3, 1)
    assert set(await songs(empty_stage)) == {"Good", "late.mp3", "later.mp3"}
    again = await scan(empty_stage)
    assert (again.added, again.changed, again.missing, again.broken) == (0, 0, 0, 0)


async def test_a_song_that_the_database_refuses_keeps_out_no_other(
    empty_stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        song(empty_stage, f"{number}.mp3", title=f"S{number}", artist="X", album="A")
    values = Store._values

    def too_large(self: Store, entry: SongToWrite, pictures: dict[str, int]) -> tuple[object, ...]:
        found = list(values(self, entry, pictures))
        if entry.song.path == "2.mp3":
            found[_VALUES.index("track")] = 2**70
        return tuple(found)

    monkeypatch.setattr(Store, "_values", too_large)
    report = await scan(empty_stage)
    assert (report.added, report.broken) == (4, 1)
    assert set(await songs(empty_stage)) == {"S0", "S1", "S3", "S4"}
    assert [album.song_count for album in (await albums(empty_stage)).values()] == [4]
    (row,) = (await empty_stage.areas.library.scans.broken_files(SYSTEM, Page(10))).rows
    assert (row.path, row.reason) == ("2.mp3", "The database cannot keep what this file says of itself.")

    monkeypatch.setattr(Store, "_values", values)
    report = await scan(empty_stage, full=True)
    assert (report.added, report.changed, report.broken) == (1, 4, 0)
    assert (await empty_stage.areas.library.scans.broken_files(SYSTEM, Page(10))).total == 0
    await assert_ready_columns_are_true(empty_stage)

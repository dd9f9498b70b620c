"""One server a data folder, and nothing half-written left in it."""

import multiprocessing
import threading
import time
from pathlib import Path

import pytest

from antiphon.bootstrap.data_folder import DataFolderError, lock_data_folder, remove_leftovers, server_runs
from tests.bootstrap.disks import small_disk, without_root


def test_a_folder_is_made_and_held_as_long_as_the_file_is_open(tmp_path: Path) -> None:
    data = tmp_path / "deep" / "data"
    assert not server_runs(data)
    with lock_data_folder(data):
        assert server_runs(data)
        with pytest.raises(DataFolderError, match=rf"Another Antiphon \(process \d+\) uses the data folder {data}"):
            lock_data_folder(data)
    assert not server_runs(data)
    with lock_data_folder(data):
        assert server_runs(data)


def test_who_only_looks_keeps_nobody_out(tmp_path: Path) -> None:
    stop = threading.Event()

    def look() -> None:
        while not stop.is_set():
            server_runs(tmp_path)

    looking = threading.Thread(target=look)
    looking.start()
    try:
        for _ in range(20):
            with lock_data_folder(tmp_path):
                time.sleep(0.002)
    finally:
        stop.set()
        looking.join()
    assert not server_runs(tmp_path)


def hold(data: Path, is_held: "multiprocessing.synchronize.Event") -> None:
    with lock_data_folder(data):
        is_held.set()
        time.sleep(60)


def test_a_killed_server_lets_the_folder_go(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    is_held = context.Event()
    holder = context.Process(target=hold, args=(tmp_path, is_held))
    holder.start()
    assert is_held.wait(30)
    assert server_runs(tmp_path)
    holder.kill()
    holder.join()
    assert not server_runs(tmp_path)
    with lock_data_folder(tmp_path):
        assert server_runs(tmp_path)


def test_a_folder_of_others_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "theirs"
    folder.mkdir(mode=0o700)
    with without_root(), pytest.raises(DataFolderError, match="cannot be written"):
        lock_data_folder(folder / "data")


def test_a_full_disk_is_told(tmp_path: Path) -> None:
    with (
        small_disk(tmp_path / "disk") as disk,
        pytest.raises(DataFolderError, match=r"has 1\.0 MiB free; 16 MiB are needed"),
    ):
        lock_data_folder(disk.path)


def test_half_written_files_of_caches_are_removed_and_nothing_else(tmp_path: Path) -> None:
    left = [tmp_path / "cache" / name for name in ("a.part", "deep/b.part")]
    kept = [tmp_path / name for name in ("cache/whole", "cache/deep/part", "uploads/song.part", "antiphon.db")]
    for file in [*left, *kept]:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("x")
    remove_leftovers(tmp_path)
    assert not any(file.exists() for file in left)
    assert all(file.exists() for file in kept)


def test_a_data_folder_without_caches_is_fine(tmp_path: Path) -> None:
    remove_leftovers(tmp_path)
    assert not any(tmp_path.iterdir())

"""Keys of the server's own are made once, kept for their owner alone, and never replaced by accident."""

import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from antiphon.bootstrap.settings import SettingsError, read_settings
from antiphon.bootstrap.wiring import open_database
from antiphon.kernel.events import Subscriptions
from tests.bootstrap.disks import small_disk

NAMES = {
    "secret_key": "secret_key",
    "security_password_salt": "password_pepper",
    "jwt_secret_key": "jwt_secret_key",
    "encrypt_key": "encrypt_key",
}


def kept(folder: Path) -> dict[str, str]:
    """The keys that a start in `folder` has, by file name."""
    settings = read_settings({}, folder)
    return {file: getattr(settings, field) for file, field in NAMES.items()}


def test_keys_are_made_once_and_kept(tmp_path: Path) -> None:
    first = kept(tmp_path)
    assert kept(tmp_path) == first
    assert len(set(first.values())) == 4
    for file, key in first.items():
        assert (tmp_path / "data" / "keys" / file).read_text() == key
        assert len(key.encode()) >= 32


def test_two_servers_do_not_have_the_same_keys(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    one, two = kept(tmp_path / "one"), kept(tmp_path / "two")
    assert not set(one.values()) & set(two.values())


def test_only_their_owner_can_read_them(tmp_path: Path) -> None:
    kept(tmp_path)
    folder = tmp_path / "data" / "keys"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    files = sorted(folder.iterdir())
    assert [file.name for file in files] == sorted(NAMES)
    for file in files:
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


async def test_only_their_owner_can_read_the_data_folder_and_the_database(tmp_path: Path) -> None:
    settings = read_settings({}, tmp_path)
    database = open_database(settings, Subscriptions())
    try:
        async with database.engine.begin() as connection:
            await connection.exec_driver_sql("CREATE TABLE secrets (word TEXT)")
        assert stat.S_IMODE(settings.data.stat().st_mode) == 0o700
        files = sorted(settings.data.glob("antiphon.db*"))
        assert [file.name for file in files] == ["antiphon.db", "antiphon.db-shm", "antiphon.db-wal"]
        assert [stat.S_IMODE(file.stat().st_mode) for file in files] == [0o600] * 3
    finally:
        await database.close()


def test_the_mode_of_a_folder_that_is_there_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data").chmod(0o750)
    kept(tmp_path)
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o750


def test_a_key_that_is_set_is_not_kept(tmp_path: Path) -> None:
    own = "k7Qd-2hZr9PfLm0xVw4TyBn6Sg1Ea8Uc"
    assert read_settings({"SECRET_KEY": own}, tmp_path).secret_key == own
    assert not (tmp_path / "data" / "keys" / "secret_key").exists()
    assert (tmp_path / "data" / "keys" / "encrypt_key").exists()


@pytest.mark.parametrize("content", [b"", b"short", b"\xff\xfe" * 40, "schlüssel".encode() * 10])
def test_a_damaged_key_is_told_and_left_alone(tmp_path: Path, content: bytes) -> None:
    kept(tmp_path)
    file = tmp_path / "data" / "keys" / "encrypt_key"
    file.write_bytes(content)
    with pytest.raises(SettingsError, match=r"encrypt_key is damaged\. Restore it from a backup"):
        kept(tmp_path)
    assert file.read_bytes() == content


def test_keys_that_are_lost_are_not_made_anew_under_a_database(tmp_path: Path) -> None:
    first = kept(tmp_path)
    data = tmp_path / "data"
    with closing(sqlite3.connect(data / "antiphon.db")) as database:
        database.execute("CREATE TABLE user_account (id INTEGER PRIMARY KEY)")
        database.execute("INSERT INTO user_account VALUES (1)")
        database.commit()
    (data / "keys").rename(data / "elsewhere")
    with pytest.raises(SettingsError, match=r"nobody can sign in\. Restore it from a backup"):
        kept(tmp_path)
    assert not (data / "keys").exists()
    (data / "elsewhere").rename(data / "keys")
    assert kept(tmp_path) == first
    # Who has none to restore says so with an empty folder.
    (data / "keys").rename(data / "elsewhere")
    (data / "keys").mkdir()
    assert not set(kept(tmp_path).values()) & set(first.values())


def test_a_start_that_was_cut_short_leaves_no_half_key(tmp_path: Path) -> None:
    (tmp_path / "data" / "keys").mkdir(parents=True)
    (tmp_path / "data" / "keys" / "secret_key.part").write_text("half")
    assert len(kept(tmp_path)["secret_key"]) > 32
    assert not list((tmp_path / "data" / "keys").glob("*.part"))


@pytest.mark.parametrize("in_the_way", ["data", "data/keys"])
def test_a_file_in_place_of_the_folder_is_told(tmp_path: Path, in_the_way: str) -> None:
    file = tmp_path / in_the_way
    file.parent.mkdir(exist_ok=True)
    file.write_text("no folder")
    with pytest.raises(SettingsError, match=r"The data folder cannot be used: .*Set ANTIPHON_DATA"):
        kept(tmp_path)


def test_a_folder_in_place_of_a_key_is_told(tmp_path: Path) -> None:
    (tmp_path / "data" / "keys" / "jwt_secret_key").mkdir(parents=True)
    with pytest.raises(SettingsError, match=r"jwt_secret_key: Is a directory"):
        kept(tmp_path)


@pytest.fixture
def full_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a disk that is full."""
    with small_disk(tmp_path / "disk") as disk:
        (disk / "keys").mkdir(mode=0o700)
        disk.fill()
        yield disk.path


def test_a_full_disk_is_told_and_leaves_no_empty_key(full_disk: Path) -> None:
    with pytest.raises(SettingsError, match=r"No space left on device\. Free some space first\.$"):
        read_settings({"ANTIPHON_DATA": str(full_disk)}, full_disk)
    (full_disk / "filling").unlink()
    assert read_settings({"ANTIPHON_DATA": str(full_disk)}, full_disk).secret_key


def test_processes_that_start_together_agree(tmp_path: Path) -> None:
    """Without keys yet, each of them would make its own."""
    program = (
        "from antiphon.bootstrap.settings import read_settings\n"
        "settings = read_settings({})\n"
        "print(settings.secret_key, settings.password_pepper, settings.jwt_secret_key, settings.encrypt_key)"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", program], cwd=tmp_path, stdout=subprocess.PIPE, text=True)
        for _ in range(6)
    ]
    told = {process.communicate(timeout=60)[0] for process in running}
    assert len(told) == 1
    assert len(told.pop().split()) == 4

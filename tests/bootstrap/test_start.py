"""A start that cannot be is told in a sentence, before anything is harmed; one that can be is quick."""

import contextlib
import socket
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from antiphon.bootstrap import server as server_module
from antiphon.bootstrap.server import AddressInUse, check_address, home_address
from tests.bootstrap.disks import small_disk
from tests.bootstrap.serving import PASSWORD, account, client_of, environment, refused_start, run
from tests.services.object_storage import ObjectStorage
from tests.services.programs import ANTIPHON, Program, free_port
from tests.services.server import Server, ServerFactory

pytestmark = [pytest.mark.server, pytest.mark.real_start]


@pytest.fixture(scope="module")
def running(server: Server) -> Server:
    """A server that other starts meet."""
    return server


def test_a_server_is_ready_and_says_where(running: Server) -> None:
    told = running.greeting()
    assert f"Ready: {running.base_url}/app/" in told
    assert f"{running.base_url}/app/setup?token=" in told
    assert f"Subsonic apps: {running.base_url}" in told
    assert "Only this machine can reach it." in told
    assert "Traceback" not in told


def test_a_used_port_is_told(running: Server, tmp_path: Path) -> None:
    sentence = refused_start(environment(tmp_path, PORT=str(running.port)), tmp_path)
    assert f"port {running.port}" in sentence
    assert "set PORT" in sentence
    assert not (tmp_path / "data" / "antiphon.db").exists()


@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6])
def test_a_port_that_another_program_uses_is_told(tmp_path: Path, family: socket.AddressFamily) -> None:
    host = "127.0.0.1" if family is socket.AF_INET else "::1"
    with socket.socket(family) as other:
        try:
            other.bind((host, 0))
        except OSError:
            assert family is socket.AF_INET6, "every machine has 127.0.0.1"
            return
        other.listen()
        port = other.getsockname()[1]
        assert f"port {port}" in refused_start(environment(tmp_path, HOST=host, PORT=str(port)), tmp_path)


@pytest.mark.parametrize("host", ["192.0.2.1", "300.1.1.1", "nowhere.invalid", "not a host"])
def test_a_host_that_is_not_here_is_told(host: str) -> None:
    with pytest.raises(AddressInUse, match=f"on {host}: that is no address of this machine") as refused:
        check_address(host, free_port())
    assert "Stop what uses it" not in str(refused.value)


def test_a_start_on_a_host_that_is_not_here_is_refused(tmp_path: Path) -> None:
    assert "300.1.1.1: that is no address" in refused_start(environment(tmp_path, HOST="300.1.1.1"), tmp_path)


def test_the_address_for_the_home_network_is_one_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    check_address(home_address(), 0)
    # Nobody may speak to everybody without asking for it: as where there is no network, there is no way.
    monkeypatch.setattr(server_module, "ELSEWHERE", "255.255.255.255")
    assert home_address() == "127.0.0.1"


def test_a_second_server_on_the_same_data_is_told(running: Server) -> None:
    settings = {**running.environment, "PORT": str(free_port())}
    sentence = refused_start(settings, running.place)
    assert f"process {running.program.process.pid}" in sentence
    assert str(running.data) in sentence
    with client_of(running) as client:
        assert client.get("/api/v1/health").status_code == 200


def test_a_wrong_setting_is_told_without_a_start(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SECRET_KEYS=hidden-value\n")
    sentence = refused_start(environment(tmp_path), tmp_path)
    assert "Did you mean SECRET_KEY?" in sentence
    assert "hidden-value" not in sentence


def test_a_disk_that_nobody_may_write_is_told(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk") as disk:
        disk.make_read_only()
        sentence = refused_start(environment(tmp_path, ANTIPHON_DATA=str(disk / "data")), tmp_path)
    assert "Set ANTIPHON_DATA" in sentence
    assert "Read-only file system" in sentence


def test_a_data_folder_that_became_read_only_is_told(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", megabytes=24) as disk:
        settings = environment(tmp_path, ANTIPHON_DATA=str(disk / "data"))
        made = run(
            settings, tmp_path, "admin", "create", "--email", "a@example.org", "--password-stdin", stdin=PASSWORD
        )
        assert made.returncode == 0, made.stderr
        disk.make_read_only()
        assert "Read-only file system" in refused_start(settings, tmp_path)


@pytest.mark.parametrize("leave", [0, 300_000])
def test_a_full_disk_is_told(tmp_path: Path, leave: int) -> None:
    with small_disk(tmp_path / "disk", megabytes=24) as disk:
        settings = environment(tmp_path, ANTIPHON_DATA=str(disk / "data"))
        disk.fill(leave=leave)
        sentence = refused_start(settings, tmp_path)
        assert "16 MiB are needed" in sentence or "No space left" in sentence
        disk.empty()
        made = run(
            settings, tmp_path, "admin", "create", "--email", "a@example.org", "--password-stdin", stdin=PASSWORD
        )
        assert made.returncode == 0, made.stderr


def test_a_file_in_place_of_the_data_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("no folder")
    assert "Set ANTIPHON_DATA" in refused_start(environment(tmp_path), tmp_path)


def test_a_file_that_is_no_database_is_told_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    file = tmp_path / "data" / "antiphon.db"
    file.write_bytes(b"this is a letter to my mother, and no database at all\n" * 100)
    before = file.read_bytes()
    assert "antiphon.db" in refused_start(environment(tmp_path), tmp_path)
    assert file.read_bytes() == before


def test_a_database_of_a_newer_version_is_told_and_left_alone(tmp_path: Path) -> None:
    settings = environment(tmp_path)
    create = ("admin", "create", "--email", "a@example.org", "--password-stdin")
    assert run(settings, tmp_path, *create, stdin=PASSWORD).returncode == 0
    with contextlib.closing(sqlite3.connect(tmp_path / "data" / "antiphon.db")) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999_from_the_future'")
        database.commit()
    sentence = refused_start(settings, tmp_path)
    assert "newer version" in sentence
    assert "9999_from_the_future" in sentence
    for arguments in (create, ("scan",)):
        ended = run(settings, tmp_path, *arguments, stdin=PASSWORD)
        assert ended.returncode == 1
        assert "newer version" in ended.stderr
        assert "Traceback" not in ended.stderr
    assert not (tmp_path / "data" / "before-migrations").exists()


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("postgresql://postgres:hidden-word@127.0.0.1:{free}/none", "does not answer"),
        ("postgresql://postgres:hidden-word@nowhere.invalid/none", "does not answer"),
        ("postgresql://postgres:hidden-word@127.0.0.1:{port}/no_such_database", "no_such_database"),
        ("postgresql://no_such_role:hidden-word@127.0.0.1:{port}/postgres", "no_such_role"),
    ],
)
def test_a_database_server_that_cannot_be_used_is_told(
    tmp_path: Path, new_postgresql_database: Callable[[str], str], address: str, told: str
) -> None:
    port = new_postgresql_database("template0").rpartition(":")[2].partition("/")[0]
    settings = environment(tmp_path, DATABASE_URL=address.format(port=port, free=free_port()))
    sentence = refused_start(settings, tmp_path)
    assert told in sentence
    assert "DATABASE_URL" in sentence
    assert "hidden-word" not in sentence
    for arguments in (("admin", "create", "--email", "a@example.org", "--password-stdin"), ("scan",)):
        ended = run(settings, tmp_path, *arguments, stdin=PASSWORD)
        assert ended.returncode == 1
        assert told in ended.stderr
        assert "Traceback" not in ended.stderr
        assert "hidden-word" not in ended.stderr


def test_keys_that_the_object_storage_refuses_are_told(object_storage: ObjectStorage, tmp_path: Path) -> None:
    settings = environment(tmp_path, **object_storage.settings(S3_SECRET_KEY="another secret"))
    sentence = refused_start(settings, tmp_path)
    assert "S3_SECRET_KEY is not the secret of S3_ACCESS_KEY" in sentence
    assert "another secret" not in sentence


def test_a_missing_music_folder_is_told_and_the_rest_works(servers: ServerFactory, tmp_path: Path) -> None:
    (tmp_path / "music").mkdir()
    server = servers.embedded(ANTIPHON_MUSIC=f"{tmp_path / 'gone'}:{tmp_path / 'music'}")
    assert f"The music folder {tmp_path / 'gone'} is not there." in server.program.output
    with client_of(server) as client:
        assert client.get("/api/v1/songs", headers=account(client, "ada")).status_code == 200
    assert "Traceback" not in server.program.output


def test_a_music_folder_that_cannot_be_read_stops_nothing(servers: ServerFactory, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    server = servers.embedded(ANTIPHON_MUSIC=str(tmp_path / "file"))
    with client_of(server) as client:
        assert client.get("/api/v1/health").json()["data"]["worker"] == "embedded"
    assert server.stop() == 0
    assert "Traceback" not in server.program.output


def test_a_server_listens_on_other_addresses_too(servers: ServerFactory) -> None:
    server = servers.embedded(HOST="0.0.0.0")
    told = server.greeting()
    assert f"Ready: {server.base_url}/app/" in told
    assert f"Subsonic apps: http://{home_address()}:{server.port} with" in told
    assert "Only this machine" not in told


def test_no_secret_is_printed(servers: ServerFactory, tmp_path: Path) -> None:
    hidden = {
        "SECRET_KEY": "hidden-1-" + "x" * 32,
        "SECURITY_PASSWORD_SALT": "hidden-2-" + "x" * 32,
        "JWT_SECRET_KEY": "hidden-3-" + "x" * 32,
        "ENCRYPT_KEY": "hidden-4-" + "x" * 32,
        "SMTP_URL": "smtp://me:hidden-5@127.0.0.1:1",
        "CHAT_WEBHOOK_URL": "http://127.0.0.1:1/hidden-6",
        "HF_TOKEN": "hidden-7",
        "DEBUG": "True",
    }
    server = servers.embedded(**hidden)
    with client_of(server) as client:
        key = account(client, "ada")
        token = key["Authorization"].split()[1]
        made = client.post("/api/v1/auth/app-passwords", headers=key, json={"name": "phone"}).json()["data"]
        client.get("/rest/ping", params={"u": "ada", "p": made["password"], "v": "1.16.1", "c": "x", "f": "json"})
        client.get(f"/api/v1/songs?token={token}&password={PASSWORD}", headers=key)
        client.post("/api/v1/auth/login", json={"username": "ada", "password": "hidden-8-wrong"})
        client.post("/api/v1/auth/login", content=b'{"username": "ada", "password": "hidden-9')
    assert server.stop() == 0
    told = server.program.output
    for secret in ("hidden", token, made["password"], PASSWORD):
        assert secret not in told


def test_a_start_that_is_called_off_ends_at_once(tmp_path: Path) -> None:
    """SIGTERM before the server is ready, as impatient systems send it."""
    settings = environment(tmp_path)
    for pause in (0.05, 0.4, 0.8, 1.5):
        log = tmp_path / f"log after {pause} s"
        program = Program([ANTIPHON, "serve"], log, environment=settings, working_folder=tmp_path)
        time.sleep(pause)
        began = time.monotonic()
        assert program.stop(30) in (0, -15)
        assert time.monotonic() - began < 20
        assert "Traceback" not in program.output
    program = Program([ANTIPHON, "serve"], tmp_path / "log", environment=settings, working_folder=tmp_path)
    program.wait_until(lambda: "Ready:" in program.output, 30)
    assert program.stop(30) == 0

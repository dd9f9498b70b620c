"""The commands as people type them: beside a running server and without one, with sentences for what goes wrong."""

import contextlib
import shutil
import sqlite3
import subprocess
from pathlib import Path

import pytest

from tests.audio.maker import AudioMaker
from tests.bootstrap.serving import PASSWORD, account, client_of, environment, run, wait_until
from tests.services.programs import ANTIPHON
from tests.services.server import Server, ServerFactory

pytestmark = pytest.mark.server
CREATE = ("admin", "create", "--password-stdin", "--email")


def signs_in(server: Server, name: str, password: str = PASSWORD) -> list[str] | None:
    """The roles of who signs in, None where nobody does."""
    with client_of(server) as client:
        answer = client.post("/login", json={"email" if "@" in name else "username": name, "password": password})
        return list(answer.json()["user"]["roles"]) if answer.status_code == 200 else None


def test_an_admin_is_made_beside_a_running_server(server: Server) -> None:
    assert server.setup_link().startswith(f"{server.base_url}/app/")
    made = server.run(*CREATE, "root@example.org", "--username", "root", stdin=PASSWORD + "\n")
    assert made.stdout.strip() == "root is an admin now. Sign in with root@example.org."
    assert PASSWORD not in made.stdout + made.stderr
    assert signs_in(server, "root") == ["admin", "user"]
    assert signs_in(server, "root@example.org") == ["admin", "user"]


def test_an_account_is_promoted_beside_a_running_server(server: Server) -> None:
    with client_of(server) as client:
        signed_in = account(client, "ada")
        made = server.run(*CREATE, "ADA@example.org", stdin="another good password\n")
        assert "ada is an admin with the new password" in made.stdout
        wait_until(lambda: client.get("/api/v1/auth/me", headers=signed_in).status_code == 401, 10)
    assert signs_in(server, "ada") is None
    assert signs_in(server, "ada", "another good password") == ["admin", "user"]


@pytest.mark.parametrize(
    ("email", "more", "password", "told"),
    [
        ("no address", (), PASSWORD, "email: "),
        ("x@example.org", (), "short", "password: "),
        ("x@example.org", (), "", "password: "),
        ("x@example.org", (), "password1", "password: "),
        ("x@example.org", ("--username", "a b"), PASSWORD, "username: "),
    ],
)
def test_what_cannot_be_is_told(server: Server, email: str, more: tuple[str, ...], password: str, told: str) -> None:
    ended = server.run(*CREATE, email, *more, stdin=password + "\n", check=False)
    assert ended.returncode == 1
    assert ended.stderr.startswith(told)
    assert len(ended.stderr.splitlines()) == 1
    assert not password or password not in ended.stderr


def test_a_taken_name_is_told(server: Server) -> None:
    with client_of(server) as client:
        account(client, "taken")
    ended = server.run(*CREATE, "other@example.org", "--username", "Taken", stdin=PASSWORD, check=False)
    assert ended.returncode == 1
    assert "taken" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_password_that_is_no_text_is_told(server: Server) -> None:
    ended = subprocess.run(
        [ANTIPHON, *CREATE, "x@example.org"],
        input=b"\xff\xfe\xff\xfe\xff\xfe\xff\xfe\xff\n",
        env=server.environment,
        cwd=server.place,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 1
    assert ended.stderr == b"password: A password is a text in UTF-8.\n"


def test_an_admin_is_made_before_any_start(tmp_path: Path) -> None:
    settings = environment(tmp_path)
    made = run(settings, tmp_path, *CREATE, "root@example.org", stdin=PASSWORD)
    assert (made.returncode, made.stdout.strip()) == (0, "root is an admin now. Sign in with root@example.org.")
    with contextlib.closing(sqlite3.connect(tmp_path / "data" / "antiphon.db")) as database:
        assert database.execute("SELECT username FROM user_account").fetchall() == [("root",)]
    again = run(settings, tmp_path, *CREATE, "root@example.org", stdin=PASSWORD)
    assert again.returncode == 0
    assert "is an admin with the new password" in again.stdout


def test_the_account_is_there_at_the_start_that_follows(servers: ServerFactory) -> None:
    server = servers.embedded(with_worker=False)
    server.stop()
    server.run(*CREATE, "root@example.org", stdin=PASSWORD)
    server.program.log.unlink()
    server.start()
    assert signs_in(server, "root") == ["admin", "user"]
    assert "/app/setup?token=" not in server.greeting(), "there is an admin already"


def fill(folder: Path, audio: AudioMaker, count: int) -> None:
    for number in range(count):
        audio.song(folder / f"{number}.mp3", {"title": f"Song {number}", "artist": "Nobody", "album": "Album"})


def titles(server: Server) -> int:
    with client_of(server) as client:
        token = client.post("/login", json={"username": "root", "password": PASSWORD}).json()["token"]
        answer = client.get("/api/v1/songs", headers={"Authorization": f"Bearer {token}"})
        return int(answer.json()["page"]["total"])


def test_a_scan_without_a_server(tmp_path: Path, audio: AudioMaker) -> None:
    settings = environment(tmp_path)
    fill(tmp_path / "music", audio, 10)
    first = run(settings, tmp_path, "scan")
    assert (first.returncode, first.stderr) == (0, ""), first.stderr
    assert "10 files in" in first.stdout
    assert "10 new" in first.stdout
    again = run(settings, tmp_path, "scan")
    assert again.returncode == 0
    assert "nothing new" in again.stdout
    full = run(settings, tmp_path, "scan", "--full")
    assert (full.returncode, "10 files" in full.stdout) == (0, True)
    for number in range(3):
        (tmp_path / "music" / f"{number}.mp3").unlink()
    refused = run(settings, tmp_path, "scan")
    assert refused.returncode == 1
    assert "3 of 10 files are gone" in refused.stdout
    accepted = run(settings, tmp_path, "scan", "--accept-missing")
    assert accepted.returncode == 0, accepted.stdout
    assert "3 missing" in accepted.stdout


def test_a_scan_beside_a_running_server_is_done_by_its_worker(server: Server, audio: AudioMaker) -> None:
    server.run(*CREATE, "root@example.org", "--username", "root", stdin=PASSWORD + "\n")
    fill(server.music, audio, 10)
    # The watch may have found some of them before.
    done = server.run("scan")
    assert "10 files" in done.stdout
    assert titles(server) == 10
    assert "10 files" in server.run("scan", "--full").stdout
    kept = server.music.with_name("kept")
    kept.mkdir()
    for number in range(4):
        shutil.move(server.music / f"{number}.mp3", kept)
    refused = server.run("scan", check=False)
    assert refused.returncode == 1
    assert "4 of 10 files are gone" in refused.stdout
    assert titles(server) == 10
    assert "4 missing" in server.run("scan", "--accept-missing").stdout
    for file in kept.iterdir():
        shutil.move(file, server.music)
    assert "4 back again" in server.run("scan").stdout
    assert titles(server) == 10
    assert "Traceback" not in server.program.output


def test_a_command_that_is_not_there_is_told(tmp_path: Path) -> None:
    settings = environment(tmp_path)
    for arguments in ((), ("sing",), ("admin",), ("admin", "create"), ("serve", "--loudly"), ("scan", "now")):
        ended = run(settings, tmp_path, *arguments)
        assert ended.returncode == 2
        assert ended.stderr.startswith("usage: antiphon")
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("arguments", [("--version",), ("--help",), ("serve", "--help"), ("admin", "create", "--help")])
def test_help_needs_no_settings(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    ended = run(environment(tmp_path, PORT="no port"), tmp_path, *arguments)
    assert ended.returncode == 0
    assert "antiphon" in ended.stdout
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("arguments", [("serve",), ("scan",), ("worker",), ("beat",), (*CREATE, "a@example.org")])
def test_every_command_refuses_wrong_settings(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    ended = run(environment(tmp_path, PORT="no port"), tmp_path, *arguments, stdin=PASSWORD)
    assert ended.returncode == 2
    assert "PORT is 'no port'; it must be a whole number, zero or more." in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("command", ["worker", "beat"])
def test_a_worker_of_its_own_needs_a_broker(tmp_path: Path, command: str) -> None:
    ended = run(environment(tmp_path), tmp_path, command)
    assert ended.returncode == 2
    assert "REDIS_URL or BROKER_URL" in ended.stderr

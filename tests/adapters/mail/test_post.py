"""Letters through the outbox to a real server: sent once, tried again, given up, not lost when the power goes."""

import contextlib
import json
import os
import re
import signal
import sqlite3
import threading
import time
from pathlib import Path

import pytest

from antiphon.adapters.mail import MailPost, SmtpServer
from antiphon.kernel.db import Database
from antiphon.kernel.outbox import Outbox
from antiphon.kernel.principal import SYSTEM
from tests.adapters.mail.letters import ADDRESS, SENDER, letter
from tests.bootstrap.serving import account, children, client_of, wait_until
from tests.kernel.jobs.conftest import Workshop
from tests.services.mail import MailServer, token_in
from tests.services.processes import is_alive
from tests.services.server import ServerFactory


class Office:
    """A post whose mails go to a real server, and a worker that does what is due."""

    def __init__(self, database: Database, server: MailServer, key: str = "k" * 40) -> None:
        self.workshop = Workshop(database)
        outbox = Outbox(self.workshop.registry, self.workshop.queue, self.workshop.clock)
        self.post = MailPost(outbox, SmtpServer(server.url), key=key, sender=SENDER, address=ADDRESS)

    async def put(self, key: str = "a", to: str = "ada@example.org") -> None:
        async with self.workshop.database.transaction() as transaction:
            await self.post.put(transaction, letter(to=to), key=key)

    async def run(self) -> None:
        await self.workshop.sweeper.start()
        for job_id in self.workshop.hints.taken():
            await self.workshop.executor.run_light(job_id)

    async def jobs(self) -> dict[str, tuple[str, str | None]]:
        found = (await self.workshop.queue.list(SYSTEM)).jobs
        return {str(job.key).removeprefix("outbox.mail:"): (job.state, job.error) for job in found}


async def test_a_server_that_is_busy_gets_the_mail_later_and_once(database: Database, mail_server: MailServer) -> None:
    office = Office(database, mail_server)
    mail_server.answers = ["451 Not now", "421 Too busy"]
    await office.put()
    await office.put()
    for _ in range(8):
        await office.run()
        office.workshop.clock.pass_seconds(120)
    assert [mail["To"] for mail in mail_server.mails] == ["ada@example.org"]
    assert (await office.jobs())["a"][0] == "completed"


async def test_a_mailbox_that_is_not_there_is_given_up(database: Database, mail_server: MailServer) -> None:
    office = Office(database, mail_server)
    mail_server.refused["gone@example.org"] = "550 No such user gone@example.org"
    await office.put("gone", "gone@example.org")
    await office.put("ada")
    for _ in range(3):
        await office.run()
        office.workshop.clock.pass_seconds(3600)
    jobs = await office.jobs()
    assert jobs["gone"] == ("failed", "The mail server refused the mail: 550 No such user the address")
    assert jobs["ada"][0] == "completed"
    assert len(mail_server.mails) == 1


async def test_an_address_with_a_line_break_is_given_up_before_any_server_hears_of_it(
    database: Database, mail_server: MailServer
) -> None:
    office = Office(database, mail_server)
    await office.put("bad", "ada@example.org\r\nRCPT TO:<eve@example.org>")
    await office.run()
    assert (await office.jobs())["bad"][0] == "failed"
    assert mail_server.sessions == []


async def test_letters_wait_sealed_and_open_with_the_same_key_only(database: Database, mail_server: MailServer) -> None:
    await Office(database, mail_server).put()
    waiting = (await Office(database, mail_server).workshop.queue.list(SYSTEM)).jobs
    assert all("secret" not in job.arguments and "ada@" not in job.arguments for job in waiting)
    other = Office(database, mail_server, key="x" * 40)
    await other.run()
    state, error = (await other.jobs())["a"]
    assert (state, "ENCRYPT_KEY" in str(error)) == ("failed", True)
    assert mail_server.mails == []


@pytest.mark.server
def test_a_mail_outlives_kill_9_and_says_who_it_is(servers: ServerFactory, mail_server: MailServer) -> None:
    server = servers.embedded(
        SMTP_URL=mail_server.url, MAIL_FROM="music@example.org", PUBLIC_URL="https://music.example"
    )
    # The power goes when the server has the mail, but nobody has heard it say so.
    is_dark = threading.Event()
    mail_server.before_answer = lambda: None if is_dark.wait(20) else pytest.fail("the power did not go")
    with client_of(server) as client:
        account(client, "ada")
        wait_until(lambda: mail_server.mails)
    helpers = children(server.program.process.pid)
    server.kill()
    for helper in helpers:
        with contextlib.suppress(ProcessLookupError):
            os.kill(helper, signal.SIGKILL)
    wait_until(lambda: not any(map(is_alive, helpers)))
    is_dark.set()
    server.start()
    mail_server.wait_for(2, 60)
    first, second = mail_server.mails
    assert first["Message-ID"] == second["Message-ID"]
    assert re.fullmatch(r"<[0-9a-f]{40}@example\.org>", first["Message-ID"])
    with client_of(server) as client:
        token = token_in(second)
        assert client.post("/api/v1/auth/verify-email", json={"token": token}).status_code == 200
    wait_until(lambda: _states(server.data) == ["completed"])
    time.sleep(6)
    assert len(mail_server.mails) == 2
    log = (server.place / "log").read_text()
    assert token not in log
    assert "ada@example.org" not in log


def _states(data: Path) -> list[str]:
    with sqlite3.connect(f"file:{data / 'antiphon.db'}?mode=ro", uri=True) as connection:
        found = connection.execute("SELECT state, arguments FROM job WHERE kind = 'outbox.mail'").fetchall()
    assert all(json.loads(arguments) == {} for state, arguments in found if state == "completed")
    return [state for state, _ in found]

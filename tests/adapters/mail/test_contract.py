"""Who carries mails: a server by SMTP, and a folder. Both are asked the same."""

import email
import logging
from collections.abc import Callable
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from antiphon.adapters.mail import MailFolder, SmtpServer
from antiphon.adapters.mail.post import Mailer
from tests.adapters.mail.letters import mail
from tests.services.mail import MailServer, page_of, text_of

Received = Callable[[], list[EmailMessage]]


@pytest.fixture(params=["smtp", "folder"])
def carrier(request: pytest.FixtureRequest, tmp_path: Path, mail_server: MailServer) -> tuple[Mailer, Received]:
    """Who carries, and what has arrived."""
    if request.param == "smtp":
        return SmtpServer(mail_server.url), lambda: mail_server.mails

    def in_folder() -> list[EmailMessage]:
        files = sorted((tmp_path / "mail").iterdir(), key=lambda file: file.stat().st_mtime_ns)
        assert all(file.suffix == ".eml" and file.stat().st_mode & 0o077 == 0 for file in files)
        read = [email.message_from_bytes(file.read_bytes(), policy=default) for file in files]
        return [found for found in read if isinstance(found, EmailMessage)]

    return MailFolder(tmp_path / "mail"), in_folder


async def test_a_mail_arrives_as_it_was_written(carrier: tuple[Mailer, Received]) -> None:
    mailer, received = carrier
    await mailer.deliver(mail(lines=("Grüße, Борис",)))
    await mailer.deliver(mail("b", to="bert@example.org"))
    first, second = received()
    assert (first["To"], first["Subject"]) == ("ada@example.org", "Set a new password")
    assert first["Message-ID"] == mail()["Message-ID"]
    assert "Grüße, Борис" in text_of(first)
    assert "Grüße, Борис" in page_of(first)
    assert second["To"] == "bert@example.org"


async def test_the_folder_keeps_one_file_of_a_mail_that_comes_twice(tmp_path: Path) -> None:
    folder = MailFolder(tmp_path / "mail")
    await folder.deliver(mail())
    await folder.deliver(mail())
    assert len(list((tmp_path / "mail").iterdir())) == 1
    assert await folder.remove_old() == 0


async def test_the_folder_shows_the_link_in_the_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "antiphon"):
        await MailFolder(tmp_path / "mail").deliver(mail())
    assert "/app/reset?token=secret" in caplog.text


async def test_a_server_leaves_no_secret_and_no_address_in_the_log(
    mail_server: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        await SmtpServer(mail_server.url).deliver(mail())
    for secret in ("token=secret", "ada@example.org"):
        assert secret not in "".join(
            record.getMessage() for record in caplog.records if record.name.startswith("antiphon")
        )

"""A real mail server that keeps what it gets, and a worker that does what waits in the outbox."""

import datetime
import email
import ipaddress
import re
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.services.programs import free_port

if TYPE_CHECKING:
    from antiphon.bootstrap.wiring import Application

USER, PASSWORD = "post@example.org", "a pass:word/with@signs"
ACCEPTED = "250 OK"


class MailServer:
    """Listens on a free port of 127.0.0.1. What it answers to a mail is taken from `answers`, then it accepts."""

    def __init__(self, **options: Any) -> None:
        self.mails: list[EmailMessage] = []
        self.recipients: list[list[str]] = []
        self.sessions: list[Session] = []
        self.answers: list[str] = []
        self.refused: dict[str, str] = {}
        self.before_answer: Callable[[], None] | None = None
        self.port = free_port()
        self._arrived = threading.Condition()
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port, **options)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def start(self) -> None:
        self._controller.start()

    def stop(self) -> None:
        self._controller.stop()

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return ACCEPTED

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        answer = self.answers.pop(0) if self.answers else ACCEPTED
        with self._arrived:
            self.sessions.append(session)
            if answer == ACCEPTED:
                message = email.message_from_bytes(envelope.content, policy=default)
                assert isinstance(message, EmailMessage)
                self.mails.append(message)
                self.recipients.append(list(envelope.rcpt_tos))
            self._arrived.notify_all()
        if self.before_answer is not None:
            self.before_answer()
        return answer

    def to(self, address: str) -> list[EmailMessage]:
        """The mails that an address got, in their order."""
        return [mail for mail, to in zip(self.mails, self.recipients, strict=True) if to == [address]]

    def wait_for(self, count: int, seconds: float = 20) -> None:
        """Wait until so many mails have arrived."""
        with self._arrived:
            assert self._arrived.wait_for(lambda: len(self.mails) >= count, seconds), f"{len(self.mails)} of {count}"


def text_of(mail: EmailMessage) -> str:
    """What a mail says in plain text."""
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def page_of(mail: EmailMessage) -> str:
    """What a mail says as a page."""
    body = mail.get_body(("html",))
    assert body is not None
    return str(body.get_content())


def token_in(mail: EmailMessage) -> str:
    """The secret in a mail's one link, which is the same in both parts."""
    found = re.findall(r"\?token=([\w-]+)", text_of(mail))
    assert len(found) == 1
    assert set(re.findall(r"\?token=([\w-]+)", page_of(mail))) == set(found)
    return str(found[0])


def certificate(folder: Path) -> ssl.SSLContext:
    """A server's side of TLS with a certificate that nobody has signed."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    key_file, certificate_file = folder / "key.pem", folder / "certificate.pem"
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    certificate_file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate_file, key_file)
    return context


def knows_the_password(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
    """An authenticator that lets `USER` in by `PASSWORD`."""
    is_right = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=is_right, handled=is_right)


@contextmanager
def serving_mail(**options: Any) -> Iterator[MailServer]:
    """A mail server for as long as the block runs; `options` are aiosmtpd's."""
    server = MailServer(**options)
    server.start()
    try:
        yield server
    finally:
        server.stop()


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    """A mail server that takes everything."""
    with serving_mail() as server:
        yield server


async def do_what_waits(application: "Application", rounds: int = 5) -> None:
    """Run every light job that is due, and those that come of them, as a worker would. Heavy ones wait."""
    from antiphon.kernel.jobs.executor import Executor
    from antiphon.kernel.jobs.heavy import HeavyRunner
    from antiphon.kernel.jobs.leases import Leases
    from antiphon.kernel.jobs.sweeper import Sweeper

    class Hints:
        lost_after = 0.0

        def __init__(self) -> None:
            self.ids: list[str] = []

        async def send(self, hints: Any) -> None:
            self.ids += [job_id for job_id, _, _ in hints]

        async def forget(self) -> bool:
            return True

    hints, background = Hints(), application.background
    leases = Leases(application.database, "test")
    executor = Executor(application.database, background.registry, leases, HeavyRunner([]), slots=0)
    sweeper = Sweeper(application.database, leases, executor, hints)
    for _ in range(rounds):
        await sweeper.start()
        if not hints.ids:
            return
        while hints.ids:
            await executor.run_light(hints.ids.pop(0))

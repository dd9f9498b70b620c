"""Mail by SMTP: one connection a mail, in a thread, with an end to every wait."""

import asyncio
import contextlib
import ipaddress
import smtplib
import socket
import ssl
import threading
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from antiphon.kernel.errors import AntiphonError, unavailable
from antiphon.kernel.jobs import JobFailed

CONNECT_SECONDS = 2.0
TOTAL_SECONDS = 10.0
LONGEST_REASON = 200
# Refusals of who sends, not of the mail: the owner puts them right, and then the mail may go.
_OWN_TROUBLE = (421, 454, 530, 534, 535, 538)
_NEAR_ENDINGS = (".local", ".lan", ".internal", ".home.arpa", ".localhost")


class SmtpServer:
    """A mail server by its address: `smtp://user:password@host:port`, or `smtps://` for TLS from the first byte.

    `smtp://` goes on with STARTTLS where the server offers it. Certificates are checked, and a password is only sent
    encrypted, unless the server is near by its name: this machine, a private address, a name without a dot.
    """

    def __init__(self, url: str, *, own_name: str = "localhost") -> None:
        parts = urlsplit(url)
        assert parts.hostname, "settings are checked before"
        self._host = parts.hostname
        self._is_encrypted = parts.scheme == "smtps"
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password or "")
        self._port = parts.port or (465 if self._is_encrypted else 587 if self._user else 25)
        self._own_name = _greeting_name(own_name)
        self._is_near = _is_near(self._host)

    async def deliver(self, message: EmailMessage) -> None:
        """Hand the mail over. Raises JobFailed where the server will never take it, UNAVAILABLE where it may later."""
        try:
            await asyncio.wait_for(asyncio.to_thread(self._send, message), CONNECT_SECONDS + TOTAL_SECONDS)
        except (smtplib.SMTPException, OSError, UnicodeError) as error:
            # Not chained: what the server said may name people, and errors are logged.
            raise _meaning(error, str(message["To"])) from None

    def _send(self, message: EmailMessage) -> None:
        client = self._connect()
        # A server that says a byte now and then never runs into the socket's own time limit.
        end = threading.Timer(TOTAL_SECONDS, _cut, (client,))
        end.daemon = True
        end.start()
        try:
            self._introduce(client)
            client.send_message(message)
        except BaseException:
            client.close()
            raise
        finally:
            end.cancel()
        # It has the mail: whatever happens now must not send it again.
        with contextlib.suppress(smtplib.SMTPException, OSError):
            client.quit()

    def _connect(self) -> smtplib.SMTP:
        if self._is_encrypted:
            client: smtplib.SMTP = smtplib.SMTP_SSL(
                self._host,
                self._port,
                local_hostname=self._own_name,
                timeout=CONNECT_SECONDS,
                context=self._context(),
            )
        else:
            client = smtplib.SMTP(self._host, self._port, local_hostname=self._own_name, timeout=CONNECT_SECONDS)
        assert client.sock is not None
        client.sock.settimeout(TOTAL_SECONDS)
        return client

    def _introduce(self, client: smtplib.SMTP) -> None:
        client.ehlo_or_helo_if_needed()
        is_encrypted = self._is_encrypted
        if not is_encrypted and client.has_extn("starttls"):
            client.starttls(context=self._context())
            client.ehlo()
            is_encrypted = True
        if not self._user:
            return
        if not is_encrypted and not self._is_near:
            raise _Unencrypted
        client.login(self._user, self._password)

    def _context(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if self._is_near:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context


class _Unencrypted(smtplib.SMTPException):
    """The password would travel readable."""


def _cut(client: smtplib.SMTP) -> None:
    if client.sock is not None:
        with contextlib.suppress(OSError):
            client.sock.shutdown(socket.SHUT_RDWR)


def _is_near(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return "." not in host or host.lower().endswith(_NEAR_ENDINGS)
    return address.is_private or address.is_loopback


def _greeting_name(name: str) -> str:
    try:
        address = ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return name if name.isascii() else "localhost"
    return f"[IPv6:{address}]" if address.version == 6 else f"[{address}]"


def _meaning(error: Exception, recipient: str) -> AntiphonError | JobFailed:
    """What an error of the sending means for the job."""
    if isinstance(error, _Unencrypted):
        return unavailable("mail_unencrypted", "The mail server offers no encryption for the password in SMTP_URL.", 60)
    if isinstance(error, smtplib.SMTPNotSupportedError | UnicodeError):
        return JobFailed("The mail server does not take addresses with such letters.")
    reason: bytes | str
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, reason = next(iter(error.recipients.values()))
    elif isinstance(error, smtplib.SMTPResponseException):
        code, reason = error.smtp_code, error.smtp_error
    else:
        return unavailable("mail_down", f"The mail server does not answer ({type(error).__name__}).", 30)
    text = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
    told = " ".join(text.replace(recipient, "the address").split())[:LONGEST_REASON]
    is_final = 500 <= code < 600 and code not in _OWN_TROUBLE
    if is_final and not isinstance(error, smtplib.SMTPConnectError | smtplib.SMTPHeloError):
        return JobFailed(f"The mail server refused the mail: {code} {told}")
    return unavailable("mail_refused", f"The mail server does not take the mail now: {code} {told}", 30)

"""A mail server as it is in life: encrypted, with a password, slow, refusing, away."""

import asyncio
import contextlib
import time
from pathlib import Path
from urllib.parse import quote

import pytest

from antiphon.adapters.mail import SmtpServer, smtp
from antiphon.kernel.errors import AntiphonError, Kind
from antiphon.kernel.jobs import JobFailed
from tests.adapters.mail.letters import mail
from tests.services.mail import PASSWORD, USER, MailServer, certificate, knows_the_password, serving_mail
from tests.services.programs import free_port

SIGN_IN = f"{quote(USER, safe='')}:{quote(PASSWORD, safe='')}"


async def refused_later(server: SmtpServer) -> AntiphonError:
    with pytest.raises(AntiphonError) as refused:
        await server.deliver(mail())
    assert refused.value.kind is Kind.UNAVAILABLE
    return refused.value


async def test_a_server_that_offers_encryption_is_spoken_to_encrypted(tmp_path: Path) -> None:
    context = certificate(tmp_path)
    with serving_mail(tls_context=context, require_starttls=True) as server:
        await SmtpServer(server.url).deliver(mail())
    assert server.sessions[0].ssl is not None


async def test_smtps_is_encrypted_from_the_first_byte(tmp_path: Path) -> None:
    with serving_mail(ssl_context=certificate(tmp_path)) as server:
        await SmtpServer(server.url.replace("smtp:", "smtps:")).deliver(mail())
    assert len(server.mails) == 1


async def test_certificates_of_servers_far_away_are_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "_is_near", lambda host: False)
    with serving_mail(tls_context=certificate(tmp_path)) as server:
        error = await refused_later(SmtpServer(server.url))
    assert "SSLCertVerificationError" in error.message
    assert server.mails == []


async def test_a_password_signs_in(tmp_path: Path) -> None:
    options = {"authenticator": knows_the_password, "auth_required": True, "tls_context": certificate(tmp_path)}
    with serving_mail(**options) as server:
        await SmtpServer(server.url.replace("//", f"//{SIGN_IN}@")).deliver(mail())
        assert server.sessions[0].authenticated
        # Wrong ones are for the owner to put right: the mail waits.
        assert "535" in (await refused_later(SmtpServer(server.url.replace("//", "//eve:guess@")))).message
        assert "530" in (await refused_later(SmtpServer(server.url))).message
    assert len(server.mails) == 1


async def test_a_password_is_not_shown_to_the_whole_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "_is_near", lambda host: False)
    with serving_mail(authenticator=knows_the_password, auth_require_tls=False) as server:
        error = await refused_later(SmtpServer(server.url.replace("//", f"//{SIGN_IN}@")))
    assert error.code == "mail_unencrypted"
    assert server.sessions == []


@pytest.mark.parametrize(
    ("host", "is_near"),
    [("127.0.0.1", True), ("::1", True), ("192.168.1.9", True), ("mail", True), ("nas.local", True),
     ("mail.example.org", False), ("8.8.8.8", False)],
)  # fmt: skip
def test_what_is_near(host: str, is_near: bool) -> None:
    assert smtp._is_near(host) is is_near


async def test_what_a_server_refuses_for_now_is_tried_again(mail_server: MailServer) -> None:
    mail_server.answers = ["451 Greylisted, come back later"]
    error = await refused_later(SmtpServer(mail_server.url))
    assert "451 Greylisted" in error.message
    await SmtpServer(mail_server.url).deliver(mail())
    assert len(mail_server.mails) == 1


@pytest.mark.parametrize("at", ["recipient", "content"])
async def test_what_a_server_refuses_for_good_is_given_up(mail_server: MailServer, at: str) -> None:
    if at == "recipient":
        mail_server.refused["ada@example.org"] = "550 No mailbox ada@example.org here"
    else:
        mail_server.answers = ["554 ada@example.org is spam"]
    with pytest.raises(JobFailed) as failed:
        await SmtpServer(mail_server.url).deliver(mail())
    # What is written down about it names nobody.
    assert "ada@example.org" not in str(failed.value)
    assert failed.value.__cause__ is None
    assert failed.value.__suppress_context__


async def test_a_recipient_who_is_refused_for_now_is_tried_again(mail_server: MailServer) -> None:
    mail_server.refused["ada@example.org"] = "450 Mailbox busy"
    assert "450" in (await refused_later(SmtpServer(mail_server.url))).message


async def test_addresses_in_other_letters_need_a_server_that_takes_them() -> None:
    with serving_mail(enable_SMTPUTF8=True) as server:
        await SmtpServer(server.url).deliver(mail(to="boß@example.org"))
        assert server.recipients == [["boß@example.org"]]
        assert server.mails[0]["To"] == "boß@example.org"
    with serving_mail(enable_SMTPUTF8=False) as server, pytest.raises(JobFailed):
        await SmtpServer(server.url).deliver(mail(to="boß@example.org"))


async def test_a_server_that_is_away_is_told_soon() -> None:
    begun = time.monotonic()
    await refused_later(SmtpServer(f"smtp://127.0.0.1:{free_port()}"))
    assert time.monotonic() - begun < smtp.CONNECT_SECONDS + 1


@pytest.mark.parametrize("behaviour", ["silent", "dripping", "hanging up"])
async def test_a_server_that_does_not_come_to_the_point_is_left(
    behaviour: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp, "TOTAL_SECONDS", 0.6)
    monkeypatch.setattr(smtp, "CONNECT_SECONDS", 0.5)

    async def answer(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            if behaviour == "dripping":
                writer.write(b"220 hello\r\n")
                for _ in range(100):
                    await asyncio.sleep(0.05)
                    writer.write(b"2")
                    await writer.drain()
            elif behaviour == "silent":
                await asyncio.sleep(5)
        writer.close()

    listening = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    begun = time.monotonic()
    await refused_later(SmtpServer(f"smtp://127.0.0.1:{port}"))
    assert time.monotonic() - begun < 2
    listening.close()

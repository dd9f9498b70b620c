"""Letters and their links over HTTP, with a real mail server."""

import asyncio
import email
import logging
from collections.abc import AsyncIterator
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import text

from antiphon.kernel.principal import SYSTEM
from tests.api.site import BOSS, OTHER_PASSWORD, PASSWORD, Site, open_site
from tests.services.application import BASE_URL
from tests.services.mail import MailServer, do_what_waits, text_of, token_in


@pytest_asyncio.fixture
async def site(database_url: str, tmp_path: Path, mail_server: MailServer) -> AsyncIterator[Site]:
    async with open_site(database_url, tmp_path, mail_server, ADMIN_EMAIL=BOSS.upper()) as opened:
        yield opened


async def test_who_registers_proves_the_address_by_the_link(site: Site) -> None:
    made = await site.register()
    assert made["user"]["email_proven"] is False
    mail = await site.last_mail("ada@example.org", "Confirm your address")
    assert "ada" in text_of(mail)
    assert "becomes admin" not in text_of(mail)
    user = await site.verify(token_in(mail))
    assert (user["username"], user["email_proven"], user["roles"]) == ("ada", True, ["user"])
    assert (await site.ask("GET", "/auth/me", token=made["token"]))["email_proven"] is True
    refused = await site.verify(token_in(mail), 403)
    assert refused["code"] == "mailed_link"
    assert len(await site.mails("ada@example.org")) == 1


async def test_a_link_starts_with_the_servers_own_address_whatever_the_request_says(
    database_url: str, tmp_path: Path, mail_server: MailServer
) -> None:
    for public, expected in (("https://music.example.org/", "https://music.example.org"), ("", BASE_URL)):
        mail_server.mails.clear()
        mail_server.recipients.clear()
        (tmp_path / expected[-4:]).mkdir()
        settings = {"PUBLIC_URL": public, "PORT": "8000", "ANTIPHON_DATA": str(tmp_path / "data")}
        async with open_site(database_url, tmp_path, mail_server, **settings) as site:
            body = {"username": f"a{len(public)}", "email": f"a{len(public)}@example.org", "password": PASSWORD}
            headers = {"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
            for host in ({"Host": "evil.example"}, {}):
                answer = await site.client.post("/api/v1/auth/register", json=body, headers={**headers, **host})
                assert answer.status_code in (201, 400, 409)
            await site.forgot(body["email"], headers={**headers, "Host": "evil.example"})
            mails = await site.mails(body["email"])
            assert len(mails) == 2
            for mail in mails:
                assert "evil" not in mail.as_string()
                assert f"{expected}/app/" in text_of(mail)


async def test_the_owners_address_becomes_admin_when_it_is_proven(site: Site) -> None:
    made = await site.register("boss", BOSS)
    assert made["user"]["roles"] == ["user"]
    mail = await site.last_mail(BOSS, "Confirm your address")
    assert "becomes admin" in text_of(mail)
    user = await site.verify(token_in(mail))
    assert user["roles"] == ["admin", "user"]
    assert (await site.ask("GET", "/auth/me", token=made["token"]))["roles"] == ["admin", "user"]
    notices = await site.ask("GET", "/notices", token=made["token"])
    assert [(one["kind"], one["details"]) for one in notices] == [("role_given", {"role": "admin"})]


async def test_a_look_alike_of_the_owners_address_becomes_nothing(site: Site) -> None:
    await site.register("mallory", "boß@example.org")
    await do_what_waits(site.application)
    # Its key is the owner's, but no mail to it reaches the owner, and nothing makes it admin.
    assert site.mail.to(BOSS) == []
    mails = [mail for mail, to in zip(site.mail.mails, site.mail.recipients, strict=True) if to == ["boß@example.org"]]
    for mail in mails:
        assert (await site.verify(token_in(mail)))["roles"] == ["user"]


async def test_a_forgotten_password_is_set_anew_by_mail(site: Site) -> None:
    first = await site.register()
    key = await site.ask("POST", "/auth/api-keys", 201, token=first["token"], json={"name": "script"})
    await site.forgot("ada@example.org")
    mail = await site.last_mail("ada@example.org", "Set a new password")
    assert "API keys stay" in text_of(mail)
    await site.reset(token_in(mail))
    await site.ask("GET", "/auth/me", 401, token=first["token"])
    await site.ask("GET", "/songs", token=key["key"])
    await site.sign_in("ada", PASSWORD, 401)
    user = (await site.sign_in("ada", OTHER_PASSWORD))["user"]
    assert user["email_proven"] is True
    await site.reset(token_in(mail), 403, "another fine password")
    assert (await site.last_mail("ada@example.org", "Your password was changed"))["To"] == "ada@example.org"


async def test_somebody_without_a_password_gets_one_by_mail(site: Site) -> None:
    root = await site.admin()
    body = {"username": "carol", "email": "carol@example.org"}
    await site.ask("POST", "/users", 201, token=root, json=body)
    mail = await site.last_mail("carol@example.org", "Your new account")
    site.ahead += 6 * 86_400
    await site.reset(token_in(mail))
    assert (await site.sign_in("carol", OTHER_PASSWORD))["user"]["username"] == "carol"


async def test_nobody_learns_whether_an_address_is_known(site: Site) -> None:
    await site.register()
    known, unknown = await site.forgot("ada@example.org"), await site.forgot("nobody@example.org")
    assert known == unknown
    await do_what_waits(site.application)
    assert {tuple(to) for to in site.mail.recipients} == {("ada@example.org",)}


async def test_mail_goes_to_the_address_of_the_account_and_never_to_a_look_alike(site: Site) -> None:
    await site.register("fussball", "fussball@example.org")
    await site.forgot("fußball@example.org")
    await site.forgot("FUSSBALL@example.org")
    await do_what_waits(site.application)
    assert {tuple(to) for to in site.mail.recipients} == {("fussball@example.org",)}


async def test_links_end(site: Site) -> None:
    await site.register()
    proof = token_in(await site.last_mail("ada@example.org", "Confirm your address"))
    await site.forgot("ada@example.org")
    link = token_in(await site.last_mail("ada@example.org", "Set a new password"))
    site.ahead += 3601
    await site.reset(link, 403)
    site.ahead += 7 * 86_400
    await site.verify(proof, 403)
    assert await site.application.areas.accounts.letters.remove_old() >= 2


async def test_links_are_good_for_what_they_are_for_and_only_whole(site: Site) -> None:
    await site.register()
    proof = token_in(await site.last_mail("ada@example.org", "Confirm your address"))
    await site.forgot("ada@example.org")
    link = token_in(await site.last_mail("ada@example.org", "Set a new password"))
    for wrong in (proof, link[:-1], link + "A", link.swapcase(), "", "x" * 43, "\ud7ff"):
        assert (await site.reset(wrong, 403))["code"] == "mailed_link"
    for wrong in (link, proof[:-1], proof[1:], ""):
        assert (await site.verify(wrong, 403))["code"] == "mailed_link"
    await site.verify(proof)
    await site.reset(link)


async def test_a_newer_link_takes_the_older_ones_place(site: Site) -> None:
    await site.register()
    await site.forgot("ada@example.org")
    older = token_in(await site.last_mail("ada@example.org", "Set a new password"))
    await site.forgot("ada@example.org")
    newer = token_in(await site.last_mail("ada@example.org", "Set a new password"))
    assert older != newer
    await site.reset(older, 403)
    await site.reset(newer)


async def test_a_weak_password_is_refused_and_the_link_stays_good(site: Site) -> None:
    await site.register("adalovelace")
    await site.forgot("adalovelace@example.org")
    link = token_in(await site.last_mail("adalovelace@example.org", "Set a new password"))
    for weak in ("short", "password123", "adalovelace", "adalovelace@example.org"):
        assert "new_password" in (await site.reset(link, 422, weak))["details"]
    await site.reset(link)


async def test_of_many_who_use_a_link_at_once_one_has_it(site: Site) -> None:
    await site.register()
    proof = token_in(await site.last_mail("ada@example.org", "Confirm your address"))
    await site.forgot("ada@example.org")
    link = token_in(await site.last_mail("ada@example.org", "Set a new password"))
    for path, body in (
        ("/auth/verify-email", {"token": proof}),
        ("/auth/password/reset", {"token": link, "new_password": OTHER_PASSWORD}),
    ):
        answers = await asyncio.gather(*(site.client.post(f"/api/v1{path}", json=body) for _ in range(6)))
        assert sorted(answer.status_code for answer in answers) == [200, 403, 403, 403, 403, 403]


async def test_secrets_rest_hashed_and_sealed(site: Site) -> None:
    await site.register()
    await site.forgot("ada@example.org")
    database, queue = site.application.database, site.application.background.queue
    async with database.transaction() as transaction:
        jobs = [str(job) for job in (await queue.list(SYSTEM)).jobs]
    assert any("sealed" in job for job in jobs)
    link = token_in(await site.last_mail("ada@example.org", "Set a new password"))
    async with database.transaction() as transaction:
        kept = str(await transaction.fetch(text("SELECT * FROM mailed_link")))
    assert link not in kept
    assert all(link not in str(job) for job in (await queue.list(SYSTEM)).jobs)
    assert all("/app/" not in job for job in jobs)


async def test_moving_to_another_address(site: Site) -> None:
    token = (await site.register())["token"]
    await site.register("bert")
    change = {"email": "ada@elsewhere.example", "password": PASSWORD}
    assert (await site.ask("PUT", "/auth/email", 403, token, json={**change, "password": "x"}))[
        "code"
    ] == "wrong_password"
    taken = await site.ask("PUT", "/auth/email", 409, token, json={**change, "email": "BERT@example.org"})
    assert taken["code"] == "email_taken"
    await site.ask("PUT", "/auth/email", 422, token, json={**change, "email": "ada@example.org"})
    await site.ask("PUT", "/auth/email", 401, json=change)
    await site.ask("PUT", "/auth/email", token=token, json=change)
    assert (await site.ask("GET", "/auth/me", token=token))["email"] == "ada@example.org"
    link = token_in(await site.last_mail("ada@elsewhere.example", "Confirm your new address"))
    told = await site.last_mail("ada@example.org", "Another address was asked for")
    assert "ada@elsewhere.example" in text_of(told)
    assert "token=" not in text_of(told)
    user = await site.verify(link)
    assert (user["email"], user["email_proven"]) == ("ada@elsewhere.example", True)
    assert await site.last_mail("ada@example.org", "Your address was changed")
    await site.ask("POST", "/auth/login", json={"email": "ada@elsewhere.example", "password": PASSWORD})
    await site.verify(link, 403)


async def test_a_changed_password_calls_a_change_of_address_off(site: Site) -> None:
    token = (await site.register())["token"]
    await site.ask("PUT", "/auth/email", token=token, json={"email": "eve@example.org", "password": PASSWORD})
    link = token_in(await site.last_mail("eve@example.org", "Confirm your new address"))
    passwords = {"current_password": PASSWORD, "new_password": OTHER_PASSWORD}
    await site.ask("PUT", "/auth/password", token=token, json=passwords)
    await site.verify(link, 403)
    assert (await site.ask("GET", "/auth/me", token=token))["email"] == "ada@example.org"


async def test_links_to_an_address_end_when_the_account_leaves_it(site: Site) -> None:
    token = (await site.register())["token"]
    proof = token_in(await site.last_mail("ada@example.org", "Confirm your address"))
    await site.forgot("ada@example.org")
    link = token_in(await site.last_mail("ada@example.org", "Set a new password"))
    await site.ask("PUT", "/auth/email", token=token, json={"email": "ada@elsewhere.example", "password": PASSWORD})
    await site.verify(token_in(await site.last_mail("ada@elsewhere.example", "Confirm your new address")))
    await site.reset(link, 403)
    await site.verify(proof, 403)


async def test_an_address_that_was_taken_meanwhile_is_not_moved_to(site: Site) -> None:
    token = (await site.register())["token"]
    await site.ask("PUT", "/auth/email", token=token, json={"email": "new@example.org", "password": PASSWORD})
    link = token_in(await site.last_mail("new@example.org", "Confirm your new address"))
    await site.register("quick", "new@example.org")
    assert (await site.verify(link, 409))["code"] == "email_taken"


async def test_the_link_is_sent_again_to_who_asks_until_it_is_used(site: Site) -> None:
    token = (await site.register())["token"]
    first = token_in(await site.last_mail("ada@example.org", "Confirm your address"))
    await site.ask("POST", "/auth/verify-email/resend", token=token)
    second = token_in(await site.last_mail("ada@example.org", "Confirm your address"))
    await site.verify(first, 403)
    await site.verify(second)
    assert (await site.ask("POST", "/auth/verify-email/resend", 409, token))["code"] == "email_proven"
    await site.ask("POST", "/auth/verify-email/resend", 401)


async def test_keys_write_no_letters(site: Site) -> None:
    token = (await site.register())["token"]
    key = (await site.ask("POST", "/auth/api-keys", 201, token, json={"name": "x", "scopes": ["read", "write"]}))["key"]
    await site.ask("POST", "/auth/verify-email/resend", 403, key)
    await site.ask("PUT", "/auth/email", 403, key, json={"email": "eve@example.org", "password": PASSWORD})


async def test_the_blocked_get_no_links_and_theirs_end(site: Site) -> None:
    root = await site.admin()
    user = (await site.register())["user"]
    await site.forgot("ada@example.org")
    link = token_in(await site.last_mail("ada@example.org", "Set a new password"))
    await site.ask("PUT", f"/users/{user['id']}/account", token=root, json={"standing": "blocked"})
    before = len(await site.mails("ada@example.org"))
    await site.forgot("ada@example.org")
    assert len(await site.mails("ada@example.org")) == before
    await site.reset(link, 403)


@pytest.mark.parametrize(
    "bad", ["ada@example.org\r\nBcc: eve@example.org", "ada@example.org\nX: y", "a\0@example.org", "ada"]
)
async def test_addresses_that_hold_more_than_an_address_are_refused(site: Site, bad: str) -> None:
    token = (await site.register("grace"))["token"]
    for method, path, body in (
        ("POST", "/auth/register", {"username": "ada", "email": bad, "password": PASSWORD}),
        ("POST", "/auth/password/forgot", {"email": bad}),
        ("PUT", "/auth/email", {"email": bad, "password": PASSWORD}),
    ):
        answer = await site.client.request(
            method, f"/api/v1{path}", json=body, headers={"Authorization": f"Bearer {token}"}
        )
        assert answer.status_code in (400, 422), answer.text
    await do_what_waits(site.application)
    assert {tuple(to) for to in site.mail.recipients} == {("grace@example.org",)}


async def test_a_mailbox_is_not_flooded(database_url: str, tmp_path: Path, mail_server: MailServer) -> None:
    async with open_site(database_url, tmp_path, mail_server, RATE_LIMITS="on") as site:
        token = (await site.register())["token"]
        answers = [
            await site.client.post("/api/v1/auth/password/forgot", json={"email": "ada@example.org"}) for _ in range(8)
        ]
        assert {answer.status_code for answer in answers} == {200}
        assert (
            len([mail for mail in await site.mails("ada@example.org") if mail["Subject"] == "Set a new password"]) == 3
        )
        for _ in range(3):
            await site.ask("POST", "/auth/verify-email/resend", token=token)
        await site.ask("POST", "/auth/verify-email/resend", 429, token)


async def test_guesses_at_links_are_few(database_url: str, tmp_path: Path, mail_server: MailServer) -> None:
    async with open_site(database_url, tmp_path, mail_server, RATE_LIMITS="on") as site:
        for path, more in (("password/reset", {"new_password": OTHER_PASSWORD}), ("verify-email", {})):
            statuses = []
            for number in range(12):
                answer = await site.client.post(f"/api/v1/auth/{path}", json={"token": f"guess {number}", **more})
                statuses.append(answer.status_code)
            assert statuses.count(403) <= 10
            assert statuses[-1] == 429


async def test_without_a_mail_server_links_are_files_and_stand_in_the_log(
    database_url: str, tmp_path: Path, mail_server: MailServer, caplog: pytest.LogCaptureFixture
) -> None:
    async with open_site(database_url, tmp_path, mail_server, SMTP_URL="", MAIL_FROM="", ADMIN_EMAIL=BOSS) as site:
        with caplog.at_level(logging.INFO, "antiphon"):
            await site.register("boss", BOSS)
            await do_what_waits(site.application)
        (file,) = (tmp_path / "data" / "mail").iterdir()
        mail = email.message_from_bytes(file.read_bytes(), policy=default)
        assert isinstance(mail, EmailMessage)
        assert mail["From"] == "Antiphon <antiphon@localhost>"
        link = token_in(mail)
        assert link in caplog.text
        assert (await site.verify(link))["roles"] == ["admin", "user"]
    assert mail_server.mails == []

"""Invitations over HTTP: made, mailed, looked at, taken up, taken back."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.api.site import PASSWORD, Site, open_site
from tests.services.mail import MailServer, page_of, text_of, token_in


@pytest_asyncio.fixture
async def site(database_url: str, tmp_path: Path, mail_server: MailServer) -> AsyncIterator[Site]:
    async with open_site(database_url, tmp_path, mail_server, REGISTRATION="invitation") as opened:
        yield opened


def token_of(link: str) -> str:
    return link.partition("?token=")[2]


def body(name: str, invitation: str, email: str = "") -> dict[str, str]:
    return {
        "username": name,
        "email": email or f"{name}@example.org",
        "password": PASSWORD,
        "invitation": invitation,
    }


async def test_who_is_invited_by_mail_comes_in(site: Site) -> None:
    root = await site.admin()
    invited = {"email": "ada@example.org", "role": "artist", "note": "For <you>", "days": 3}
    made = await site.ask("POST", "/invitations", 201, root, json=invited)
    assert (made["email"], made["role"], made["uses"], made["most_uses"], made["created_by"]) == (
        "ada@example.org", "artist", 0, 1, "root",
    )  # fmt: skip
    mail = await site.last_mail("ada@example.org", "root invites you to listen")
    assert "For <you>" in text_of(mail)
    assert "For &lt;you&gt;" in page_of(mail)
    token = token_in(mail)
    assert token == token_of(made["link"])
    seen = await site.ask("POST", "/invitations/check", json={"token": token})
    assert (seen["email"], seen["role"], seen["invited_by"]) == ("ada@example.org", "artist", "root")
    other = await site.ask("POST", "/auth/register", 403, json=body("eve", token))
    assert other["code"] == "invitation"
    joined = await site.ask("POST", "/auth/register", 201, json=body("ada", token, "Ada@example.org"))
    assert joined["user"]["roles"] == ["artist", "user"]
    assert (await site.ask("POST", "/invitations/check", 403, json={"token": token}))["code"] == "invitation"
    notices = await site.ask("GET", "/notices", token=root)
    assert [(one["kind"], one["details"]["username"]) for one in notices] == [("invitation_taken", "ada")]


async def test_a_link_for_several_is_good_so_often(site: Site) -> None:
    root = await site.admin()
    made = await site.ask("POST", "/invitations", 201, root, json={"most_uses": 3})
    assert made["email"] is None
    token = token_of(made["link"])
    answers = await asyncio.gather(
        *(site.client.post("/api/v1/auth/register", json=body(f"guest{number}", token)) for number in range(6))
    )
    assert sorted(answer.status_code for answer in answers) == [201, 201, 201, 403, 403, 403]
    listed = await site.ask("GET", "/invitations", token=root)
    assert [(one["id"], one["uses"]) for one in listed] == [(made["id"], 3)]
    assert "link" not in listed[0]


async def test_what_ended_or_was_taken_back_lets_nobody_in(site: Site) -> None:
    root = await site.admin()
    old = await site.ask("POST", "/invitations", 201, root, json={"days": 1})
    gone = await site.ask("POST", "/invitations", 201, root, json={"days": 300})
    await site.ask("DELETE", f"/invitations/{gone['id']}", token=root)
    await site.ask("DELETE", f"/invitations/{gone['id']}", 404, root)
    site.ahead += 86_401
    root = (await site.sign_in("root"))["token"]
    tokens = [token_of(old["link"]), token_of(gone["link"]), token_of(old["link"])[:-1], "", "guess"]
    for number, token in enumerate(tokens):
        assert (await site.ask("POST", "/invitations/check", 403, json={"token": token}))["code"] == "invitation"
        await site.ask("POST", "/auth/register", 403, json=body(f"guest{number}", token))
    site.ahead += 91 * 86_400
    assert await site.application.areas.accounts.invitations.remove_old() == 1


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"role": "admin"}, "role"),
        ({"email": "ada@example.org\nBcc: eve@example.org"}, "email"),
        ({"most_uses": 0}, "most_uses"),
        ({"most_uses": 10**9}, "most_uses"),
        ({"days": 0}, "days"),
        ({"days": 10**6}, "days"),
        ({"note": "x" * 501}, "note"),
    ],
)
async def test_odd_invitations_are_refused(site: Site, values: dict[str, object], field: str) -> None:
    root = await site.admin()
    refused = await site.ask("POST", "/invitations", 422, root, json=values)
    assert field in refused["details"]
    assert await site.ask("GET", "/invitations", token=root) == []


async def test_only_admins_invite(site: Site) -> None:
    root = await site.admin()
    made = await site.ask("POST", "/invitations", 201, root, json={})
    ada = (await site.ask("POST", "/auth/register", 201, json=body("ada", token_of(made["link"]))))["token"]
    for token, status in ((ada, 403), ("", 401)):
        await site.ask("GET", "/invitations", status, token)
        await site.ask("POST", "/invitations", status, token, json={})
        await site.ask("DELETE", f"/invitations/{made['id']}", status, token)

"""Pages of accounts: coming in, the profile, what guards an account, and what admins do with members."""

import hashlib
import io
import json
import re
import zipfile
from pathlib import Path

import httpx2
import pyotp
import pytest
from PIL import Image
from playwright.async_api import Browser, Locator, Page, expect

from tests.e2e.listener import Listener, somebody
from tests.e2e.site import ADMIN, PASSWORD, Site
from tests.e2e.test_first_run import fill_newcomer, fill_sign_in
from tests.services.server import ServerFactory

pytestmark = pytest.mark.browser


def picture(place: Path) -> Path:
    """A file with a picture, wider than high."""
    file = place / "me.png"
    Image.new("RGB", (640, 480), (200, 80, 40)).save(file)
    return file


async def has_loaded(image: Locator) -> None:
    """The browser has really drawn the picture."""
    await expect(image).to_be_visible()
    assert await image.evaluate("(one) => one.decode().then(() => one.naturalWidth)") > 0


async def second_factor_secret(page: Page) -> str:
    """Set the second factor up as far as the first code, and tell the key."""
    await page.get_by_role("button", name="Set up second factor").click()
    await page.get_by_label("Your password").fill(PASSWORD)
    await page.get_by_role("button", name="Continue").click()
    await has_loaded(page.get_by_role("img", name="QR code for the authenticator app"))
    return await page.get_by_label("Key", exact=True).input_value()


async def agree(person: Listener, action: str) -> None:
    """Say yes to what a dialog asks."""
    await person.page.get_by_role("dialog").get_by_role("button", name=action, exact=True).click()


async def test_from_registering_to_the_list_of_sessions(visitor: Listener, site: Site, tmp_path: Path) -> None:
    rosalind = site.new_name("rosalind")
    await visitor.go("register")
    await fill_newcomer(visitor, rosalind)
    await expect(visitor.page.get_by_role("button", name=f"Account of {rosalind}")).to_be_visible()
    # Keys that are pressed in the form are text.
    await expect(visitor.page.get_by_label("Password", exact=True)).to_have_count(0)
    await visitor.press("g", "m")
    await expect(visitor.page).to_have_url(re.compile("/app/settings/profile$"))

    await visitor.page.get_by_label("Choose picture", exact=True).set_input_files(picture(tmp_path))
    await visitor.page.get_by_role("button", name="Use this picture").click()
    await visitor.sees_notice("The picture was changed.")
    await has_loaded(visitor.rail.locator("img"))

    await visitor.page.get_by_label("Shown name").fill("Rosalind F.")
    await visitor.page.get_by_role("button", name="Save").first.click()
    await visitor.sees_notice("Saved.")
    await visitor.page.get_by_role("combobox", name="Moods").fill("Calm, Odd")
    await visitor.press("Enter")
    await visitor.page.get_by_role("button", name="Remove Odd").click()
    async with visitor.page.expect_response(re.compile("/api/v1/users/")):
        await visitor.page.get_by_role("button", name="Save").last.click()
    await visitor.page.reload()
    await expect(visitor.page.get_by_role("button", name="Account of Rosalind F.")).to_be_visible()
    await expect(visitor.page.get_by_role("list", name="Moods").get_by_role("listitem")).to_have_text(["Calm"])

    await visitor.page.get_by_role("link", name="Security").click()
    sessions = visitor.page.get_by_role("list", name="Where you are signed in").get_by_role("listitem")
    await expect(sessions).to_have_count(1)
    await expect(sessions).to_contain_text("This device")


async def test_another_device_is_signed_out(browser: Browser, site: Site, listener: Listener) -> None:
    async with somebody(browser, site.base_url) as elsewhere:
        body = {"username": listener.name, "password": PASSWORD, "cookie": True}
        await elsewhere.page.context.request.post(f"{site.base_url}/api/v1/auth/login", data=body)
        await elsewhere.go("albums")
        await expect(elsewhere.content.get_by_role("heading", name="Albums", level=1)).to_be_visible()
        await listener.go("settings/security")
        sessions = listener.page.get_by_role("list", name="Where you are signed in").get_by_role("listitem")
        await expect(sessions).to_have_count(2)
        await sessions.filter(has_not_text="This device").get_by_role("button").click()
        await expect(sessions).to_have_count(1)
        await listener.sees_notice("was signed out.")
        elsewhere.allow("status of 401")
        await elsewhere.rail.get_by_role("link", name="Songs", exact=True).click()
        await expect(elsewhere.page.get_by_role("heading", name="Welcome back")).to_be_visible()


async def kept_codes(listener: Listener) -> list[str]:
    """The recovery codes that are shown, also saved as a file."""
    listed = listener.page.get_by_role("list", name="Your recovery codes").get_by_role("listitem")
    await expect(listed).to_have_count(10)
    codes = await listed.all_inner_texts()
    async with listener.page.expect_download() as saving:
        await listener.page.get_by_role("button", name="Save as file").click()
    assert codes[3] in Path(await (await saving.value).path()).read_text(encoding="utf-8")
    await listener.page.get_by_role("button", name="I have kept them").click()
    return codes


async def test_a_second_factor_is_asked_for_and_a_recovery_code_counts_once(
    browser: Browser, site: Site, listener: Listener
) -> None:
    listener.allow("status of 4(01|03|22)")
    await listener.go("settings/security")
    secret = await second_factor_secret(listener.page)
    await listener.page.get_by_label("Code", exact=True).fill("000000")
    await listener.page.get_by_role("button", name="Turn on").click()
    await expect(listener.page.get_by_role("alert")).to_be_visible()
    await listener.page.get_by_label("Code", exact=True).fill(pyotp.TOTP(secret).now())
    await listener.page.get_by_role("button", name="Turn on").click()
    codes = await kept_codes(listener)
    await expect(listener.page.get_by_text("10 recovery codes left")).to_be_visible()

    for is_first in (True, False):
        async with somebody(browser, site.base_url) as elsewhere:
            elsewhere.allow("status of 401")
            await elsewhere.go("sign-in?next=/songs")
            await fill_sign_in(elsewhere, listener.name)
            await expect(elsewhere.page.get_by_role("heading", name="One more step")).to_be_visible()
            await elsewhere.page.get_by_role("button", name="Use a recovery code").click()
            await elsewhere.page.get_by_label("Recovery code").fill(codes[0].upper())
            await elsewhere.page.get_by_role("button", name="Sign in").click()
            if is_first:
                await expect(elsewhere.content.get_by_role("heading", name="Songs", level=1)).to_be_visible()
            else:
                await expect(elsewhere.page.get_by_role("alert")).to_be_visible()

    await listener.page.reload()
    await expect(listener.page.get_by_text("9 recovery codes left")).to_be_visible()
    await listener.page.get_by_role("button", name="Turn off second factor").click()
    await listener.page.get_by_role("button", name="Use a recovery code").click()
    await listener.page.get_by_label("Recovery code").fill(codes[1])
    await agree(listener, "Turn off second factor")
    await listener.sees_notice("The second factor is off.")
    await expect(listener.page.get_by_role("button", name="Set up second factor")).to_be_visible()


async def test_an_app_password_comes_with_a_qr_code_and_works_at_rest(listener: Listener) -> None:
    await listener.go("settings/apps")
    await listener.page.get_by_label("Name of the app").fill("Pocket player")
    await listener.page.get_by_role("button", name="Create app password").click()
    await has_loaded(listener.page.get_by_role("img", name="QR code that connects Pocket player"))
    password = await listener.page.get_by_label("App password", exact=True).input_value()
    user = await listener.page.get_by_label("User name", exact=True).input_value()
    server = await listener.page.get_by_label("Server address").input_value()
    token = hashlib.md5(f"{password}c19b2d".encode()).hexdigest()
    signed = {"u": user, "s": "c19b2d", "t": token, "v": "1.16.1", "c": "a test", "f": "json"}
    async with httpx2.AsyncClient(base_url=server) as app:
        answer = await app.get("/rest/getArtists", params=signed)
    assert answer.json()["subsonic-response"]["status"] == "ok"
    await listener.page.get_by_role("button", name="Done").click()
    await expect(listener.page.get_by_role("list", name="Connected apps")).to_contain_text("Pocket player")
    assert password not in await listener.page.content()


async def test_a_key_may_do_what_was_chosen(listener: Listener) -> None:
    await listener.go("settings/apps")
    await listener.page.get_by_role("button", name="New API key").click()
    await listener.page.get_by_label("What is it for?").fill("Backup")
    await expect(listener.page.get_by_label("Administer")).to_have_count(0)
    await listener.page.get_by_label("Write").uncheck()
    await listener.page.get_by_role("button", name="Create key").click()
    key = await listener.page.get_by_label("Key for Backup").input_value()
    headers = {"Authorization": f"Bearer {key}"}
    async with httpx2.AsyncClient(base_url=listener.base_url, headers=headers) as program:
        assert (await program.get("/api/v1/songs?limit=1")).status_code == 200
        assert (await program.post("/api/v1/playlists", json={"title": "No"})).status_code == 403
    await listener.page.get_by_role("button", name="Done").click()
    await listener.page.get_by_role("button", name="Revoke Backup").click()
    await agree(listener, "Revoke")
    await listener.sees_notice("“Backup” can no longer sign in.")


async def test_an_invitation_makes_an_artist_once(browser: Browser, site: Site) -> None:
    name = site.new_name("cousin")
    async with somebody(browser, site.base_url) as admin:
        await site.as_admin(admin.page.context)
        await admin.go("settings/invitations")
        await admin.page.get_by_label("E-mail").fill(f"{name}@example.org")
        await admin.page.get_by_label("Note").fill("Cousin from Lyon")
        await admin.page.get_by_label("Role").select_option("artist")
        await admin.page.get_by_role("button", name="Create invitation").click()
        await has_loaded(admin.page.get_by_role("img", name="QR code of the invitation"))
        link = await admin.page.get_by_label("Invitation link").input_value()

        async with somebody(browser, site.base_url) as cousin:
            await cousin.page.goto(link)
            await expect(cousin.page.get_by_text(f"{ADMIN} invites you to the music on this server.")).to_be_visible()
            await expect(cousin.page.get_by_label("E-mail")).to_have_value(f"{name}@example.org")
            await cousin.page.get_by_label("User name").fill(name)
            await cousin.page.get_by_label("Password", exact=True).fill(PASSWORD)
            await cousin.page.get_by_role("button", name="Create account").click()
            await cousin.page.get_by_role("button", name=f"Account of {name}").click()
            await cousin.page.get_by_role("menuitem", name="Profile").click()
            await expect(cousin.page.get_by_text("You are an artist here", exact=True)).to_be_visible()
        async with somebody(browser, site.base_url) as late:
            late.allow("status of 40[0-9]")
            await late.page.goto(link)
            await expect(late.page.get_by_role("heading", name="This invitation is not valid")).to_be_visible()

        # The bell has told it meanwhile, without being asked.
        await admin.rail.get_by_role("link", name=re.compile("Notices, [0-9]+ unread")).click()
        await admin.content.get_by_role("link", name=re.compile(f"{name} has taken up your invitation")).click()
        await expect(admin.content.get_by_role("heading", name=name, level=2)).to_be_visible()


async def test_an_admin_blocks_a_member_and_takes_it_back(browser: Browser, site: Site, listener: Listener) -> None:
    await listener.go("albums")
    await expect(listener.content.get_by_role("heading", name="Albums", level=1)).to_be_visible()
    async with somebody(browser, site.base_url) as admin:
        await site.as_admin(admin.page.context)
        await admin.go("settings/members")
        await admin.page.get_by_label("Find a member").fill(listener.name)
        members = admin.page.get_by_role("list", name="Members")
        await members.get_by_role("link").filter(has=admin.page.get_by_text(f"{listener.name}@example.org")).click()
        await admin.page.get_by_role("button", name="Block", exact=True).click()
        await admin.sees_notice(f"{listener.name} is blocked and signed out everywhere.")

        listener.allow("status of 40[13]")
        await listener.rail.get_by_role("link", name="Songs", exact=True).click()
        await expect(listener.page.get_by_role("heading", name="Welcome back")).to_be_visible()
        await fill_sign_in(listener, listener.name)
        await expect(listener.page.get_by_role("alert")).to_contain_text("blocked")

        await admin.undo(f"{listener.name} is blocked")
        await expect(admin.page.get_by_role("button", name="Block", exact=True)).to_be_visible()
        await listener.page.get_by_role("button", name="Sign in").click()
        await expect(listener.content.get_by_role("heading", name="Songs", level=1)).to_be_visible()

        await admin.page.get_by_role("link", name="Record").click()
        await admin.page.get_by_label("What it is about").select_option("account")
        entries = admin.page.get_by_role("list", name="Record").get_by_role("listitem")
        await entries.filter(has_text=listener.name).first.get_by_role("button").click()
        await expect(entries.filter(has_text=listener.name).first).to_contain_text("standing")


async def test_an_account_is_taken_along_and_deleted(visitor: Listener, site: Site) -> None:
    name = site.new_name("passenger")
    await visitor.go("register")
    await fill_newcomer(visitor, name)
    await expect(visitor.page.get_by_role("button", name=f"Account of {name}")).to_be_visible()
    await visitor.go("settings/profile")
    async with visitor.page.expect_download() as saving:
        await visitor.page.get_by_role("link", name="Download my data").click()
    archive = zipfile.ZipFile(io.BytesIO(Path(await (await saving.value).path()).read_bytes()))
    contents = [archive.read(name).decode() for name in archive.namelist() if name.endswith(".json")]
    assert contents and all(json.loads(one) is not None for one in contents)
    assert any(f"{name}@example.org" in one for one in contents)

    await visitor.page.get_by_role("button", name="Delete account").click()
    dialog = visitor.page.get_by_role("dialog")
    await expect(dialog.get_by_role("button", name="Delete account")).to_be_disabled()
    await dialog.get_by_label(f"Type “{name}” to go on").fill(name)
    await dialog.get_by_role("button", name="Delete account").click()
    await visitor.sees_notice("Your account is deleted.")
    visitor.allow("status of 401")
    await fill_sign_in(visitor, name)
    await expect(visitor.page.get_by_role("alert")).to_have_text("The name or the password is not right.")
    assert await site.read(f"/api/v1/users?q={name}") == []


async def test_who_needs_an_admin_is_let_in_by_one(
    player_is_built: None, browser: Browser, servers: ServerFactory
) -> None:
    server = servers.embedded(REGISTRATION="approval", ARTIST_REGISTRATION="approval")
    site = await Site(server).open(0)
    async with somebody(browser, server.base_url) as newcomer, somebody(browser, server.base_url) as admin:
        await site.as_admin(admin.page.context)
        await admin.go("notices")
        await expect(admin.content.get_by_text("Nothing new")).to_be_visible()
        await admin.settles()

        await newcomer.go("register")
        await newcomer.page.get_by_label("I make music").check()
        await fill_newcomer(newcomer, "patience")
        await expect(newcomer.page.get_by_role("heading", name="Almost there")).to_be_visible()

        await admin.content.get_by_role("link", name=re.compile("patience has registered")).click()
        await admin.page.get_by_role("button", name="Let in").click()
        await admin.page.get_by_role("button", name="Make artist").click()
        await admin.sees_notice("patience is an artist now.")

        await newcomer.page.get_by_role("link", name="Go to sign in").click()
        await fill_sign_in(newcomer, "patience")
        await expect(newcomer.rail.get_by_role("link", name=re.compile("Notices, [0-9]+ unread"))).to_be_visible()
    server.stop()


@pytest.mark.parametrize(("mode", "title"), [("invitation", "By invitation only"), ("closed", "No new accounts")])
async def test_where_nobody_can_just_register_the_page_says_so(
    player_is_built: None, browser: Browser, servers: ServerFactory, mode: str, title: str
) -> None:
    server = servers.embedded(with_worker=False, REGISTRATION=mode)
    await Site(server).set_up()
    async with somebody(browser, server.base_url) as person:
        await person.go("register")
        await expect(person.page.get_by_role("heading", name=title)).to_be_visible()
        await expect(person.page.get_by_label("Password", exact=True)).to_have_count(0)
        await person.page.get_by_role("link", name="Sign in").click()
        newcomers = person.page.get_by_role("link", name="Create account")
        await expect(newcomers).to_have_count(0 if mode == "closed" else 1)
    server.stop()


async def test_too_many_tries_show_the_time_to_wait(
    player_is_built: None, browser: Browser, servers: ServerFactory
) -> None:
    server = servers.embedded(with_worker=False)
    await Site(server).set_up()
    async with somebody(browser, server.base_url) as person:
        person.allow("status of 4(01|29)")
        await person.go("sign-in")
        for _ in range(6):
            await fill_sign_in(person, "nobody", "not the password")
            await expect(person.page.get_by_role("button", name="Sign in")).to_be_enabled()
        await expect(person.page.get_by_role("alert")).to_contain_text(re.compile(r"You can try again in \d+ sec"))
    server.stop()

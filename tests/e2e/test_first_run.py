"""The first minutes: the printed link, the first admin, music; and other people's way in."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.listener import Listener, somebody
from tests.e2e.site import PASSWORD, Site, start_with_demo
from tests.services.server import ServerFactory

pytestmark = pytest.mark.browser


async def fill_newcomer(person: Listener, name: str, password: str = PASSWORD) -> None:
    """Fill the form that makes an account, and send it."""
    # The form before this one has a field of the same name.
    await expect(person.page.get_by_role("button", name="Create account")).to_be_visible()
    await person.page.get_by_label("User name").fill(name)
    await person.page.get_by_label("E-mail").fill(f"{name}@example.org")
    await person.page.get_by_label("Password", exact=True).fill(password)
    await person.page.get_by_role("button", name="Create account").click()


async def fill_sign_in(person: Listener, name: str, password: str = PASSWORD) -> None:
    """Fill the sign-in form, and send it."""
    await person.page.get_by_label("User name or e-mail").fill(name)
    await person.page.get_by_label("Password", exact=True).fill(password)
    await person.page.get_by_role("button", name="Sign in").click()


async def test_from_the_printed_link_to_the_second_song(
    player_is_built: None, browser: Browser, servers: ServerFactory, demo_library: Path, own_place: Path
) -> None:
    server = start_with_demo(servers, own_place / "data", demo_library)
    link = server.setup_link()
    async with somebody(browser, server.base_url) as admin:
        await admin.page.goto(link)
        await expect(admin.page.get_by_role("heading", name="Make this server yours")).to_be_visible()
        await fill_newcomer(admin, "ada")
        card = admin.content.get_by_role("article").filter(has_text="Night Ferry").first
        await expect(card).to_be_visible(timeout=60_000)
        await card.hover()
        await card.get_by_role("button", name="Play Night Ferry").click()
        await admin.hears("Departure Gate Lagoon", seconds=3)
        await admin.go_near_end()
        await admin.hears("Chrome Reeds")

    async with somebody(browser, server.base_url) as late:
        await late.page.goto(link)
        await expect(late.page.get_by_text("This server already has an administrator")).to_be_visible()
        await late.page.get_by_role("link", name="Sign in").click()
        await expect(late.page.get_by_role("heading", name="Welcome back")).to_be_visible()


async def test_without_the_link_nobody_makes_the_admin(
    player_is_built: None, browser: Browser, servers: ServerFactory
) -> None:
    server = servers.embedded(with_worker=False)
    async with somebody(browser, server.base_url) as person:
        await person.go()
        await expect(person.page.get_by_text("Open the set-up link that the server printed")).to_be_visible()
        await person.go("setup")
        await expect(person.page.get_by_text("This page needs the link")).to_be_visible()
        await person.go("setup?token=wrong")
        person.allow("status of 40[0-9]")
        await fill_newcomer(person, "eve")
        await expect(person.page.get_by_role("alert")).to_be_visible()


async def test_register_sign_out_and_sign_in(visitor: Listener, site: Site) -> None:
    grace = site.new_name("grace")
    await visitor.go("albums")
    await visitor.page.get_by_role("link", name="Create account").click()
    await fill_newcomer(visitor, grace)
    await expect(visitor.content.get_by_role("heading", name="Albums", level=1)).to_be_visible()

    await visitor.page.get_by_role("button", name=f"Account of {grace}").click()
    await visitor.page.get_by_role("menuitem", name="Sign out").click()
    await expect(visitor.page.get_by_role("heading", name="Welcome back")).to_be_visible()
    await visitor.go("songs")
    await expect(visitor.page).to_have_url(re.compile(r"/app/sign-in\?next=/songs"))

    visitor.allow("status of 401")
    await fill_sign_in(visitor, grace, "not the password")
    await expect(visitor.page.get_by_role("alert")).to_have_text("The name or the password is not right.")
    await fill_sign_in(visitor, f"{grace}@example.org")
    await expect(visitor.content.get_by_role("heading", name="Songs", level=1)).to_be_visible()
    await visitor.page.reload()
    await expect(visitor.content.get_by_role("heading", name="Songs", level=1)).to_be_visible()


async def test_a_name_that_is_taken_is_said_beside_the_field(visitor: Listener) -> None:
    visitor.allow("status of 4(09|00|22)")
    await visitor.go("register")
    await fill_newcomer(visitor, "keeper")
    await expect(visitor.page.get_by_text(re.compile("taken|already|in use"))).to_be_visible()
    await fill_newcomer(visitor, "henrietta", "short")
    await expect(visitor.page.get_by_label("Password", exact=True)).to_have_attribute("aria-invalid", "true")
